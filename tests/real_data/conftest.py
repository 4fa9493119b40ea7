"""Databases of real places: one a module, filled once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gridsvc.db.base import new_id
from tests.fixtures.cluster import Cluster
from tests.real_data.place import Place


@pytest.fixture(scope="module")
def place(
    data: Path, cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """A migrated database with nothing in it; there is no use for one without the files."""
    name = f"place_{new_id().hex}"
    cluster.run(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield Place(cluster.url(name), tmp_path_factory.mktemp("tables"))
    cluster.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def data(shared_data: Path) -> Path:
    """The published files."""
    return shared_data
