"""Somebody who owns the tables, and changes them by hand."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.db.base import new_id
from gridsvc.incidents.events import hash_of
from gridsvc.incidents.model import IncidentEvent

COPY = (
    "INSERT INTO incident_event SELECT gen_random_uuid(), incident_id, {number}, at, actor_id,"
    " action, from_status, to_status, note, detail, previous_hash, hash"
    " FROM incident_event WHERE incident_id = :id AND sequence = {like}"
)
CHANGE = "UPDATE incident_event SET {} WHERE incident_id = :id"
DELETE = "DELETE FROM incident_event WHERE incident_id = :id"
ROW = "UPDATE incident SET {} WHERE id = :id"
_OPEN = (
    "ALTER TABLE incident_event DISABLE TRIGGER USER",
    *(
        f"ALTER TABLE {table} DROP CONSTRAINT fk_{table}_incident_id"
        for table in ("incident_event", "routing_decision")
    ),
)
"""What its owner can do to a table first."""


async def tamper(db: AsyncSession, made: str, *statements: str) -> None:
    """Run statements with no trigger and no foreign key in the way."""
    await _open(db)
    for statement in statements:
        await db.execute(text(statement), {"id": UUID(made)} if ":id" in statement else {})
    await db.commit()


async def _open(db: AsyncSession) -> None:
    for statement in _OPEN:
        await db.execute(text(statement))


async def forge(db: AsyncSession, made: str, number: int, **changes: Any) -> None:
    """Change an event, and hash it as the service would have."""
    await _open(db)
    own = (IncidentEvent.incident_id == UUID(made), IncidentEvent.sequence == number)
    await db.execute(update(IncidentEvent).where(*own).values(**changes))
    db.expire_all()
    event = (await db.execute(select(IncidentEvent).where(*own))).scalar_one()
    await db.execute(update(IncidentEvent).where(*own).values(hash=hash_of(event)))
    await db.commit()


async def append(db: AsyncSession, made: str, number: int) -> None:
    """Add an event that follows on the last one as it should."""
    await _open(db)
    own = IncidentEvent.incident_id == UUID(made)
    last = (
        await db.execute(select(IncidentEvent).where(own, IncidentEvent.sequence == number - 1))
    ).scalar_one()
    values = {it.name: getattr(last, it.name) for it in IncidentEvent.__table__.columns}
    event = IncidentEvent(
        **{**values, "id": new_id(), "sequence": number, "previous_hash": last.hash}
    )
    event.hash = hash_of(event)
    db.add(event)
    await db.commit()
