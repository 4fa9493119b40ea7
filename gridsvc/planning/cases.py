"""Cases as routing asks for them, page by page: those that are open, and those of the past."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from gridsvc.catalogue.model import Category, CategoryScheme
from gridsvc.incidents.lifecycle import UNHANDLED, Action
from gridsvc.incidents.model import Incident, IncidentEvent
from gridsvc.routing.model import RoutingDecision
from gridsvc.routing.service import Matter, Position

AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An incident with what routing asks of it."""

    id: UUID
    reference: str
    status: str
    due_at: datetime
    lead_id: UUID | None
    decided_id: UUID | None
    """Whom the newest decision named; another than the lead where a person has chosen."""
    settled: bool
    """Whether a person has answered what the newest decision asked, or named the component or the
    owner."""
    matter: Matter

    @property
    def chosen_by_person(self) -> bool:
        """Whether a person has had the last word on the owner."""
        return self.settled or self.lead_id != self.decided_id


def is_waiting() -> ColumnElement[bool]:
    """Make the condition that an incident's matter is not dealt with yet, and has a place.

    What is handled or checked was the work of its owner, and stays its.
    """
    statuses = [status.value for status in sorted(UNHANDLED)]
    return and_(Incident.status.in_(statuses), Incident.location.is_not(None))


def _dispatched_since() -> ColumnElement[bool]:
    """Whether a dispatcher has named the owner since the decision, be it the one decided."""
    event = aliased(IncidentEvent)
    return exists().where(
        event.incident_id == RoutingDecision.incident_id,
        event.action.in_([Action.ARBITRATE.value, Action.DISPATCH.value]),
        event.at >= RoutingDecision.decided_at,
        event.detail["lead"].astext.is_not(None),
    )


def _component_named_since() -> ColumnElement[bool]:
    """Whether a correction has named the component."""
    event = aliased(IncidentEvent)
    return exists().where(
        event.incident_id == RoutingDecision.incident_id,
        event.action == Action.AMEND.value,
        event.detail["after"]["asset"].astext.is_not(None),
    )


def _cases(condition: ColumnElement[bool]) -> Select[Any]:
    newest = (
        select(
            RoutingDecision.lead_id,
            or_(
                RoutingDecision.record["answer"].astext.is_not(None),
                IncidentEvent.detail["report"]["asset"].astext.is_not(None),
                _component_named_since(),
                _dispatched_since(),
            ).label("settled"),
        )
        .join(
            IncidentEvent,
            and_(
                IncidentEvent.incident_id == RoutingDecision.incident_id,
                IncidentEvent.sequence == 1,
            ),
        )
        .where(RoutingDecision.incident_id == Incident.id)
        .order_by(RoutingDecision.decided_at.desc(), RoutingDecision.id.desc())
        .limit(1)
        .lateral()
    )
    return (
        select(
            Incident.id,
            Incident.reference,
            Incident.status,
            Incident.due_at,
            Incident.lead_id,
            newest.c.lead_id,
            newest.c.settled,
            Category.code,
            CategoryScheme.code,
            func.ST_X(Incident.location),
            func.ST_Y(Incident.location),
            Incident.accuracy_m,
            Incident.occurred_at,
            Incident.address,
        )
        .join(Category, Category.id == Incident.category_id)
        .join(CategoryScheme, CategoryScheme.id == Category.scheme_id)
        .outerjoin(newest, true())
        .where(condition)
        .order_by(Incident.id)
        .limit(AT_ONCE)
    )


def _case(row: Sequence[Any]) -> Case:
    id_, reference, status, due_at, lead, decided, settled, *about = row
    category, scheme, lon, lat, accuracy, at, address = about
    return Case(
        id=id_,
        reference=reference,
        status=status,
        due_at=due_at,
        lead_id=lead,
        decided_id=decided,
        settled=bool(settled),
        matter=Matter(
            category=category,
            scheme=scheme,
            position=Position(lon, lat, accuracy or 0.0),
            at=at,
            address=address,
        ),
    )


async def page_after(
    db: AsyncSession, condition: ColumnElement[bool], last: UUID | None, *, lock: bool = False
) -> list[Case]:
    """Read the next cases by id; `lock` holds them until the commit."""
    later = condition if last is None else and_(condition, Incident.id > last)
    if lock:
        # Before they are read: what waits for a lock sees the incident anew, its decisions not.
        named = select(Incident.id).where(later).order_by(Incident.id).limit(AT_ONCE)
        held = list(await db.scalars(named.with_for_update()))
        later = and_(condition, Incident.id.in_(held))
    return [_case(row) for row in await db.execute(_cases(later))]


async def pages(
    db: AsyncSession, condition: ColumnElement[bool], *, most: int
) -> AsyncIterator[list[Case]]:
    """Read cases page by page, up to a number."""
    last, seen = None, 0
    while seen < most:
        found = await page_after(db, condition, last)
        if not found:
            return
        yield found[: most - seen]
        last, seen = found[-1].id, seen + len(found)
