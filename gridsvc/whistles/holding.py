"""A whistle that somebody is about to change: held, at the version that they saw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Organisation
from gridsvc.auth.principal import Principal
from gridsvc.errors import NotFound
from gridsvc.incidents.model import Incident
from gridsvc.whistles import repository
from gridsvc.whistles.happening import Change, check_version, happen
from gridsvc.whistles.lifecycle import Action, Called, Presence, Stage, require_running
from gridsvc.whistles.model import Whistle, WhistleCall
from gridsvc.whistles.standing import require_caller
from gridsvc.whistles.visibility import whistles_visible_to


@dataclass(frozen=True, slots=True)
class Step:
    """Who acts on which whistle, at which version they saw, when."""

    whistle_id: UUID
    version: int
    who: Principal
    now: datetime

    def change(
        self,
        action: Action,
        organisation: Organisation | None = None,
        *,
        note: str | None = None,
        detail: dict[str, Any] | None = None,
        told: Sequence[UUID] = (),
    ) -> Change:
        """Tell what was done, about whose call."""
        return Change(
            action=action,
            actor_id=self.who.account_id,
            now=self.now,
            organisation_id=organisation.id if organisation else None,
            note=note,
            detail=detail or {},
            told=told,
        )


@dataclass(frozen=True, slots=True)
class Held:
    """A whistle that nobody else changes until the transaction ends, with whom it calls."""

    whistle: Whistle
    calls: Mapping[str, tuple[WhistleCall, Organisation]]

    def call(self, code: str) -> tuple[WhistleCall, Organisation]:
        """Find the call of an organisation."""
        found = self.calls.get(code)
        if found is None:
            raise NotFound(
                en="The whistle does not call this organisation.", zh="该单位不在被吹哨单位之列。"
            )
        return found

    @property
    def standing(self) -> dict[str, Called]:
        """How the part of each stands, by code."""
        return {code: standing_of(row) for code, (row, _) in self.calls.items()}

    def remaining(self) -> list[UUID]:
        """List who is called and was not let go."""
        return [row.organisation_id for row, _ in self.calls.values() if row.released_at is None]

    def nobody_is_waited_for(self) -> bool:
        """Tell whether all have signed off or were let go."""
        over = {Stage.SIGNED_OFF, Stage.RELEASED}
        return all(standing.stage in over for standing in self.standing.values())

    def require_caller(self, step: Step) -> None:
        """Refuse who is not of the side that has blown it."""
        whistle = self.whistle
        require_caller(
            step.who, organisation_id=whistle.organisation_id, caller_id=whistle.caller_id
        )


async def hold(db: AsyncSession, step: Step) -> Held:
    """Hold a whistle that runs, that the caller may see and that nobody has changed meanwhile."""
    visible = whistles_visible_to(step.who)
    whistle = await repository.get(db, step.whistle_id, visible=visible, lock=True)
    check_version(whistle, step.version)
    require_running(whistle.state)
    [listed] = await repository.listed(db, [whistle])
    return Held(whistle, listed.calls)


async def write(db: AsyncSession, held: Held, change: Change) -> None:
    """Bring a whistle to its next version, with the event that did so."""
    held.whistle.version += 1
    await db.flush()
    await happen(db, held.whistle.id, change)


async def incident_of(db: AsyncSession, whistle: Whistle) -> Incident | None:
    """Hold the incident that a whistle is for, if there is one."""
    if whistle.incident_id is None:
        return None
    return await db.get_one(Incident, whistle.incident_id, with_for_update=True)


def standing_of(row: WhistleCall) -> Called:
    """Read how an organisation's part stands."""
    values = {field.name: getattr(row, field.name) for field in fields(Called)}
    return Called(**{**values, "presence": Presence(row.presence) if row.presence else None})


def keep(row: WhistleCall, standing: Called) -> None:
    """Write down how it stands now."""
    for field in fields(Called):
        setattr(row, field.name, getattr(standing, field.name))
