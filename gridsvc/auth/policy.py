"""Who may do what. Permissions are `<thing>:<action>`; roles are sets of them."""

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


WHOLE_CITY = frozenset({_P.MAP_ACTIVATE})
"""What changes whose the incidents of the whole city are: not for an account of a part of it."""


def may(principal: Principal, permission: Permission) -> bool:
    """Tell whether the caller has a permission, by role and for the whole city if it needs that."""
    return _by_role(principal, permission) and not _too_wide(principal, permission)


def _by_role(principal: Principal, permission: Permission) -> bool:
    return permission in PERMISSIONS[principal.role]


def _too_wide(principal: Principal, permission: Permission) -> bool:
    return permission in WHOLE_CITY and principal.scope is not None


def demand(principal: Principal, *permissions: Permission) -> None:
    """Refuse a caller who has none of some permissions."""
    if any(may(principal, permission) for permission in permissions):
        return
    needed = " | ".join(permissions)
    if any(_by_role(principal, permission) for permission in permissions):
        raise NotAllowed(
            "limited_scope",
            en=f"This concerns the whole city ({needed}); your account is for a part of it.",
            zh=f"此操作涉及全市（{needed}），而您的账号只负责部分区域。",
            permission=needed,
        )
    raise NotAllowed(
        en=f"The role {principal.role} may not do this ({needed}).",
        zh=f"角色 {principal.role} 无此权限（{needed}）。",
        permission=needed,
    )
