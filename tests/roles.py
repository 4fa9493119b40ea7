"""The roles as they are shipped, read from the migrations that make them."""

from collections.abc import Iterator, Mapping
from typing import Any

from gridsvc.auth.policy import Permission
from gridsvc.auth.principal import Role
from tests.scripts import migration

FOUR = (Role.ADMINISTRATOR, Role.COMMAND_CENTRE, Role.GRID_WORKER, Role.PLANNER)
"""As different as roles are: what holds for each of them needs no trying for all."""

_MADE = migration("20261128_appointments")
_GIVEN = {
    permission: roles
    for name in (
        *("20261202_process", "20261206_indicators", "20261208_attachments"),
        *("20261209_personal", "20261211_notify", "20261212_whistles"),
    )
    for permission, roles in migration(name).ADDED.items()
}


def _shipped() -> Iterator[dict[str, Any]]:
    for values in _MADE.ROLES:
        row = dict(zip(_MADE.COLUMNS, values, strict=True))
        later = [it for it, roles in _GIVEN.items() if row["code"] in roles]
        yield {**row, "permissions": (*row["permissions"], *later)}


SHIPPED: Mapping[str, dict[str, Any]] = {row["code"]: row for row in _shipped()}
PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role(code): frozenset(map(Permission, row["permissions"])) for code, row in SHIPPED.items()
}
