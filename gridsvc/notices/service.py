"""Telling an organisation about its incidents; done by a job, harmless when done twice."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.db.base import new_id
from gridsvc.incidents.model import Incident
from gridsvc.notices.model import Notice


async def tell_owner(db: AsyncSession, incident_id: UUID, kind: str, *, now: datetime) -> bool:
    """Put a notice into the inbox of the incident's owner; False where it has none."""
    lead_id = await db.scalar(select(Incident.lead_id).where(Incident.id == incident_id))
    if lead_id is None:
        return False
    await db.execute(
        insert(Notice)
        .values(
            id=new_id(),
            organisation_id=lead_id,
            incident_id=incident_id,
            kind=kind,
            created_at=now,
        )
        .on_conflict_do_nothing()
    )
    return True


async def inbox(db: AsyncSession, organisation_id: UUID, *, limit: int) -> list[Notice]:
    """List an organisation's notices, the newest first."""
    return list(
        await db.scalars(
            select(Notice)
            .where(Notice.organisation_id == organisation_id)
            .order_by(Notice.created_at.desc(), Notice.id.desc())
            .limit(limit)
        )
    )
