"""Roll-back restores what once was, to the last byte."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from gridsvc.auth.principal import Role
from gridsvc.db.clock import utc_now
from tests.live import Live, live
from tests.planning.desk import Desk, line, square

CONTENT = """
SELECT code, area.name, parent_code, ST_AsBinary(geometry), area_m2, population, households,
       estate_type, attributes::text
FROM area JOIN release ON release.id = release_id JOIN layer ON layer.id = release.layer_id
WHERE layer.name = :layer AND release.number = :number ORDER BY code
"""
LATER = datetime(2099, 1, 1, tzinfo=UTC)
HALVES = [{"code": "G00", "name": "北"}, {"code": "G00S", "name": "南"}]


@pytest_asyncio.fixture
async def running(city_url: str) -> AsyncIterator[Live]:
    async with live(city_url) as found:
        yield found


@pytest_asyncio.fixture
async def planner(running: Live) -> httpx.AsyncClient:
    return await running.client(Role.PLANNER)


async def content(running: Live, layer: str, number: int) -> Sequence[tuple[Any, ...]]:
    async with running.database.sessions() as db:
        rows = await db.execute(text(CONTENT), {"layer": layer, "number": number})
        return [tuple(row) for row in rows]


async def rolled_back(client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await client.post("/v1/rollbacks", json={"reason": "边界画错", **body})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def redraw(client: httpx.AsyncClient) -> None:
    """Change everything that a release keeps of an area."""
    desk = await Desk.of(client, layer="grid")
    cut = line((-1, 0.4), (5, 0.55))
    await desk.edit("split", code="G00", line=cut, crs="wgs84", into=HALVES)
    await desk.edit(
        "change", code="G30", name="改", population=7, attributes={"甲": [1, None, {"乙": "丙"}]}
    )
    await desk.edit("recode", code="G31", to="G99")
    await desk.activate()


async def test_a_layer_is_as_it_was(planner: httpx.AsyncClient, running: Live) -> None:
    await redraw(planner)
    first, second = [await content(running, "grid", number) for number in (1, 2)]
    assert first != second
    made = await rolled_back(planner, kind="layer", layer="grid", release=1)
    assert (made["state"], made["release"]) == ("activated", 3)
    assert await content(running, "grid", 3) == first
    assert await content(running, "grid", 2) == second
    # And once more the other way, attributes of some areas only and all.
    await rolled_back(planner, kind="layer", layer="grid", release=2)
    assert await content(running, "grid", 4) == second


async def test_what_came_of_codes_becomes_them_again(planner: httpx.AsyncClient) -> None:
    await redraw(planner)
    made = await rolled_back(planner, kind="layer", layer="grid", release=1)
    assert made["codes"] == {"G00": ["G00"], "G00S": ["G00"], "G99": ["G31"]}


async def test_what_is_in_force_is_not_restored(planner: httpx.AsyncClient) -> None:
    await redraw(planner)
    now = utc_now().isoformat()
    for wanted in (
        {"kind": "layer", "layer": "grid", "release": 2},
        {"kind": "responsibilities", "as_of": now},
        {"kind": "rules", "as_of": now},
    ):
        answer = await planner.post("/v1/rollbacks", json={"reason": "试试", **wanted})
        assert (answer.status_code, answer.json()["code"]) == (409, "nothing_changed")


async def test_equal_releases_have_equal_digests(planner: httpx.AsyncClient) -> None:
    await redraw(planner)
    for release in (1, 2, 1):
        await rolled_back(planner, kind="layer", layer="grid", release=release)
    listed = (await planner.get("/v1/layers/grid/releases")).json()
    digests = {one["number"]: one["digest"] for one in listed}
    assert digests[1] == digests[3] == digests[5] != digests[2] == digests[4]


async def test_codes_are_followed_through_all_that_is_undone(planner: httpx.AsyncClient) -> None:
    await redraw(planner)
    desk = await Desk.of(planner, layer="grid")
    await desk.edit("recode", code="G00S", to="G77")
    await desk.edit("recode", code="G99", to="G98")
    await desk.activate()
    first = await rolled_back(planner, kind="layer", layer="grid", release=1)
    assert first["codes"] == {"G00": ["G00"], "G77": ["G00"], "G98": ["G31"]}
    second = await rolled_back(planner, kind="layer", layer="grid", release=2)
    assert second["codes"] == {"G00": ["G00", "G00S"], "G31": ["G99"]}
    third = await rolled_back(planner, kind="layer", layer="grid", release=1)
    assert third["codes"] == {"G00": ["G00"], "G00S": ["G00"], "G99": ["G31"]}


async def test_a_table_is_as_it_was(planner: httpx.AsyncClient) -> None:
    before = utc_now()
    desk = await Desk.of(planner, kind="responsibilities")
    rows = (await desk.get("/rows"))["rows"]
    await desk.do("PUT", "/rows", {"rows": rows[:3]})
    await desk.activate()
    await rolled_back(planner, kind="responsibilities", as_of=before.isoformat())
    again = await Desk.of(planner, kind="responsibilities")
    assert (await again.get("/rows"))["rows"] == rows


async def test_it_may_wait_for_its_time(planner: httpx.AsyncClient, running: Live) -> None:
    await redraw(planner)
    made = await rolled_back(planner, kind="layer", layer="grid", release=1, at="2099-01-01T00:00Z")
    assert made["state"] == "scheduled"
    assert datetime.fromisoformat(made["valid_from"]).year == 2099


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"kind": "layer", "layer": "grid", "release": 9}, 404),
        ({"kind": "layer", "layer": "grid"}, 422),
        ({"kind": "responsibilities"}, 422),
        ({"kind": "layer", "layer": "grid", "release": 1, "reason": ""}, 422),
    ],
)
async def test_it_must_say_to_what_and_why(
    planner: httpx.AsyncClient, body: dict[str, Any], status: int
) -> None:
    answer = await planner.post("/v1/rollbacks", json={"reason": "画错", **body})
    assert answer.status_code == status


async def test_what_hangs_in_the_air_stops_it(planner: httpx.AsyncClient) -> None:
    """Grids of the first release lie in a community that is gone since."""
    grids = await Desk.of(planner, layer="grid")
    for code in ("G20", "G21", "G30", "G31"):
        await grids.edit("change", code=code, parent="C1")
    await grids.do("POST", "/acceptances", {"codes": ["outside_parent"], "reason": "并入甲社区"})
    await grids.activate()
    communities = await Desk.of(planner, layer="community")
    await communities.edit("remove", code="C2")
    await communities.edit(
        "change", code="C1", geometry=square(0, 0, 4, 2), parent="S1", crs="wgs84"
    )
    found = {one["code"] for one in await communities.get("/checks") if one["blocks"]}
    accepted = {"codes": sorted(found), "reason": "并入甲社区"}
    await communities.do("POST", "/acceptances", accepted)
    await communities.activate()
    body = {"kind": "layer", "layer": "grid", "release": 1, "reason": "退回"}
    answer = await planner.post("/v1/rollbacks", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "findings_open")
    assert {one["code"] for one in answer.json()["findings"]} == {"unknown_parent"}
    drafts = (await planner.get("/v1/drafts")).json()["drafts"]
    assert len(drafts) == 2


RULE = {"code": "R1", "title": "夜间噪声", "scheme": "test", "category": "0301", "lead": "city"}
BORDER = {
    "code": "B1",
    "title": "中线归一区",
    "kind": "side",
    "layer": "cleaning",
    "areas": "Z1;Z2",
    "within_m": 20,
}


@pytest.mark.parametrize(("kind", "row"), [("rules", RULE), ("borders", BORDER)])
async def test_rules_and_border_policies_come_and_go_alike(
    planner: httpx.AsyncClient, kind: str, row: dict[str, Any]
) -> None:
    empty = utc_now().isoformat()
    desk = await Desk.of(planner, kind=kind)
    await desk.do("PUT", "/rows", {"rows": [row]})
    await desk.activate(LATER)
    await desk.do("DELETE", "/activation")
    assert (await (await Desk.of(planner, kind=kind, as_of=LATER.isoformat())).get("/rows"))[
        "rows"
    ] == []
    await desk.activate()
    again = await Desk.of(planner, kind=kind)
    assert [one["code"] for one in (await again.get("/rows"))["rows"]] == [row["code"]]
    await rolled_back(planner, kind=kind, as_of=empty)
    last = await Desk.of(planner, kind=kind)
    assert (await last.get("/rows"))["rows"] == []
    wrong = {**row, "code": "X", "areas": "Z9", "layers": "nowhere"}
    wrong = {name: value for name, value in wrong.items() if name in row or kind == "rules"}
    wrong.pop("areas" if kind == "rules" else "layers", None)
    await last.do("PUT", "/rows", {"rows": [wrong]})
    assert "rules_refused" in await last.faults()


def fair(code: str) -> list[dict[str, Any]]:
    """A rule that holds on the days of a list, and the list."""
    return [
        {**RULE, "special_days": code},
        {"list": code, "title": "庙会", "day": "2026-05-01"},
        {"list": code, "title": "庙会", "day": "2026-05-02"},
    ]


async def test_rules_come_back_with_the_special_days_that_they_ask_for(
    planner: httpx.AsyncClient,
) -> None:
    """Neither could be restored first: each list is wanted by the rules of its own time only."""
    desk = await Desk.of(planner, kind="rules")
    await desk.do("PUT", "/rows", {"rows": fair("A")})
    await desk.activate()
    before, rows = utc_now(), (await desk.get("/rows"))["rows"]
    desk = await Desk.of(planner, kind="rules")
    await desk.do("PUT", "/rows", {"rows": fair("B")})
    assert [row.get("list") for row in (await desk.get("/diff"))["rows"]["added"]] == [
        None,
        "B",
        "B",
    ]
    await desk.activate()
    lists = (await planner.get("/v1/special-days")).json()
    assert [one["code"] for one in lists] == ["B"]
    await rolled_back(planner, kind="rules", as_of=before.isoformat())
    again = await Desk.of(planner, kind="rules")
    found = (await again.get("/rows"))["rows"]
    assert found == [{**rows[0], "priority": 0}, *rows[1:]]
    lists = (await planner.get("/v1/special-days")).json()
    assert [(one["code"], len(one["days"])) for one in lists] == [("A", 2)]


async def test_special_days_changed_meanwhile_move_the_base_of_rules(
    planner: httpx.AsyncClient,
) -> None:
    desk = await Desk.of(planner, kind="rules")
    days = {"title": "庙会", "days": ["2026-05-01"]}
    assert (await planner.put("/v1/special-days/A", json=days)).status_code == 200
    await desk.do("PUT", "/rows", {"rows": [RULE]})
    answer = await desk.try_("POST", "/activation", {})
    assert answer.json()["code"] == "base_moved"
    await desk.do("POST", "/rebase", {})
    assert [row.get("list") for row in (await desk.get("/rows"))["rows"]] == ["A", None]


async def test_what_others_changed_meanwhile_outlives_a_cancelled_draft(
    planner: httpx.AsyncClient,
) -> None:
    desk = await Desk.of(planner, kind="rules")
    await desk.do("PUT", "/rows", {"rows": [RULE]})
    await desk.activate(LATER)
    body = {"title": "夜间", "layers": ["cleaning"], "priority": 3}
    assert (await planner.put("/v1/rules/OTHERS", json=body)).status_code == 200
    await desk.do("DELETE", "/activation")
    for at in (utc_now(), LATER, LATER + timedelta(days=1)):
        rules = (await planner.get("/v1/rules", params={"at": at.isoformat()})).json()
        assert [one["code"] for one in rules] == ["OTHERS"]


async def test_what_never_held_cannot_be_restored(planner: httpx.AsyncClient) -> None:
    desk = await Desk.of(planner, layer="cleaning")
    await desk.edit("change", code="Z1", name="别名")
    await desk.activate(LATER)
    await desk.do("DELETE", "/activation")
    wanted = {"kind": "layer", "layer": "cleaning", "release": 2, "reason": "试试"}
    answer = await planner.post("/v1/rollbacks", json=wanted)
    assert (answer.status_code, answer.json()["code"]) == (409, "never_in_force")
    wanted = {"kind": "rules", "as_of": LATER.isoformat(), "reason": "试试"}
    answer = await planner.post("/v1/rollbacks", json=wanted)
    assert (answer.status_code, answer.json()["code"]) == (409, "never_in_force")


@pytest.mark.parametrize(
    "wrong",
    [{"role": "boss"}, {"priority": "abc"}, {"priority": 100_000}, {"area": ["Z1"]}],
)
async def test_a_row_with_a_value_of_the_wrong_kind_is_refused_at_once(
    planner: httpx.AsyncClient, wrong: dict[str, Any]
) -> None:
    desk = await Desk.of(planner, kind="responsibilities")
    rows = (await desk.get("/rows"))["rows"]
    answer = await desk.try_("PUT", "/rows", {"rows": [{**rows[0], **wrong}]})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cell"), answer.text


async def test_areas_of_a_policy_may_come_as_a_list(planner: httpx.AsyncClient) -> None:
    desk = await Desk.of(planner, kind="borders")
    listed = {**BORDER, "areas": ["Z1", "Z2"]}
    assert (await desk.try_("PUT", "/rows", {"rows": [listed]})).status_code == 200


async def test_a_border_policy_misses_areas_that_go(planner: httpx.AsyncClient) -> None:
    borders = await Desk.of(planner, kind="borders")
    await borders.do("PUT", "/rows", {"rows": [BORDER]})
    await borders.activate()
    zones = await Desk.of(planner, layer="cleaning")
    await zones.edit("merge", codes=["Z1", "Z2"], code="Z1", name="全区")
    assert await zones.faults() == {"border_lost", "responsibility_lost"}


async def test_a_code_has_a_history(planner: httpx.AsyncClient) -> None:
    await redraw(planner)
    await rolled_back(planner, kind="layer", layer="grid", release=1)
    found = (await planner.get("/v1/areas/G00/history")).json()
    assert [(one["release"], one["became"]) for one in found] == [
        (1, ["G00", "G00S"]),
        (2, ["G00"]),
        (3, []),
    ]
    assert found[0]["valid_to"] == found[1]["valid_from"]
    [gone] = (await planner.get("/v1/areas/G99/history", params={"layer": "grid"})).json()
    assert (gone["came_from"], gone["became"]) == (["G31"], ["G31"])
    answer = await planner.get("/v1/areas/nowhere/history")
    assert answer.status_code == 404
