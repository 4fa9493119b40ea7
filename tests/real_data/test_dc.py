"""Washington, D.C.: three levels, 5,000 of the city's own requests, and its own ward labels."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas
import httpx
import pandas as pd
import pytest
import pytest_asyncio

from gridsvc.auth.principal import Role
from tests.cli.at_the_prompt import Said
from tests.live import Live, live
from tests.real_data.labels import METRES, agreement, among_candidates, told, told_among
from tests.real_data.place import Place

pytestmark = pytest.mark.real_data

SINCE = ("--valid-from", "2013-01-01")
AT_ONCE = 8


@pytest.fixture(scope="module")
def boundaries(place: Place, data: Path) -> dict[str, Said]:
    """Wards over ANCs over single-member districts, loaded as a city engineer would."""
    folder = data / "dc_311"
    return {
        "wards": place.load(
            folder / "wards_2012.geojson", "--level", "district", "--code", "ward", *SINCE
        ),
        "anc": place.load(
            folder / "anc_2013.geojson",
            *("--level", "street", "--code", "anc", "--parent-by", "place"),
            *SINCE,
        ),
        "smd": place.load(
            folder / "smd_2013.geojson",
            *("--level", "community", "--code", "smd", "--parent", "anc"),
            *SINCE,
        ),
    }


@pytest.fixture(scope="module")
def requests(data: Path) -> pd.DataFrame:
    frame = pd.read_csv(data / "dc_311/dc_311_requests_5000.csv", dtype=str, keep_default_na=False)
    return frame.assign(label=frame["ward_label"])


@pytest.fixture(scope="module")
def agencies(place: Place, boundaries: dict[str, Said], requests: pd.DataFrame) -> None:
    """Each agency leads in its own services, in every ward."""
    place.table(
        "organisations",
        [{"code": code, "name": code, "kind": "department"} for code in set(requests["agency"])],
    )
    services = requests.drop_duplicates("service_code").to_dict("records")
    place.table(
        "categories",
        [
            {
                "code": service["service_code"],
                "name": service["service_name"],
                "major": service["agency"],
                "major_name": service["service_type"],
                "kind": "event",
                "limit_value": 5,
                "limit_unit": "work_day",
            }
            for service in services
        ],
        *("--scheme", "dc_311"),
        *SINCE,
    )
    place.table(
        "responsibilities",
        [
            {
                "organisation": service["agency"],
                "layer": "district",
                "category": service["service_code"],
                "role": "lead",
            }
            for service in services
        ],
        *SINCE,
    )


class TestBoundaries:
    def test_every_level_lands(self, place: Place, boundaries: dict[str, Said]) -> None:
        counts = place.ask(
            "SELECT l.level, count(*) FROM area a JOIN layer l ON l.id = a.layer_id"
            " GROUP BY 1 ORDER BY 2"
        )
        assert counts == [("district", 8), ("street", 40), ("community", 296)]

    def test_areas_that_cross_a_ward_are_findings(self, boundaries: dict[str, Said]) -> None:
        said = boundaries["anc"].out
        assert "20.3% of 3G ANC 3G (1.41 km²) lie outside its parent 4 Ward 4" in said
        assert "42.2% of 6D ANC 6D (4.16 km²) lie outside its parent 6 Ward 6" in said
        assert findings(boundaries["anc"])["error"] == 0

    def test_by_its_number_anc_3g_lies_mostly_in_another_ward(
        self, place: Place, data: Path, boundaries: dict[str, Said], tmp_path: Path
    ) -> None:
        ancs = geopandas.read_file(data / "dc_311/anc_2013.geojson")
        numbered = tmp_path / "anc.geojson"
        ancs.assign(parent=ancs["anc"].str[0]).to_file(numbered)
        said = place.run(
            *("load", str(numbered), "--level", "street", "--code", "anc", "--dry-run"),
            *("--valid-from", "2014-01-01"),
        )
        assert said.code == 0
        assert "79.7% of 3G ANC 3G (5.54 km²) lie outside its parent 3 Ward 3" in said.out
        assert "3G ANC 3G moved from the parent 4 to 3." in said.out

    def test_members_districts_nest_exactly(
        self, place: Place, boundaries: dict[str, Said]
    ) -> None:
        found = findings(boundaries["smd"])
        assert found["error"] == 0
        assert "outside_parent" not in found
        assert place.ask(
            "SELECT count(*) FROM area a JOIN layer l ON l.id = a.layer_id"
            " WHERE l.level = 'community' AND left(a.code, 2) = a.parent_code"
        ) == [(296,)]


def findings(said: Said) -> Mapping[str, int]:
    """Read the counts, which are the last line but one."""
    counted: Mapping[str, int] = json.loads(said.out.splitlines()[-2])
    return counted


@pytest_asyncio.fixture(scope="module")
async def service(place: Place, agencies: None) -> AsyncIterator[Live]:
    async with live(place.url) as running:
        yield running


@pytest_asyncio.fixture(scope="module")
async def receipts(service: Live, requests: pd.DataFrame) -> Sequence[Mapping[str, Any]]:
    """What the service answered to each request, reported by several phones at once."""
    client = await service.client(Role.GRID_WORKER)
    waiting = iter(rows_of(requests))
    phones = [phone(client, waiting) for _ in range(AT_ONCE)]
    answered = dict(pair for pairs in await asyncio.gather(*phones) for pair in pairs)
    return [answered[request_id] for request_id in requests["request_id"]]


def rows_of(frame: pd.DataFrame) -> list[dict[str, str]]:
    return [
        {str(name): str(value) for name, value in row.items()} for row in frame.to_dict("records")
    ]


async def phone(
    client: httpx.AsyncClient, waiting: Iterator[Mapping[str, str]]
) -> list[tuple[str, Mapping[str, Any]]]:
    """Report what waits, one after another."""
    answered = []
    for request in waiting:
        answer = await client.post("/v1/incidents", json=body(request), headers=key(request))
        assert answer.status_code == 201, answer.text
        answered.append((request["request_id"], answer.json()))
    return answered


def body(request: Mapping[str, str]) -> dict[str, Any]:
    return {
        "category": request["service_code"],
        "location": {"lon": float(request["lon"]), "lat": float(request["lat"]), "crs": "wgs84"},
        "description": request["service_name"],
        "occurred_at": request["opened_at"],
        "channel": "worker_app",
    }


def key(request: Mapping[str, str]) -> dict[str, str]:
    return {"Idempotency-Key": request["request_id"]}


class TestReports:
    async def test_wards_agree_with_the_citys_own_labels(
        self, receipts: Sequence[Mapping[str, Any]], requests: pd.DataFrame, data: Path
    ) -> None:
        wards = geopandas.read_file(data / "dc_311/wards_2012.geojson").set_index("ward")
        usable = requests.reset_index(drop=True).query("label != ''")
        answers = [area_of(receipts[row], "district") for row in usable.index]
        found = agreement(usable, answers, wards.geometry.to_dict())
        assert found.points == 4_964
        assert found.exact >= 99.87
        assert found.within_1_m == 100
        assert found.outside == []
        assert found.row == told("Washington, wards")

    async def test_at_five_metres_the_citys_own_label_is_among_the_candidates(
        self,
        service: Live,
        receipts: Sequence[Mapping[str, Any]],
        requests: pd.DataFrame,
    ) -> None:
        usable = requests.reset_index(drop=True).query("label != ''")
        found = await among_candidates(
            await service.client(Role.GRID_WORKER, login="asking"),
            usable,
            [area_of(receipts[row], "district") for row in usable.index],
            layer="district",
            category="service_code",
        )
        assert (found.points, found.among) == (4_964, 100)
        assert found.row == told_among("Washington, wards")

    async def test_each_goes_to_the_agency_of_its_service(
        self, receipts: Sequence[Mapping[str, Any]], requests: pd.DataFrame
    ) -> None:
        leads = [receipt["routing"]["lead"]["code"] for receipt in receipts]
        assert leads == requests["agency"].tolist()
        outcomes = {receipt["routing"]["outcome"] for receipt in receipts}
        assert outcomes == {"routed"}

    async def test_every_request_is_kept_once(
        self, place: Place, service: Live, receipts: Sequence[Mapping[str, Any]]
    ) -> None:
        assert len({receipt["id"] for receipt in receipts}) == 5_000
        assert place.everything()["incident"] == 5_000
        assert place.everything()["routing_decision"] == 5_000

    async def test_sent_again_it_is_answered_as_before(
        self, service: Live, receipts: Sequence[Mapping[str, Any]], requests: pd.DataFrame
    ) -> None:
        client = await service.client(Role.GRID_WORKER, login="second")
        request = rows_of(requests)[0]
        first = await client.post("/v1/incidents", json=body(request), headers=key(request))
        again = await client.post("/v1/incidents", json=body(request), headers=key(request))
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()

    async def test_the_chain_says_where_it_is_not_where_the_number_says(
        self, receipts: Sequence[Mapping[str, Any]]
    ) -> None:
        crossing = {
            area_of(receipt, "street")
            for receipt in receipts
            if str(area_of(receipt, "street"))[0] != area_of(receipt, "district")
        }
        assert crossing == {"3G"}  # what of 6D lies outside its ward is the river

    async def test_only_beside_a_border_do_two_levels_disagree(
        self, receipts: Sequence[Mapping[str, Any]], requests: pd.DataFrame, data: Path
    ) -> None:
        """The files of ANCs and SMDs draw one border some centimetres apart; streets follow it."""
        ancs = geopandas.read_file(data / "dc_311/anc_2013.geojson").set_index("anc").to_crs(METRES)
        places = geopandas.GeoSeries.from_xy(
            requests["lon"].astype(float), requests["lat"].astype(float), crs="EPSG:4326"
        ).to_crs(METRES)
        apart = [
            (street, row)
            for row, receipt in enumerate(receipts)
            if (street := area_of(receipt, "street")) != str(area_of(receipt, "community"))[:2]
        ]
        assert len(apart) == 85
        assert all(
            ancs.geometry[street].boundary.distance(places.iloc[row]) < 0.05
            for street, row in apart
        )


def area_of(receipt: Mapping[str, Any], level: str) -> str | None:
    """Read the code of one level of the chain."""
    chain = {area["level"]: area["code"] for area in receipt["routing"]["area_chain"]}
    return chain.get(level)
