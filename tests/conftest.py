"""What every test may ask for: real data beside the project, and what `fixtures` makes."""

import os
from pathlib import Path

import hypothesis
import pytest

# How long an example takes depends on the machine, and is nothing that a test may assert.
hypothesis.settings.register_profile("gridsvc", deadline=None)
hypothesis.settings.load_profile("gridsvc")

FOR_TESTS = frozenset({"GRIDSVC_CHROMIUM", "GRIDSVC_SHARED_DATA"})
"""Settings meant for tests; the program's own, as somebody's shell has them, are not."""

pytest_plugins = ["tests.fixtures.cluster", "tests.fixtures.database", "tests.fixtures.web"]


def pytest_configure() -> None:
    """Forget how the program is set up here, so that a test sees what it sets itself."""
    for name in [*os.environ]:
        if name.startswith("GRIDSVC_") and name not in FOR_TESTS:
            del os.environ[name]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the cluster, so that `-m "not db"` is the quick loop."""
    for item in items:
        if "cluster" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.db)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real boundaries and incidents; published data that the project does not ship."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("GRIDSVC_SHARED_DATA", default))
    if not folder.is_dir():
        pytest.skip("the real cities' data are not beside the project (GRIDSVC_SHARED_DATA)")
    return folder
