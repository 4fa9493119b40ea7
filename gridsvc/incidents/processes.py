"""The processes of a city: which is in force, which a case was filed by, and a new one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.db.editions import all_editions, publish
from gridsvc.incidents.lifecycle import Process
from gridsvc.incidents.model import Incident, ProcessRow
from gridsvc.incidents.process_file import read_process, shipped


@dataclass(frozen=True, slots=True)
class Edition:
    """A process with the id under which it is kept; the shipped one has none."""

    id: UUID | None
    process: Process


@dataclass(frozen=True, slots=True)
class Schedule:
    """Every process that was or will be in force, the oldest first."""

    rows: Sequence[ProcessRow] = ()

    def at(self, moment: datetime) -> ProcessRow | None:
        """Give the one of a time, None for the one that is shipped."""
        return next((row for row in self.rows if row.holds(moment)), None)


@dataclass(slots=True)
class Processes:
    """What a process of the service has read: an edition never changes, so it stays."""

    _read: dict[UUID, Process] = field(default_factory=dict)
    _kept: tuple[int, Schedule] | None = None

    async def in_force(self, db: AsyncSession, map_version: int, *, now: datetime) -> Edition:
        """Give the edition by which reports are filed; it is part of what a map version counts."""
        if self._kept is None or self._kept[0] != map_version:
            self._kept = map_version, await schedule(db)
        row = self._kept[1].at(now)
        return Edition(None, shipped()) if row is None else Edition(row.id, self._process(row))

    async def of(self, db: AsyncSession, incident: Incident) -> Process:
        """Give the process that an incident was filed by."""
        if incident.process_id is None:
            return shipped()
        known = self._read.get(incident.process_id)
        return known or self._process(await db.get_one(ProcessRow, incident.process_id))

    def _process(self, row: ProcessRow) -> Process:
        if row.id not in self._read:
            self._read[row.id] = read_process(row.source)
        return self._read[row.id]


async def schedule(db: AsyncSession) -> Schedule:
    """Read when which process is in force."""
    return Schedule(await all_editions(db, ProcessRow))


async def publish_process(db: AsyncSession, source: str, *, valid_from: datetime) -> int:
    """Put a process in force from a time on, if it is sound; give its number."""
    read_process(source)
    return await publish(db, ProcessRow, source, valid_from=valid_from)
