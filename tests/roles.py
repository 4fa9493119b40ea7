"""The roles as they are shipped, read from the migration that makes them."""

import importlib.util
from collections.abc import Iterator, Mapping
from typing import Any

from gridsvc.auth.policy import Permission
from gridsvc.auth.principal import Role
from gridsvc.db.migrations import SCRIPTS

FOUR = (Role.ADMINISTRATOR, Role.COMMAND_CENTRE, Role.GRID_WORKER, Role.PLANNER)
"""As different as roles are: what holds for each of them needs no trying for all."""


def _shipped() -> Iterator[dict[str, Any]]:
    path = SCRIPTS / "versions" / "20261128_appointments.py"
    found = importlib.util.spec_from_file_location(path.stem, path)
    assert found is not None
    assert found.loader is not None
    migration = importlib.util.module_from_spec(found)
    found.loader.exec_module(migration)
    for row in migration.ROLES:
        yield dict(zip(migration.COLUMNS, row, strict=True))


SHIPPED: Mapping[str, dict[str, Any]] = {row["code"]: row for row in _shipped()}
PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role(code): frozenset(map(Permission, row["permissions"])) for code, row in SHIPPED.items()
}
