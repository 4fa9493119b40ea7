"""An upload with all its bytes becomes an attachment of its incident, or is refused."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.attachments.cabinet import Cabinet
from gridsvc.attachments.receiving import too_many_files
from gridsvc.db.jobs import defer, given_up
from gridsvc.errors import Conflict, GridsvcError
from gridsvc.files import repository
from gridsvc.files.content import Content, look_at
from gridsvc.files.faults import Unacceptable
from gridsvc.files.keys import Copy, copy_key
from gridsvc.files.model import DONE, RECEIVED, REFUSED, Attachment, Upload
from gridsvc.files.naming import named
from gridsvc.incidents.happening import Change, happen
from gridsvc.incidents.lifecycle import Action, Status
from gridsvc.incidents.model import Incident

_MAY_ADD = or_(Upload.admitted, Incident.reporter_id == Upload.account_id)
"""Whether who sends a file may add it: they saw the incident then, or have reported it."""
DUE = and_(Upload.state == RECEIVED, exists().where(Incident.id == Upload.incident_id, _MAY_ADD))
"""Whether an upload is complete, and its incident is there."""


async def waiting(db: AsyncSession) -> Sequence[UUID]:
    """List the uploads whose incident has come by now, and that no job is to look at."""
    idle = given_up("take_in_upload", "upload_id", Upload.id)
    return list(await db.scalars(select(Upload.id).where(DUE, idle)))


async def take_in(cabinet: Cabinet, upload_id: UUID, clock: Callable[[], datetime]) -> None:
    """Look at an upload and add it to its incident; one whose incident is not there yet waits."""
    async with cabinet.database.sessions() as db:
        upload = await db.scalar(select(Upload).where(Upload.id == upload_id, DUE))
    if upload is None:
        return
    content = await cabinet.storage.joined(upload.keys)
    try:
        async with cabinet.drawing:
            most = cabinet.settings.attachment_pixels
            seen = await asyncio.to_thread(look_at, content, most_pixels=most)
        await cabinet.storage.put(copy_key(upload_id, Copy.ORIGINAL), content)
        await _add(cabinet, upload_id, seen, now=clock())
    except (Conflict, Unacceptable) as error:
        await _refuse(cabinet, upload_id, error)
    await cabinet.storage.delete(upload.keys)


async def _add(cabinet: Cabinet, upload_id: UUID, seen: Content, *, now: datetime) -> None:
    async with cabinet.database.transaction() as db:
        upload = await repository.upload(db, upload_id, lock=True)
        if upload is None or upload.state != RECEIVED:
            return
        incident = await db.get_one(Incident, upload.incident_id, with_for_update=True)
        most = cabinet.settings.attachments_per_incident
        if await repository.attached(db, incident.id) >= most:
            raise too_many_files(most)
        upload.state = DONE
        db.add(_attachment(upload, seen, now=now))
        await defer(db, "release_attachment", attachment_id=str(upload.id))
        await happen(db, incident, _added(incident, upload, seen, now=now), owner_before=None)


def _attachment(upload: Upload, seen: Content, *, now: datetime) -> Attachment:
    width, height = seen.size or (None, None)
    return Attachment(
        id=upload.id,
        incident_id=upload.incident_id,
        account_id=upload.account_id,
        name=named(upload.name, seen.kind),
        kind=seen.kind.value,
        length=upload.length,
        sha256=seen.sha256,
        width=width,
        height=height,
        told=seen.told,
        added_at=now,
    )


def _added(incident: Incident, upload: Upload, seen: Content, *, now: datetime) -> Change:
    return Change(
        action=Action.ATTACH,
        target=Status(incident.status),
        actor_id=upload.account_id,
        now=now,
        detail={
            "attachment": str(upload.id),
            "kind": seen.kind.value,
            "bytes": upload.length,
            "sha256": seen.sha256.hex(),
        },
        told=False,
    )


async def _refuse(cabinet: Cabinet, upload_id: UUID, error: GridsvcError) -> None:
    """Keep why a file was not taken, for its sender asks later."""
    async with cabinet.database.transaction() as db:
        upload = await repository.upload(db, upload_id, lock=True)
        if upload is None or upload.state != RECEIVED:
            return
        upload.state = REFUSED
        upload.failure = {"code": error.code, "en": error.en, "zh": error.zh}
    await cabinet.storage.delete([copy_key(upload_id, Copy.ORIGINAL)])
