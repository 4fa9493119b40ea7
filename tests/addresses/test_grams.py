"""Pairs of characters of names: the same in every locale, unlike pg_trgm's threes."""

from collections.abc import Iterator

import psycopg
import pytest

from gridsvc.db.base import new_id
from gridsvc.db.names import NAME_GRAMS
from tests.fixtures.database import Cluster


@pytest.fixture
def locale_c(cluster: Cluster) -> Iterator[psycopg.Connection]:
    """A database as many an existing server has them."""
    name = f"locale_c_{new_id().hex}"
    cluster.run(f"CREATE DATABASE {name} TEMPLATE template0 LOCALE 'C' ENCODING 'UTF8'")
    with psycopg.connect(cluster.url(name), autocommit=True) as connection:
        connection.execute(NAME_GRAMS)
        yield connection
    cluster.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize(
    ("name", "grams"),
    [
        ("真如镇街道", ["^真", "真如", "如镇", "镇街", "街道"]),
        ("Ａ 座", ["^a", "a座"]),
        ("路", ["^路"]),
        ("", None),
    ],
)
def test_in_the_locale_c_chinese_is_seen(
    locale_c: psycopg.Connection, name: str, grams: list[str] | None
) -> None:
    assert locale_c.execute("SELECT name_grams(%s)", [name]).fetchone() == (grams,)


def test_the_migration_made_the_same_function(cluster: Cluster, fresh_url: str) -> None:
    with psycopg.connect(fresh_url) as connection:
        query = "SELECT prosrc FROM pg_proc WHERE proname = 'name_grams'"
        row = connection.execute(query).fetchone()
    assert row is not None
    assert row[0] == NAME_GRAMS.split("$$")[1]
