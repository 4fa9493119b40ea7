"""What is changed behind the service's back in a whistle is found, and said where."""

from contextlib import aclosing
from typing import Any

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role
from gridsvc.proof.cases import Sought, Tally
from gridsvc.proof.service import verify
from tests.fixtures.web import ClientOf
from tests.whistles.calls import ASTRIDE, act, blown, position

OPEN = (
    "ALTER TABLE whistle_event DISABLE TRIGGER USER",
    "ALTER TABLE whistle_event DROP CONSTRAINT fk_whistle_event_whistle_id",
    "ALTER TABLE whistle_call DROP CONSTRAINT fk_whistle_call_whistle_id",
    "ALTER TABLE notice DROP CONSTRAINT fk_notice_whistle_id_sequence",
)
"""What who owns the tables can do to them first."""


async def faults(db: AsyncSession, *statements: str) -> list[tuple[str, int]]:
    """What is found after some statements, which are then taken back."""
    savepoint = await db.begin_nested()
    for statement in statements:
        await db.execute(text(statement))
    async with aclosing(verify(db, Sought(), Tally())) as examined:
        found = [(it.fault.value, it.sequence) async for it in examined]
    await savepoint.rollback()
    return found


async def test_what_is_done_by_hand_is_found(
    street: httpx.AsyncClient, client_of: ClientOf, border: dict[str, Any], db: AsyncSession
) -> None:
    made = await blown(street, "law1", "law2", **ASTRIDE)
    law1 = await client_of(Role.DEPARTMENT_HANDLER, organisation=border["law1"])
    await act(law1, made, "calls/law1/report-in", position(1.95, 0.6, 12.5))
    await act(street, made, "cancel", {"note": "误吹"})
    for statement in OPEN:
        await db.execute(text(statement))
    await db.commit()
    auditor = await client_of(Role.AUDITOR)
    asked = {"incident": made["reference"]}
    told = (await auditor.get("/v1/audit/verify", params=asked)).json()
    assert (told["sound"], told["events"]) == (True, 3)
    event, row = "UPDATE whistle_event SET", "UPDATE whistle SET"
    assert await faults(db) == []
    assert await faults(db, f"{event} note = 'x' WHERE sequence = 2") == [("altered", 2)]
    moved = f"{event} detail = detail || '{{\"distance_m\": 0.5}}' WHERE sequence = 2"
    assert await faults(db, moved) == [("altered", 2)]
    assert await faults(db, f"{event} organisation_id = NULL WHERE sequence = 2") == [
        ("altered", 2)
    ]
    assert await faults(db, "DELETE FROM whistle_event WHERE sequence = 2") == [("missing", 2)]
    assert await faults(db, "DELETE FROM whistle_event WHERE sequence = 3") == [
        ("cut", 3),
        ("status", 2),
    ]
    assert await faults(db, f"{row} version = 2") == [("added", 3)]
    assert await faults(db, f"{row} state = 'ended'") == [("status", 3)]
    gone = ("DELETE FROM whistle_alarm", "DELETE FROM whistle_call", "DELETE FROM whistle")
    assert await faults(db, *gone) == [("orphan", 1)]
