"""The audit log is chained by a job, and what is changed in it afterwards is found."""

from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.model import AuditEntry
from gridsvc.db.base import new_id
from gridsvc.db.clock import utc_now
from gridsvc.proof.log import LATE, LogTally, chain, examine_log
from gridsvc.proof.model import AuditLink

NOW = utc_now()
OPEN = (
    "ALTER TABLE audit_entry DISABLE TRIGGER USER",
    "ALTER TABLE audit_link DISABLE TRIGGER USER",
)
SECOND = "(SELECT entry_id FROM audit_link WHERE number = 2)"


async def written(db: AsyncSession, minutes: float, **changes: Any) -> None:
    """An entry of so many minutes ago."""
    row = {
        "id": new_id(),
        "at": NOW - timedelta(minutes=minutes),
        "deed": "signed_in",
        "about": "li.na",
        "account_id": None,
        "address": "192.0.2.1",
        "detail": {"b": 1.5, "a": ["井"]},
    }
    await db.execute(insert(AuditEntry).values(**{**row, **changes}))


async def found(db: AsyncSession, **kept: Any) -> list[tuple[str, int]]:
    given = {"kept_since": None, **kept}
    return [(it.fault.value, it.sequence) async for it in examine_log(db, LogTally(), **given)]


@pytest_asyncio.fixture
async def log(db: AsyncSession) -> AsyncSession:
    """Three entries that were chained, and one that is yet to be."""
    for minutes in (9, 8, 7):
        await written(db, minutes)
    assert await chain(db) == 3
    await written(db, 6)
    return db


async def test_what_nobody_touched_passes(log: AsyncSession) -> None:
    assert await found(log) == []
    assert await chain(log) == 1
    assert await chain(log) == 0
    assert await found(log) == []


async def test_one_that_came_late_is_chained_after_the_others(log: AsyncSession) -> None:
    await written(log, 20)
    assert await chain(log) == 2
    numbers = await log.scalars(select(AuditLink.number).order_by(AuditLink.at))
    assert list(numbers) == [4, 1, 2, 3, 5]
    assert await found(log) == []


@pytest.mark.parametrize(
    ("statement", "faults"),
    [
        (f"UPDATE audit_entry SET about = 'x' WHERE id = {SECOND}", [("entry_altered", 2)]),
        (f"UPDATE audit_entry SET detail = '{{}}' WHERE id = {SECOND}", [("entry_altered", 2)]),
        (f"DELETE FROM audit_entry WHERE id = {SECOND}", [("entry_missing", 2)]),
        ("DELETE FROM audit_link WHERE number = 2", [("link_missing", 2)]),
        ("UPDATE audit_link SET number = 9 - number", None),
        ("UPDATE audit_link SET hash = sha256(hash) WHERE number = 2", None),
    ],
)
async def test_what_is_done_by_hand_is_found(
    log: AsyncSession, statement: str, faults: list[tuple[str, int]] | None
) -> None:
    for one in (*OPEN, statement):
        await log.execute(text(one))
    seen = await found(log)
    assert seen == faults if faults is not None else seen != []


async def test_what_is_put_in_among_the_old_is_found(log: AsyncSession) -> None:
    await written(log, LATE / timedelta(minutes=1) + 8)
    assert await chain(log) == 1
    assert await found(log) == [("entry_added", 5)]


async def test_what_was_kept_long_enough_may_be_gone(log: AsyncSession) -> None:
    for one in (*OPEN, f"DELETE FROM audit_entry WHERE id = {SECOND}"):
        await log.execute(text(one))
    assert await found(log, kept_since=NOW - timedelta(minutes=7.5)) == []
    assert await found(log, kept_since=NOW - timedelta(minutes=8.5)) == [("entry_missing", 2)]
