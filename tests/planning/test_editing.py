"""Single edits of a layer: what each makes of the areas, and what is refused."""

import json
from typing import Any

import httpx
import pytest
import shapely

from tests.factories import cell, frame
from tests.planning.desk import Desk, line, square

HALVES = [{"code": "Z1N", "name": "北区"}, {"code": "Z1S", "name": "南区"}]


async def feature(desk: Desk, code: str) -> dict[str, Any]:
    found = (await desk.get("/areas"))["features"]
    return next(one for one in found if one["properties"]["code"] == code)


async def shape(desk: Desk, code: str) -> Any:
    return shapely.geometry.shape((await feature(desk, code))["geometry"])


async def test_an_area_is_added(planner: httpx.AsyncClient) -> None:
    desk = await Desk.of(planner, layer="power")
    await desk.edit("add", code="P2", name="二片", geometry=square(1, 0), crs="wgs84")
    assert await desk.codes() == ["P1", "P2"]
    assert (await feature(desk, "P2"))["properties"]["name"] == "二片"
    assert (await shape(desk, "P2")).bounds == (104.01, 30.6, 104.02, 30.61)


async def test_a_shape_in_another_system_is_brought_to_ours(planner: httpx.AsyncClient) -> None:
    desk = await Desk.of(planner, layer="power")
    await desk.edit("add", code="P2", geometry=square(1, 0), crs="gcj02")
    west = (await shape(desk, "P2")).bounds[0]
    assert 0.0005 < 104.01 - west < 0.005


async def test_what_is_not_given_stays(planner: httpx.AsyncClient) -> None:
    desk = await Desk.of(planner, layer="grid")
    before = await feature(desk, "G00")
    await desk.edit("change", code="G00", name="改名", attributes={"片长": "甲"})
    after = await feature(desk, "G00")
    assert after["geometry"] == before["geometry"]
    assert after["properties"]["population"] == 1000
    assert after["properties"]["name"] == "改名"
    assert after["properties"]["attributes"] == {"片长": "甲"}
    await desk.edit("change", code="G00", population=None, parent="C2")
    assert (await feature(desk, "G00"))["properties"]["population"] is None
    assert (await feature(desk, "G00"))["properties"]["parent"] == "C2"


async def test_an_area_is_cut_in_two(planner: httpx.AsyncClient) -> None:
    desk = await Desk.of(planner, layer="cleaning")
    whole = await shape(desk, "Z1")
    cut = line((4, 0.9), (-1, 1.1))  # westward: north lies to its right
    await desk.edit("split", code="Z1", line=cut, crs="wgs84", into=HALVES[::-1])
    assert await desk.codes() == ["Z1N", "Z1S", "Z2"]
    north, south = await shape(desk, "Z1N"), await shape(desk, "Z1S")
    assert north.centroid.y > south.centroid.y
    assert shapely.union(north, south).area == pytest.approx(whole.area, rel=1e-12)
    assert desk.draft["codes"] == {"Z1": ["Z1S", "Z1N"]}
    assert await desk.faults() == {"responsibility_lost", "no_lead"}


async def test_neighbours_share_the_corners_of_the_cut(planner: httpx.AsyncClient) -> None:
    desk = await Desk.of(planner, layer="cleaning")
    cut = line((-1, 0.9), (5, 1.13))
    await desk.edit("split", code="Z1", line=cut, crs="wgs84", into=HALVES)
    assert "unmatched_edges" not in await desk.faults()
    assert len(shapely.get_coordinates(await shape(desk, "Z2"))) == 6


async def test_areas_are_joined(planner: httpx.AsyncClient) -> None:
    desk = await Desk.of(planner, layer="grid")
    await desk.edit("merge", codes=["G00", "G10"], code="G00", name="合并")
    joined = await feature(desk, "G00")
    assert joined["properties"]["population"] == 2000
    assert joined["properties"]["parent"] == "C1"
    assert (await shape(desk, "G00")).bounds == (104.0, 30.6, 104.02, 30.61)
    assert desk.draft["codes"] == {"G00": ["G00"], "G10": ["G00"]}
    assert "G10" not in await desk.codes()


async def test_a_code_map_follows_through_several_edits(planner: httpx.AsyncClient) -> None:
    desk = await Desk.of(planner, layer="cleaning")
    cut = line((-1, 1), (5, 1))
    await desk.edit("split", code="Z1", line=cut, crs="wgs84", into=HALVES)
    await desk.edit("recode", code="Z1N", to="Z1")
    await desk.edit("merge", codes=["Z1S", "Z2"], code="Z2", name="南区")
    assert desk.draft["codes"] == {"Z1": ["Z1", "Z2"], "Z2": ["Z2"]}


REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    ("cleaning", {"action": "remove", "code": "Z9"}, 422, "unknown_area"),
    ("cleaning", {"action": "recode", "code": "Z1", "to": "Z2"}, 409, "code_taken"),
    ("cleaning", {"action": "recode", "code": "Z1", "to": ""}, 422, "invalid"),
    (
        "cleaning",
        {"action": "change", "code": "Z1", "geometry": square(0, 0)},
        422,
        "crs_missing",
    ),
    (
        "cleaning",
        {"action": "add", "code": "Z2", "geometry": square(0, 0), "crs": "wgs84"},
        409,
        "code_taken",
    ),
    (
        "cleaning",
        {"action": "merge", "codes": ["Z1", "Z9"], "code": "Z", "name": "x"},
        422,
        "unknown_area",
    ),
    (
        "cleaning",
        {"action": "merge", "codes": ["Z1"], "code": "Z", "name": "x"},
        422,
        "invalid",
    ),
    (
        "grid",
        {"action": "merge", "codes": ["G10", "G20"], "code": "G10", "name": "x"},
        422,
        "several_parents",
    ),
    (
        "cleaning",
        {"action": "merge", "codes": ["Z1", "Z1"], "code": "Z", "name": "x"},
        422,
        "merged_with_itself",
    ),
    ("cleaning", {"action": "recode", "code": "Z1", "to": "Z1"}, 422, "nothing_changes"),
    ("cleaning", {"action": "change", "code": "Z1"}, 422, "nothing_changes"),
    ("grid", {"action": "change", "code": "G00", "population": 1000}, 422, "nothing_changes"),
    (
        "power",
        {"action": "change", "code": "P1", "geometry": square(0, 0), "crs": "wgs84"},
        422,
        "nothing_changes",
    ),
    ("cleaning", {"action": "explode", "code": "Z1"}, 422, "invalid"),
    ("cleaning", {"action": "remove", "code": "Z1", "now": True}, 422, "invalid"),
]


async def test_what_cannot_be_done_is_refused_and_changes_nothing(
    planner: httpx.AsyncClient,
) -> None:
    desks = {layer: await Desk.of(planner, layer=layer) for layer in ("cleaning", "grid", "power")}
    before = {layer: await desk.get("/areas") for layer, desk in desks.items()}
    for layer, body, status, code in REFUSED:
        answer = await desks[layer].try_("POST", "/edits", body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), body
    for layer, desk in desks.items():
        assert await desk.get("/areas") == before[layer]
        assert len(await desk.get("/log")) == 1


NO_CUTS: list[tuple[Any, Any, str]] = [
    (line((5, 5), (6, 6)), HALVES, "cut_does_not_divide"),
    (line((0, 0), (2, 1), (0, 1), (2, 0)), HALVES, "not_a_cut"),
    (line((-1, 1), (5, 1)), [HALVES[0], HALVES[0]], "code_taken"),
    (line((-1, 1), (5, 1)), [HALVES[0], {"code": "Z2", "name": "x"}], "code_taken"),
    (square(0, 0), HALVES, "invalid_shape"),
    ({"type": "LineString", "coordinates": []}, HALVES, "invalid_shape"),
]


async def test_a_cut_that_is_none_is_refused(planner: httpx.AsyncClient) -> None:
    desk = await Desk.of(planner, layer="cleaning")
    for cut, into, code in NO_CUTS:
        body = {"action": "split", "code": "Z1", "line": cut, "crs": "wgs84", "into": into}
        answer = await desk.try_("POST", "/edits", body)
        assert answer.json()["code"] == code, cut


NO_AREAS: list[dict[str, Any]] = [
    {},
    {"type": "Polygon"},
    {"type": "Polygon", "coordinates": []},
    {"type": "Polygon", "coordinates": [[[0, 0]]]},
    {"type": "Polygon", "coordinates": [[[200, 0], [201, 0], [201, 1], [200, 0]]]},
    {"type": "Polygon", "coordinates": [[[30.6, 104], [30.7, 104], [30.7, 105], [30.6, 104]]]},
    {"type": "Polygon", "coordinates": "x"},
    {"type": "Polygon", "coordinates": [[["a", "b"], [1, 1], [1, 0], ["a", "b"]]]},
    {"type": "Point", "coordinates": [104, 30]},
    {"type": "Polygon", "coordinates": [], "note": "\0"},
    {"type": "Polygon", "coordinates": [[[1e999, 0], [1, 1], [1, 0], [1e999, 0]]]},
]


async def test_a_shape_that_is_none_is_refused(planner: httpx.AsyncClient) -> None:
    desk = await Desk.of(planner, layer="cleaning")
    headers = {"If-Match": '"1"', "Content-Type": "application/json"}
    for geometry in NO_AREAS:
        body = {"action": "add", "code": "Z9", "geometry": geometry, "crs": "wgs84"}
        answer = await planner.post(f"{desk.path}/edits", content=json.dumps(body), headers=headers)
        assert answer.status_code == 422, geometry


async def test_an_english_name_stays_with_the_name_that_it_translates(
    planner: httpx.AsyncClient,
) -> None:
    desk = await Desk.of(planner, layer="cleaning")
    known = {"name_en": "First", "depot": "东站"}
    await desk.edit("change", code="Z1", attributes=known)
    cut = line((1, -1), (1, 3))
    halves = [{"code": "Z1", "name": "环卫一区"}, {"code": "Z3", "name": "东"}]
    await desk.edit("split", code="Z1", line=cut, crs="wgs84", into=halves)
    assert (await feature(desk, "Z1"))["properties"]["attributes"] == known
    assert (await feature(desk, "Z3"))["properties"]["attributes"] == {"depot": "东站"}
    await desk.edit("merge", codes=["Z1", "Z3"], code="Z1", name="合", name_en="Joined")
    joined = (await feature(desk, "Z1"))["properties"]["attributes"]
    assert joined == {"name_en": "Joined", "depot": "东站"}


async def test_codes_can_be_mapped_by_hand(planner: httpx.AsyncClient) -> None:
    desk = await Desk.of(planner, layer="cleaning")
    await desk.do("PUT", "/codes", {"codes": {"旧": ["Z1", "Z2"]}})
    assert desk.draft["codes"] == {"旧": ["Z1", "Z2"]}
    answer = await desk.try_("PUT", "/codes", {"codes": {"旧": ["Z9"]}})
    assert answer.json()["code"] == "unknown_area"


class TestAFile:
    @staticmethod
    async def put(
        desk: Desk, areas: Any, file: str = "areas.geojson", **how: Any
    ) -> httpx.Response:
        content = areas if isinstance(areas, bytes) else areas.to_json().encode()
        answer = await desk.client.put(
            f"{desk.path}/areas",
            files={"file": (file, content)},
            data=how,
            headers={"If-Match": f'"{desk.draft["version"]}"'},
        )
        if answer.status_code == 200:
            desk.draft = answer.json()
        return answer

    async def test_takes_the_place_of_all_areas(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, layer="street")
        areas = frame(
            ("S7", "七街道", "D1", cell(0, 0, 3, 2)), ("S8", "八街道", "D1", cell(3, 0, 1, 2))
        ).rename(columns={"name": "名称", "parent": "上级"})
        answer = await self.put(desk, areas, name="名称", parent="上级")
        assert answer.status_code == 200, answer.text
        assert await desk.codes() == ["S7", "S8"]
        assert (await feature(desk, "S7"))["properties"]["parent"] == "D1"
        assert (await desk.get("/log"))[-1]["action"] == "upload"

    async def test_that_holds_no_areas_is_refused(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, layer="cleaning")
        twice = frame(("A", "甲", None, cell(0, 0)), ("A", "乙", None, cell(1, 0)))
        nameless = frame((None, "甲", None, cell(0, 0)))  # type: ignore[arg-type]  # on purpose
        cases = [(twice, "not_areas"), (nameless, "not_areas"), (b"{}", None), (b"", None)]
        for content, code in cases:
            answer = await self.put(desk, content)
            assert answer.status_code == 422, content
            assert code is None or answer.json()["code"] == code
        for name in ("../../etc/passwd", "x.exe", ".geojson", "..", "a\\b.geojson"):
            assert (await self.put(desk, b"\0", file=name)).status_code == 422
        assert await desk.codes() == ["Z1", "Z2"]
