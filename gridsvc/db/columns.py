"""Rows of a query as columns, by PostgreSQL's binary COPY: no Python object is made of a row.

No column may be null, and each is as wide in every row: what comes is an array of records.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

Records = NDArray[np.void]

_HEADER: Final = 19  # a signature of eleven bytes, flags, and the length of an extension: none
_AHEAD: Final = 128
"""How many parts, of up to 180 kB each, are read before they are asked for."""


async def records(
    db: AsyncSession, statement: Select[Any], kinds: Mapping[str, str], *, page: int
) -> AsyncGenerator[Records, None]:
    """Give the rows of a query page by page, while the next ones are read already.

    `kinds` names the columns and says how numpy reads each. The session is not to be used
    otherwise until the generator is closed.
    """
    record = _record(kinds)
    parts, room = asyncio.Queue[bytes | None](), asyncio.Semaphore(_AHEAD)

    async def put(part: bytes) -> None:
        await room.acquire()
        parts.put_nowait(part)

    copying = asyncio.create_task(_copy(db, statement, put))
    copying.add_done_callback(lambda _: parts.put_nowait(None))
    held, begun, length = bytearray(), False, page * record.itemsize
    try:
        while (part := await parts.get()) is not None:
            room.release()
            held += part
            if not begun and len(held) >= _HEADER:
                del held[:_HEADER]
                begun = True
            while begun and len(held) >= length:
                yield np.frombuffer(bytes(held[:length]), record)
                del held[:length]
        await copying
        if len(held) >= record.itemsize:  # Less is the two bytes of the end.
            yield np.frombuffer(bytes(held), record, len(held) // record.itemsize)
    finally:
        copying.cancel()
        await asyncio.wait([copying])


def _record(kinds: Mapping[str, str]) -> np.dtype[np.void]:
    """Make the form of a row: how many fields, and before each of them its length."""
    fields = [
        part for name, kind in kinds.items() for part in ((f"length_{name}", ">i4"), (name, kind))
    ]
    return np.dtype([("fields", ">i2"), *fields])


async def _copy(
    db: AsyncSession, statement: Select[Any], output: Callable[[bytes], Awaitable[None]]
) -> None:
    compiled = statement.compile(
        dialect=db.get_bind().dialect, compile_kwargs={"render_postcompile": True}
    )
    values = [compiled.params[name] for name in compiled.positiontup or ()]
    driver = (await (await db.connection()).get_raw_connection()).driver_connection
    assert driver is not None  # noqa: S101 - it is open, and asyncpg's
    await driver.copy_from_query(str(compiled), *values, output=output, format="binary")
