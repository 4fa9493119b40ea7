"""Reading whistles for the endpoints: everything passes the one visibility filter."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas import repository as areas
from gridsvc.auth.principal import Principal
from gridsvc.db.selection import Cursor
from gridsvc.incidents.model import Incident
from gridsvc.incidents.repository import not_found
from gridsvc.incidents.visibility import visible_to
from gridsvc.whistles import repository
from gridsvc.whistles.lifecycle import State
from gridsvc.whistles.model import Whistle, WhistleEvent
from gridsvc.whistles.repository import Listed
from gridsvc.whistles.visibility import whistles_visible_to


@dataclass(frozen=True, slots=True)
class Page:
    """Some whistles, the newest first, and where the next page begins."""

    rows: Sequence[Listed]
    next: Cursor | None


async def page(
    db: AsyncSession,
    *,
    who: Principal,
    state: State | None,
    incident_id: UUID | None,
    limit: int,
    after: Cursor | None,
) -> Page:
    """List the whistles that the caller may see."""
    wanted = and_(
        whistles_visible_to(who),
        Whistle.state == state.value if state else true(),
        Whistle.incident_id == incident_id if incident_id else true(),
    )
    found = await repository.page(db, wanted, limit=limit, after=after)
    rows = found[:limit]
    last = rows[-1] if len(found) > limit else None
    following = Cursor(last.called_at, last.id) if last else None
    return Page(await repository.listed(db, rows), following)


async def one(db: AsyncSession, whistle_id: UUID, *, who: Principal) -> Listed:
    """Read a whistle that the caller may see."""
    whistle = await repository.get(db, whistle_id, visible=whistles_visible_to(who))
    [found] = await repository.listed(db, [whistle])
    return found


async def changed(db: AsyncSession, whistle_id: UUID) -> Listed:
    """Read a whistle that the caller has just changed."""
    [found] = await repository.listed(db, [await db.get_one(Whistle, whistle_id)])
    return found


async def events(db: AsyncSession, found: Listed) -> Sequence[WhistleEvent]:
    """Read what happened to a whistle that the caller may see."""
    return await repository.events_of(db, found.whistle.id)


async def case_reference(db: AsyncSession, whistle: Whistle) -> str | None:
    """Name the incident that a whistle is for."""
    if whistle.incident_id is None:
        return None
    named = select(Incident.reference).where(Incident.id == whistle.incident_id)
    return await db.scalar(named)


async def incident_named(db: AsyncSession, text: str, *, who: Principal) -> UUID | None:
    """Find the incident that somebody names by its number or id; nothing names none."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        own = select(Incident.id).where(Incident.reference == text, visible_to(who))
    found = await db.scalar(own)
    if found is None:
        raise not_found()
    return found


async def layers(db: AsyncSession, *, chinese: bool) -> list[tuple[str, str]]:
    """List the layers whose areas can be named, with what they are called."""
    found = [layer for layer, release in await areas.layers(db) if release is not None]
    return [(it.name, it.title if chinese else it.title_en or it.title) for it in found]


async def organisations(db: AsyncSession, *, chinese: bool) -> list[tuple[str, str]]:
    """List the organisations that can be called, with what they are called."""
    found = await areas.organisations(db)
    return [(it.code, it.name if chinese else it.name_en or it.name) for it in found]
