"""Who may act on whistles, and for whom. Pure."""

from collections.abc import Collection
from uuid import UUID

from gridsvc.auth.policy import Permission, giving
from gridsvc.auth.principal import Appointment, Principal
from gridsvc.calendars.book import area_key
from gridsvc.errors import NotAllowed


def calling(who: Principal, areas: Collection[str]) -> Appointment:
    """Give the appointment by which the caller calls to a ground in some areas, or refuse.

    One in an organisation goes first: it is called on its behalf.
    """
    fitting = [it for it in giving(who, Permission.WHISTLES_CALL) if _reaches(it, areas)]
    if not fitting:
        raise NotAllowed(
            "not_here",
            en="The place lies in none of the areas that you are appointed for.",
            zh="该地点不在您任职负责的区域内。",
            permission=Permission.WHISTLES_CALL.value,
        )
    return next((it for it in fitting if it.organisation_id), fitting[0])


def _reaches(appointment: Appointment, areas: Collection[str]) -> bool:
    scope = appointment.scope
    return scope is None or area_key(scope.level, scope.code) in areas


def is_caller(who: Principal, *, organisation_id: UUID | None, caller_id: UUID) -> bool:
    """Tell whether somebody is of the side that has blown a whistle, or of the whole city."""
    return who.account_id == caller_id or any(
        it.scope is None or organisation_id in it.organisations
        for it in giving(who, Permission.WHISTLES_CALL)
    )


def require_caller(who: Principal, *, organisation_id: UUID | None, caller_id: UUID) -> None:
    """Refuse who is not of the side that has blown a whistle."""
    if not is_caller(who, organisation_id=organisation_id, caller_id=caller_id):
        raise NotAllowed(
            "not_the_caller",
            en="Only the side that has blown the whistle may do this.",
            zh="只有吹哨方可以执行此操作。",
            permission=Permission.WHISTLES_CALL.value,
        )


def is_called(who: Principal, organisation_id: UUID) -> bool:
    """Tell whether somebody handles cases for an organisation."""
    handling = giving(who, Permission.INCIDENTS_HANDLE)
    return any(organisation_id in it.organisations for it in handling)


def require_called(who: Principal, organisation_id: UUID) -> None:
    """Refuse who does not work for a called organisation."""
    if not is_called(who, organisation_id):
        raise NotAllowed(
            "not_the_called",
            en="Only the people of the organisation that is called may do this.",
            zh="只有被吹哨单位的人员可以执行此操作。",
            permission=Permission.INCIDENTS_HANDLE.value,
        )
