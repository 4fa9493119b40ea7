"""Comparing passwords a few at a time, so that strangers who guess cannot stop everybody's work."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from gridsvc.auth.passwords import hash_password, verify_password
from gridsvc.errors import TooManyRequests

AT_ONCE = 2
"""A comparison takes 64 MB and a core for a while, on purpose."""


def _threads() -> ThreadPoolExecutor:
    # Threads of its own: the loop's are for the maps and for routing.
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="password")


@dataclass(slots=True)
class PasswordGate:
    """The way in for everybody of one process: a short queue, and no waiting behind a long one."""

    longest_queue: int = 32
    _queued: int = 0
    _threads: ThreadPoolExecutor = field(default_factory=_threads)

    @contextmanager
    def place(self) -> Iterator[None]:
        """Take a place in the queue, or be sent away at once."""
        if self._queued >= self.longest_queue:
            raise TooManyRequests(
                en="Too many people are signing in at this moment; try again in a few seconds.",
                zh="当前登录人数过多，请几秒后重试。",
            )
        self._queued += 1
        try:
            yield
        finally:
            self._queued -= 1

    async def verify(self, password: str, stored: str | None) -> bool:
        """Compare a password with what is stored, when it is one's turn."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, verify_password, password, stored)

    async def hash(self, password: str) -> str:
        """Hash a new password, when it is one's turn."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, hash_password, password)
