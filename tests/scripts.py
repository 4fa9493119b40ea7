"""Migrations as modules: they have no names that could be imported."""

import importlib.util
from types import ModuleType

from gridsvc.db.migrations import SCRIPTS


def migration(name: str) -> ModuleType:
    """Load one by its name without the ending."""
    found = importlib.util.spec_from_file_location(name, SCRIPTS / "versions" / f"{name}.py")
    assert found is not None
    assert found.loader is not None
    made = importlib.util.module_from_spec(found)
    found.loader.exec_module(made)
    return made
