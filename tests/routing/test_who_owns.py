"""Asking who owns a place without reporting anything."""

from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.crs import Crs, from_wgs84
from gridsvc.auth.principal import Role
from gridsvc.catalogue.service import publish_scheme
from gridsvc.incidents.model import Incident
from gridsvc.routing.model import RoutingDecision
from gridsvc.routing.schemas import RoutingRecord
from tests.factories import BEGAN, CATEGORIES, at
from tests.fixtures.web import ClientOf


@pytest_asyncio.fixture
async def planner(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.PLANNER)


def asked(column: float = 0.5, row: float = 0.5, **changes: Any) -> dict[str, Any]:
    lon, lat = at(column, row)
    return {"lon": lon, "lat": lat, "crs": "wgs84", "category": "0201", **changes}


async def owned(client: httpx.AsyncClient, *place: float, **changes: Any) -> RoutingRecord:
    answer = await client.get("/v1/who-owns", params=asked(*place, **changes))
    assert answer.status_code == 200
    return RoutingRecord.model_validate(answer.json())


class TestWho:
    async def test_anonymous(self, anonymous: httpx.AsyncClient) -> None:
        assert (await anonymous.get("/v1/who-owns", params=asked())).status_code == 401

    async def test_an_administrator_may_not(self, client_of: ClientOf) -> None:
        answer = await (await client_of(Role.ADMINISTRATOR)).get("/v1/who-owns", params=asked())
        assert answer.status_code == 403
        assert answer.json()["permission"] == "routing:ask"

    @pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.COMMAND_CENTRE, Role.PLANNER])
    async def test_everybody_else_may(self, client_of: ClientOf, role: Role) -> None:
        assert (await owned(await client_of(role))).outcome == "routed"


class TestOutcomes:
    async def test_an_event_goes_to_the_territory(self, planner: httpx.AsyncClient) -> None:
        record = await owned(planner, 0.5, 0.5)
        assert record.lead is not None
        assert record.lead.code == "clean1"
        assert record.confidence == 1

    async def test_a_component_goes_to_its_owner(self, planner: httpx.AsyncClient) -> None:
        record = await owned(planner, 0.5, 0.5, category="0101")
        assert record.lead is not None
        assert record.lead.code == "power"
        assert record.candidates[0].basis == "owner"

    async def test_what_nobody_owns_goes_to_the_duty_organisation(
        self, planner: httpx.AsyncClient
    ) -> None:
        record = await owned(planner, 3.5, 0.5, category="0301")
        assert (record.outcome, record.zone and record.zone.code) == ("fallback", "S2")
        assert record.lead is not None
        assert record.lead.code == "s2"

    async def test_a_point_beyond_everything_is_told_the_nearest_area(
        self, planner: httpx.AsyncClient
    ) -> None:
        record = await owned(planner, 40, 0.5)
        assert (record.outcome, record.lead) == ("outside", None)
        assert record.nearest is not None
        assert record.nearest.distance_m == pytest.approx(34_500, rel=0.01)

    async def test_a_poor_fix_beside_a_border_is_ambiguous_and_asks(
        self, planner: httpx.AsyncClient
    ) -> None:
        record = await owned(planner, 2.99, 0.5, accuracy_m=30)
        assert record.outcome == "ambiguous"
        assert {c.zone.code for c in record.candidates} == {"Z1", "Z2"}
        assert sum(c.share for c in record.candidates) == pytest.approx(1, abs=1e-3)
        assert record.question is not None

    async def test_a_good_fix_at_the_same_place_is_not(self, planner: httpx.AsyncClient) -> None:
        assert (await owned(planner, 2.99, 0.5, accuracy_m=5)).outcome == "routed"

    async def test_a_hopeless_fix_is_weighed_as_the_worst_one_that_is(
        self, planner: httpx.AsyncClient
    ) -> None:
        """500 m, the setting's limit; a zone of 900 m away does not come in."""
        record = await owned(planner, 2.05, 0.5, accuracy_m=100_000)
        assert [c.zone.code for c in record.candidates] == ["Z1"]

    async def test_a_point_on_a_border_has_one_pick(self, planner: httpx.AsyncClient) -> None:
        record = await owned(planner, 3, 1)
        assert record.outcome == "ambiguous"
        assert record.zone is not None
        assert record.zone.code == "Z2"  # the smaller one
        assert [(c.code, c.tied) for c in record.area_chain] == [
            ("D1", False),
            ("S2", False),
            ("C2", False),
            ("G20", True),
        ]

    async def test_nothing_is_written(self, planner: httpx.AsyncClient, db: AsyncSession) -> None:
        await owned(planner)
        for table in (Incident, RoutingDecision):
            assert await db.scalar(select(func.count()).select_from(table)) == 0


class TestCoordinates:
    @pytest.mark.parametrize("crs", list(Crs))
    async def test_every_system_finds_the_same_place(
        self, planner: httpx.AsyncClient, crs: Crs
    ) -> None:
        lon, lat = from_wgs84(*at(2.9, 0.5), crs)
        record = await owned(planner, crs=crs.value, lon=lon, lat=lat)
        assert record.zone is not None
        assert record.zone.code == "Z1"
        assert record.distance_to_boundary_m == pytest.approx(95.8, abs=0.2)

    @pytest.mark.parametrize(
        ("field", "changes"),
        [
            ("lon", {"lon": 181}),
            ("lon", {"lon": "NaN"}),
            ("lon", {"lon": "inf"}),
            ("lon", {"lon": "east"}),
            ("lat", {"lat": -90.5}),
            ("lat", {"lat": "-inf"}),
            ("lat", {"lat": None}),
            ("crs", {"crs": None}),
            ("crs", {"crs": "wgs72"}),
            ("crs", {"crs": "WGS84"}),
            ("accuracy_m", {"accuracy_m": -1}),
            ("accuracy_m", {"accuracy_m": "nan"}),
            ("category", {"category": None}),
            ("category", {"category": ""}),
            ("category", {"category": "9999"}),
            ("category", {"category": "0201\x00"}),
            ("category", {"scheme": "no such scheme"}),
            ("at", {"at": "yesterday"}),
            ("at", {"at": "2026-03-01T00:00:00"}),
            ("at", {"at": "0001-01-01T00:00:00+14:00"}),
        ],
    )
    async def test_bad_input_is_refused_by_its_name(
        self, planner: httpx.AsyncClient, field: str, changes: dict[str, Any]
    ) -> None:
        given = {k: v for k, v in asked(**changes).items() if v is not None}
        answer = await planner.get("/v1/who-owns", params=given)
        assert answer.status_code == 422
        assert field in {fault["field"] for fault in answer.json()["errors"]}


class TestScheme:
    async def test_a_code_of_two_schemes_needs_the_scheme(
        self, planner: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        await publish_scheme(db, "other", CATEGORIES, name="Other", valid_from=BEGAN)
        await db.commit()
        answer = await planner.get("/v1/who-owns", params=asked())
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "scheme"
        assert "other, test" in answer.json()["errors"][0]["en"]

    async def test_naming_it_settles_that(
        self, planner: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        await publish_scheme(db, "other", CATEGORIES, name="Other", valid_from=BEGAN)
        await db.commit()
        assert (await owned(planner, scheme="test")).outcome == "routed"
        assert (await owned(planner, scheme="other")).outcome == "fallback"
