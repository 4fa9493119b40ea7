"""The open cases get their new owners: once, with a reason, and only those that have one."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from gridsvc import worker
from gridsvc.auth.principal import Role
from gridsvc.catalogue.service import publish_scheme
from gridsvc.db.clock import utc_now
from gridsvc.db.jobs import defer
from gridsvc.planning import cases, rerouting
from tests.factories import CATEGORIES, report_body
from tests.live import Live, live
from tests.planning.desk import Desk, square


@pytest_asyncio.fixture
async def running(city_url: str) -> AsyncIterator[Live]:
    async with live(city_url) as found:
        yield found


@pytest_asyncio.fixture
async def planner(running: Live) -> httpx.AsyncClient:
    return await running.client(Role.PLANNER)


@pytest_asyncio.fixture
async def centre(running: Live) -> httpx.AsyncClient:
    return await running.client(Role.COMMAND_CENTRE)


async def reported(client: httpx.AsyncClient, column: float, row: float, **more: Any) -> str:
    answer = await client.post("/v1/incidents", json=report_body(column, row, **more))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def moved_west(planner: httpx.AsyncClient) -> None:
    desk = await Desk.of(planner, layer="cleaning")
    await desk.edit("change", code="Z1", geometry=square(0, 0, 2, 2), crs="wgs84")
    await desk.edit("change", code="Z2", geometry=square(2, 0, 2, 2), crs="wgs84")
    await desk.activate()


async def begun(planner: httpx.AsyncClient) -> str:
    answer = await planner.post("/v1/reroutings", json={"reason": "环卫边界西移"})
    assert answer.status_code == 202, answer.text
    assert answer.json()["state"] == "running"
    return str(answer.json()["id"])


async def read(client: httpx.AsyncClient, path: str) -> Any:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def act(client: httpx.AsyncClient, incident: str, *steps: dict[str, Any]) -> None:
    for number, step in enumerate(steps, start=1):
        path = f"/v1/incidents/{incident}/transitions"
        answer = await client.post(path, json=step, headers={"If-Match": f'"{number}"'})
        assert answer.status_code == 200, answer.text


async def rows(running: Live, statement: str) -> list[tuple[Any, ...]]:
    async with running.database.sessions() as db:
        return [tuple(row) for row in await db.execute(text(statement))]


async def test_only_what_has_another_owner_changes(
    running: Live, planner: httpx.AsyncClient, centre: httpx.AsyncClient, city_url: str
) -> None:
    moving, handling = [await reported(centre, 2.5, 0.5) for _ in range(2)]
    staying = await reported(centre, 0.5, 0.5)
    await act(centre, handling, {"action": "accept"})
    await moved_west(planner)
    assert (await read(centre, f"/v1/incidents/{moving}"))["lead"]["code"] == "clean1"
    page = (await planner.get("/planning/reroutings/new?lang=en&reason=moved")).text
    assert "<dt>Would change owner</dt><dd>2</dd>" in page
    assert 'name="reason" value="moved"' in page
    assert await read(planner, "/v1/reroutings") == []  # one click does not do it
    run = await begun(planner)
    await worker.work(city_url, once=True)
    done = await read(planner, f"/v1/reroutings/{run}")
    assert (done["state"], done["total"], done["seen"], done["changed"]) == ("done", 3, 3, 2)
    for incident in (moving, handling):
        found = await read(centre, f"/v1/incidents/{incident}")
        assert (found["lead"]["code"], found["status"]) == ("clean2", "dispatched")
        event = (await read(centre, f"/v1/incidents/{incident}/events"))[-1]
        assert (event["action"], event["note"]) == ("reroute", "环卫边界西移")
        said = {"rerouting": run, "lead": "clean2", "owner_changed": True}
        assert event["detail"].items() >= said.items()
        routing = (await read(centre, f"/v1/incidents/{incident}/routing"))["routing"]
        assert routing["lead"]["code"] == "clean2"
        used = {one["layer"]: one["number"] for one in routing["releases"]}
        assert used["cleaning"] == 2
    assert (await read(centre, f"/v1/incidents/{staying}"))["version"] == 1
    await worker.work(city_url, once=True)  # what the first job has left to others
    told = await rows(
        running,
        "SELECT o.code FROM notice n JOIN organisation o ON o.id = n.organisation_id"
        f" WHERE n.incident_id = '{moving}' AND n.sequence = 2 ORDER BY 1",
    )
    assert told == [("clean1",), ("clean2",)]


async def test_closed_cases_and_peoples_choices_stay(
    running: Live, planner: httpx.AsyncClient, centre: httpx.AsyncClient, city_url: str
) -> None:
    closed, chosen, lost = [await reported(centre, 2.5, 0.5) for _ in range(3)]
    finish = [{"action": name} for name in ("accept", "finish", "check", "close")]
    await act(centre, closed, *finish)
    again = {"action": "return", "note": "另派"}
    await act(centre, chosen, again, {"action": "dispatch", "lead": "s1"})
    await act(centre, lost, {"action": "reject", "note": "重复"})
    await moved_west(planner)
    owned = "SELECT id, lead_id, CASE WHEN closed_at IS NULL THEN 0 ELSE version END FROM incident"
    before = await rows(running, f"{owned} ORDER BY id")
    run = await begun(planner)
    await worker.work(city_url, once=True)
    assert (await read(planner, f"/v1/reroutings/{run}"))["changed"] == 1
    assert await rows(running, f"{owned} ORDER BY id") == before


async def test_an_owner_whom_a_dispatcher_confirmed_stays(
    running: Live, planner: httpx.AsyncClient, centre: httpx.AsyncClient, city_url: str
) -> None:
    confirmed = await reported(centre, 2.5, 0.5)
    again = {"action": "return", "note": "核对"}
    await act(centre, confirmed, again, {"action": "dispatch", "lead": "clean1"})
    await moved_west(planner)
    run = await begun(planner)
    await worker.work(city_url, once=True)
    assert (await read(planner, f"/v1/reroutings/{run}"))["changed"] == 1
    found = await read(centre, f"/v1/incidents/{confirmed}")
    assert (found["lead"]["code"], found["zone"]["code"]) == ("clean1", "Z2")


async def test_a_category_that_has_ended_keeps_nobody_from_an_owner(
    running: Live, planner: httpx.AsyncClient, centre: httpx.AsyncClient, city_url: str
) -> None:
    incident = await reported(centre, 2.5, 0.5)
    category = (await read(centre, f"/v1/incidents/{incident}"))["category"]["code"]
    others = [one for one in CATEGORIES if one["code"] != category]
    async with running.database.transaction() as db:
        # Loaded late: it holds since before the incident, which was filed under what it replaces.
        since = utc_now() - timedelta(hours=1)
        await publish_scheme(db, "test", others, name="Next", valid_from=since)
    await moved_west(planner)
    run = await begun(planner)
    await worker.work(city_url, once=True)
    done = await read(planner, f"/v1/reroutings/{run}")
    assert (done["state"], done["changed"]) == ("done", 1)
    assert (await read(centre, f"/v1/incidents/{incident}"))["lead"]["code"] == "clean2"


async def test_the_record_says_since_when_its_rule_is_so(
    running: Live, planner: httpx.AsyncClient, centre: httpx.AsyncClient, city_url: str
) -> None:
    incident = await reported(centre, 2.5, 0.5)
    body = {"title": "环卫先行", "layers": ["cleaning"]}
    assert (await planner.put("/v1/rules/CLEAN", json=body)).status_code == 200
    [rule] = await read(planner, "/v1/rules")
    await moved_west(planner)
    await begun(planner)
    await worker.work(city_url, once=True)
    routing = (await read(centre, f"/v1/incidents/{incident}/routing"))["routing"]
    told = datetime.fromisoformat(routing["rule"]["valid_from"])
    assert (routing["rule"]["code"], told) == ("CLEAN", datetime.fromisoformat(rule["valid_from"]))


async def test_a_run_goes_on_where_it_was_and_does_nothing_twice(
    running: Live,
    planner: httpx.AsyncClient,
    centre: httpx.AsyncClient,
    city_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cases, "AT_ONCE", 2)
    made = [await reported(centre, 2.5, 0.5) for _ in range(5)]
    await moved_west(planner)
    run = UUID(await begun(planner))
    desk = running.app.state.desk

    def clock() -> Any:
        clock.calls += 1  # type: ignore[attr-defined]  # a counter on a function
        if clock.calls == 3:  # type: ignore[attr-defined]  # likewise
            raise ConnectionError
        return utc_now()

    clock.calls = 0  # type: ignore[attr-defined]  # likewise
    with pytest.raises(ConnectionError):
        await rerouting.carry_out(running.database, desk, run, clock)
    half = await read(planner, f"/v1/reroutings/{run}")
    assert (half["state"], half["seen"], half["changed"]) == ("running", 4, 4)
    for _ in range(2):
        await rerouting.carry_out(running.database, desk, run, utc_now)
    done = await read(planner, f"/v1/reroutings/{run}")
    assert (done["state"], done["seen"], done["changed"]) == ("done", 5, 5)
    await begun(planner)
    await worker.work(city_url, once=True)
    events = await rows(running, "SELECT incident_id FROM incident_event WHERE action = 'reroute'")
    assert sorted(str(row[0]) for row in events) == sorted(made)


async def test_one_run_at_a_time_and_it_can_be_cancelled(
    running: Live, planner: httpx.AsyncClient, centre: httpx.AsyncClient, city_url: str
) -> None:
    await reported(centre, 2.5, 0.5)
    await moved_west(planner)
    run = await begun(planner)
    answer = await planner.post("/v1/reroutings", json={"reason": "再来一次"})
    assert (answer.status_code, answer.json()["code"]) == (409, "rerouting_runs")
    for _ in range(2):
        answer = await planner.delete(f"/v1/reroutings/{run}")
        assert answer.json()["state"] == "cancelled"
    await worker.work(city_url, once=True)
    assert (await read(planner, f"/v1/reroutings/{run}"))["changed"] == 0
    assert [one["id"] for one in await read(planner, "/v1/reroutings")] == [run]
    assert (await centre.post("/v1/reroutings", json={"reason": "不行"})).status_code == 403


async def test_where_a_case_lies_follows_the_map_whoever_owns_it(
    running: Live, planner: httpx.AsyncClient, centre: httpx.AsyncClient, city_url: str
) -> None:
    confirmed, chosen = [await reported(centre, 0.5, 0.5) for _ in range(2)]
    again = {"action": "return", "note": "核对"}
    await act(centre, confirmed, again, {"action": "dispatch", "lead": "clean1"})
    await act(centre, chosen, again, {"action": "dispatch", "lead": "power"})
    ownerless = await reported(centre, -0.1, 0.5)
    desk = await Desk.of(planner, layer="grid")
    await desk.edit("change", code="G00", geometry=square(-0.5, 0, 1.5, 1), crs="wgs84")
    await desk.edit("recode", code="G00", to="G00A")
    accepted = {"codes": ["assignment_lost", "outside_parent"], "reason": "改码"}
    await desk.do("POST", "/acceptances", accepted)
    await desk.activate()
    for changed in (3, 0):
        run = await begun(planner)
        await worker.work(city_url, once=True)
        assert (await read(planner, f"/v1/reroutings/{run}"))["changed"] == changed
    for incident, owner in ((confirmed, "clean1"), (chosen, "power"), (ownerless, None)):
        found = await read(centre, f"/v1/incidents/{incident}")
        lead = found["lead"] and found["lead"]["code"]
        assert (lead, found["areas"]["grid"]) == (owner, "G00A")
        event = (await read(centre, f"/v1/incidents/{incident}/events"))[-1]
        assert (event["action"], event["note"]) == ("reroute", "环卫边界西移")
        assert event["detail"]["areas"] == {"grid": "G00A"}
        assert event["detail"]["owner_changed"] is False


async def test_a_case_stays_out_of_the_zone_in_which_it_was_found_not_to_be(
    running: Live, planner: httpx.AsyncClient, centre: httpx.AsyncClient, city_url: str
) -> None:
    # Ten metres inside the only power zone, beyond which nobody leads in lamps.
    location = {"lon": 104.0099, "lat": 30.605, "crs": "wgs84", "accuracy_m": 30}
    incident = await reported(centre, 0, 0, location=location, category="0101")
    path, answer = f"/v1/incidents/{incident}/routing/answer", {"option": "elsewhere"}
    answered = await centre.post(path, json=answer, headers={"If-Match": '"1"'})
    assert answered.json()["routing"]["zone"]["code"] == "S1"
    version = (await read(centre, f"/v1/incidents/{incident}"))["version"]
    run = await begun(planner)
    await worker.work(city_url, once=True)
    assert (await read(planner, f"/v1/reroutings/{run}"))["changed"] == 0
    assert (await read(centre, f"/v1/incidents/{incident}"))["version"] == version


async def test_a_run_whose_job_is_given_up_has_failed_and_another_may_begin(
    running: Live,
    planner: httpx.AsyncClient,
    centre: httpx.AsyncClient,
    city_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(*_: object) -> None:
        raise ConnectionError

    await reported(centre, 2.5, 0.5)
    await moved_west(planner)
    run = await begun(planner)
    with monkeypatch.context() as patch:
        patch.setattr(worker, "carry_out", fail)
        for tried, state in ((0, "running"), (worker.TRIES, "failed")):
            now = f"UPDATE procrastinate_jobs SET attempts = {tried}, scheduled_at = NULL"
            async with running.database.transaction() as db:
                await db.execute(text(f"{now} WHERE task_name = 'reroute'"))
            await worker.work(city_url, once=True)
            async with running.database.transaction() as db:
                await defer(db, "end_given_up", timestamp=0)
            await worker.work(city_url, once=True)
            found = await read(planner, f"/v1/reroutings/{run}")
            assert found["state"] == state
    assert found["failure"]["code"] == "gave_up"
    page = (await planner.get("/planning", params={"lang": "zh"})).text
    assert found["failure"]["zh"] in page
    again = await begun(planner)
    await worker.work(city_url, once=True)
    assert (await read(planner, f"/v1/reroutings/{again}"))["changed"] == 1


async def test_a_case_follows_its_grid_without_another_owner(
    running: Live, planner: httpx.AsyncClient, centre: httpx.AsyncClient, city_url: str
) -> None:
    incident = await reported(centre, 0.5, 0.5)
    desk = await Desk.of(planner, layer="grid")
    await desk.edit("recode", code="G00", to="G00A")
    await desk.do("POST", "/acceptances", {"codes": ["assignment_lost"], "reason": "改码"})
    await desk.activate()
    await begun(planner)
    await worker.work(city_url, once=True)
    event = (await read(centre, f"/v1/incidents/{incident}/events"))[-1]
    assert (event["action"], event["detail"]["owner_changed"]) == ("reroute", False)
    assert await rows(running, "SELECT grid FROM incident") == [("G00A",)]
    told = f"SELECT 1 FROM notice WHERE incident_id = '{incident}' AND sequence = 2"
    assert await rows(running, told) == []
