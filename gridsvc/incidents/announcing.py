"""Enqueues the telling of other systems, where there are any: most cities have none."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    String,
    bindparam,
    case,
    cast,
    column,
    exists,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.db.jobs import deferred
from gridsvc.incidents.events import EVENT

# Of the tables above this folder.
_WEBHOOK: Final = table("webhook", column("active", Boolean))


def announced(arguments: ColumnElement[Any]) -> ColumnElement[Any]:
    """Make the expression that enqueues the telling: of which case, event (`sequence`), `kind`."""
    return case((exists().where(_WEBHOOK.c.active), deferred("announce", arguments)), else_=None)


async def announce(
    db: AsyncSession, incident_id: UUID, sequence: int, *, kind: str = EVENT
) -> None:
    """Enqueue the telling of an event, or of a reminder after it, in the session's transaction."""
    told = {"incident_id": str(incident_id), "sequence": sequence, "kind": kind}
    given = bindparam("arguments", told, type_=JSONB)
    await db.execute(select(cast(announced(given), String)))
