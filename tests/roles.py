"""The roles as they are shipped, read from the migration that makes them."""

from collections.abc import Mapping
from typing import Any

from gridsvc.auth.policy import Permission
from gridsvc.auth.principal import Role
from tests.scripts import migration

FOUR = (Role.ADMINISTRATOR, Role.COMMAND_CENTRE, Role.GRID_WORKER, Role.PLANNER)
"""As different as roles are: what holds for each of them needs no trying for all."""

_MADE = migration("20261128_appointments")
SHIPPED: Mapping[str, dict[str, Any]] = {
    row[0]: dict(zip(_MADE.COLUMNS, row, strict=True)) for row in _MADE.ROLES
}
PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role(code): frozenset(map(Permission, row["permissions"])) for code, row in SHIPPED.items()
}
