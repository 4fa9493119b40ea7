"""Whether somebody may act on one incident: it takes a permission that reaches so far."""

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.policy import Permission, demand
from gridsvc.auth.principal import Principal
from gridsvc.errors import NotAllowed
from gridsvc.incidents.model import Incident
from gridsvc.incidents.visibility import visible_to


async def demand_for(
    db: AsyncSession, incident: Incident, who: Principal, permission: Permission
) -> None:
    """Refuse a caller unless one appointment gives the permission and sees the incident."""
    demand(who, permission)
    reached = exists().where(Incident.id == incident.id, visible_to(who, permission))
    if not await db.scalar(select(reached)):
        raise NotAllowed(
            "not_here",
            en=f"You may see this case, but your appointments give {permission} elsewhere only.",
            zh=f"您可以查看该案件，但您的任职在此处没有权限（{permission}）。",
            permission=permission.value,
        )
