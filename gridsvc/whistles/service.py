"""Blowing a whistle: whom the street chooses is called, written down and told, all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import shapely
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Principal
from gridsvc.db.base import new_id
from gridsvc.errors import Conflict, DifferentBody
from gridsvc.incidents.lifecycle import OPEN, Status
from gridsvc.incidents.lifecycle import Action as CaseAction
from gridsvc.incidents.model import Incident
from gridsvc.incidents.report import hash_of
from gridsvc.incidents.repository import keep_key
from gridsvc.incidents.service import Desk
from gridsvc.whistles.asked import Blown
from gridsvc.whistles.calling import Call, calls_of, ids
from gridsvc.whistles.happening import Change, happen, note_in_case
from gridsvc.whistles.lifecycle import Action, State
from gridsvc.whistles.limits import Limits
from gridsvc.whistles.model import REFERENCE_NUMBER, Whistle, WhistleAlarm, WhistleCall
from gridsvc.whistles.surveying import Survey, survey


@dataclass(frozen=True, slots=True)
class Receipt:
    """Which whistle it is; `created` is False where the same one had been blown before."""

    whistle_id: UUID
    created: bool


async def blow(
    db: AsyncSession, desk: Desk, limits: Limits, blown: Blown, *, who: Principal, now: datetime
) -> Receipt:
    """Call organisations to a place. Repeated, nobody is called twice."""
    whistle_id = await _identify(db, blown, who=who, now=now)
    if (known := await db.get(Whistle, whistle_id)) is not None:
        return _repeated(known, blown, who=who)
    found = await survey(db, desk, blown.matter, who=who, now=now, lock=True)
    _require_free(found.incident)
    book = await desk.book(db, found.edition.version)
    calls = calls_of(blown, found, book, limits, now=now)
    row = _row(blown, found, calls, who=who, now=now)
    day = f"{now.astimezone(book.default.zone):%Y%m%d}"
    made = await db.scalar(
        insert(Whistle)
        .values(id=whistle_id, reference=await _reference(db, day), **row)
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(Whistle.id)
    )
    if made is None:
        return _repeated(await db.get_one(Whistle, whistle_id), blown, who=who)
    await _call(db, whistle_id, blown, found, calls, who=who, now=now)
    return Receipt(whistle_id, created=True)


async def _identify(db: AsyncSession, blown: Blown, *, who: Principal, now: datetime) -> UUID:
    """Choose the whistle's id: the client's, the one its key stands for, or a new one."""
    wanted = blown.whistle_id or new_id()
    if blown.idempotency_key is None:
        return wanted
    # Keys of whistles and of reports do not meet.
    key = f"whistle:{blown.idempotency_key}"
    kept = await keep_key(db, who.account_id, key, incident_id=wanted, now=now)
    if blown.whistle_id not in {None, kept}:
        raise _different("id", en="This Idempotency-Key came with another id before.")
    return kept


def _repeated(known: Whistle, blown: Blown, *, who: Principal) -> Receipt:
    """Give the whistle that was blown before, if this is it."""
    if known.caller_id != who.account_id:
        raise _different("id", en="This id is taken.")
    if known.request_hash != hash_of(dict(blown.body)):
        raise _different("id", en="The same id or key came before with another body.")
    return Receipt(known.id, created=False)


def _different(field: str, *, en: str) -> DifferentBody:
    return DifferentBody(en=en, zh="相同的 id 或 Idempotency-Key 之前对应不同的内容。", field=field)


def _require_free(incident: Incident | None) -> None:
    """Refuse to call to a case that has ended, or to which others are called already."""
    if incident is None:
        return
    if Status(incident.status) not in OPEN:
        raise Conflict(
            "incident_over",
            en=f"The incident is {incident.status}: nobody is called to it any more.",
            zh="案件已结束，不能再吹哨。",
            field="incident",
        )
    if incident.called_ids:
        raise Conflict(
            "whistle_running",
            en="A whistle for this incident has not ended yet.",
            zh="本案已有进行中的吹哨。",
            field="incident",
        )


async def _reference(db: AsyncSession, day: str) -> str:
    """Make a number that people read: W, the day, and at least four digits."""
    return f"W{day}{await db.scalar(REFERENCE_NUMBER.next_value()):04}"


def _row(
    blown: Blown, found: Survey, calls: Sequence[Call], *, who: Principal, now: datetime
) -> dict[str, Any]:
    return {
        "kind": blown.kind.value,
        "state": State.RUNNING.value,
        "matter": blown.text,
        "incident_id": found.incident.id if found.incident else None,
        "place": found.ground.name,
        "ground": found.ground.shape,
        "radius_m": blown.matter.where.radius_m,
        "areas": list(found.ground.areas),
        "organisation_id": found.appointment.organisation_id,
        "caller_id": who.account_id,
        "called_ids": ids(calls),
        "called_at": now,
        "request_hash": hash_of(dict(blown.body)),
    }


async def _call(
    db: AsyncSession,
    whistle_id: UUID,
    blown: Blown,
    found: Survey,
    calls: Sequence[Call],
    *,
    who: Principal,
    now: datetime,
) -> None:
    """Write down who is called, lay out their reminders, and tell them."""
    for call in calls:
        own = {"whistle_id": whistle_id, "organisation_id": call.organisation.id}
        db.add(
            WhistleCall(
                **own,
                zones=list(call.zones),
                reason=call.reason,
                due=call.due,
                calendar=call.calendar,
            )
        )
        await db.flush()
        db.add_all(WhistleAlarm(**own, kind=kind, at=at) for kind, at in call.rings.items())
    await db.flush()
    change = Change(
        action=Action.CALL,
        actor_id=who.account_id,
        now=now,
        detail=_said(blown, found, calls),
        told=ids(calls),
    )
    await happen(db, whistle_id, change)
    if found.incident is not None:
        found.incident.called_ids = ids(calls)
        await note_in_case(
            db, found.incident, CaseAction.WHISTLE, whistle=whistle_id, change=change
        )


def _said(blown: Blown, found: Survey, calls: Sequence[Call]) -> dict[str, Any]:
    return {
        "kind": blown.kind.value,
        "matter": blown.text,
        "incident": str(found.incident.id) if found.incident else None,
        "place": found.ground.name,
        "ground": shapely.to_wkt(found.ground.shape, rounding_precision=9),
        "radius_m": blown.matter.where.radius_m,
        "calls": [call.detail for call in calls],
    }
