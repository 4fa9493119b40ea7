"""What a file is tried on: the maps without and with a draft, and who the organisations are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.repository import organisations
from gridsvc.bulk.chart import Chart
from gridsvc.bulk.engine import Engine
from gridsvc.lab.file import Found, PastFile, replaying
from gridsvc.lab.telling import Names, result_of_file
from gridsvc.planning.model import Draft
from gridsvc.planning.replay import both_maps
from gridsvc.settings import Settings


@dataclass(frozen=True, slots=True)
class Trial:
    """Everything that is needed of the database."""

    old: Chart
    new: Chart
    names: Names

    @classmethod
    async def of(
        cls, db: AsyncSession, draft: Draft, *, at: datetime, settings: Settings
    ) -> "Trial":
        """Take it as it would be at a time."""
        old, new = await both_maps(db, draft, at=at, settings=settings)
        return cls(old, new, await names_of(db))

    def steps(self, past: PastFile, *, scheme: str | None) -> Iterator[tuple[float, Found]]:
        """Replay a file, step by step."""
        codes = {name: code for code, called in self.names.items() for name in called if name}
        old, new = (Engine(chart, scheme=scheme) for chart in (self.old, self.new))
        return replaying(past, old, new, codes=codes)

    def result(self, found: Found) -> dict[str, Any]:
        """Write down what came of it."""
        return result_of_file(found, self.names)


async def names_of(db: AsyncSession) -> Names:
    """Read the names of all organisations."""
    return {one.code: (one.name, one.name_en) for one in await organisations(db)}
