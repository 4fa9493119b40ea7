"""What is found about a draft beside the shapes of its areas: who leads, what is left, how far."""

from typing import Any

import httpx
import pytest
from pyproj import Geod

from tests.factories import at
from tests.planning.desk import Desk, line, square

HALVES = [{"code": "Z1", "name": "西"}, {"code": "Z3", "name": "东"}]


async def split(planner: httpx.AsyncClient) -> Desk:
    desk = await Desk.of(planner, layer="cleaning")
    cut = line((1, -1), (1, 3))
    await desk.edit("split", code="Z1", line=cut, crs="wgs84", into=HALVES)
    return desk


async def without(planner: httpx.AsyncClient, area: str) -> Desk:
    """A draft of the responsibilities without those in an area."""
    desk = await Desk.of(planner, kind="responsibilities")
    rows = [row for row in (await desk.get("/rows"))["rows"] if row["area"] != area]
    await desk.do("PUT", "/rows", {"rows": rows})
    return desk


class TestNobodyLeads:
    async def test_in_a_new_zone(self, planner: httpx.AsyncClient) -> None:
        [found] = await (await split(planner)).get("/checks")
        assert (found["code"], found["severity"]) == ("no_lead", "warning")
        assert (found["areas"], found["en"]) == (["Z3"], "Nobody leads in Z3 东 of cleaning.")

    async def test_unless_somebody_leads_in_the_whole_layer(
        self, planner: httpx.AsyncClient
    ) -> None:
        desk = await Desk.of(planner, kind="responsibilities")
        whole = {"organisation": "city", "layer": "cleaning", "role": "lead"}
        await desk.do("PUT", "/rows", {"rows": [*(await desk.get("/rows"))["rows"], whole]})
        await desk.activate()
        assert await (await split(planner)).faults() == set()

    async def test_where_responsibilities_end(self, planner: httpx.AsyncClient) -> None:
        desk = await without(planner, "P1")
        [found] = await desk.get("/checks")
        assert (found["code"], found["areas"], found["blocks"]) == ("no_lead", ["P1"], True)
        await desk.do("POST", "/acceptances", {"codes": ["no_lead"], "reason": "改由他法"})
        await desk.activate()
        # Where nobody leads at all, one zone more is nothing to be told.
        zones = await Desk.of(planner, layer="power")
        await zones.edit("add", code="P2", geometry=square(2, 0), crs="wgs84")
        assert await zones.faults() == set()

    async def test_where_they_only_change(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, kind="responsibilities")
        rows = (await desk.get("/rows"))["rows"]
        others = [{**row, "organisation": "city"} for row in rows]
        await desk.do("PUT", "/rows", {"rows": others})
        assert await desk.faults() == set()


class TestNothingIsLeft:
    async def test_of_responsibilities(self, planner: httpx.AsyncClient) -> None:
        desk = await Desk.of(planner, kind="responsibilities")
        await desk.do("PUT", "/rows", {"rows": []})
        assert await desk.faults() == {"leaves_nothing", "no_lead"}
        assert (await desk.try_("POST", "/activation", {})).json()["code"] == "findings_open"

    async def test_of_rules_though_special_days_are(self, planner: httpx.AsyncClient) -> None:
        rule = {"code": "R", "title": "市管", "lead": "city"}
        day = {"list": "A", "title": "庙会", "day": "2026-05-01"}
        desk = await Desk.of(planner, kind="rules")
        await desk.do("PUT", "/rows", {"rows": [day]})
        assert await desk.faults() == set()  # nor was there anything before
        await desk.do("PUT", "/rows", {"rows": [rule, day]})
        await desk.activate()
        desk = await Desk.of(planner, kind="rules")
        await desk.do("PUT", "/rows", {"rows": [day]})
        assert await desk.faults() == {"leaves_nothing"}


@pytest.mark.parametrize(("lon", "lat"), [(-60.0, 10.0), (113.0, 36.6)])
async def test_a_zone_far_from_the_city_is_a_mistake(
    planner: httpx.AsyncClient, lon: float, lat: float
) -> None:
    desk = await Desk.of(planner, layer="power")
    ring: list[Any] = [[lon, lat], [lon + 0.1, lat], [lon, lat + 0.1], [lon, lat]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    await desk.edit("change", code="P1", geometry=shape, crs="wgs84")
    [found] = await desk.get("/checks")
    assert (found["code"], found["severity"]) == ("far_from_city", "error")
    told = float(found["en"].split("about ")[1].split(" km")[0].replace(",", ""))
    _, _, metres = Geod(ellps="WGS84").inv(lon, lat, *at(0, 0))
    assert told == pytest.approx(metres / 1000, rel=0.2)
