"""How many look after the grids of each street: counts only, no name, no post, no position.

There are no shifts yet. Who is assigned to a grid is counted, and who of those has signed in of
late and not out since: that somebody could be asked, not that they stand in the street.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from gridsvc.areas.model import Area, Assignment, Layer, Worker
from gridsvc.areas.repository import in_force
from gridsvc.auth.model import Credential
from gridsvc.reports.plates import Ground
from gridsvc.reports.shapes import codes_inside


@dataclass(frozen=True, slots=True)
class StreetDuty:
    """The grids of a street and their workers."""

    code: str
    name: str
    grids: int
    staffed: int
    """Grids that somebody looks after."""
    workers: int
    signed_in: int


async def on_duty(
    db: AsyncSession, *, ground: Ground, at: datetime, since: datetime
) -> Sequence[StreetDuty]:
    """Count for the streets of a ground; signed in is who did so after `since`."""
    statement = _counted(at, since)
    inside = await codes_inside(db, ground, at=at)
    if inside is not None:
        statement = statement.where(Area.code.in_(inside))
    return [StreetDuty(*row) for row in await db.execute(statement)]


def _counted(at: datetime, since: datetime) -> Select[str, str, int, int, int, int]:
    community, street = aliased(Area), aliased(Area)
    looked_after = and_(Assignment.grid_code == Area.code, in_force(Assignment, at))
    return (
        select(
            street.code,
            street.name,
            func.count(Area.code.distinct()),
            func.count(Assignment.grid_code.distinct()),
            func.count(Worker.id.distinct()),
            func.count(Credential.account_id.distinct()),
        )
        .select_from(Area)
        .join(community, and_(community.code == Area.parent_code, _is(community, "community", at)))
        .join(street, and_(street.code == community.parent_code, _is(street, "street", at)))
        .outerjoin(Assignment, looked_after)
        .outerjoin(Worker, Worker.id == Assignment.worker_id)
        .outerjoin(Credential, and_(Credential.account_id == Worker.account_id, _good(at, since)))
        .where(_is(Area, "grid", at))
        .group_by(street.code, street.name)
        .order_by(street.code)
    )


def _is(area: type[Area], level: str, at: datetime) -> ColumnElement[bool]:
    of_level = select(Layer.id).where(Layer.level == level).scalar_subquery()
    return and_(area.layer_id == of_level, in_force(area, at))


def _good(at: datetime, since: datetime) -> ColumnElement[bool]:
    return and_(
        Credential.kind.in_(("session", "bearer")),
        Credential.created_at > since,
        Credential.expires_at > at,
        Credential.revoked_at.is_(None),
    )
