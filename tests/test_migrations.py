"""The migrations make exactly the schema of the models, and can be taken back."""

from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import text

from gridsvc.db import migrations
from gridsvc.db.base import new_id
from gridsvc.incidents.lifecycle import OPEN, Status
from gridsvc.tables import metadata
from tests.fixtures.cluster import Cluster

OURS = "c.relnamespace = 'public'::regnamespace AND c.relname = ANY(:tables)"
COLUMNS = f"""
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       pg_get_expr(d.adbin, d.adrelid)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind = 'r' AND {OURS}
"""
CONSTRAINTS = f"""
SELECT c.relname, k.conname, pg_get_constraintdef(k.oid)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE k.contype <> 't' AND {OURS}
"""
INDEXES = f"""
SELECT c.relname, pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE {OURS}
"""
SEQUENCES = "SELECT sequence_name FROM information_schema.sequences WHERE sequence_name LIKE 'inc%'"
TRIGGERS = f"""
SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND {OURS}
"""
FUNCTIONS = """
SELECT p.proname FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace AND p.proname NOT LIKE 'procrastinate%'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""

APPEND_ONLY = (
    *("audit_entry", "audit_link", "draft_edit", "incident_event", "routing_decision"),
    "whistle_event",
)
ROUTING_READS = {
    "area",
    "asset",
    "border_policy",
    "calendar_day",
    "calendar_use",
    "calendar_version",
    "category",
    "category_scheme",
    "filing_condition",
    "house_range",
    "layer",
    "organisation",
    "place_name",
    "process",
    "release",
    "responsibility",
    "routing_rule",
    "special_day",
}
PUBLISHED = {
    "area",
    "calendar_use",
    "calendar_version",
    "category_scheme",
    "process",
    "release",
}
STATED = {"calendar_day", "category", "filing_condition"}
"""Parts of something published: never changed, and ended with it."""
ENDED_ONLY = {"asset", "border_policy", "routing_rule", "special_day"}


def found(url: str, query: str) -> set[tuple[object, ...]]:
    """What a query of the catalogue finds about our tables."""
    tables = list(metadata.tables)
    statement = text(query)
    given = {"tables": tables} if ":tables" in query else {}
    with migrations.engine(url).connect() as connection:
        return {tuple(row) for row in connection.execute(statement, given)}


@pytest.fixture
def declared_url(cluster: Cluster) -> Iterator[str]:
    """A database with the tables as the models alone make them."""
    name = f"declared_{new_id().hex}"
    cluster.run(f"CREATE DATABASE {name}")
    with migrations.engine(cluster.url(name)).begin() as connection:
        for extension in ("postgis", "btree_gist"):
            connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension}"))
        for function in ("tile_x", "tile_y"):  # An index names them; the migrations make them.
            connection.execute(
                text(
                    f"CREATE FUNCTION {function}(place geometry) RETURNS integer LANGUAGE sql"
                    " IMMUTABLE RETURN 0"
                )
            )
        metadata.create_all(connection)
    yield cluster.url(name)
    cluster.run(f"DROP DATABASE {name} WITH (FORCE)")


def test_alembic_finds_nothing_to_do(database_url: str) -> None:
    with migrations.engine(database_url).connect() as connection:
        command.check(migrations.config(connection))


def test_the_migrated_database_is_what_the_models_say(fresh_url: str, declared_url: str) -> None:
    """Alembic compares neither conditions nor expressions nor what it has no name for."""
    for query in (COLUMNS, CONSTRAINTS, INDEXES, SEQUENCES):
        declared = found(declared_url, query)
        assert declared
        assert found(fresh_url, query) == declared


def test_every_guard_is_there(fresh_url: str) -> None:
    guards = {
        *((table, "append_only") for table in {*APPEND_ONLY, *STATED}),
        *((table, "append_only_whole") for table in APPEND_ONLY),
        ("map_version", "told"),
        ("audit_entry", "kept"),
        ("incident", "told_insert"),
        ("incident", "told_update"),
        ("incident", "tallied"),
        ("incident_tally", "shared"),
        *((table, "published") for table in PUBLISHED),
        *((table, "only_ended") for table in ENDED_ONLY),
        *((table, "next_map_version") for table in ROUTING_READS),
        *((table, "not_emptied") for table in ROUTING_READS),
    }
    assert found(fresh_url, TRIGGERS) == guards
    assert found(fresh_url, FUNCTIONS) == {
        (name,)
        for name in (
            "current_map_version",
            "keep_incident_change",
            "incidents_version",
            "next_map_version",
            "refuse_all_but_ending",
            "refuse_change",
            "refuse_emptying",
            "refuse_rewriting",
            "seen_within",
            "sight",
            "share_incidents",
            "sight_places",
            "stands_open",
            "tally_incident",
            "tell_map_version",
            "tile_x",
            "tile_y",
        )
    }


def test_the_schema_knows_every_status_and_which_are_open(fresh_url: str) -> None:
    checks = {name: said for _, name, said in found(fresh_url, CONSTRAINTS)}
    for name in (
        "ck_incident_status",
        "ck_incident_event_from_status",
        "ck_incident_event_to_status",
    ):
        assert all(f"'{status}'" in str(checks[name]) for status in Status)
    indexes = metadata.tables["incident"].indexes
    index = next(index for index in indexes if index.name == "ix_incident_open")
    where = str(index.dialect_options["postgresql"]["where"])
    assert {status for status in Status if f"'{status}'" in where} == OPEN
    [(counted,)] = found(fresh_url, "SELECT prosrc FROM pg_proc WHERE proname = 'stands_open'")
    assert {status for status in Status if f"'{status}'" in str(counted)} == OPEN


def test_down_and_up_again(fresh_url: str) -> None:
    with migrations.engine(fresh_url).begin() as connection:
        command.downgrade(migrations.config(connection), "base")
    assert migrations.current(fresh_url) is None
    assert found(fresh_url, FUNCTIONS) == set()
    migrations.upgrade(fresh_url)
    assert migrations.current(fresh_url) == migrations.newest()
