"""Which role may do what: the table says it, and nothing else does."""

import pytest

from gridsvc.auth.policy import PERMISSIONS, Permission, demand, may
from gridsvc.auth.principal import Principal, Role, Scope
from gridsvc.db.base import new_id
from gridsvc.errors import NotAllowed

CASE_DATA = {permission for permission in Permission if permission.value.startswith("incidents:")}


def somebody(role: Role, scope: Scope | None = None) -> Principal:
    return Principal(
        account_id=new_id(),
        credential_id=new_id(),
        login=role.value,
        role=role,
        organisation_id=None,
        scope=scope,
        language="zh",
    )


def test_every_role_is_in_the_table_and_every_permission_is_somebodys() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert set().union(*PERMISSIONS.values()) == set(Permission)


def test_the_administrator_sees_no_case_data() -> None:
    held = PERMISSIONS[Role.ADMINISTRATOR]
    assert not held & (CASE_DATA | {Permission.MAPS_VIEW, Permission.NOTICES_READ})


def test_only_the_administrator_manages_accounts() -> None:
    holders = {role for role in Role if Permission.ACCOUNTS_MANAGE in PERMISSIONS[role]}
    assert holders == {Role.ADMINISTRATOR}


def test_a_planner_changes_nothing() -> None:
    assert PERMISSIONS[Role.PLANNER] & CASE_DATA == {Permission.INCIDENTS_READ}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("permission", list(Permission))
def test_a_demand_refuses_exactly_what_one_may_not(role: Role, permission: Permission) -> None:
    who = somebody(role)
    if may(who, permission):
        demand(who, permission)
        return
    with pytest.raises(NotAllowed) as refused:
        demand(who, permission)
    assert refused.value.detail["permission"] == permission.value


def test_who_is_for_a_part_of_the_city_plans_and_activates_nothing() -> None:
    local = somebody(Role.PLANNER, Scope("district", "D1"))
    demand(local, Permission.MAP_PLAN)
    assert not may(local, Permission.MAP_ACTIVATE)
    with pytest.raises(NotAllowed) as refused:
        demand(local, Permission.MAP_ACTIVATE)
    assert refused.value.code == "limited_scope"
