"""Uploads under way: begun, continued piece by piece, ended. What is in them, nobody looks at yet.

No piece is told of before it is in the storage, and then in the database. Each has a name of its
own: what was written and not told of takes no other's place, and is removed as an orphan.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.attachments.cabinet import Cabinet
from gridsvc.attachments.tus import Announced
from gridsvc.auth.policy import Permission
from gridsvc.auth.principal import Principal
from gridsvc.db.base import new_id
from gridsvc.db.jobs import defer
from gridsvc.errors import (
    Conflict,
    DifferentBody,
    Gone,
    Invalid,
    NotFound,
    TooLarge,
    TooManyRequests,
)
from gridsvc.files import repository
from gridsvc.files.keys import piece_key
from gridsvc.files.model import DONE, RECEIVED, Upload
from gridsvc.files.naming import clean
from gridsvc.incidents.model import Incident
from gridsvc.incidents.visibility import visible_to
from gridsvc.settings import Settings

PIECE = 1_048_576
"""Bytes that are held in memory, and written at once."""
MOST_PIECES = 2_000
"""Of one upload: who sends a few bytes at a time would fill the storage with objects."""
MOST_UNDER_WAY = 200
"""Of one account: what a phone gathers in weeks without a network, and more."""


@dataclass(frozen=True, slots=True)
class Adding:
    """Who begins an upload, when, and by which of their permissions."""

    who: Principal
    permissions: tuple[Permission, ...]
    now: datetime


async def begin(db: AsyncSession, sent: Announced, adding: Adding, *, settings: Settings) -> Upload:
    """Begin an upload, or find the one that the same call has begun before.

    For an incident that the caller may not see this goes as for one that is not there yet, so that
    nobody learns of it; such an upload is never bound, unless the report of it is the caller's.
    """
    upload_id = sent.upload_id or new_id()
    if await repository.upload(db, upload_id) is None:
        await _begin(db, sent, adding, upload_id=upload_id, settings=settings)
    found = await repository.upload(db, upload_id)
    same = (adding.who.account_id, sent.incident_id, sent.length)
    if found is None or (found.account_id, found.incident_id, found.length) != same:
        raise _id_taken()
    return found


async def _begin(
    db: AsyncSession, sent: Announced, adding: Adding, *, upload_id: UUID, settings: Settings
) -> None:
    # An attachment outlives its upload: another file of its id would take its place.
    if await repository.attachment(db, upload_id) is not None:
        raise _id_taken()
    admitted = await _may_add(db, sent.incident_id, adding)
    await _check_room(db, sent, adding.who, settings=settings, admitted=admitted)
    row = {
        "id": upload_id,
        "account_id": adding.who.account_id,
        "incident_id": sent.incident_id,
        "admitted": admitted,
        "name": clean(sent.name),
        "said": sent.said,
        "length": sent.length,
        "begun_at": adding.now,
        "expires_at": adding.now + timedelta(days=settings.upload_days),
    }
    # A rival of the same id may be first: whose it is then, is asked by who calls this.
    await db.execute(insert(Upload).values(**row).on_conflict_do_nothing())


def _id_taken() -> DifferentBody:
    return DifferentBody(
        en="This id was given to another file before.",
        zh="该 id 此前已用于其他文件。",
        field="Upload-Metadata",
    )


async def _check_room(
    db: AsyncSession, sent: Announced, who: Principal, *, settings: Settings, admitted: bool
) -> None:
    account, most = who.account_id, settings.attachments_per_incident
    if await repository.coming(db, account) >= MOST_UNDER_WAY:
        raise TooManyRequests(
            "too_many_uploads",
            en=f"{MOST_UNDER_WAY} of your uploads are under way; finish or end some first.",
            zh=f"您已有 {MOST_UNDER_WAY} 个上传未完成，请先完成或取消。",
        )
    coming = await repository.coming(db, account, incident_id=sent.incident_id)
    there = await repository.attached(db, sent.incident_id) if admitted else 0
    if coming + there >= most:
        raise too_many_files(most)


def too_many_files(most: int) -> Conflict:
    """Say how many files an incident may have."""
    return Conflict(
        "too_many_files",
        en=f"An incident may have {most} files; withdraw one first.",
        zh=f"每个案件最多 {most} 个附件，请先撤回其他附件。",
        most=most,
    )


async def _may_add(db: AsyncSession, incident_id: UUID, adding: Adding) -> bool:
    reached = or_(*(visible_to(adding.who, it) for it in adding.permissions))
    found = await db.scalar(select(exists().where(Incident.id == incident_id, reached)))
    return bool(found)


async def mine(
    db: AsyncSession, upload_id: UUID, *, who: Principal, now: datetime, lock: bool = False
) -> Upload:
    """Find an upload of the caller; nobody is told of another's."""
    found = await repository.upload(db, upload_id, lock=lock)
    if found is None or found.account_id != who.account_id:
        raise NotFound(
            en="There is no such upload of yours; begin a new one.",
            zh="您没有这个上传任务，请重新开始。",
        )
    if found.expires_at < now and found.state != DONE:
        raise Gone(
            "upload_expired",
            en="The upload has waited too long and is removed; begin a new one.",
            zh="上传等待时间过长，已被清除，请重新开始。",
        )
    return found


@dataclass(frozen=True, slots=True)
class Sending:
    """Who continues an upload, and where they say that it stands."""

    upload_id: UUID
    offset: int
    who: Principal
    now: datetime


async def continue_(cabinet: Cabinet, sending: Sending, body: AsyncIterator[bytes]) -> Upload:
    """Keep what comes, each piece for good before the next is read; a broken line loses no more."""
    async with cabinet.database.transaction() as db:
        upload = await mine(db, sending.upload_id, who=sending.who, now=sending.now)
        _check_offset(upload, sending.offset)
    async for piece in _cut(body):
        upload = await _keep(cabinet, sending, piece, upload=upload)
    return upload


async def _cut(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    held = bytearray()
    async for chunk in body:
        held += chunk
        while len(held) >= PIECE:
            yield bytes(held[:PIECE])
            del held[:PIECE]
    if held:
        yield bytes(held)


async def _keep(cabinet: Cabinet, sending: Sending, piece: bytes, *, upload: Upload) -> Upload:
    """Write a piece, then tell of it: no connection is held for as long as the storage takes."""
    end_, name = upload.received + len(piece), new_id()
    _check_piece(upload, end_)
    await cabinet.storage.put(piece_key(upload.id, name), piece)
    async with cabinet.database.transaction() as db:
        found = await mine(db, upload.id, who=sending.who, now=sending.now, lock=True)
        _check_offset(found, upload.received)
        found.pieces = [*found.pieces, name]
        found.received = end_
        found.expires_at = sending.now + timedelta(days=cabinet.settings.upload_days)
        if found.received == found.length:
            found.state = RECEIVED
            await defer(db, "take_in_upload", upload_id=str(found.id))
    return found


def _check_piece(upload: Upload, end_: int) -> None:
    if end_ > upload.length:
        raise TooLarge(
            "beyond_length",
            en=f"The upload was announced with {upload.length} bytes; these are more.",
            zh=f"该上传声明为 {upload.length} 字节，收到的内容超出此长度。",
            field="Upload-Length",
        )
    if len(upload.pieces) >= MOST_PIECES:
        raise Invalid(
            "too_many_pieces",
            en=f"An upload may come in {MOST_PIECES} pieces; begin anew with larger ones.",
            zh=f"一个上传最多分 {MOST_PIECES} 片，请以更大的分片重新开始。",
        )


def _check_offset(upload: Upload, offset: int) -> None:
    if upload.received != offset:
        raise Conflict(
            "wrong_offset",
            en=f"The upload stands at byte {upload.received}; go on from there.",
            zh=f"该上传已收到 {upload.received} 字节，请从此处继续。",
            field="Upload-Offset",
            offset=upload.received,
        )


async def end(cabinet: Cabinet, upload_id: UUID, *, who: Principal, now: datetime) -> None:
    """Give an upload up; what it has become an attachment of stays."""
    async with cabinet.database.transaction() as db:
        upload = await mine(db, upload_id, who=who, now=now, lock=True)
        if upload.state == DONE:
            raise Conflict(
                "upload_attached",
                en="The upload is an attachment by now; withdraw that instead.",
                zh="该上传已成为附件，请改为撤回附件。",
            )
        pieces = upload.keys
        await db.delete(upload)
    await cabinet.storage.delete(pieces)
