"""Which role may do what. Permissions are `<thing>:<action>`; roles are sets of them."""

from collections.abc import Mapping
from enum import StrEnum

from gridsvc.auth.principal import Principal, Role
from gridsvc.errors import NotAllowed


class Permission(StrEnum):
    """Everything that needs leave, in alphabetical order."""

    ACCOUNTS_MANAGE = "accounts:manage"
    AREAS_READ = "areas:read"
    INCIDENTS_ANSWER = "incidents:answer"
    INCIDENTS_CHECK = "incidents:check"
    INCIDENTS_DISPATCH = "incidents:dispatch"
    INCIDENTS_HANDLE = "incidents:handle"
    INCIDENTS_READ = "incidents:read"
    INCIDENTS_REPORT = "incidents:report"
    INCIDENTS_WITHDRAW = "incidents:withdraw"
    MAP_ACTIVATE = "map:activate"
    MAP_PLAN = "map:plan"
    MAPS_VIEW = "maps:view"
    NOTICES_READ = "notices:read"
    ROUTING_ASK = "routing:ask"


_P = Permission

PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    # The administrator keeps the system and sees no case data.
    Role.ADMINISTRATOR: frozenset({_P.ACCOUNTS_MANAGE, _P.AREAS_READ}),
    Role.COMMAND_CENTRE: frozenset(
        {
            _P.AREAS_READ,
            _P.INCIDENTS_ANSWER,
            _P.INCIDENTS_CHECK,
            _P.INCIDENTS_DISPATCH,
            _P.INCIDENTS_HANDLE,
            _P.INCIDENTS_READ,
            _P.INCIDENTS_REPORT,
            _P.MAPS_VIEW,
            _P.NOTICES_READ,
            _P.ROUTING_ASK,
        }
    ),
    Role.GRID_WORKER: frozenset(
        {
            _P.AREAS_READ,
            _P.INCIDENTS_ANSWER,
            _P.INCIDENTS_HANDLE,
            _P.INCIDENTS_READ,
            _P.INCIDENTS_REPORT,
            _P.INCIDENTS_WITHDRAW,
            _P.ROUTING_ASK,
        }
    ),
    Role.PLANNER: frozenset(
        {
            _P.AREAS_READ,
            _P.INCIDENTS_READ,
            _P.MAP_ACTIVATE,
            _P.MAP_PLAN,
            _P.MAPS_VIEW,
            _P.ROUTING_ASK,
        }
    ),
}


def may(principal: Principal, permission: Permission) -> bool:
    """Tell whether the caller's role has a permission."""
    return permission in PERMISSIONS[principal.role]


def demand(principal: Principal, *permissions: Permission) -> None:
    """Refuse a caller whose role has none of some permissions."""
    if not any(may(principal, permission) for permission in permissions):
        needed = " | ".join(permissions)
        raise NotAllowed(
            en=f"The role {principal.role} may not do this ({needed}).",
            zh=f"角色 {principal.role} 无此权限（{needed}）。",
            permission=needed,
        )
