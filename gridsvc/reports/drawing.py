"""Where pages are drawn: two threads of their own, so that maps keep nothing else waiting.

The pool is the queue: a third page waits its turn, and holds neither a connection to the database
nor one of the threads that the rest of the service shares.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

DRAWN_AT_ONCE = 2

Drawing = TypeVar("Drawing")
_THREADS = ThreadPoolExecutor(DRAWN_AT_ONCE, thread_name_prefix="map")


async def drawn(draw: Callable[[], Drawing]) -> Drawing:
    """Draw a page; everything that it needs has been read, and the session is closed."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, draw)
