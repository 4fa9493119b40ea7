"""Base maps in a real browser: what lies under a map may be shifted, what lies on it stays true."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from playwright.async_api import Page as Tab
from playwright.async_api import expect

from geodata.crs import Crs, gcj02_to_wgs84, wgs84_to_gcj02
from maps.coverage import render_coverage
from maps.page import Page
from maps.tiles import Basemap
from maps.workload import render_workload
from tests.maps.conftest import SITE, Open
from tests.maps.frames import District
from tests.maps.test_in_browser import colour_at, pointed_at

pytestmark = pytest.mark.browser

TILES = ("/tiles/{z}/{x}/{y}",)
PAGE = Page(
    title="地图",
    nonce="abc",
    basemaps=(
        Basemap(key="plain", title="天地图", urls=TILES, attribution="© <b>测绘</b>"),
        Basemap(key="amap", title="高德", urls=TILES, crs=Crs.GCJ02),
    ),
    base="plain",
)
# Both sides of the box and of the meridian where the formula has a root.
LONS = (71.9, 72.1, 104.999, 105.0, 105.001, 116.39, 121.47, 137.83, 137.9, -74.0)
LATS = (0.5, 0.9, 22.5, 31.23, 39.9, 55.8, 56.0)


async def place_in_world(tab: Tab, lon: float, lat: float) -> np.ndarray[Any, Any]:
    """Where the map draws a place, in pixels from the corner of the tile 0/0/0 at zoom 16."""
    at = await tab.evaluate(
        "([lat, lon]) => { const p = map_main.project([lat, lon], 16); return [p.x, p.y]; }",
        [lat, lon],
    )
    return np.array(at)


async def test_the_browser_shifts_as_the_server_does(district: District, open_page: Open) -> None:
    tab = await open_page(render_coverage(district.coverage(), PAGE))
    places = np.array(list(product(LONS, LATS)))
    for name, ours in (("toGcj02", wgs84_to_gcj02), ("fromGcj02", gcj02_to_wgs84)):
        found = await tab.evaluate(
            f"places => places.map(([lon, lat]) => gridmaps.{name}(lon, lat))", places.tolist()
        )
        np.testing.assert_allclose(found, np.column_stack(ours(*places.T)), rtol=0, atol=1e-9)


async def test_everything_stays_in_place_on_shifted_tiles(
    district: District, open_page: Open
) -> None:
    tab = await open_page(render_workload(district.workload(), PAGE))
    inside = district.grid.geometry[8].representative_point()
    true = await place_in_world(tab, inside.x, inside.y)
    wanted = await place_in_world(tab, *wgs84_to_gcj02(inside.x, inside.y))
    centre, colour = await seen_at(tab, inside.x, inside.y)
    await tab.get_by_label("底图").select_option("高德")
    shifted = await place_in_world(tab, inside.x, inside.y)
    np.testing.assert_allclose(shifted, wanted, atol=1e-3)
    assert np.abs(shifted - true).max() > 100
    again, colour_again = await seen_at(tab, inside.x, inside.y)
    np.testing.assert_allclose(again, centre, atol=1e-4)
    assert colour_again == colour
    await tab.mouse.click(*await pointed_at(tab, inside.x, inside.y))
    await expect(tab.locator(".leaflet-popup")).to_contain_text("第9网格")


async def seen_at(tab: Tab, lon: float, lat: float) -> tuple[list[float], list[int]]:
    """The middle of the map, and the colour that an area has there."""
    centre = await tab.evaluate("[map_main.getCenter().lng, map_main.getCenter().lat]")
    return centre, await colour_at(tab, lon, lat)


async def test_the_choice_is_named_in_the_address_and_remembered(
    district: District, open_page: Open
) -> None:
    tab = await open_page(render_coverage(district.coverage(), PAGE))
    attribution, tiles = tab.locator(".leaflet-control-attribution"), tab.locator(".leaflet-tile")
    await expect(attribution).to_have_text("© <b>测绘</b>")
    await expect(tab.locator(".leaflet-tile-loaded").first).to_be_attached()
    await tab.get_by_label("底图").select_option("无底图")
    await expect(tiles).to_have_count(0)
    await expect(attribution).to_have_text("")
    assert "base=none" in tab.url
    await tab.goto(f"{SITE}/?again")
    await expect(tab.get_by_label("底图")).to_have_value("none")
    await tab.goto(f"{SITE}/#base=amap")
    await expect(tab.get_by_label("底图")).to_have_value("amap")
