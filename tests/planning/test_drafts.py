"""Drafts over HTTP: made, read, changed by who read them last, laid aside."""

from datetime import datetime
from typing import Any, ClassVar

import httpx
import pytest

from gridsvc.auth.principal import Role
from gridsvc.db.base import new_id
from tests.fixtures.web import ClientOf
from tests.planning.desk import Desk, square


class TestMade:
    async def test_a_layer_starts_with_what_is_in_force(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, layer="cleaning", title="环卫片区调整", note="新所成立")
        assert desk.draft["state"] == "open"
        assert desk.draft["version"] == 1
        assert desk.draft["base_release"] == 1
        assert desk.draft["created_by"] == "planner"
        assert await desk.codes() == ["Z1", "Z2"]

    async def test_a_table_starts_with_what_is_in_force(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, kind="responsibilities")
        rows = (await desk.get("/rows"))["rows"]
        assert len(rows) == 6
        assert rows[0] == {
            "organisation": "clean1",
            "layer": "cleaning",
            "area": "Z1",
            "scheme": "test",
            "category": "02",
            "role": "lead",
            "priority": 0,
        }

    NONE: ClassVar[list[tuple[dict[str, Any], int, str | None]]] = [
        ({"kind": "layer"}, 422, "layer_of_draft"),
        ({"kind": "responsibilities", "layer": "cleaning"}, 422, "layer_of_draft"),
        ({"kind": "layer", "layer": "nothing"}, 404, "not_found"),
        ({"kind": "layer", "layer": "cleaning", "release": 9}, 404, "not_found"),
        ({"kind": "layer", "layer": "cleaning", "release": 0}, 422, "invalid"),
        ({"kind": "layer", "layer": "cleaning", "as_of": "2026-02-01T00:00Z"}, 422, None),
        ({"kind": "responsibilities", "release": 1}, 422, "start_of_draft"),
        ({"kind": "responsibilities", "as_of": "2026-02-01T00:00"}, 422, "invalid"),
        ({"kind": "city"}, 422, "invalid"),
        ({"kind": "layer", "layer": "cleaning", "tilte": "x"}, 422, "invalid"),
        ({"kind": "layer", "layer": "clea\0ning"}, 422, "invalid"),
        ({"kind": "layer", "layer": "cleaning", "title": ""}, 422, "invalid"),
    ]

    async def test_what_cannot_be_drafted_is_refused(self, planner: httpx.AsyncClient) -> None:
        for body, status, code in self.NONE:
            answer = await planner.post("/v1/drafts", json={"title": "调整", **body})
            assert answer.status_code == status, body
            assert code is None or answer.json()["code"] == code

    @pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.COMMAND_CENTRE, Role.GRID_WORKER])
    async def test_only_planners_plan(self, client_of: ClientOf, role: Role) -> None:
        client = await client_of(role)
        body = {"kind": "layer", "layer": "cleaning", "title": "x"}
        assert (await client.post("/v1/drafts", json=body)).status_code == 403
        assert (await client.get("/v1/drafts")).status_code == 403


class TestRead:
    async def test_page_by_page_the_newest_first(self, planner: httpx.AsyncClient) -> None:
        made = [await Desk.of(planner, layer="cleaning", title=f"{n}") for n in range(3)]
        first = (await planner.get("/v1/drafts", params={"limit": 2})).json()
        assert [one["title"] for one in first["drafts"]] == ["2", "1"]
        query = {"limit": 2, "cursor": first["next"]}
        second = (await planner.get("/v1/drafts", params=query)).json()
        assert [one["id"] for one in second["drafts"]] == [made[0].draft["id"]]
        assert second["next"] is None

    async def test_one_that_is_not_there_is_not_found(self, planner: httpx.AsyncClient) -> None:
        for what in ("", "/areas", "/rows", "/log", "/checks"):
            assert (await planner.get(f"/v1/drafts/{new_id()}{what}")).status_code == 404


class TestVersions:
    async def test_who_read_an_older_version_is_told(self, planner: httpx.AsyncClient) -> None:
        mine = await Desk.of(planner, layer="cleaning")
        theirs = Desk(planner, dict(mine.draft))
        await mine.edit("change", code="Z1", name="一区")
        late = await theirs.try_("POST", "/edits", {"action": "remove", "code": "Z1"})
        assert (late.status_code, late.json()["version"]) == (412, 2)
        assert await mine.codes() == ["Z1", "Z2"]

    async def test_a_change_must_say_to_which_version(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, layer="cleaning")
        body = {"action": "remove", "code": "Z1"}
        answer = await planner.post(f"{desk.path}/edits", json=body)
        assert answer.status_code == 428
        headers = {"If-Match": "x"}
        answer = await planner.post(f"{desk.path}/edits", json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_etag")

    async def test_each_change_stands_in_the_log(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, layer="cleaning")
        await desk.edit("change", code="Z1", name="一区")
        await desk.edit("remove", code="Z2")
        log = await desk.get("/log")
        assert [one["action"] for one in log] == ["start", "change", "remove"]
        assert log[1]["detail"] == {"action": "change", "code": "Z1", "name": "一区"}
        assert {one["by"] for one in log} == {"planner"}
        assert all(datetime.fromisoformat(one["at"]) for one in log)


class TestRows:
    async def test_are_replaced_as_a_whole(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, kind="responsibilities")
        row = {"organisation": "clean2", "layer": "cleaning", "role": "lead"}
        await desk.do("PUT", "/rows", {"rows": [row]})
        found = (await desk.get("/rows"))["rows"]
        assert [(one["organisation"], one["area"]) for one in found] == [("clean2", None)]

    NO_ROWS: ClassVar[list[dict[str, Any]]] = [
        {"organisation": "clean2", "layer": "cleaning"},
        {"organisation": "", "layer": "cleaning", "role": "lead"},
        {"organisation": "clean2", "layer": "cleaning", "role": "lead", "rank": 1},
        {"organisation": "a\0", "layer": "cleaning", "role": "lead"},
        {"organisation": 10**30, "layer": "cleaning", "role": "lead"},
    ]

    async def test_that_are_none_are_refused(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, kind="responsibilities")
        for row in self.NO_ROWS:
            answer = await desk.try_("PUT", "/rows", {"rows": [row]})
            assert answer.status_code == 422, row

    async def test_a_draft_of_one_kind_takes_no_changes_of_the_other(
        self, planner: httpx.AsyncClient
    ) -> None:
        layer = await Desk.of(planner, layer="cleaning")
        assert (await layer.try_("PUT", "/rows", {"rows": []})).json()["code"] == "not_a_table"
        table = await Desk.of(planner, kind="responsibilities")
        body = {"action": "add", "code": "Z9", "geometry": square(0, 0), "crs": "wgs84"}
        assert (await table.try_("POST", "/edits", body)).json()["code"] == "not_a_layer"


async def test_a_draft_laid_aside_is_not_changed_any_more(planner: httpx.AsyncClient) -> None:
    desk = await Desk.of(planner, layer="cleaning")
    await desk.do("DELETE", "")
    assert desk.draft["state"] == "discarded"
    for body in ({"action": "remove", "code": "Z1"},):
        answer = await desk.try_("POST", "/edits", body)
        assert (answer.status_code, answer.json()["code"]) == (409, "draft_not_open")
    answer = await desk.try_("POST", "/activation", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "draft_not_open")
