"""Who may do what, and where. Permissions are `<thing>:<action>`; roles are sets of them."""

from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from uuid import UUID

from gridsvc.auth.principal import Appointment, Duty, Principal, Scope
from gridsvc.errors import Invalid, NotAllowed


class Permission(StrEnum):
    """Everything that needs leave, in alphabetical order."""

    ACCOUNTS_MANAGE = "accounts:manage"
    AREAS_READ = "areas:read"
    ATTACHMENTS_INSPECT = "attachments:inspect"
    """To see a file as it was sent: a photo with the place, time and device that it tells of."""
    AUDIT_READ = "audit:read"
    INCIDENTS_ANSWER = "incidents:answer"
    INCIDENTS_APPROVE = "incidents:approve"
    INCIDENTS_ARBITRATE = "incidents:arbitrate"
    INCIDENTS_CHECK = "incidents:check"
    INCIDENTS_DISPATCH = "incidents:dispatch"
    INCIDENTS_EVALUATE = "incidents:evaluate"
    INCIDENTS_FILE = "incidents:file"
    INCIDENTS_HANDLE = "incidents:handle"
    INCIDENTS_READ = "incidents:read"
    INCIDENTS_REPORT = "incidents:report"
    INCIDENTS_WITHDRAW = "incidents:withdraw"
    INDICATORS_READ = "indicators:read"
    MAP_ACTIVATE = "map:activate"
    MAP_PLAN = "map:plan"
    MAPS_VIEW = "maps:view"
    NOTICES_READ = "notices:read"
    REPORTERS_REVEAL = "reporters:reveal"
    """To read who reported a case, for a purpose that is written down."""
    ROUTING_ASK = "routing:ask"
    WEBHOOKS_MANAGE = "webhooks:manage"
    WHISTLES_CALL = "whistles:call"


_P = Permission

FOR_ALL = frozenset({_P.AREAS_READ})
"""What a role may hold whatever it is for."""
RESERVED: Mapping[Duty, frozenset[Permission]] = {
    Duty.AUDIT: frozenset({_P.AUDIT_READ}),
    Duty.SECURITY: frozenset({_P.ACCOUNTS_MANAGE}),
    Duty.SYSTEM: frozenset(),
    Duty.CASES: frozenset(Permission) - {_P.AUDIT_READ, _P.ACCOUNTS_MANAGE},
}
"""And what only a role for one thing may: that is how the administrators are kept apart."""

WHOLE_CITY = frozenset({_P.MAP_ACTIVATE})
"""What changes whose the incidents of the whole city are: not for who is for a part of it."""


def check_permissions(duty: Duty, permissions: Collection[str]) -> frozenset[Permission]:
    """Read a role's permissions, or say which of them there is not, or not for such a role."""
    known = {permission.value for permission in Permission}
    for name in permissions:
        if name not in known:
            raise Invalid(
                "unknown_permission",
                en=f'There is no permission "{name}"; there are: {", ".join(sorted(known))}.',
                zh=f"没有权限“{name}”；可选：{'、'.join(sorted(known))}。",
                field="permissions",
            )
        if name not in FOR_ALL | RESERVED[duty]:
            raise Invalid(
                "duties_mixed",
                en=f"A role for {duty} may not hold {name}: system, security, audit and cases"
                " are kept apart.",
                zh=f"{duty} 类角色不得拥有 {name}：系统、安全、审计与业务职责必须分离。",
                field="permissions",
            )
    return frozenset(map(Permission, permissions))


def giving(who: Principal, permission: Permission) -> Iterator[Appointment]:
    """Go through the appointments by which the caller has a permission."""
    return (it for it in _by_role(who, permission) if not _too_narrow(it, permission))


def may(who: Principal, permission: Permission) -> bool:
    """Tell whether an appointment gives the caller a permission, somewhere."""
    return any(giving(who, permission))


def ground(who: Principal, permission: Permission) -> frozenset[Scope] | None:
    """Give the areas for which the caller has a permission; None is the whole city."""
    scopes = {appointment.scope for appointment in giving(who, permission)}
    return None if None in scopes else frozenset(scope for scope in scopes if scope)


def organisations_of(who: Principal, permission: Permission) -> frozenset[UUID]:
    """Give the organisations in which the caller has a permission."""
    named = (appointment.organisation_id for appointment in giving(who, permission))
    return frozenset(organisation for organisation in named if organisation)


def _by_role(who: Principal, permission: Permission) -> Iterator[Appointment]:
    return (it for it in who.appointments if permission in it.permissions)


def _too_narrow(appointment: Appointment, permission: Permission) -> bool:
    return permission in WHOLE_CITY and appointment.scope is not None


def demand(who: Principal, *permissions: Permission) -> None:
    """Refuse a caller who has none of some permissions."""
    if any(may(who, permission) for permission in permissions):
        return
    needed = " | ".join(permissions)
    if any(any(_by_role(who, permission)) for permission in permissions):
        raise NotAllowed(
            "limited_scope",
            en=f"This concerns the whole city ({needed}); you are appointed for a part of it.",
            zh=f"此操作涉及全市（{needed}），而您的任职只负责部分区域。",
            permission=needed,
        )
    roles = dict.fromkeys(appointment.role for appointment in who.appointments)
    raise NotAllowed(
        en=f"Your roles ({', '.join(roles) or 'none in force'}) may not do this ({needed}).",
        zh=f"您的角色（{'、'.join(roles) or '无有效任职'}）无此权限（{needed}）。",
        permission=needed,
    )
