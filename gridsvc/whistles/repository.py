"""Whistles in the database: found, locked, listed, and their events appended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Organisation
from gridsvc.db.base import new_id
from gridsvc.db.selection import Cursor
from gridsvc.errors import NotFound
from gridsvc.incidents.events import FIRST
from gridsvc.whistles.events import Event
from gridsvc.whistles.model import Whistle, WhistleCall, WhistleEvent


@dataclass(frozen=True, slots=True)
class Listed:
    """A whistle with whom it calls, by code in the order of the codes, and who blew it."""

    whistle: Whistle
    calls: Mapping[str, tuple[WhistleCall, Organisation]]
    caller: Organisation | None


async def get(
    db: AsyncSession, whistle_id: UUID, *, visible: ColumnElement[bool], lock: bool = False
) -> Whistle:
    """Find a whistle that the caller may see; one that they may not is not found either."""
    statement = select(Whistle).where(Whistle.id == whistle_id, visible)
    if lock:
        statement = statement.with_for_update()
    whistle: Whistle | None = await db.scalar(statement)
    if whistle is None:
        raise NotFound(
            en="There is no such whistle, or none that you may see.",
            zh="吹哨不存在，或您无权查看。",
        )
    return whistle


async def listed(db: AsyncSession, whistles: Sequence[Whistle]) -> list[Listed]:
    """Add to whistles whom they call and who blew them."""
    calls: dict[UUID, dict[str, tuple[WhistleCall, Organisation]]] = {}
    rows = await db.execute(
        select(WhistleCall, Organisation)
        .join(Organisation, Organisation.id == WhistleCall.organisation_id)
        .where(WhistleCall.whistle_id.in_([it.id for it in whistles]))
        .order_by(Organisation.code)
    )
    for call, organisation in rows:
        calls.setdefault(call.whistle_id, {})[organisation.code] = call, organisation
    blown = {it.organisation_id for it in whistles if it.organisation_id}
    found = await db.scalars(select(Organisation).where(Organisation.id.in_(blown)))
    callers = {it.id: it for it in found}
    return [
        Listed(it, calls.get(it.id, {}), callers.get(it.organisation_id or it.id))
        for it in whistles
    ]


async def page(
    db: AsyncSession, wanted: ColumnElement[bool], *, limit: int, after: Cursor | None
) -> Sequence[Whistle]:
    """List whistles that meet a condition, the newest first, one more than a page has."""
    statement = select(Whistle).where(wanted)
    if after is not None:
        key = tuple_(Whistle.called_at, Whistle.id)
        statement = statement.where(key < tuple_(after.at, after.id))
    newest = statement.order_by(Whistle.called_at.desc(), Whistle.id.desc())
    return list(await db.scalars(newest.limit(limit + 1)))


async def events_of(db: AsyncSession, whistle_id: UUID) -> Sequence[WhistleEvent]:
    """List a whistle's events, the first one first."""
    own = select(WhistleEvent).where(WhistleEvent.whistle_id == whistle_id)
    return list(await db.scalars(own.order_by(WhistleEvent.sequence)))


async def end_of_chain(db: AsyncSession, whistle_id: UUID) -> tuple[int, bytes]:
    """Give the number and the hash of the last event; of none, what the first follows."""
    last = (
        select(WhistleEvent.sequence, WhistleEvent.hash)
        .where(WhistleEvent.whistle_id == whistle_id)
        .order_by(WhistleEvent.sequence.desc())
        .limit(1)
    )
    row = (await db.execute(last)).one_or_none()
    return (0, FIRST) if row is None else (row.sequence, row.hash)


async def add_event(db: AsyncSession, event: Event) -> None:
    """Append an event."""
    await db.execute(
        insert(WhistleEvent).values(
            id=new_id(),
            whistle_id=event.whistle_id,
            sequence=event.sequence,
            at=event.at,
            actor_id=event.actor_id,
            organisation_id=event.organisation_id,
            action=event.action.value,
            note=event.note,
            detail=event.detail,
            previous_hash=event.previous_hash,
            hash=event.hash,
        )
    )


async def distance_m(db: AsyncSession, whistle_id: UUID, lon: float, lat: float) -> float:
    """Measure how far a position is from a whistle's ground; 0 inside it."""
    here = func.ST_SetSRID(func.ST_MakePoint(lon, lat), 4326)
    metres = func.ST_Distance(func.geography(Whistle.ground), func.geography(here))
    return float((await db.execute(select(metres).where(Whistle.id == whistle_id))).scalar_one())
