"""Merging a case into another that is about the same matter, and separating the two again.

Both keep their chains. The merged one ends; who reported it sees the other one as their own, and it
belongs to whoever the other belongs to, so that all that was said of the matter is found there.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.errors import Conflict, Invalid, NotFound
from gridsvc.incidents import repository
from gridsvc.incidents.happening import Change, give_to_owner_of, happen
from gridsvc.incidents.lifecycle import OPEN, Action, Status
from gridsvc.incidents.model import Incident


@dataclass(frozen=True, slots=True)
class By:
    """Who does it, when."""

    actor_id: UUID
    now: datetime


async def hold_head(
    db: AsyncSession, incident: Incident, into: UUID, *, visible: ColumnElement[bool]
) -> Incident:
    """Hold the case that another is to be merged into, if the caller sees it and it goes on."""
    if into == incident.id:
        raise Invalid(
            "merged_into_itself",
            en="A case is not merged into itself.",
            zh="案件不能并入自身。",
            field="into",
        )
    try:
        head = await repository.get(db, into, visible=visible, lock=True)
    except NotFound as error:
        raise Invalid("unknown_incident", en=error.en, zh=error.zh, field="into") from error
    _refuse_ended(head)
    return head


def _refuse_ended(head: Incident) -> None:
    if head.status == Status.MERGED:
        raise Conflict(
            "into_merged",
            en=f"{head.reference} was itself merged into another: merge it into that one.",
            zh=f"{head.reference} 已并入其他案件，请直接并入该案件。",
            field="into",
            merged_into=str(head.merged_into),
        )
    if head.status not in OPEN:
        raise Conflict(
            "into_ended",
            en=f"{head.reference} has ended ({head.status}): open it again first, or let this one"
            " be a case of its own.",
            zh=f"{head.reference} 已办结（{head.status}）：请先重新立案，或将本案单独办理。",
            field="into",
        )


async def join(db: AsyncSession, incident: Incident, head: Incident, by: By) -> dict[str, Any]:
    """Put a case to the one that it is merged into; give what its own event says of that."""
    incident.merged_into = head.id
    given = await give_to_owner_of(db, incident, head)
    head.co_reporter_ids = sorted({*head.co_reporter_ids, incident.reporter_id})
    await _note(db, head, Action.ABSORB, by, {"merged": _named(incident)})
    return {"into": _named(head), **given}


async def part(db: AsyncSession, incident: Incident, by: By) -> dict[str, Any]:
    """Take a case out of the one that it was merged into; give what its own event says of that."""
    if incident.merged_into is None:
        return {}
    head = await repository.get(db, incident.merged_into, visible=true(), lock=True)
    incident.merged_into = None
    await db.flush()
    left = select(Incident.reporter_id).where(Incident.merged_into == head.id).distinct()
    head.co_reporter_ids = sorted(await db.scalars(left))
    await _note(db, head, Action.LET_GO, by, {"separated": _named(incident)})
    return {"out_of": _named(head)}


async def _note(
    db: AsyncSession, head: Incident, action: Action, by: By, detail: dict[str, Any]
) -> None:
    """Note with the other case what happened; its owner is told by the merged one's event."""
    change = Change(
        action=action,
        target=Status(head.status),
        actor_id=by.actor_id,
        now=by.now,
        detail=detail,
        told=False,
    )
    await happen(db, head, change, owner_before=head.lead_id)


def _named(incident: Incident) -> dict[str, str]:
    return {"id": str(incident.id), "reference": incident.reference}
