"""What is done now and then: what waits is gone on with, what nobody needs is removed."""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from gridsvc.attachments.cabinet import Cabinet
from gridsvc.attachments.releasing import undecided
from gridsvc.attachments.taking_in import DUE, waiting
from gridsvc.db.jobs import defer
from gridsvc.files import repository
from gridsvc.files.keys import ATTACHMENTS, UPLOADS, owner_of
from gridsvc.files.model import Attachment, Upload

log = logging.getLogger("gridsvc.attachments")

AGE = timedelta(days=1)
"""What is younger may be about to be written down: nothing takes that long."""
AT_ONCE = 500
SCANNED_AT_ONCE = 50


async def go_on(cabinet: Cabinet) -> None:
    """Enqueue the uploads whose incident has come, and what was not scanned.

    Each is a job of its own: one that fails keeps no other waiting.
    """
    async with cabinet.database.transaction() as db:
        for upload_id in await waiting(db):
            await defer(db, "take_in_upload", upload_id=str(upload_id))
        for attachment_id in await undecided(db, limit=SCANNED_AT_ONCE):
            await defer(db, "release_attachment", attachment_id=str(attachment_id))


async def remove_expired(cabinet: Cabinet, *, now: datetime) -> int:
    """Remove uploads that were never finished, or never found their incident."""
    async with cabinet.database.transaction() as db:
        # What has its incident is taken in as soon as that can be done, however late.
        late = select(Upload).where(Upload.expires_at < now, ~DUE).limit(AT_ONCE)
        # One that is being written is left alone.
        over = list(await db.scalars(late.with_for_update(skip_locked=True)))
        pieces = [key for upload in over for key in upload.keys]
        for upload in over:
            await db.delete(upload)
    await cabinet.storage.delete(pieces)
    return len(over)


async def remove_orphans(cabinet: Cabinet, *, now: datetime) -> int:
    """Remove objects that no row knows: a process was killed between the storage and its end."""
    removed = 0
    for folder in (UPLOADS, ATTACHMENTS):
        batch: dict[str, UUID | None] = {}
        async for kept in cabinet.storage.listed(folder):
            if kept.since < now - AGE:
                batch[kept.key] = owner_of(kept.key)
            if len(batch) >= AT_ONCE:
                removed += await _remove_unknown(cabinet, folder, batch)
                batch = {}
        removed += await _remove_unknown(cabinet, folder, batch)
    if removed:
        log.warning("removed %s objects that belonged to nothing", removed)
    return removed


async def _remove_unknown(cabinet: Cabinet, folder: str, batch: dict[str, UUID | None]) -> int:
    known = await _known(cabinet, folder, {owner for owner in batch.values() if owner})
    orphans = [key for key, owner in batch.items() if owner not in known]
    await cabinet.storage.delete(orphans)
    return len(orphans)


async def _known(cabinet: Cabinet, folder: str, ids: Collection[UUID]) -> set[UUID]:
    """Tell whose objects are needed; an original is written just before its attachment's row."""
    async with cabinet.database.sessions() as db:
        under_way = await repository.known(db, ids, Upload)
        if folder == UPLOADS:
            return under_way
        return under_way | await repository.known(db, ids, Attachment)
