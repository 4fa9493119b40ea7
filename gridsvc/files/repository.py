"""Uploads and attachments in the database. Who may see them is asked before."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.files.model import RECEIVED, RECEIVING, WITHDRAWN, Attachment, Upload

UNDER_WAY = (RECEIVING, RECEIVED)


async def upload(db: AsyncSession, upload_id: UUID, *, lock: bool = False) -> Upload | None:
    """Find an upload; locked, nobody else adds a piece to it meanwhile."""
    return await db.get(Upload, upload_id, with_for_update=lock or None, populate_existing=True)


async def attachment(
    db: AsyncSession, attachment_id: UUID, *, lock: bool = False
) -> Attachment | None:
    """Find an attachment."""
    return await db.get(
        Attachment, attachment_id, with_for_update=lock or None, populate_existing=True
    )


async def attachments_of(db: AsyncSession, incident_id: UUID) -> Sequence[Attachment]:
    """List the attachments of an incident, the first one first; withdrawn ones stay listed."""
    listed = select(Attachment).where(Attachment.incident_id == incident_id)
    return list(await db.scalars(listed.order_by(Attachment.added_at, Attachment.id)))


async def attached(db: AsyncSession, incident_id: UUID) -> int:
    """Count the attachments that an incident has."""
    counted = select(func.count()).where(
        Attachment.incident_id == incident_id, Attachment.state != WITHDRAWN
    )
    return await db.scalar(counted) or 0


async def coming(db: AsyncSession, account_id: UUID, *, incident_id: UUID | None = None) -> int:
    """Count what an account has under way, for one incident or for all."""
    counted = select(func.count()).where(
        Upload.account_id == account_id, Upload.state.in_(UNDER_WAY)
    )
    if incident_id is not None:
        counted = counted.where(Upload.incident_id == incident_id)
    return await db.scalar(counted) or 0


async def known(
    db: AsyncSession, ids: Collection[UUID], table: type[Upload | Attachment]
) -> set[UUID]:
    """Tell which of some ids a table has; finished uploads need their pieces no more."""
    listed = select(table.id).where(table.id.in_(ids))
    if table is Upload:
        listed = listed.where(Upload.state.in_(UNDER_WAY))
    return set(await db.scalars(listed))
