"""Two deployers migrate one after the other; a table in use is not waited for."""

import threading
import time

import psycopg
import pytest
from alembic.script import ScriptDirectory

from gridsvc.db import migrations
from tests.cli.at_the_prompt import Prompt

WAITING = """
SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database
WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()
"""


@pytest.fixture
def prompt(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Prompt:
    return Prompt(monkeypatch, capsys)


def test_the_second_waits_for_the_first(fresh_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "LOCK_TIMEOUT", "1ms")
    second = threading.Thread(target=migrations.upgrade, args=[fresh_url])
    with psycopg.connect(fresh_url) as first:
        first.execute("SELECT pg_advisory_xact_lock(%s)", [migrations.MIGRATION_LOCK])
        second.start()
        _wait_until_somebody_waits(fresh_url)
        time.sleep(0.05)
        first.execute("UPDATE alembic_version SET version_num = version_num")
        assert second.is_alive()
    second.join(30)
    assert not second.is_alive()
    assert migrations.current(fresh_url) == migrations.newest()


def _wait_until_somebody_waits(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as looking:
        for _ in range(300):
            if looking.execute(WAITING).fetchone() != (0,):
                return
            time.sleep(0.1)
    raise AssertionError("the second did not come to the lock")


def test_a_database_that_refuses_is_one_sentence(
    fresh_url: str, prompt: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "LOCK_TIMEOUT", "50ms")
    with psycopg.connect(fresh_url) as user:
        user.execute("DELETE FROM alembic_version")
        user.execute("INSERT INTO alembic_version VALUES (%s)", [_one_before_the_newest()])
        user.commit()
        user.execute("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE")
        said = prompt.run("migrate", GRIDSVC_DATABASE_URL=fresh_url)
    assert (said.code, said.out) == (1, "")
    assert "The database did not do it" in said.err
    assert "lock timeout" in said.err
    assert len(said.err.splitlines()) == 1


def _one_before_the_newest() -> str:
    script = ScriptDirectory.from_config(migrations.config())
    newest = script.get_revision("head")
    assert newest is not None
    return str(newest.down_revision)
