"""Vector tiles in a real browser: where they lie, what they say, on maps of either system."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import asinh, pi, radians, tan

import mapbox_vector_tile
import pytest
from playwright.async_api import Page as Tab
from playwright.async_api import expect

from geodata.crs import Crs
from maps.page import Page
from maps.tiles import Basemap, Overlay
from maps.workload import render_workload
from tests.maps.conftest import Open
from tests.maps.frames import District
from tests.maps.test_in_browser import pointed_at

pytestmark = pytest.mark.browser

ONE, MANY, HOSTILE = (121.4661, 31.2053), (121.4703, 31.2071), "<img src=x onerror=alert(1)>"
CASE = {"id": "0198-a", "reference": HOSTILE, "status": "handling", "category": "0101"}
CASES = ((ONE, {**CASE, "overdue": 1}), (MANY, {"count": 1234, "open": 17, "overdue": 2}))
OVERLAY = Overlay(
    key="incidents",
    title="案件",
    source="/v1/cases.json",
    words={
        "seen": "图中 {count} 件",
        "overdue": "超期",
        "open": "未结",
        "count": "件数",
        "status": "状态",
        "handling": "处置中",
        "category": "类别",
    },
    open=frozenset({"handling"}),
)
PAGE = Page(
    title="地图",
    nonce="abc",
    overlays=(OVERLAY,),
    basemaps=(
        Basemap(key="amap", title="高德", urls=("/tiles/{z}/{x}/{y}",), crs=Crs.GCJ02),
        Basemap(key="streets", title="街道", urls=("/streets/{z}/{x}/{y}",), vector=True),
    ),
)
TILE = re.compile(r"/(\w+)/(\d+)/(\d+)/(\d+)(\?v=\w+)?")


def in_tile(place: tuple[float, float], z: int, x: int, y: int) -> tuple[int, int]:
    """Where a place lies in a tile, in its units."""
    across = (place[0] + 180) / 360 * 2**z - x
    down = (1 - asinh(tan(radians(place[1]))) / pi) / 2 * 2**z - y
    return round(across * 4096), round(down * 4096)


def tile_of_cases(z: int, x: int, y: int) -> bytes:
    placed = [(in_tile(place, z, x, y), told) for place, told in CASES]
    features = [
        {"geometry": f"POINT ({east} {south})", "properties": told}
        for (east, south), told in placed
        if min(east, south) >= 0 and max(east, south) < 4096
    ]
    return encoded("incidents", features)


def encoded(layer: str, features: Sequence[Mapping[str, object]]) -> bytes:
    options = {"y_coord_down": True}
    content = [{"name": layer, "features": features}]
    return bytes(mapbox_vector_tile.encode(content, default_options=options))


def tile_of_water(*_: int) -> bytes:
    ring = "POLYGON ((-64 -64, 4160 -64, 4160 4160, -64 4160, -64 -64))"
    return encoded("water", [{"geometry": ring, "properties": {}}])


@dataclass
class Server:
    """What the page reads of us: a version of the cases, their tiles, and a base map's."""

    version: int = 1
    asked: list[str] = field(default_factory=list)
    tiles: Callable[[int, int, int], bytes] = tile_of_cases

    def __call__(self, path: str) -> bytes | None:
        self.asked.append(path)
        if path == OVERLAY.source:
            template = f"https://elsewhere.test/cases/{{z}}/{{y}}/{{x}}?v={self.version}"
            told = {"tiles": [template], "minzoom": 0, "maxzoom": 18}
            return json.dumps(told).encode()
        found = TILE.fullmatch(path)
        if found is None:
            return None
        if found[1] != "cases":
            return tile_of_water()
        z, row, column = map(int, found.groups()[1:4])
        return self.tiles(z, column, row)


async def opened(district: District, open_page: Open, server: Server, page: Page = PAGE) -> Tab:
    tab: Tab = await open_page(render_workload(district.workload(), page), asked=server)
    assert not any("tiles.js" in path for path in server.asked)
    return tab


async def ink_at(tab: Tab, place: tuple[float, float], *, pane: str) -> list[int]:
    """The colour that a layer of vector tiles has at a place on the map."""
    found: list[int] = await tab.evaluate(
        """([lon, lat, pane]) => {
            const frame = map_main.getContainer().getBoundingClientRect();
            const at = map_main.latLngToContainerPoint([lat, lon]);
            let found = [0, 0, 0, 0];
            for (const canvas of map_main.getPane(pane).querySelectorAll("canvas")) {
                const box = canvas.getBoundingClientRect();
                const [x, y] = [at.x + frame.x - box.x, at.y + frame.y - box.y];
                if (x < 0 || y < 0 || x >= box.width || y >= box.height) continue;
                const scale = canvas.width / box.width;
                const pixel = canvas.getContext("2d").getImageData(x * scale, y * scale, 1, 1).data;
                if (pixel[3]) found = [...pixel];
            }
            return found;
        }""",
        [*place, pane],
    )
    return found


@pytest.mark.parametrize("base", [None, "amap"])
async def test_cases_lie_in_their_place_and_say_what_they_are(
    district: District, open_page: Open, base: str | None
) -> None:
    server = Server()
    tab = await opened(district, open_page, server, replace(PAGE, base=base))
    await tab.get_by_label("案件").check()
    await expect(tab.locator(".seen summary")).to_have_text("图中 1,235 件")
    beside = (ONE[0] - 0.0002, ONE[1])  # two dozen metres, in the disc; the shift is 500
    assert (await ink_at(tab, beside, pane="dots"))[3] > 200
    assert (await ink_at(tab, (ONE[0] - 0.003, ONE[1]), pane="dots"))[3] == 0
    await tab.mouse.click(*await pointed_at(tab, *ONE))
    popup = tab.locator(".leaflet-popup")
    link = popup.locator("a[href='/cases/0198-a']")
    await expect(link).to_have_text(HOSTILE)
    await expect(popup).to_contain_text("处置中")
    await popup.get_by_label("关闭").click()
    await expect(popup).to_have_count(0)
    await tab.mouse.click(*await pointed_at(tab, *MANY))
    # The map goes there, in true coordinates.
    await expect(tab).to_have_url(re.compile(r"at=31\.20(70|71)\d,121\.470[23]\d,"))
    await expect(popup).to_have_count(0)


async def test_what_is_seen_is_listed_for_the_keyboard_and_kept_fresh(
    district: District, open_page: Open
) -> None:
    server = Server()
    tab = await opened(district, open_page, server)
    await tab.get_by_label("案件").focus()
    await tab.keyboard.press("Space")
    await expect(tab.locator(".seen summary")).to_have_text("图中 1,235 件")
    await tab.locator(".seen summary").press("Enter")
    await expect(tab.locator(".seen li").first).to_contain_text("案件 1,234")
    await tab.locator(".seen button").last.press("Enter")
    await expect(tab.locator(".leaflet-popup")).to_contain_text("超期")
    server.version, server.tiles = 2, lambda *_: encoded("incidents", [])
    # Half a minute later, or as soon as somebody comes back to the page.
    await tab.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await expect(tab.locator(".seen summary")).to_have_text("图中 0 件")
    assert "over=incidents" in tab.url
    await tab.get_by_label("案件").uncheck()
    await expect(tab.locator(".seen")).to_be_hidden()


@pytest.mark.parametrize("crs", [Crs.WGS84, Crs.GCJ02])
async def test_a_base_map_of_vector_tiles_is_drawn_below(
    district: District, open_page: Open, crs: Crs
) -> None:
    streets = replace(PAGE.basemaps[1], crs=crs, max_zoom=13)
    page = replace(PAGE, basemaps=(PAGE.basemaps[0], streets), base="streets")
    tab = await opened(district, open_page, Server(), page)
    cells = tab.locator(".leaflet-tile-pane .leaflet-tile")
    await expect(cells.first).to_be_attached()
    await expect(cells.and_(tab.locator(":not(.leaflet-tile-loaded)"))).to_have_count(0)
    for place in (ONE, MANY):
        assert (await ink_at(tab, place, pane="tilePane"))[:3] == [0xCF, 0xE0, 0xEA]
