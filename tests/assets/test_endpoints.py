"""Components over HTTP: what is listed, how one changes, and what is refused."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.crs import wgs84_to_gcj02
from gridsvc.areas.model import MapVersion
from gridsvc.assets.model import Asset
from gridsvc.auth.principal import Role
from gridsvc.db.clock import utc_now
from tests.assets.things import body, lamp, later, spot, standing
from tests.factories import at, cell
from tests.fixtures.web import ClientOf

LAMP = {
    "category": "0101",
    "crs": "wgs84",
    "geometry": {"type": "Point", "coordinates": list(at(1, 0.5))},
    "owner": "power",
}


@pytest_asyncio.fixture
async def planner(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.PLANNER)


async def put(client: httpx.AsyncClient, code: str, **changes: Any) -> httpx.Response:
    version = changes.pop("version", None)
    headers = {"If-Match": version} if version else {}
    return await client.put(f"/v1/assets/{code}", json=LAMP | changes, headers=headers)


def ahead(days: int) -> str:
    """A time to come."""
    return (utc_now() + timedelta(days=days)).isoformat()


class TestList:
    @pytest_asyncio.fixture(autouse=True)
    async def things(self, db: AsyncSession) -> None:
        await standing(
            db,
            {"code": lamp(1), "geometry": spot(0.5, 0.5), "name": "=1+1"},
            {"code": lamp(2), "geometry": spot(2.5, 0.5), "state": "damaged"},
            {
                "code": "5101040102000001",
                "category_code": "0102",
                "geometry": cell(2.4, 0.4, 0.2, 0.2),
                "owner_id": await body(db, "clean1"),
                "maintainer_id": await body(db, "clean2"),
            },
            {"code": lamp(3), "geometry": spot(3, 1), "valid_to": later(10)},
        )

    @pytest.mark.parametrize(
        ("asked", "numbers"),
        [
            ({}, [1, 2, 102]),
            ({"at": later(5).isoformat()}, [1, 2, 3, 102]),
            ({"category": "0102"}, [102]),
            ({"scheme": "other"}, []),
            ({"owner": "clean1"}, [102]),
            ({"state": "damaged"}, [2]),
            ({"state": ["damaged", "intact"], "category": "0101"}, [1, 2]),
            ({"code": "5101040101"}, [1, 2]),
            ({"code": lamp(1)}, [1]),
            ({"bbox": ",".join(map(str, (*at(2, 0), *at(3, 1))))}, [2, 102]),
            ({"bbox": ",".join(map(str, (*at(0.5, 0.5), *at(0.5, 0.5))))}, [1]),
            ({"bbox": "170,-10,-170,80"}, []),
            ({"bbox": "100,-10,-170,80"}, [1, 2, 102]),
        ],
    )
    async def test_each_filter_means_what_it_says(
        self, planner: httpx.AsyncClient, asked: dict[str, Any], numbers: list[int]
    ) -> None:
        found = (await planner.get("/v1/assets", params=asked)).json()["assets"]
        known = {1: lamp(1), 2: lamp(2), 3: lamp(3), 102: "5101040102000001"}
        assert [one["code"] for one in found] == [known[number] for number in numbers]

    async def test_pages_follow_one_another(self, planner: httpx.AsyncClient) -> None:
        first = (await planner.get("/v1/assets", params={"limit": 2})).json()
        asked: dict[str, Any] = {"limit": 2, "cursor": first["next"]}
        second = (await planner.get("/v1/assets", params=asked)).json()
        listed = [one["code"] for one in (*first["assets"], *second["assets"])]
        assert listed == sorted(listed)
        assert len(listed) == 3
        assert second["next"] is None

    async def test_three_forms_hold_the_same(self, planner: httpx.AsyncClient) -> None:
        plain = (await planner.get("/v1/assets")).json()["assets"]
        features = (await planner.get("/v1/assets", params={"f": "geojson"})).json()["features"]
        text = (await planner.get("/v1/assets", headers={"Accept": "text/csv"})).text
        rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
        for one, feature, row in zip(plain, features, rows, strict=True):
            assert feature["geometry"] == one["geometry"]
            assert feature["properties"] | {"geometry": one["geometry"]} == one
            assert (row["code"], row["owner"]) == (one["code"], one["owner"]["code"])
        assert rows[0]["name"] == "'=1+1"
        assert rows[2]["geometry"].startswith("POLYGON")

    async def test_what_is_near_comes_with_its_distance(self, planner: httpx.AsyncClient) -> None:
        lon, lat = wgs84_to_gcj02(*at(2.5, 0.5))
        asked: dict[str, Any] = {"lon": lon, "lat": lat, "crs": "gcj02", "radius_m": 1}
        found = (await planner.get("/v1/assets/near", params=asked)).json()
        assert [one["code"] for one in found] == [lamp(2), "5101040102000001"]
        assert [one["distance_m"] for one in found] == [0, 0]
        assert found[1]["maintainer"] == {"code": "clean2", "name": "环卫二所"}
        asked |= {"category": "0102"}
        assert len((await planner.get("/v1/assets/near", params=asked)).json()) == 1

    @pytest.mark.parametrize(
        ("path", "asked"),
        [
            ("", {"code": "51x"}),
            ("", {"cursor": "1"}),
            ("", {"state": "broken"}),
            ("", {"bbox": "1,2,3"}),
            ("/near", {"lon": 104, "lat": 30}),
            ("/near", {"lon": 104, "lat": 30, "crs": "wgs84", "radius_m": 1001}),
            ("/near", {"lon": 104, "lat": 30, "crs": "wgs84", "radius_m": "nan"}),
            ("/near", {"lon": 181, "lat": 30, "crs": "wgs84"}),
        ],
    )
    async def test_what_makes_no_sense_is_refused(
        self, planner: httpx.AsyncClient, path: str, asked: dict[str, Any]
    ) -> None:
        answer = await planner.get(f"/v1/assets{path}", params=asked)
        assert answer.status_code == 422
        assert answer.json()["detail_zh"]


class TestChange:
    async def test_one_is_made_changed_and_ended_and_stays_on_record(
        self, planner: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        made = await put(planner, lamp(1))
        assert (made.status_code, made.json()["name"]) == (201, "路灯")
        moved = await put(
            planner, lamp(1), version=made.headers["ETag"], state="damaged", maintainer="clean1"
        )
        assert (moved.status_code, moved.json()["maintainer"]["code"]) == (200, "clean1")
        gone = await planner.delete(
            f"/v1/assets/{lamp(1)}", headers={"If-Match": moved.headers["ETag"]}
        )
        assert gone.status_code == 204
        assert (await planner.get(f"/v1/assets/{lamp(1)}")).status_code == 404
        before = await planner.get(
            f"/v1/assets/{lamp(1)}", params={"at": made.json()["valid_from"]}
        )
        assert (before.json()["state"], before.headers["ETag"]) == ("intact", made.headers["ETag"])
        told = (await planner.get(f"/v1/assets/{lamp(1)}/versions")).json()
        assert [one["state"] for one in told] == ["damaged", "intact"]
        assert (await planner.get(f"/v1/assets/{lamp(2)}/versions")).status_code == 404
        rows = list(await db.scalars(select(Asset).order_by(Asset.valid_from)))
        assert [row.ended_by == row.recorded_by for row in rows] == [True, True]

    async def test_one_put_right_for_the_moment_it_began_never_held(
        self, planner: httpx.AsyncClient
    ) -> None:
        since = ahead(1)
        made = await put(planner, lamp(1), valid_from=since)
        right = await put(
            planner, lamp(1), valid_from=since, name="路灯甲", version=made.headers["ETag"]
        )
        assert right.status_code == 200
        found = await planner.get(f"/v1/assets/{lamp(1)}", params={"at": since})
        assert found.json()["name"] == "路灯甲"
        assert len((await planner.get(f"/v1/assets/{lamp(1)}/versions")).json()) == 1

    async def test_nothing_begins_or_ends_before_now(self, planner: httpx.AsyncClient) -> None:
        made = await put(planner, lamp(1))
        since, version = ahead(-1), made.headers["ETag"]
        changed = await put(planner, lamp(1), valid_from=since, version=version)
        path = f"/v1/assets/{lamp(1)}"
        ended = await planner.delete(path, params={"at": since}, headers={"If-Match": version})
        for answer in (changed, ended):
            assert (answer.status_code, answer.json()["code"]) == (422, "in_the_past")
        assert (await planner.get(path)).headers["ETag"] == version

    async def test_an_earlier_version_ends_where_a_known_one_begins(
        self, planner: httpx.AsyncClient
    ) -> None:
        await put(planner, lamp(1), valid_from=ahead(20))
        made = await put(planner, lamp(1), valid_from=ahead(10))
        assert (made.status_code, made.json()["valid_to"][:10]) == (201, ahead(20)[:10])

    async def test_the_coordinates_are_taken_in_their_system(
        self, planner: httpx.AsyncClient
    ) -> None:
        line = [wgs84_to_gcj02(*at(1, 0.5)), wgs84_to_gcj02(*at(1.1, 0.5))]
        geometry = {"type": "LineString", "coordinates": line}
        made = (await put(planner, lamp(1), crs="gcj02", geometry=geometry)).json()
        assert made["geometry"]["coordinates"][0] == pytest.approx(at(1, 0.5), abs=1e-8)

    async def test_a_change_needs_the_version_it_is_made_to(
        self, planner: httpx.AsyncClient
    ) -> None:
        made = await put(planner, lamp(1))
        assert (await put(planner, lamp(1))).status_code == 428
        await put(planner, lamp(1), version=made.headers["ETag"])
        assert (await put(planner, lamp(1), version=made.headers["ETag"])).status_code == 412
        assert (await put(planner, lamp(2), version=made.headers["ETag"])).status_code == 412
        assert (await put(planner, lamp(1), version="x")).json()["code"] == "invalid_etag"
        assert (await planner.delete(f"/v1/assets/{lamp(1)}")).status_code == 428
        assert (await planner.delete(f"/v1/assets/{lamp(9)}")).status_code == 404

    @pytest.mark.parametrize(
        ("code", "changes", "fault"),
        [
            ("1", {}, "bad_component_code"),
            ("9901040101000001", {}, "bad_component_code"),
            ("510104010100000１", {}, "bad_component_code"),
            ("5101040102000001", {}, "code_of_another_class"),
            (lamp(1), {"category": "0201"}, "not_a_component"),
            (lamp(1), {"category": "9999"}, "unknown_category"),
            (lamp(1), {"scheme": "none"}, "unknown_category"),
            (lamp(1), {"owner": "nobody"}, "unknown_organisation"),
            (lamp(1), {"maintainer": "nobody"}, "unknown_organisation"),
            (lamp(1), {"geometry": {"type": "Point", "coordinates": []}}, "invalid_geometry"),
            (lamp(1), {"geometry": {"type": "Point"}}, "invalid_geometry"),
            (lamp(1), {"geometry": {"type": "Point", "coordinates": ["x", 1]}}, "invalid_geometry"),
            (lamp(1), {"geometry": {"type": "GeometryCollection"}}, "invalid_geometry"),
            (lamp(1), {"geometry": {"type": ["Point"]}}, "invalid_geometry"),
            (
                lamp(1),
                {
                    "geometry": {
                        "type": "Polygon",
                        "coordinates": [[[104, 30], [105, 31], [105, 30], [104, 31], [104, 30]]],
                    }
                },
                "invalid_geometry",
            ),
            (lamp(1), {"geometry": {"type": "Point", "coordinates": [104, 300]}}, None),
            (
                lamp(1),
                {"geometry": {"type": "Point", "coordinates": [120, 30]}},
                "outside_service_area",
            ),
            (lamp(1), {"state": "broken"}, "invalid"),
            (lamp(1), {"crs": None}, "invalid"),
            (lamp(1), {"more": 1}, "invalid"),
            (lamp(1), {"name": "\0"}, "invalid"),
            (lamp(1), {"attributes": {"a": ["\0"]}}, "invalid"),
            (lamp(1), {"attributes": {"a": 2**70}}, "invalid"),
        ],
    )
    async def test_what_cannot_be_is_refused_in_both_languages(
        self, planner: httpx.AsyncClient, code: str, changes: dict[str, Any], fault: str | None
    ) -> None:
        answer = await put(planner, code, **changes)
        said = answer.json()
        assert (answer.status_code, said["code"]) == (422, fault or said["code"])
        assert said["detail_zh"] != said["detail_en"]

    async def test_half_a_character_is_refused(self, planner: httpx.AsyncClient) -> None:
        sent = json.dumps(LAMP | {"attributes": {"a": "\ud800"}})
        answer = await planner.put(
            f"/v1/assets/{lamp(1)}", content=sent, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 422

    @pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.COMMAND_CENTRE, Role.ADMINISTRATOR])
    async def test_only_a_planner_changes_and_everybody_reads(
        self, client_of: ClientOf, role: Role
    ) -> None:
        other = await client_of(role)
        assert (await put(other, lamp(1))).status_code == 403
        assert (await other.delete(f"/v1/assets/{lamp(1)}")).status_code == 403
        assert (await other.get("/v1/assets")).status_code == 200


async def test_a_change_makes_the_next_version_of_the_map(
    planner: httpx.AsyncClient, db: AsyncSession
) -> None:
    await db.connection()
    before = await db.scalar(select(MapVersion.number))
    await put(planner, lamp(1))
    # The deferred trigger runs at the commit, which the test's outer transaction never comes to.
    await db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    db.expire_all()
    assert await db.scalar(select(MapVersion.number)) == (before or 0) + 1
