"""Whistles with real transactions: several at once, and reminders by the job process."""

import asyncio
from typing import Any

from sqlalchemy import text

from gridsvc import worker
from gridsvc.auth.principal import Role
from gridsvc.db.base import new_id
from gridsvc.db.jobs import defer
from tests.factories import report_body
from tests.live import Live, live
from tests.whistles.calls import ASTRIDE, whistle_body


async def counted(running: Live, query: str) -> Any:
    async with running.database.sessions() as db:
        return (await db.execute(text(query))).scalar_one()


async def test_of_several_at_once_one_wins_and_reminders_ring_once(city_url: str) -> None:
    async with live(city_url) as running:
        centre = await running.client(Role.COMMAND_CENTRE)
        body = whistle_body("clean1", "s2", **ASTRIDE, id=str(new_id()))
        answers = await asyncio.gather(*(centre.post("/v1/whistles", json=body) for _ in range(4)))
        assert sorted(it.status_code for it in answers) == [200, 200, 200, 201]
        assert await counted(running, "SELECT count(*) FROM notice") == 2

        incident = (await centre.post("/v1/incidents", json=report_body(1.9, 0.5))).json()["id"]
        rivals = whistle_body("clean1", incident=incident)
        answers = await asyncio.gather(
            *(centre.post("/v1/whistles", json=rivals) for _ in range(3))
        )
        assert sorted(it.status_code for it in answers) == [201, 409, 409]

        cancel = f"/v1/whistles/{body['id']}/cancel", {"note": "误吹"}, {"If-Match": '"1"'}
        path, note, headers = cancel
        answers = await asyncio.gather(
            *(centre.post(path, json=note, headers=headers) for _ in range(3))
        )
        assert sorted(it.status_code for it in answers) == [200, 412, 412]

        # Of the two that run or ran, all reminders are due: one of them only is still needed.
        async with running.database.transaction() as db:
            await db.execute(text("UPDATE whistle_alarm SET at = now() - interval '1 minute'"))
            for moment in range(3):
                await defer(db, "remind", timestamp=moment)
        await worker.work(city_url, once=True)
        rung = "SELECT array_agg(kind ORDER BY kind) FROM notice WHERE kind LIKE '%report_in%'"
        kinds = ["escalated", "overdue", "yellow"]
        assert await counted(running, rung) == [f"{kind}:report_in:clean1" for kind in kinds]
        left = "SELECT count(*) FROM whistle_alarm WHERE rung_at IS NULL"
        assert await counted(running, left) == 0
