"""A change that begins now begins when nothing is decided any more by what held before."""

import asyncio
from typing import Any

import httpx
from sqlalchemy import func, select, text

from gridsvc.areas.withdrawal import hold_decisions
from gridsvc.assets.model import Asset
from gridsvc.auth.principal import Role
from gridsvc.db.session import Database
from gridsvc.rules.model import BorderPolicyRow, RoutingRule, SpecialDayRow
from tests.factories import at
from tests.live import live
from tests.rules.test_endpoints import BORDER, DAYS, RULE

LAMP = {
    "category": "0101",
    "crs": "wgs84",
    "geometry": {"type": "Point", "coordinates": list(at(1, 0.5))},
    "owner": "power",
}
CHANGES: list[tuple[str, str, Any, Any]] = [
    ("PUT", "rules/night", RULE, RoutingRule.valid_from),
    ("PUT", "borders/line", BORDER, BorderPolicyRow.valid_from),
    ("PUT", "special-days/ban", DAYS, SpecialDayRow.valid_from),
    ("PUT", "assets/5101040101000001", LAMP, Asset.valid_from),
    ("DELETE", "rules/night", None, RoutingRule.valid_to),
    ("DELETE", "borders/line", None, BorderPolicyRow.valid_to),
]
WAITING = """
SELECT EXISTS (
    SELECT FROM pg_locks JOIN pg_database d ON d.oid = database
    WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()
)
"""


async def waits(database: Database) -> bool:
    async with database.sessions() as db:
        return bool(await db.scalar(text(WAITING)))


async def test_what_is_decided_meanwhile_is_decided_by_what_held(city_url: str) -> None:
    async with live(city_url) as running:
        planner = await running.client(Role.PLANNER)
        for method, path, body, moment in CHANGES:
            async with running.database.transaction() as deciding:
                await hold_decisions(deciding)
                asked = asyncio.create_task(planner.request(method, f"/v1/{path}", json=body))
                while not await waits(running.database):
                    assert not asked.done()
                decided = await deciding.scalar(select(func.clock_timestamp()))
            answer: httpx.Response = await asked
            assert answer.is_success, answer.text
            async with running.database.sessions() as db:
                assert await db.scalar(select(func.max(moment) >= decided)), path
