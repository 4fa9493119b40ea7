"""The map over HTTP: who may read it, its pages, its filters, its past."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from shapely.geometry import shape
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Layer, Release
from gridsvc.areas.publish import LayerSpec, Provenance, publish
from gridsvc.areas.register import put_responsibilities
from gridsvc.auth.principal import Role
from tests.factories import BEGAN, at, cell, city_layers, frame
from tests.fixtures.web import ClientOf
from tests.roles import FOUR

LATER = BEGAN + timedelta(days=30)
INSTANT = timedelta(microseconds=1)
PATHS = [
    "/v1/layers",
    "/v1/layers/grid/releases",
    "/v1/areas",
    "/v1/areas/S1",
    "/v1/zones",
    "/v1/zones/Z1",
    "/v1/organisations",
    "/v1/responsibilities",
    "/v1/areas/locate?lon=104.005&lat=30.605&crs=wgs84",
]


@pytest_asyncio.fixture
async def planner(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.PLANNER)


async def put_layer(db: AsyncSession, spec: LayerSpec, *rows: Any, since: Any = BEGAN) -> None:
    provenance = Provenance(source="test")
    await publish(db, spec, frame(*rows), valid_from=since, provenance=provenance)
    await db.commit()


async def get(client: httpx.AsyncClient, path: str, **asked: Any) -> Any:
    answer = await client.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def codes(client: httpx.AsyncClient, path: str, **asked: Any) -> list[str]:
    return [area["code"] for area in (await get(client, path, **asked))["areas"]]


class TestWho:
    @pytest.mark.parametrize("path", PATHS)
    async def test_anonymous(self, anonymous: httpx.AsyncClient, path: str) -> None:
        assert (await anonymous.get(path)).status_code == 401

    @pytest.mark.parametrize("path", PATHS)
    async def test_every_role_reads_the_map(self, client_of: ClientOf, path: str) -> None:
        for role in FOUR:
            answer = await (await client_of(role, login=role.value)).get(path)
            assert answer.status_code == 200


class TestLists:
    async def test_areas_come_by_level_and_code_and_zones_by_layer_and_code(
        self, planner: httpx.AsyncClient
    ) -> None:
        assert await codes(planner, "/v1/areas", level="street") == ["S1", "S2"]
        assert await codes(planner, "/v1/zones") == ["Z1", "Z2", "P1"]
        assert len(await codes(planner, "/v1/areas")) == 1 + 2 + 2 + 8

    async def test_no_zone_is_among_the_areas_and_the_other_way_round(
        self, planner: httpx.AsyncClient
    ) -> None:
        areas, zones = await codes(planner, "/v1/areas"), await codes(planner, "/v1/zones")
        assert not set(areas) & set(zones)

    @pytest.mark.parametrize(
        ("path", "asked", "expected"),
        [
            ("/v1/areas", {"parent": "D1"}, ["S1", "S2"]),
            ("/v1/areas", {"parent": "C1", "level": "grid"}, ["G00", "G01", "G10", "G11"]),
            ("/v1/areas", {"parent": "C1", "level": "street"}, []),
            ("/v1/areas", {"q": "街道"}, ["S1", "S2"]),
            ("/v1/areas", {"q": "G20"}, ["G20"]),
            ("/v1/areas", {"q": "G2"}, []),
            ("/v1/areas", {"q": "%"}, []),
            ("/v1/areas", {"q": "_"}, []),
            ("/v1/areas", {"q": "甲", "level": "community"}, ["C1"]),
            ("/v1/zones", {"layer": "cleaning"}, ["Z1", "Z2"]),
            ("/v1/zones", {"layer": "grid"}, []),
            ("/v1/zones", {"q": "供电"}, ["P1"]),
        ],
    )
    async def test_a_filter(
        self, planner: httpx.AsyncClient, path: str, asked: dict[str, str], expected: list[str]
    ) -> None:
        assert await codes(planner, path, **asked) == expected

    @pytest.mark.parametrize("path", ["/v1/areas", "/v1/zones"])
    @pytest.mark.parametrize("limit", [1, 2, 3, 5, 13, 2000])
    async def test_pages_hold_everything_once(
        self, planner: httpx.AsyncClient, path: str, limit: int
    ) -> None:
        expected = await codes(planner, path)
        found: list[str] = []
        page: dict[str, Any] = {"next": None}
        while True:
            more = {"cursor": page["next"]} if page["next"] else {}
            page = await get(planner, path, limit=limit, **more)
            assert len(page["areas"]) <= limit
            found += [area["code"] for area in page["areas"]]
            if page["next"] is None:
                break
        assert found == expected

    async def test_pages_go_on_after_a_long_code(
        self, planner: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        rows = [(f"{letter * 64}", letter, None, cell(0, 0)) for letter in "ab"]
        await put_layer(db, LayerSpec(name="x" * 60, title="长"), *rows)
        first = await get(planner, "/v1/zones", layer="x" * 60, limit=1)
        rest = await codes(planner, "/v1/zones", layer="x" * 60, cursor=first["next"])
        assert rest == ["b" * 64]

    async def test_pages_come_by_layer_whatever_the_names_are(
        self, planner: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        """As one text, "heat-2/A" would come before "heat/A/1"."""
        for name in ("heat", "heat-2"):
            rows = [(code, name, None, cell(0, 0)) for code in ("A", "A/1")]
            await put_layer(db, LayerSpec(name=name, title="热", overlap_allowed=True), *rows)
        found: list[tuple[str, str]] = []
        more: dict[str, str] = {}
        while more or not found:
            page = await get(planner, "/v1/zones", q="heat", limit=1, **more)
            found += [(zone["layer"], zone["code"]) for zone in page["areas"]]
            more = {"cursor": page["next"]} if page["next"] else {}
        assert found == [("heat", "A"), ("heat", "A/1"), ("heat-2", "A"), ("heat-2", "A/1")]

    async def test_a_cursor_that_no_page_gave(self, planner: httpx.AsyncClient) -> None:
        answer = await planner.get("/v1/areas", params={"cursor": "grid"})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor")

    @pytest.mark.parametrize(
        ("field", "asked"),
        [
            ("limit", {"limit": 0}),
            ("limit", {"limit": 2001}),
            ("level", {"level": "province"}),
            ("at", {"at": "2026-01-01"}),
            ("geometry", {"geometry": "maybe"}),
            ("q", {"q": "x" * 101}),
            ("cursor", {"cursor": "a\x00"}),
        ],
    )
    async def test_bad_input_is_refused_by_its_name(
        self, planner: httpx.AsyncClient, field: str, asked: dict[str, Any]
    ) -> None:
        answer = await planner.get("/v1/areas", params=asked)
        assert answer.status_code == 422
        assert [fault["field"] for fault in answer.json()["errors"]] == [field]


class TestOne:
    async def test_it_says_everything_but_its_shape(self, planner: httpx.AsyncClient) -> None:
        area = await get(planner, "/v1/areas/G00")
        assert (area["layer"], area["level"], area["parent"]) == ("grid", "grid", "C1")
        assert (area["name"], area["population"], area["release"]) == ("第00网格", 1000, 1)
        assert area["area_m2"] == pytest.approx(958 * 1109, rel=0.01)
        assert area["geometry"] is None

    async def test_the_shape_comes_when_asked_for(self, planner: httpx.AsyncClient) -> None:
        area = await get(planner, "/v1/zones/Z1", geometry="true")
        assert area["geometry"]["type"] == "MultiPolygon"
        assert shape(area["geometry"]).equals(cell(0, 0, 3, 2))

    async def test_in_a_list_too(self, planner: httpx.AsyncClient) -> None:
        areas = (await get(planner, "/v1/areas", level="grid", geometry="true"))["areas"]
        shapes = {area["code"]: shape(area["geometry"]) for area in areas}
        assert shapes["G31"].equals(cell(3, 1))

    @pytest.mark.parametrize(
        "path",
        ["/v1/areas/none", "/v1/zones/none", "/v1/areas/Z1", "/v1/zones/S1", "/v1/areas/s1"],
    )
    async def test_what_is_not_there(self, planner: httpx.AsyncClient, path: str) -> None:
        answer = await planner.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    async def test_a_code_of_two_layers_needs_the_layer(
        self, planner: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        await put_layer(db, LayerSpec(name="heat", title="供热"), ("Z1", "热", None, cell(0, 0)))
        answer = await planner.get("/v1/zones/Z1")
        assert (answer.status_code, answer.json()["code"]) == (409, "several_areas")
        assert "cleaning, heat" in answer.json()["errors"][0]["en"]
        assert (await get(planner, "/v1/zones/Z1", layer="heat"))["name"] == "热"

    async def test_a_code_of_two_levels_needs_the_level(
        self, planner: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        spec = LayerSpec(name="sub_estate", title="小区", level="sub_estate")
        await put_layer(db, spec, ("S1", "小区", "C1", cell(0, 0)))
        answer = await planner.get("/v1/areas/S1")
        assert answer.status_code == 409
        assert "street, sub_estate" in answer.json()["errors"][0]["en"]
        assert (await get(planner, "/v1/areas/S1", level="street"))["name"] == "甲街道"


class TestTime:
    async def test_an_area_is_read_as_it_was(
        self, planner: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        cleaning = next(spec for spec, _ in city_layers() if spec.name == "cleaning")
        await put_layer(db, cleaning, ("Z1", "新环卫一区", None, cell(0, 0)), since=LATER)
        before, after = (LATER - INSTANT).isoformat(), LATER.isoformat()
        assert (await get(planner, "/v1/zones/Z1", at=before))["name"] == "环卫一区"
        assert (await get(planner, "/v1/zones/Z1", at=after))["name"] == "新环卫一区"
        assert await codes(planner, "/v1/zones", layer="cleaning", at=before) == ["Z1", "Z2"]
        assert await codes(planner, "/v1/zones", layer="cleaning", at=after) == ["Z1"]
        assert (await planner.get("/v1/zones/Z2", params={"at": after})).status_code == 404

    @pytest.mark.parametrize("path", ["/v1/areas", "/v1/zones"])
    async def test_before_the_first_release_there_is_nothing(
        self, planner: httpx.AsyncClient, path: str
    ) -> None:
        assert await codes(planner, path, at=(BEGAN - INSTANT).isoformat()) == []


class TestLocate:
    async def test_the_chain_and_the_zones_at_a_point(self, planner: httpx.AsyncClient) -> None:
        lon, lat = at(0.5, 0.5)
        found = await get(planner, "/v1/areas/locate", lon=lon, lat=lat, crs="wgs84")
        assert [area["code"] for area in found["chain"]] == ["D1", "S1", "C1", "G00"]
        assert [zone["code"] for zone in found["zones"]] == ["Z1", "P1"]

    async def test_a_border_is_in_all_that_it_touches(self, planner: httpx.AsyncClient) -> None:
        lon, lat = at(2, 1)
        found = await get(planner, "/v1/areas/locate", lon=lon, lat=lat, crs="wgs84")
        grids = [area["code"] for area in found["chain"] if area["level"] == "grid"]
        assert grids == ["G10", "G11", "G20", "G21"]

    async def test_nowhere_is_nothing(self, planner: httpx.AsyncClient) -> None:
        found = await get(planner, "/v1/areas/locate", lon=0, lat=0, crs="wgs84")
        assert found == {"chain": [], "zones": []}

    @pytest.mark.parametrize(
        ("field", "asked"),
        [
            ("crs", {"lon": 104, "lat": 30}),
            ("lat", {"lon": 104, "lat": 91, "crs": "wgs84"}),
            ("lon", {"lon": "nan", "lat": 30, "crs": "wgs84"}),
        ],
    )
    async def test_bad_input_is_refused_by_its_name(
        self, planner: httpx.AsyncClient, field: str, asked: dict[str, Any]
    ) -> None:
        answer = await planner.get("/v1/areas/locate", params=asked)
        assert answer.status_code == 422
        assert [fault["field"] for fault in answer.json()["errors"]] == [field]


class TestLayers:
    async def test_they_come_by_level_then_by_name(
        self, planner: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        db.add(Layer(name="aaa", kind="zone", title="无版本"))
        await db.commit()
        layers = await get(planner, "/v1/layers")
        names = [layer["name"] for layer in layers]
        assert names == ["district", "street", "community", "grid", "aaa", "cleaning", "power"]
        assert {layer["name"] for layer in layers if layer["release"] is None} == {"aaa"}
        power = layers[-1]
        assert (power["basis"], power["kind"], power["release"]["area_count"]) == (
            "owner",
            "zone",
            1,
        )

    async def test_releases_come_newest_first(
        self, planner: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        cleaning = next(spec for spec, _ in city_layers() if spec.name == "cleaning")
        await put_layer(db, cleaning, ("Z1", "环卫", None, cell(0, 0)), since=LATER)
        releases = await get(planner, "/v1/layers/cleaning/releases")
        assert [(r["number"], r["area_count"]) for r in releases] == [(2, 1), (1, 2)]
        assert releases[1]["valid_to"] == releases[0]["valid_from"]
        newest = {layer["name"]: layer["release"] for layer in await get(planner, "/v1/layers")}
        assert newest["cleaning"]["number"] == 2

    async def test_a_layer_that_is_not_there(self, planner: httpx.AsyncClient) -> None:
        answer = await planner.get("/v1/layers/none/releases")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    async def test_a_draft_is_no_release_in_force(
        self, planner: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        grid = (await get(planner, "/v1/layers"))[3]
        layer = await db.get(Release, grid["release"]["id"])
        assert layer is not None
        draft = Release(
            layer_id=layer.layer_id, number=2, source="-", digest="-", area_count=0, findings={}
        )
        db.add(draft)
        await db.commit()
        assert (await get(planner, "/v1/layers"))[3]["release"]["number"] == 1


class TestOrganisations:
    async def test_they_name_their_parents(self, planner: httpx.AsyncClient) -> None:
        found = {row["code"]: row for row in await get(planner, "/v1/organisations")}
        assert list(found) == sorted(found)
        assert (found["s1"]["parent"], found["city"]["parent"]) == ("city", None)
        assert found["s1"]["name_en"] == "Street 1"


class TestResponsibilities:
    async def test_they_name_everything_by_code(self, planner: httpx.AsyncClient) -> None:
        found = await get(planner, "/v1/responsibilities", organisation="clean1")
        assert len(found) == 1
        assert {k: v for k, v in found[0].items() if k not in {"id", "valid_from"}} == {
            "organisation": "clean1",
            "layer": "cleaning",
            "area": "Z1",
            "scheme": "test",
            "category": "02",
            "role": "lead",
            "priority": 0,
            "valid_to": None,
        }

    async def test_all_of_them(self, planner: httpx.AsyncClient) -> None:
        assert len(await get(planner, "/v1/responsibilities")) == 6
        assert await get(planner, "/v1/responsibilities", organisation="nobody") == []

    async def test_they_are_read_as_they_were(
        self, planner: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        row = {"organisation": "clean2", "layer": "cleaning", "role": "lead"}
        await put_responsibilities(db, [row], valid_from=LATER, replace=True)
        await db.commit()
        before = await get(planner, "/v1/responsibilities", at=(LATER - INSTANT).isoformat())
        after = await get(planner, "/v1/responsibilities", at=LATER.isoformat())
        assert (len(before), [row["organisation"] for row in after]) == (6, ["clean2"])
        assert await get(planner, "/v1/responsibilities", at=(BEGAN - INSTANT).isoformat()) == []
