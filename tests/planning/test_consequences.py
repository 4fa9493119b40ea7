"""What a draft would do, before it does it: land, open cases, workload, workers."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role, Scope
from gridsvc.db.clock import utc_now
from tests.factories import report_body
from tests.fixtures.web import ClientOf
from tests.planning.desk import Desk, square

CELL_M2 = 1_063_000
"""About what a cell of the city of squares measures."""


@pytest_asyncio.fixture
async def centre(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.COMMAND_CENTRE)


async def reported(client: httpx.AsyncClient, column: float, row: float, **more: Any) -> Any:
    answer = await client.post("/v1/incidents", json=report_body(column, row, **more))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def moved_west(planner: httpx.AsyncClient, **wanted: Any) -> Desk:
    """A draft by which the third column goes from Z1 to Z2."""
    desk = await Desk.of(planner, layer="cleaning", **wanted)
    await desk.edit("change", code="Z1", geometry=square(0, 0, 2, 2), crs="wgs84")
    await desk.edit("change", code="Z2", geometry=square(2, 0, 2, 2), crs="wgs84")
    return desk


class TestLand:
    async def test_that_moves_is_measured(self, planner: httpx.AsyncClient) -> None:
        found = (await (await moved_west(planner)).get("/diff"))["areas"]
        assert found["summary"]["en"].startswith("0 added, 0 removed")
        gave, got = found["moved"]
        assert (gave["code"], got["code"]) == ("Z1", "Z2")
        assert gave["lost_m2"] == pytest.approx(2 * CELL_M2, rel=0.01)
        assert got["gained_m2"] == pytest.approx(gave["lost_m2"], rel=1e-9)
        assert found["uncovered"] == found["doubly_covered"] == []

    async def test_that_is_left_open_or_covered_twice_is_found(
        self, planner: httpx.AsyncClient
    ) -> None:
        desk = await Desk.of(planner, layer="cleaning")
        await desk.edit("change", code="Z1", geometry=square(0, 1, 3, 1), crs="wgs84")
        await desk.edit("change", code="Z2", geometry=square(2, 0, 2, 2), crs="wgs84")
        found = (await desk.get("/diff"))["areas"]
        assert [one["areas"] for one in found["uncovered"]] == [["Z1"]]
        assert found["uncovered"][0]["area_m2"] == pytest.approx(2 * CELL_M2, rel=0.01)
        assert [one["areas"] for one in found["doubly_covered"]] == [["Z1", "Z2"]]
        assert found["doubly_covered"][0]["area_m2"] == pytest.approx(CELL_M2, rel=0.01)

    async def test_every_other_change_is_named(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, layer="grid")
        await desk.edit("change", code="G00", name="改名", population=5)
        await desk.edit("change", code="G10", parent="C2")
        await desk.edit("recode", code="G11", to="G99")
        found = (await desk.get("/diff"))["areas"]
        assert found["renamed"] == [{"code": "G00", "old": "第00网格", "new": "改名"}]
        assert found["reparented"] == [{"code": "G10", "old": "C1", "new": "C2"}]
        assert (found["added"], found["removed"]) == (["G99"], ["G11"])
        assert found["revalued"] == ["G00"]
        assert found["workers"] == []

    async def test_workers_of_changed_grids_are_named(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, layer="grid")
        await desk.edit("merge", codes=["G00", "G10"], code="G10", name="并")
        found = (await desk.get("/diff"))["areas"]
        assert found["workers"] == [{"worker": "W1", "grid": "G00"}]

    async def test_rows_are_told_apart(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, kind="responsibilities")
        rows = (await desk.get("/rows"))["rows"]
        await desk.do("PUT", "/rows", {"rows": [{**rows[0], "priority": 3}, *rows[1:]]})
        found = await desk.get("/diff")
        assert found["areas"] is None
        assert found["rows"] == {"added": [{**rows[0], "priority": 3}], "removed": [rows[0]]}


class TestOpenCases:
    async def test_that_would_change_owner_are_listed(
        self, planner: httpx.AsyncClient, centre: httpx.AsyncClient
    ) -> None:
        moving = await reported(centre, 2.5, 0.5)
        await reported(centre, 0.5, 0.5)
        await reported(centre, 2.5, 0.5, category="0301")  # falls back to the street
        found = await (await moved_west(planner)).get("/cases")
        assert (found["total"], found["seen"], found["changed"]) == (3, 3, 1)
        [case] = found["cases"]
        assert case["id"] == moving["id"]
        assert (case["lead"]["code"], case["new_lead"]["code"]) == ("clean1", "clean2")
        due = [datetime.fromisoformat(one["due_at"]) for one in (case, moving)]
        assert due[0] == due[1]
        assert case["overdue"] is False

    async def test_for_rules_and_responsibilities_alike(
        self, planner: httpx.AsyncClient, centre: httpx.AsyncClient
    ) -> None:
        await reported(centre, 0.5, 0.5)
        desk = await Desk.of(planner, kind="rules")
        rule = {"code": "R", "title": "市管", "scheme": "test", "category": "02", "lead": "city"}
        await desk.do("PUT", "/rows", {"rows": [rule]})
        assert (await desk.get("/cases"))["cases"][0]["new_lead"]["code"] == "city"
        desk = await Desk.of(planner, kind="responsibilities")
        rows = [r for r in (await desk.get("/rows"))["rows"] if r["area"] != "Z1"]
        await desk.do("PUT", "/rows", {"rows": rows})
        assert (await desk.get("/cases"))["cases"][0]["new_lead"]["code"] == "s1"
        await desk.do("PUT", "/rows", {"rows": [r for r in rows if r["role"] != "duty"]})
        found = await desk.get("/cases")
        assert (found["changed"], found["without_owner"]) == (0, 1)

    async def test_a_case_asks_by_the_hour_at_which_it_happened(
        self, planner: httpx.AsyncClient, centre: httpx.AsyncClient
    ) -> None:
        today = utc_now() - timedelta(days=1)
        for hour in (4, 16):  # noon and midnight in the city
            at = today.replace(hour=hour, minute=0)
            await reported(centre, 0.5, 0.5, occurred_at=at.isoformat())
        desk = await Desk.of(planner, kind="rules")
        rule = {"code": "N", "title": "夜间", "lead": "city", "hours": "22:00-06:00"}
        await desk.do("PUT", "/rows", {"rows": [rule]})
        assert (await desk.get("/cases"))["changed"] == 1

    async def test_not_where_a_person_chose_the_owner_or_it_is_dealt_with(
        self, planner: httpx.AsyncClient, centre: httpx.AsyncClient
    ) -> None:
        made = [await reported(centre, 2.5, 0.5) for _ in range(2)]
        steps: list[tuple[int, dict[str, Any]]] = [
            (0, {"action": "return", "note": "另派"}),
            (0, {"action": "dispatch", "lead": "s1"}),
            (1, {"action": "accept"}),
            (1, {"action": "finish"}),
        ]
        versions = [1, 1]
        for which, step in steps:
            headers = {"If-Match": f'"{versions[which]}"'}
            path = f"/v1/incidents/{made[which]['id']}/transitions"
            answer = await centre.post(path, json=step, headers=headers)
            assert answer.status_code == 200, answer.text
            versions[which] += 1
        found = await (await moved_west(planner)).get("/cases")
        assert (found["total"], found["kept_by_person"], found["changed"]) == (1, 1, 0)

    async def test_a_planner_sees_their_part_of_the_city_only(
        self, client_of: ClientOf, centre: httpx.AsyncClient
    ) -> None:
        for column in (1.5, 2.5):
            await reported(centre, column, 0.5)
        local = await client_of(Role.PLANNER, login="local", scope=Scope("street", "S2"))
        desk = await Desk.of(local, layer="cleaning")
        await desk.edit("change", code="Z1", geometry=square(0, 0, 1, 2), crs="wgs84")
        await desk.edit("change", code="Z2", geometry=square(1, 0, 3, 2), crs="wgs84")
        found = await desk.get("/cases")
        assert (found["total"], found["changed"]) == (1, 1)
        work = await desk.get("/workload")
        assert work["total"] == 1


async def test_workload_is_told_before_and_after(
    planner: httpx.AsyncClient, centre: httpx.AsyncClient, db: AsyncSession
) -> None:
    for column in (0.5, 2.5, 2.5, 3.5):
        await reported(centre, column, 0.5)
    desk = await moved_west(planner)
    found = await desk.get("/workload", days=30)
    assert found["total"] == found["seen"] == 4
    by_code = {
        one["organisation"]["code"]: (one["before"], one["after"]) for one in found["organisations"]
    }
    assert by_code == {"clean1": (3, 1), "clean2": (1, 3)}
    # Nothing of the rehearsals has stayed.
    assert await db.scalar(text("SELECT count(*) FROM release WHERE number > 1")) == 0


async def test_a_draft_that_cannot_hold_has_no_consequences(planner: httpx.AsyncClient) -> None:
    desk = await Desk.of(planner, kind="responsibilities")
    row = {"organisation": "nobody", "layer": "cleaning", "role": "lead"}
    await desk.do("PUT", "/rows", {"rows": [row]})
    answer = await planner.get(f"{desk.path}/cases")
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_organisation")
