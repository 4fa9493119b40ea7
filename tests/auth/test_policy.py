"""Who may do what: by which appointment, for which part of the city; what a role may hold."""

import pytest

from gridsvc.auth.policy import WHOLE_CITY, Permission, check_permissions, demand, ground, may
from gridsvc.auth.principal import Duty, Role, Scope
from gridsvc.errors import Invalid, NotAllowed
from tests.factories import appointment, somebody
from tests.roles import PERMISSIONS, SHIPPED

CASE_DATA = {permission for permission in Permission if permission.value.startswith("incidents:")}
STREET = Scope("street", "S1")


def test_every_role_is_shipped_and_every_permission_is_somebodys() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert set().union(*PERMISSIONS.values()) == set(Permission)


@pytest.mark.parametrize("role", list(Role))
def test_every_shipped_role_is_one_that_may_be(role: Role) -> None:
    row = SHIPPED[role]
    assert check_permissions(Duty(row["duty"]), row["permissions"]) == PERMISSIONS[role]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR])
def test_no_administrator_sees_case_data(role: Role) -> None:
    held = PERMISSIONS[role]
    assert not held & (CASE_DATA | {Permission.MAPS_VIEW, Permission.NOTICES_READ})


@pytest.mark.parametrize(
    ("permission", "role"),
    [
        (Permission.ACCOUNTS_MANAGE, Role.SECURITY_ADMINISTRATOR),
        (Permission.AUDIT_READ, Role.AUDITOR),
    ],
)
def test_only_one_keeps_the_accounts_and_only_one_reads_the_log(
    permission: Permission, role: Role
) -> None:
    assert {it for it in Role if permission in PERMISSIONS[it]} == {role}


def test_who_plans_changes_no_case_and_who_judges_does_no_more() -> None:
    assert PERMISSIONS[Role.PLANNER] & CASE_DATA == {Permission.INCIDENTS_READ}
    judging = {Permission.INCIDENTS_READ, Permission.INCIDENTS_EVALUATE}
    assert PERMISSIONS[Role.EVALUATOR] & CASE_DATA == judging


@pytest.mark.parametrize(
    ("duty", "permission"),
    [
        (Duty.CASES, "accounts:manage"),
        (Duty.CASES, "audit:read"),
        (Duty.SYSTEM, "incidents:read"),
        (Duty.SYSTEM, "accounts:manage"),
        (Duty.SECURITY, "incidents:read"),
        (Duty.SECURITY, "audit:read"),
        (Duty.AUDIT, "accounts:manage"),
        (Duty.AUDIT, "notices:read"),
    ],
)
def test_no_role_mixes_duties(duty: Duty, permission: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_permissions(duty, ["areas:read", permission])
    assert refused.value.code == "duties_mixed"


@pytest.mark.parametrize("name", ["", "incidents", "incidents:eat", "INCIDENTS:READ"])
def test_no_role_holds_what_there_is_not(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_permissions(Duty.CASES, ["areas:read", name])
    assert refused.value.code == "unknown_permission"


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("permission", list(Permission))
def test_a_demand_refuses_exactly_what_one_may_not(role: Role, permission: Permission) -> None:
    who = somebody(appointment(role, *PERMISSIONS[role]))
    assert may(who, permission) is (permission in PERMISSIONS[role])
    if may(who, permission):
        demand(who, permission)
        return
    with pytest.raises(NotAllowed) as refused:
        demand(who, permission)
    assert refused.value.detail["permission"] == permission.value


def test_one_appointment_that_allows_it_is_enough() -> None:
    who = somebody(appointment("a"), appointment("b", Permission.MAP_PLAN))
    demand(who, Permission.MAP_PLAN)
    demand(who, Permission.ACCOUNTS_MANAGE, Permission.MAP_PLAN)


def test_nobody_may_anything_without_an_appointment() -> None:
    assert not any(may(somebody(), permission) for permission in Permission)
    with pytest.raises(NotAllowed, match="none in force"):
        demand(somebody(), Permission.AREAS_READ)


def test_a_role_in_several_places_is_named_once() -> None:
    who = somebody(appointment("a"), appointment("b"), appointment("a", scope=STREET))
    with pytest.raises(NotAllowed, match=r"roles \(a, b\)"):
        demand(who, Permission.AREAS_READ)


def test_who_is_for_a_part_of_the_city_plans_and_activates_nothing() -> None:
    local = appointment("planner", Permission.MAP_PLAN, *WHOLE_CITY, scope=STREET)
    demand(somebody(local), Permission.MAP_PLAN)
    assert not may(somebody(local), Permission.MAP_ACTIVATE)
    with pytest.raises(NotAllowed) as refused:
        demand(somebody(local), Permission.MAP_ACTIVATE)
    assert refused.value.code == "limited_scope"
    elsewhere = appointment("reader", Permission.AREAS_READ)
    assert not may(somebody(local, elsewhere), Permission.MAP_ACTIVATE)


def test_a_ground_is_where_a_permission_is_held() -> None:
    here = appointment("a", Permission.MAPS_VIEW, scope=STREET)
    all_over = appointment("b", Permission.AREAS_READ)
    assert ground(somebody(here, all_over), Permission.MAPS_VIEW) == frozenset({STREET})
    assert ground(somebody(here, all_over), Permission.AREAS_READ) is None
    assert ground(somebody(all_over), Permission.MAPS_VIEW) == frozenset()
