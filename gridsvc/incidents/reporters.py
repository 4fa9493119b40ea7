"""The reporter of a case: kept with it, shown masked, revealed for a purpose, and forgotten."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from gridsvc.auth.audit import Deed, note
from gridsvc.auth.policy import Permission
from gridsvc.auth.principal import Principal
from gridsvc.auth.secret_box import SecretBox
from gridsvc.errors import Gone, NotFound
from gridsvc.incidents import repository
from gridsvc.incidents.leave import demand_for
from gridsvc.incidents.model import Incident
from gridsvc.incidents.visibility import visible_to
from gridsvc.personal.contact import PARTS, Contact, Named, opened, shown
from gridsvc.personal.model import ReporterRow

AT_ONCE = 500


async def keep(db: AsyncSession, incident_id: UUID, named: Named) -> None:
    """Write down who reported a case."""
    db.add(named.row(incident_id))
    await db.flush()


async def differing(db: AsyncSession, incident_id: UUID, named: Named | None) -> list[str]:
    """Name the fields in which a report tells otherwise of its reporter than the first time."""
    row = await db.get(ReporterRow, incident_id)
    if row is None or named is None:
        return [] if (row, named) == (None, None) else ["reporter"]
    if row.anonymised_at is not None:
        return []
    first, second = opened(row, named.box), named.contact
    described = [] if first.description == second.description else ["description"]
    same_person = replace(first, description=None) == replace(second, description=None)
    return described if same_person else [*described, "reporter"]


async def masked(
    db: AsyncSession, incident_id: UUID, *, box: SecretBox
) -> Mapping[str, str | None] | None:
    """Give what is shown of the reporter to everybody who sees the case."""
    row = await db.get(ReporterRow, incident_id)
    return shown(row, box) if row is not None else None


async def reveal(db: AsyncSession, incident_id: UUID, *, who: Principal, box: SecretBox) -> Contact:
    """Give the reporter in the clear, to who may have it in this case."""
    incident = await repository.get(db, incident_id, visible=visible_to(who))
    await demand_for(db, incident, who, Permission.REPORTERS_REVEAL)
    row = await db.get(ReporterRow, incident_id)
    if row is None:
        raise NotFound("no_reporter", en="The case names no reporter.", zh="该案件没有上报人信息。")
    if row.anonymised_at is not None:
        raise Gone(
            "reporter_anonymised",
            en="The reporter's data were kept for their time, and are deleted.",
            zh="上报人信息已超过保存期限，已被删除。",
        )
    return opened(row, box)


async def anonymise(db: AsyncSession, *, closed_before: datetime, now: datetime) -> int:
    """Empty what was kept of the reporters of some cases that were closed long ago; how many."""
    head = aliased(Incident)
    # Who reported what was merged is told of the case that goes on.
    goes_on = exists().where(
        head.id == Incident.merged_into, func.coalesce(head.closed_at, now) >= closed_before
    )
    over = (
        select(ReporterRow, Incident.reference)
        .join(Incident, Incident.id == ReporterRow.incident_id)
        .where(ReporterRow.anonymised_at.is_(None), Incident.closed_at < closed_before, ~goes_on)
        .limit(AT_ONCE)
        .with_for_update(of=ReporterRow, skip_locked=True)
    )
    found = [(row[0], row[1]) for row in await db.execute(over)]
    for row, reference in found:
        for part in PARTS:
            setattr(row, part, None)
        row.anonymised_at = now
        await note(db, Deed.ANONYMISED, reference, by=None, at=now)
    await db.flush()
    return len(found)


async def reseal(db: AsyncSession, box: SecretBox, *, after: UUID) -> Sequence[UUID]:
    """Seal the next reporters anew, with the newest key; tells of which cases they are."""
    following = select(ReporterRow).where(
        ReporterRow.anonymised_at.is_(None), ReporterRow.incident_id > after
    )
    batch = following.order_by(ReporterRow.incident_id).limit(AT_ONCE).with_for_update()
    found = list(await db.scalars(batch))
    for row in found:
        for part in PARTS:
            sealed = getattr(row, part)
            setattr(row, part, sealed and box.sealed_anew(sealed))
    await db.flush()
    return [row.incident_id for row in found]
