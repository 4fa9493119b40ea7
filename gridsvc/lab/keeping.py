"""The file of a replay, kept until the job has read it.

In the database, because the job may run on another machine, and because there a file goes by the
very commit by which its replay ends: nothing else has to find what was left behind.
"""

import asyncio
from pathlib import Path
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.lab.model import UNDER_WAY, Replay, ReplayPiece

PIECE = 2**20


async def keep(db: AsyncSession, replay_id: UUID, path: Path) -> None:
    """Keep a file for a replay, piece by piece."""
    number = 0
    with path.open("rb") as file:
        while content := await asyncio.to_thread(file.read, PIECE):
            piece = {"replay_id": replay_id, "number": number, "content": content}
            await db.execute(insert(ReplayPiece), piece)
            number += 1


async def fetch(db: AsyncSession, replay_id: UUID, path: Path) -> None:
    """Write the file of a replay to the disk."""
    own = select(ReplayPiece.content).where(ReplayPiece.replay_id == replay_id)
    with path.open("wb") as file:
        async for content in await db.stream_scalars(own.order_by(ReplayPiece.number)):
            await asyncio.to_thread(file.write, content)


async def forget_ended(db: AsyncSession) -> None:
    """Drop the files of replays that have ended."""
    ended = select(Replay.id).where(Replay.state.not_in(UNDER_WAY))
    await db.execute(delete(ReplayPiece).where(ReplayPiece.replay_id.in_(ended)))
