"""What the commands have in common that put a city's own file in force in place of ours."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated, Protocol

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.cli.configuration import read_settings
from gridsvc.cli.database import opened
from gridsvc.clock.typed import parse_time
from gridsvc.db.clock import utc_now
from gridsvc.errors import Invalid

ValidFrom = Annotated[
    str | None, typer.Option(help="Date or time from which it holds; now by default.")
]
DryRun = Annotated[bool, typer.Option(help="Check it; write nothing.")]


class Publish(Protocol):
    """How an edition is put in force."""

    async def __call__(self, db: AsyncSession, source: str, /, *, valid_from: datetime) -> int: ...


def read_text(file: Path) -> str:
    """Read a file of a city."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(
            "file_unreadable",
            en=f"{file} cannot be read: {error}.",
            zh=f"无法读取 {file}：{error}。",
        ) from error


def put_in_force(publish: Publish, source: str, *, valid_from: str | None) -> int:
    """Publish an edition from a time on, as it was typed; give its number."""
    return asyncio.run(_published(publish, source, valid_from))


async def _published(publish: Publish, source: str, valid_from: str | None) -> int:
    settings = read_settings()
    since = utc_now() if valid_from is None else parse_time(valid_from, settings.zone)
    async with opened(settings) as database, database.transaction() as db:
        return await publish(db, source, valid_from=since)
