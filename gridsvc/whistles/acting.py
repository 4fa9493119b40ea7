"""What a called organisation does: it reports in, gives its part, signs off."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.confining import release as release_session
from gridsvc.incidents.documents import check_documents
from gridsvc.whistles import repository
from gridsvc.whistles.asked import Position
from gridsvc.whistles.holding import Held, Step, hold, keep, standing_of, write
from gridsvc.whistles.lifecycle import Action, presence_of
from gridsvc.whistles.standing import require_called


async def report_in(
    db: AsyncSession, step: Step, code: str, position: Position, *, note: str | None
) -> None:
    """Note that an organisation has come. Late or from elsewhere, it is kept, and flagged."""
    held = await hold(db, step)
    row, organisation = held.call(code)
    require_called(step.who, organisation.id)
    metres = await repository.distance_m(db, held.whistle.id, position.lon, position.lat)
    presence = presence_of(metres, position.accuracy_m, radius_m=held.whistle.radius_m)
    standing = standing_of(row).report_in(step.now, presence)
    await release_session(db)
    keep(row, standing)
    detail = {
        "lon": position.lon,
        "lat": position.lat,
        "accuracy_m": position.accuracy_m,
        "distance_m": round(metres, 1),
        "presence": presence.value,
        "late": step.now > row.due,
    }
    await write(db, held, step.change(Action.REPORT_IN, organisation, note=note, detail=detail))


async def give_part(
    db: AsyncSession, step: Step, code: str, *, text: str, documents: Sequence[UUID]
) -> None:
    """Note what an organisation has done; said again, the newest counts.

    Documents are attachments of the case that it is called for.
    """
    held = await hold(db, step)
    row, organisation = held.call(code)
    require_called(step.who, organisation.id)
    standing = standing_of(row).give_part(step.now)
    await release_session(db)
    await check_documents(db, held.whistle.incident_id, documents)
    keep(row, standing)
    row.part, row.documents = text, list(documents)
    detail = {"documents": [str(one) for one in documents]}
    await write(db, held, step.change(Action.PART, organisation, note=text, detail=detail))


async def sign_off(db: AsyncSession, step: Step, code: str) -> None:
    """Let an organisation go that has given its part; when all have, the street is told."""
    held = await hold(db, step)
    row, organisation = held.call(code)
    require_called(step.who, organisation.id)
    standing = standing_of(row).sign_off(step.now)
    await release_session(db)
    keep(row, standing)
    await write(db, held, step.change(Action.SIGN_OFF, organisation, told=_caller(held)))


def _caller(held: Held) -> list[UUID]:
    blown_by = held.whistle.organisation_id
    return [blown_by] if blown_by and held.nobody_is_waited_for() else []
