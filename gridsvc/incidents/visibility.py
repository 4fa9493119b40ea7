"""The one place that decides which incidents a caller may see, for every channel alike."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, false, or_, select, true

from gridsvc.areas.model import Assignment, Worker
from gridsvc.auth.policy import Permission, may
from gridsvc.auth.principal import Principal, Role
from gridsvc.incidents.model import AREA_OF, Incident


def visible_to(who: Principal, *, now: datetime) -> ColumnElement[bool]:
    """Make the condition on `Incident` that holds for what the caller may see.

    A grid worker sees their own reports and what lies in the grids that they look after. The
    others see what lies in the area that their account is for, and what their organisation owns;
    an account without an area is for the whole city. Who may not read incidents sees none.
    """
    if not may(who, Permission.INCIDENTS_READ):
        return false()
    if who.role is Role.GRID_WORKER:
        return or_(Incident.reporter_id == who.account_id, Incident.grid.in_(_grids(who, now)))
    if who.scope is None:
        return true()
    inside = AREA_OF[who.scope.level] == who.scope.code
    if who.organisation_id is None:
        return inside
    return or_(inside, Incident.lead_id == who.organisation_id)


def _grids(who: Principal, now: datetime) -> Select[str]:
    return (
        select(Assignment.grid_code)
        .join(Worker, Worker.id == Assignment.worker_id)
        .where(
            Worker.account_id == who.account_id,
            Assignment.valid_from <= now,
            or_(Assignment.valid_to.is_(None), Assignment.valid_to > now),
        )
    )
