"""The doctor looks at whichever database the settings name, and at how far it is."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from gridsvc.db import migrations
from gridsvc.db.address import Address
from gridsvc.db.throwaway import throwaway_cluster
from gridsvc.doctor import database
from gridsvc.doctor.finding import Finding, Verdict
from gridsvc.errors import SetupError
from gridsvc.settings import Settings


@pytest.fixture(scope="module")
def server() -> Iterator[Address]:
    with throwaway_cluster() as address:
        yield address


def examined(address: Address) -> dict[str, Finding]:
    settings = Settings(database_url=address.tcp_url)
    return {finding.check: finding for finding in database.examine(settings)}


def tell(address: Address, *statements: str) -> None:
    with psycopg.connect(address.tcp_url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def as_superuser(address: Address, statement: str) -> None:
    with psycopg.connect(
        host="127.0.0.1",
        port=address.port,
        user="postgres",
        dbname=address.database,
        passfile=str(address.socket_folder.parent / "pgpass"),
        autocommit=True,
    ) as connection:
        connection.execute(statement)


def test_a_migrated_database_is_right_throughout(server: Address) -> None:
    tell(server, "CREATE DATABASE migrated")
    migrations.upgrade(server.of("migrated").tcp_url)
    found = examined(server.of("migrated"))
    assert {finding.verdict for finding in found.values()} == {Verdict.RIGHT}
    known = {"database", "clock", "rights", "viewer", "postgis", "btree_gist", "schema"}
    assert set(found) == known


def test_an_empty_database_is_to_be_migrated(server: Address) -> None:
    schema = examined(server)["schema"]
    assert schema.verdict is Verdict.WRONG
    assert "gridsvc migrate" in schema.en


def test_an_extension_that_only_a_superuser_may_install_is_named(server: Address) -> None:
    tell(server, "CREATE DATABASE bare TEMPLATE template0")
    found = examined(server.of("bare"))
    assert found["postgis"].verdict is Verdict.WRONG
    assert "CREATE EXTENSION postgis" in found["postgis"].zh
    assert (
        found["btree_gist"].verdict is Verdict.RIGHT
    )  # PostgreSQL trusts a database's owner with it


def test_a_role_that_may_not_make_tables_is_told_what_to_grant(server: Address) -> None:
    tell(server, "CREATE DATABASE closed")
    as_superuser(server.of("closed"), "ALTER SCHEMA public OWNER TO postgres")
    rights = examined(server.of("closed"))["rights"]
    assert rights.verdict is Verdict.WRONG
    assert "GRANT CREATE" in rights.en


@pytest.mark.parametrize("wrong", ["port", "password", "database"])
def test_a_server_that_does_not_answer_is_one_finding(server: Address, wrong: str) -> None:
    other = {
        "port": Address(server.socket_folder, 1, server.password),
        "password": Address(server.socket_folder, server.port, "guess"),
        "database": server.of("nowhere"),
    }
    found = examined(other[wrong])
    assert list(found) == ["database"]
    assert found["database"].verdict is Verdict.WRONG
    assert "GRIDSVC_DATABASE_URL" in found["database"].zh
    assert server.password not in found["database"].en


def test_a_cluster_that_is_not_made_yet_is_no_fault(tmp_path: Path) -> None:
    found = database.examine(Settings(home=tmp_path))
    assert [finding.check for finding in found] == ["postgresql", "cluster"]
    assert [finding.verdict for finding in found] == [Verdict.RIGHT, Verdict.SKIPPED]


def test_a_missing_postgresql_is_one_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gridsvc.db.binaries.ROOT", tmp_path)
    monkeypatch.setenv("PATH", "/nowhere")
    assert database.examine(Settings(home=tmp_path))[0].verdict is Verdict.WRONG


def test_a_server_that_keeps_its_roles_to_itself_is_told_what_to_do(server: Address) -> None:
    as_superuser(server, "REVOKE gridsvc_viewer FROM gridsvc")
    try:
        found = examined(server)["viewer"]
        with pytest.raises(SetupError) as refused:
            migrations.upgrade(server.tcp_url)
    finally:
        as_superuser(server, "GRANT gridsvc_viewer TO gridsvc")
    assert found.verdict is Verdict.WRONG
    assert (found.en, found.zh) == (refused.value.en, refused.value.zh)
    assert "CREATE ROLE gridsvc_viewer NOLOGIN; GRANT gridsvc_viewer TO gridsvc;" in found.en
    assert examined(server)["viewer"].verdict is Verdict.RIGHT
