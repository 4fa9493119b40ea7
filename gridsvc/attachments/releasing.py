"""An attachment is scanned, and drawn for others to see; until then nobody is given it."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.attachments.cabinet import Cabinet
from gridsvc.db.jobs import given_up
from gridsvc.files import repository
from gridsvc.files.content import copies
from gridsvc.files.keys import Copy, copy_key
from gridsvc.files.kinds import Kind
from gridsvc.files.model import CHECKING, QUARANTINED, READY, SCANNER_FAILED, Attachment
from gridsvc.files.scanner import Verdict, scan
from gridsvc.incidents.happening import Change, happen
from gridsvc.incidents.lifecycle import Action, Status
from gridsvc.incidents.model import Incident

_UNDECIDED = or_(
    Attachment.state == CHECKING,
    and_(Attachment.state == QUARANTINED, Attachment.reason == SCANNER_FAILED),
)


async def undecided(db: AsyncSession, *, limit: int) -> Sequence[UUID]:
    """List some of what no job is to scan: one was given up, or the scanner could not tell.

    Any of them: a few that never can be scanned keep no others waiting.
    """
    idle = given_up("release_attachment", "attachment_id", Attachment.id)
    listed = select(Attachment.id).where(_UNDECIDED, idle).order_by(func.random()).limit(limit)
    return list(await db.scalars(listed))


async def release(cabinet: Cabinet, attachment_id: UUID, clock: Callable[[], datetime]) -> None:
    """Have an attachment scanned and, if it is clean, give it out; done once however often run."""
    async with cabinet.database.sessions() as db:
        found = await db.scalar(
            select(Attachment).where(Attachment.id == attachment_id, _UNDECIDED)
        )
    if found is None:
        return
    content = await cabinet.storage.get(copy_key(attachment_id, Copy.ORIGINAL))
    verdict = await scan(content, cabinet.settings)
    if verdict is Verdict.CLEAN:
        await _draw(cabinet, found, content)
    await _decide(cabinet, found, verdict, now=clock())


async def _draw(cabinet: Cabinet, attachment: Attachment, content: bytes) -> None:
    most = cabinet.settings.attachment_pixels
    async with cabinet.drawing:
        drawn = await asyncio.to_thread(copies, content, Kind(attachment.kind), most_pixels=most)
    for copy, it in drawn.items():
        await cabinet.storage.put(copy_key(attachment.id, copy), it)


async def _decide(
    cabinet: Cabinet, attachment: Attachment, verdict: Verdict, *, now: datetime
) -> None:
    state = READY if verdict is Verdict.CLEAN else QUARANTINED
    reason = None if verdict is Verdict.CLEAN else verdict.value
    async with cabinet.database.transaction() as db:
        # The incident first: so does whoever withdraws, and neither waits for the other.
        incident = await db.get_one(Incident, attachment.incident_id, with_for_update=True)
        found = await repository.attachment(db, attachment.id, lock=True)
        if found is None or found.state not in {CHECKING, QUARANTINED}:
            return
        before = found.state, found.reason
        found.state, found.reason = state, reason
        # That what was just added is clean goes without saying.
        if before != (state, reason) and (before[0], state) != (CHECKING, READY):
            await happen(db, incident, _said(incident, found, now=now), owner_before=None)


def _said(incident: Incident, attachment: Attachment, *, now: datetime) -> Change:
    """Write down what the scanner said, in the name of who sent the file."""
    return Change(
        action=Action.CLEAR if attachment.state == READY else Action.QUARANTINE,
        target=Status(incident.status),
        actor_id=attachment.account_id,
        now=now,
        detail={"attachment": str(attachment.id), "by": "scanner", "reason": attachment.reason},
        told=False,
    )
