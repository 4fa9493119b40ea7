"""A draft comes into force: checked, at its time, on top of what it was made from, or not."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gridsvc.auth.principal import Role
from gridsvc.db.clock import utc_now
from tests.factories import at
from tests.live import Live, live
from tests.planning.desk import Desk, square

LATER = datetime(2099, 1, 1, tzinfo=UTC)


@pytest_asyncio.fixture
async def running(city_url: str) -> AsyncIterator[Live]:
    async with live(city_url) as found:
        yield found


@pytest_asyncio.fixture
async def planner(running: Live) -> httpx.AsyncClient:
    """On a database of its own: only a real commit is another version of the map."""
    return await running.client(Role.PLANNER)


async def owner(client: httpx.AsyncClient, column: float, row: float, **query: Any) -> str | None:
    """Whose rubbish is at a place, in cells."""
    lon, lat = at(column, row)
    asked = {"lon": lon, "lat": lat, "crs": "wgs84", "category": "0201", **query}
    answer = await client.get("/v1/who-owns", params=asked)
    assert answer.status_code == 200, answer.text
    lead = answer.json()["lead"]
    return lead["code"] if lead else None


async def widen(desk: Desk) -> None:
    """Move the border between the two cleaning zones a cell to the west."""
    await desk.edit("change", code="Z1", geometry=square(0, 0, 2, 2), crs="wgs84")
    await desk.edit("change", code="Z2", geometry=square(2, 0, 2, 2), crs="wgs84")


async def releases(client: httpx.AsyncClient, layer: str = "cleaning") -> list[dict[str, Any]]:
    return list((await client.get(f"/v1/layers/{layer}/releases")).json())


class TestNow:
    async def test_the_next_question_is_answered_by_it(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, layer="cleaning", note="边界西移")
        await widen(desk)
        assert await owner(planner, 2.5, 0.5) == "clean1"
        await desk.activate()
        assert (desk.draft["state"], desk.draft["release"]) == ("activated", 2)
        assert await owner(planner, 2.5, 0.5) == "clean2"
        newest, first = await releases(planner)
        assert newest["valid_from"] == first["valid_to"]
        began = datetime.fromisoformat(desk.draft["valid_from"])
        assert began == datetime.fromisoformat(newest["valid_from"])
        assert newest["findings"]["draft"] == desk.draft["id"]
        assert newest["findings"]["note"] == "边界西移"

    async def test_what_was_before_stays_before(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, layer="cleaning")
        await widen(desk)
        before = utc_now().isoformat()
        await desk.activate()
        assert await owner(planner, 2.5, 0.5, at=before) == "clean1"

    async def test_a_table_is_replaced_as_a_whole(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, kind="responsibilities")
        rows = (await desk.get("/rows"))["rows"]
        swapped = {"clean1": "clean2", "clean2": "clean1"}
        for row in rows:
            row["organisation"] = swapped.get(row["organisation"], row["organisation"])
        await desk.do("PUT", "/rows", {"rows": rows})
        await desk.activate()
        assert await owner(planner, 0.5, 0.5) == "clean2"
        assert await owner(planner, 3.5, 0.5) == "clean1"

    async def test_it_cannot_be_done_twice(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, layer="cleaning")
        await widen(desk)
        await desk.activate()
        answer = await desk.try_("POST", "/activation", {})
        assert (answer.status_code, answer.json()["code"]) == (409, "draft_not_open")

    async def test_nor_for_the_past(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, layer="cleaning")
        body = {"at": (utc_now() - timedelta(hours=1)).isoformat()}
        answer = await desk.try_("POST", "/activation", body)
        assert (answer.status_code, answer.json()["code"]) == (422, "in_the_past")


class TestFindings:
    async def test_an_error_keeps_it_from_coming_into_force(
        self, planner: httpx.AsyncClient
    ) -> None:
        desk = await Desk.of(planner, layer="grid")
        await desk.edit("change", code="G00", parent="C9")
        answer = await desk.try_("POST", "/activation", {})
        assert (answer.status_code, answer.json()["code"]) == (409, "findings_open")
        errors = [one for one in await desk.get("/checks") if one["severity"] == "error"]
        assert [one["code"] for one in errors] == ["unknown_parent"]
        body = {"findings": [errors[0]["key"]], "reason": "没有办法"}
        answer = await desk.try_("POST", "/acceptances", body)
        assert (answer.status_code, answer.json()["code"]) == (422, "not_acceptable_finding")

    async def test_a_warning_needs_a_written_reason(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, layer="cleaning")
        await desk.edit("change", code="Z2", geometry=square(3, 0, 1, 1), crs="wgs84")
        await desk.edit("add", code="Z3", geometry=square(3, 1.5, 1, 0.5), crs="wgs84")
        await desk.edit("add", code="Z4", geometry=square(4, 0, 1, 2), crs="wgs84")
        # The second is information.
        assert await desk.faults() == {"gap", "unmatched_edges", "no_lead"}
        assert (await desk.try_("POST", "/activation", {})).json()["code"] == "findings_open"
        answer = await desk.try_("POST", "/acceptances", {"codes": ["gap"], "reason": " "})
        assert answer.status_code == 422
        accepted = {"codes": ["gap", "no_lead"], "reason": "水面，无需保洁"}
        await desk.do("POST", "/acceptances", accepted)
        await desk.activate()
        findings = (await releases(planner))[0]["findings"]
        assert findings["accepted"] == ["gap", "no_lead"]
        assert findings["reasons"][0]["reason"] == "水面，无需保洁"

    async def test_what_was_accepted_covers_no_other_finding(
        self, planner: httpx.AsyncClient
    ) -> None:
        desk = await Desk.of(planner, layer="cleaning")
        await desk.edit("remove", code="Z2")
        await desk.do("POST", "/acceptances", {"codes": ["responsibility_lost"], "reason": "并区"})
        await desk.edit("remove", code="Z1")
        await desk.edit("add", code="Z9", geometry=square(0, 0, 4, 2), crs="wgs84")
        answer = await desk.try_("POST", "/activation", {})
        assert sorted(one["en"] for one in answer.json()["findings"]) == [
            "Nobody leads in Z9 Z9 of cleaning.",
            "clean1 is lead for 02 in Z1, which is gone.",
        ]

    async def test_grids_that_workers_look_after_are_missed(
        self, planner: httpx.AsyncClient
    ) -> None:
        desk = await Desk.of(planner, layer="grid")
        await desk.edit("merge", codes=["G00", "G10"], code="G10", name="并")
        assert await desk.faults() == {"assignment_lost"}

    async def test_a_level_below_is_looked_at_too(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, layer="community")
        await desk.edit("change", code="C1", geometry=square(0, 0, 1, 2), crs="wgs84")
        await desk.edit("change", code="C2", geometry=square(1, 0, 3, 2), crs="wgs84")
        found = [one for one in await desk.get("/checks") if one["areas"][0].startswith("G")]
        assert {(one["code"], one["areas"][0]) for one in found} == {
            ("outside_parent", "G10"),
            ("outside_parent", "G11"),
        }
        assert {one["severity"] for one in found} == {"warning"}

    async def test_rows_that_cannot_hold_are_an_error(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, kind="responsibilities")
        row = {"organisation": "nobody", "layer": "cleaning", "role": "lead"}
        await desk.do("PUT", "/rows", {"rows": [*(await desk.get("/rows"))["rows"], row]})
        assert await desk.faults() == {"unknown_organisation"}
        assert (await desk.try_("POST", "/activation", {})).json()["code"] == "findings_open"

    async def test_a_draft_without_areas_is_no_map(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, layer="power")
        await desk.edit("remove", code="P1")
        assert await desk.faults() == {"no_areas"}


class TestLater:
    async def test_it_holds_from_its_time_on(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, layer="cleaning")
        await widen(desk)
        await desk.activate(LATER)
        assert desk.draft["state"] == "scheduled"
        assert await owner(planner, 2.5, 0.5) == "clean1"
        just_before = (LATER - timedelta(microseconds=1)).isoformat()
        assert await owner(planner, 2.5, 0.5, at=just_before) == "clean1"
        assert await owner(planner, 2.5, 0.5, at=LATER.isoformat()) == "clean2"

    @pytest.mark.parametrize("kind", ["layer", "responsibilities"])
    async def test_it_can_be_taken_back_before(self, planner: httpx.AsyncClient, kind: str) -> None:
        wanted = {"kind": kind, **({"layer": "cleaning"} if kind == "layer" else {})}
        desk = await Desk.of(planner, **wanted)
        if kind == "layer":
            await widen(desk)
        else:
            rows = [r for r in (await desk.get("/rows"))["rows"] if r["area"] != "Z1"]
            await desk.do("PUT", "/rows", {"rows": rows})
            await desk.do("POST", "/acceptances", {"codes": ["no_lead"], "reason": "试验"})
        await desk.activate(LATER)
        assert await owner(planner, 2.5, 0.5, at=LATER.isoformat()) != "clean1"
        await desk.do("DELETE", "/activation")
        assert desk.draft["state"] == "open"
        assert await owner(planner, 2.5, 0.5, at=LATER.isoformat()) == "clean1"
        await desk.activate(LATER)
        assert await owner(planner, 2.5, 0.5, at=LATER.isoformat()) != "clean1"

    async def test_not_any_more_once_it_holds(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, layer="cleaning")
        await widen(desk)
        await desk.activate()
        answer = await desk.try_("DELETE", "/activation")
        assert (answer.status_code, answer.json()["code"]) == (409, "already_in_force")
        other = await Desk.of(planner, layer="power")
        answer = await other.try_("DELETE", "/activation")
        assert (answer.status_code, answer.json()["code"]) == (409, "not_activated")


class TestNothing:
    async def test_is_not_activated(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, layer="cleaning")
        for code in ("Z9", "Z1"):
            await desk.edit("recode", code="Z1" if code == "Z9" else "Z9", to=code)
        answer = await desk.try_("POST", "/activation", {})
        assert (answer.status_code, answer.json()["code"]) == (409, "nothing_changed")

    async def test_is_what_the_same_rows_in_other_words_are(
        self, planner: httpx.AsyncClient
    ) -> None:
        desk = await Desk.of(planner, kind="responsibilities")
        rows = (await desk.get("/rows"))["rows"]
        as_a_sheet_has_them = [{**row, "priority": str(row["priority"])} for row in rows[::-1]]
        await desk.do("PUT", "/rows", {"rows": as_a_sheet_has_them})
        assert (await desk.get("/diff"))["rows"] == {"added": [], "removed": []}
        answer = await desk.try_("POST", "/activation", {})
        assert (answer.status_code, answer.json()["code"]) == (409, "nothing_changed")


class TestAMovedBase:
    async def test_is_told_and_nothing_is_lost(self, planner: httpx.AsyncClient) -> None:
        mine, theirs = [await Desk.of(planner, layer="cleaning") for _ in range(2)]
        await theirs.edit("change", code="Z2", name="他人改名")
        await theirs.activate()
        await mine.edit("change", code="Z1", name="我改名")
        answer = await mine.try_("POST", "/activation", {})
        assert (answer.status_code, answer.json()["code"]) == (409, "base_moved")
        assert (answer.json()["release"], answer.json()["base_release"]) == (2, 1)
        await mine.do("POST", "/rebase", {})
        await mine.activate()
        zones = (await planner.get("/v1/zones", params={"layer": "cleaning"})).json()["areas"]
        assert [zone["name"] for zone in zones] == ["我改名", "他人改名"]

    async def test_what_both_changed_needs_a_word(self, planner: httpx.AsyncClient) -> None:
        mine, theirs = [await Desk.of(planner, layer="cleaning") for _ in range(2)]
        await theirs.edit("change", code="Z1", name="他人改名")
        await theirs.activate()
        await mine.edit("change", code="Z1", name="我改名")
        answer = await mine.try_("POST", "/rebase", {})
        assert (answer.status_code, answer.json()["areas"]) == (409, ["Z1"])
        page = (await planner.get(f"/planning/{mine.draft['id']}/rebase?lang=en")).text
        assert "have both changed Z1" in page
        assert "Yes, rebase" not in page
        asked = {"lang": "en", "prefer": "draft"}
        page = (await planner.get(f"/planning/{mine.draft['id']}/rebase", params=asked)).text
        assert 'name="prefer" value="draft"' in page
        assert "Yes, rebase" in page
        # Looked at, not done: the draft has the version and the base that it had.
        assert (await planner.get(mine.path)).json() == mine.draft
        await mine.do("POST", "/rebase", {"prefer": "draft"})
        features = (await mine.get("/areas"))["features"]
        assert features[0]["properties"]["name"] == "我改名"

    async def test_a_later_release_is_in_the_way(self, planner: httpx.AsyncClient) -> None:
        mine, theirs = [await Desk.of(planner, layer="cleaning") for _ in range(2)]
        await theirs.edit("change", code="Z2", name="他人改名")
        await theirs.activate(LATER)
        await mine.edit("change", code="Z1", name="我改名")
        after = (LATER + timedelta(days=1)).isoformat()
        for body in ({}, {"at": after}):
            answer = await mine.try_("POST", "/activation", body)
            assert (answer.status_code, answer.json()["code"]) == (409, "change_planned")
            assert answer.json()["draft"] == theirs.draft["id"]
            assert datetime.fromisoformat(answer.json()["valid_from"]) == LATER
        await mine.do("POST", "/rebase", {"at": LATER.isoformat()})
        answer = await mine.try_("POST", "/activation", {})
        assert answer.json()["code"] == "change_planned"
        await mine.do("POST", "/activation", {"at": after})

    async def test_planned_rows_too(self, planner: httpx.AsyncClient) -> None:
        mine, theirs = [await Desk.of(planner, kind="responsibilities") for _ in range(2)]
        rows = (await mine.get("/rows"))["rows"][::-1]  # none of the first ones leads
        await theirs.do("PUT", "/rows", {"rows": rows[1:]})
        await theirs.activate(LATER)
        await mine.do("PUT", "/rows", {"rows": [rows[0], *rows[2:]]})
        after = (LATER + timedelta(days=1)).isoformat()
        for body in ({}, {"at": after}):
            answer = await mine.try_("POST", "/activation", body)
            found = answer.json()
            assert (found["code"], found["draft"]) == ("change_planned", theirs.draft["id"])
        await mine.do("POST", "/rebase", {"at": LATER.isoformat()})
        assert (await mine.get("/rows"))["rows"] == rows[:1:-1]
        await mine.do("POST", "/activation", {"at": after})

    async def test_rows_too(self, planner: httpx.AsyncClient) -> None:
        mine, theirs = [await Desk.of(planner, kind="responsibilities") for _ in range(2)]
        rows = (await mine.get("/rows"))["rows"][::-1]  # none of the first ones leads
        await theirs.do("PUT", "/rows", {"rows": rows[1:]})
        await theirs.activate()
        added = {"organisation": "power", "layer": "grid", "role": "co_handler"}
        await mine.do("PUT", "/rows", {"rows": [*rows, added]})
        answer = await mine.try_("POST", "/activation", {})
        assert answer.json()["code"] == "base_moved"
        assert [row["area"] for row in answer.json()["removed"]] == [rows[0]["area"]]
        await mine.do("POST", "/rebase", {})
        found = (await mine.get("/rows"))["rows"]
        assert [r["organisation"] for r in found].count("power") == 2
        assert rows[0] not in found
        await mine.activate()


async def test_what_has_not_begun_can_be_withdrawn_and_nothing_else(
    planner: httpx.AsyncClient, running: Live
) -> None:
    """The database itself sees to it, whoever writes."""
    desk = await Desk.of(planner, layer="power")
    await desk.edit("change", code="P1", name="别名")
    await desk.activate(LATER)
    nothing = "SET valid_from = NULL, valid_to = NULL"
    for statement in (
        f"UPDATE release {nothing} WHERE number = 1",
        f"UPDATE area {nothing} WHERE valid_from < now()",
        f"UPDATE release {nothing}, source = 'x' WHERE number = 2",
    ):
        with pytest.raises(DBAPIError, match="published"):
            async with running.database.transaction() as db:
                await db.execute(text(statement))
    async with running.database.transaction() as db:
        await db.execute(text(f"UPDATE release {nothing} WHERE number = 2"))


async def test_who_may_not_activate_is_refused(planner: httpx.AsyncClient, running: Live) -> None:
    desk = await Desk.of(planner, layer="cleaning")
    desk.client = await running.client(Role.COMMAND_CENTRE)
    for method in ("POST", "DELETE"):
        assert (await desk.try_(method, "/activation", {})).status_code == 403
