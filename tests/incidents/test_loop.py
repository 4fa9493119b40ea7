"""The closed loop over HTTP: collecting, filing, refusing, arbitrating; a process of a city."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.errors import Conflict, Invalid
from gridsvc.incidents.process_file import SHIPPED
from gridsvc.incidents.processes import publish_process
from tests.factories import at, report_body
from tests.fixtures.web import ClientOf

TEXT = SHIPPED.read_text(encoding="utf-8")

pytestmark = pytest.mark.usefixtures("sound")


@pytest_asyncio.fixture
async def centre(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.COMMAND_CENTRE)


async def reported(client: httpx.AsyncClient, **changes: Any) -> str:
    answer = await client.post("/v1/incidents", json=report_body(0.5, 0.5, **changes))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def take(client: httpx.AsyncClient, made: str, action: str, **said: Any) -> httpx.Response:
    """Take a step on the case as it stands."""
    etag = (await client.get(f"/v1/incidents/{made}")).headers["etag"]
    path = f"/v1/incidents/{made}/transitions"
    return await client.post(path, json={"action": action, **said}, headers={"If-Match": etag})


async def follow(client: httpx.AsyncClient, made: str, *steps: dict[str, Any]) -> str:
    """Take some steps; give the status that they end in."""
    for step in steps:
        answer = await take(client, made, **step)
        assert answer.status_code == 200, answer.text
    return str(answer.json()["status"])


REFUSED = {"action": "refuse", "reason": "not_ours", "note": "见职责清单第三条"}


class TestCollection:
    async def test_a_call_is_verified_and_filed_by_people(
        self, centre: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        made = await reported(centre, channel="hotline")
        shown = (await centre.get(f"/v1/incidents/{made}")).json()
        assert (shown["status"], shown["lead"]["code"]) == ("reported", "clean1")
        jobs = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'tell_owner'"
        assert await db.scalar(text(jobs)) == 0  # whose it may be is nobody's to do yet
        status = await follow(
            centre,
            made,
            {"action": "send_to_verify"},
            {"action": "verify", "note": "现场属实"},
            {"action": "file"},
            {"action": "dispatch"},
        )
        assert status == "dispatched"
        assert await db.scalar(text(jobs)) > 0

    async def test_nothing_is_there(self, centre: httpx.AsyncClient) -> None:
        made = await reported(centre, channel="hotline")
        assert (await take(centre, made, "verify", note="现场无")).status_code == 409
        rejected = {"action": "reject", "note": "现场无此问题"}
        assert await follow(centre, made, rejected) == "rejected"


class TestRefusal:
    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({}, "reason_required"),
            ({"reason": "not_ours"}, "evidence_required"),
            ({"reason": "not_ours", "note": " "}, "evidence_required"),
            ({"reason": "tired", "note": "累"}, "unknown_reason"),
            ({"reason": "not_ours", "pin": {"lon": 200, "lat": 0, "crs": "wgs84"}}, None),
            ({"reason": "not_ours", "pin": {"lon": 104, "lat": 30}}, None),
            ({"reason": "not_ours", "documents": ["photo"]}, None),
        ],
    )
    async def test_it_takes_a_reason_and_evidence(
        self, centre: httpx.AsyncClient, said: dict[str, Any], code: str | None
    ) -> None:
        answer = await take(centre, await reported(centre), "refuse", **said)
        assert answer.status_code == 422
        assert code is None or answer.json()["code"] == code

    async def test_the_second_is_arbitrated_with_the_routing_record(
        self, centre: httpx.AsyncClient
    ) -> None:
        made = await reported(centre)
        lon, lat = at(0.6, 0.5)
        pin = {"lon": lon, "lat": lat, "crs": "wgs84"}
        assert await follow(centre, made, {**REFUSED, "pin": pin}) == "filed"
        assert (await take(centre, made, "dispatch")).json()["code"] == "lead_required"
        status = await follow(
            centre,
            made,
            {"action": "dispatch", "lead": "clean2"},
            {"action": "accept"},
            {"action": "refuse", "reason": "wrong_place", "note": "不在辖区"},
        )
        assert status == "arbitration"
        events = (await centre.get(f"/v1/incidents/{made}/events")).json()
        assert events[1]["detail"] == {"reason": "not_ours", "pin": {"lon": lon, "lat": lat}}
        attached = events[-1]["detail"]
        assert attached["routing"]["lead"]["code"] == "clean1"
        assert attached["routing"]["explanation"]["zh"]
        ruled = {"action": "arbitrate", "lead": "clean1", "note": "依责任清单裁定"}
        assert await follow(centre, made, ruled) == "dispatched"
        again = await take(centre, made, **REFUSED)
        assert (again.status_code, again.json()["code"]) == (409, "arbitrated")

    async def test_a_dispatcher_does_not_arbitrate(
        self, client_of: ClientOf, centre: httpx.AsyncClient
    ) -> None:
        made = await reported(centre)
        clean2 = {"action": "dispatch", "lead": "clean2"}
        assert await follow(centre, made, REFUSED, clean2, REFUSED) == "arbitration"
        dispatcher = await client_of(Role.DISPATCHER)
        answer = await take(dispatcher, made, "arbitrate", lead="clean1", note="我说了算")
        assert (answer.status_code, answer.json()["permission"]) == (403, "incidents:arbitrate")


class TestOnesOwnProcess:
    async def test_a_case_keeps_the_one_that_it_was_filed_by(
        self, centre: httpx.AsyncClient, database: Database
    ) -> None:
        before = await reported(centre)
        own = TEXT.replace('collected = ["citizen_app"', 'collected = ["worker_app"')
        own = own.replace('zh = "立案", en = "File"', 'zh = "准予立案", en = "Admit"')
        async with database.transaction() as db:
            assert await publish_process(db, own, valid_from=utc_now()) == 1
            await db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        after = await reported(centre)
        statuses = [
            (await centre.get(f"/v1/incidents/{it}")).json()["status"] for it in (before, after)
        ]
        assert statuses == ["dispatched", "reported"]
        refused = await take(centre, after, "accept")
        assert "准予立案" in refused.json()["detail_zh"]
        assert (await take(centre, before, "accept")).status_code == 200
        told = (await centre.get("/v1/process")).json()
        assert {"code": "file", "zh": "准予立案", "en": "Admit", "reasons": []} in told["actions"]

    async def test_one_begins_after_the_other_and_is_sound(self, db: AsyncSession) -> None:
        now = utc_now()
        await publish_process(db, TEXT, valid_from=now)
        with pytest.raises(Conflict):
            await publish_process(db, TEXT, valid_from=now)
        with pytest.raises(Invalid):
            await publish_process(db, TEXT.replace("[stages]", ""), valid_from=utc_now())

    async def test_it_is_drawn_in_both_languages(self, centre: httpx.AsyncClient) -> None:
        for language, label in (("zh", "退单"), ("en", "Refuse")):
            told = (await centre.get(f"/v1/process?lang={language}")).json()["diagram"]
            assert told.startswith("stateDiagram-v2\n")
            assert label in told


async def test_how_well_cases_find_their_owner_is_measured(
    client_of: ClientOf, centre: httpx.AsyncClient
) -> None:
    """One right at first, one refused, one refused twice, one that nobody has dispatched."""
    ask = {"from": (utc_now() - timedelta(hours=1)).isoformat()}
    path, ahead = "/v1/dispatching", (utc_now() + timedelta(hours=1)).isoformat()
    nothing = (await centre.get(path, params=ask)).json()
    assert (nothing["dispatched"], nothing["first_dispatch_accuracy"]) == (0, None)
    right, once, twice = [await reported(centre) for _ in range(3)]
    await reported(centre, channel="hotline")
    clean2 = {"action": "dispatch", "lead": "clean2"}
    await follow(centre, right, {"action": "accept"})
    await follow(centre, once, REFUSED, clean2, {"action": "accept"})
    await follow(centre, twice, REFUSED, clean2, REFUSED)
    told = (await centre.get(path, params={**ask, "to": ahead})).json()
    minutes = told.pop("median_minutes_to_accept")
    assert 0 <= minutes < 10
    assert told == {
        "dispatched": 3,
        "refusals": 3,
        "returns": 0,
        "arbitrated": 0,
        "right_at_first": 1,
        "accepted": 2,
        "returns_per_case": 1.0,
        "first_dispatch_accuracy": pytest.approx(1 / 3),
    }
    stranger = await client_of(Role.GRID_WORKER)
    assert (await stranger.get(path, params={**ask, "to": ahead})).json()["dispatched"] == 0
    backwards = await centre.get(path, params={"from": ahead})
    assert (backwards.status_code, backwards.json()["code"]) == (422, "invalid_interval")
