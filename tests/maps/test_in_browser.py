"""The pages as people use them: a real browser, our assets, every other address closed."""

from dataclasses import replace

import pytest
from playwright.async_api import Page as Tab
from playwright.async_api import expect

from geodata.findings import findings_frame
from maps.coverage import render_coverage
from maps.findings import render_findings
from maps.incident import render_incident
from maps.measures import Basis, Measure
from maps.page import Link, Page, read_assets
from maps.words import Language
from maps.workload import render_workload
from tests.maps.conftest import ASSETS, Open
from tests.maps.frames import HOSTILE, District
from tests.maps.test_findings import MIXED
from tests.maps.test_hostile import PAGES, Render, html_of, seen

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
CHINESE = Page(title="地图", nonce="abc")


async def pointed_at(tab: Tab, lon: float, lat: float) -> tuple[float, float]:
    """Where a place is on the screen."""
    x, y = await tab.evaluate(
        """([lat, lon]) => {
            const box = map_main.getContainer().getBoundingClientRect();
            const at = map_main.latLngToContainerPoint([lat, lon]);
            return [box.x + at.x, box.y + at.y];
        }""",
        [lat, lon],
    )
    return x, y


async def colour_at(tab: Tab, lon: float, lat: float) -> list[int]:
    """What the canvas shows at a place."""
    found: list[int] = await tab.evaluate(
        """([lat, lon]) => {
            const canvas = document.querySelector("canvas");
            const box = canvas.getBoundingClientRect();
            const frame = map_main.getContainer().getBoundingClientRect();
            const at = map_main.latLngToContainerPoint([lat, lon]);
            const scale = canvas.width / box.width;
            const pixel = canvas.getContext("2d").getImageData(
                (at.x + frame.x - box.x) * scale, (at.y + frame.y - box.y) * scale, 1, 1);
            return [...pixel.data];
        }""",
        [lat, lon],
    )
    return found


async def test_a_tooltip_tells_of_the_area_under_the_pointer(
    district: District, open_page: Open
) -> None:
    tab = await open_page(render_workload(district.workload(), CHINESE))
    inside = district.grid.geometry[8].representative_point()
    await tab.mouse.move(*await pointed_at(tab, inside.x, inside.y))
    tooltip = tab.locator(".leaflet-tooltip")
    await expect(tooltip).to_contain_text("第9网格")
    await expect(tooltip).to_contain_text("人口1,096")
    await expect(tooltip).to_contain_text("街道")


async def test_a_click_keeps_what_a_tooltip_shows(district: District, open_page: Open) -> None:
    tab = await open_page(render_coverage(district.coverage(), CHINESE))
    hole = district.coverage().uncovered.geometry[0].representative_point()
    await tab.mouse.click(*await pointed_at(tab, hole.x, hole.y))
    popup = tab.locator(".leaflet-popup")
    await expect(popup).to_contain_text("责任空白")
    await expect(popup).to_contain_text("11,931 平方米")
    await popup.get_by_label("关闭").click()
    await expect(popup).to_have_count(0)


async def test_a_layer_is_switched_from_the_legend(district: District, open_page: Open) -> None:
    tab = await open_page(render_coverage(district.coverage(), CHINESE))
    river = district.river.geometry[0].representative_point()
    box = tab.get_by_label("滨江联盟")
    await expect(box).not_to_be_checked()
    before = await colour_at(tab, river.x, river.y)
    await box.focus()
    await tab.keyboard.press("Space")
    await tab.wait_for_timeout(100)
    assert await colour_at(tab, river.x, river.y) != before
    await box.uncheck()
    await tab.wait_for_timeout(100)
    assert await colour_at(tab, river.x, river.y) == before


async def test_gaps_and_missing_workers_are_hatched(district: District, open_page: Open) -> None:
    tab = await open_page(render_coverage(district.coverage(), CHINESE))
    fills = await tab.locator(".leaflet-problems-pane path").evaluate_all(
        "paths => paths.map(path => path.getAttribute('fill'))"
    )
    assert fills.count("url(#gap)") == 1
    assert fills.count("url(#unstaffed)") == int((district.grid["workers"] == 0).sum())


async def test_a_row_of_a_table_takes_the_map_there(district: District, open_page: Open) -> None:
    tab = await open_page(render_workload(district.workload(), CHINESE))
    zoom = await tab.evaluate("map_main.getZoom()")
    await tab.get_by_role("button", name="第4网格").first.click()
    await expect(tab.locator(".leaflet-popup")).to_contain_text("第4网格")
    assert await tab.evaluate("map_main.getZoom()") > zoom
    centre = await tab.evaluate("[map_main.getCenter().lng, map_main.getCenter().lat]")
    west, south, east, north = district.grid.geometry[3].bounds
    assert west < centre[0] < east
    assert south - 0.002 < centre[1] < north + 0.002  # the pop-up may have moved the map a little


async def test_a_row_of_a_hidden_layer_shows_that_layer(
    district: District, open_page: Open
) -> None:
    tab = await open_page(render_coverage(district.coverage(), CHINESE))
    box = tab.get_by_label("责任空白：城市管理责任区")
    await box.uncheck()
    await tab.get_by_role("button", name="001街道").click()
    await expect(box).to_be_checked()
    await expect(tab.locator(".leaflet-popup")).to_contain_text("责任空白")


async def test_a_view_changes_colours_legend_table_and_address_at_once(
    district: District, open_page: Open
) -> None:
    english = Link(label="English", href="/?lang=en", language=Language.EN)
    tab = await open_page(render_workload(district.workload(), replace(CHINESE, links=(english,))))
    place = district.grid.geometry[5].representative_point()
    before = await colour_at(tab, place.x, place.y)
    await tab.get_by_label("指标").select_option("overdue")
    await tab.get_by_label("口径").select_option("per_1000")
    await expect(tab.get_by_role("heading", name="最高十位 · 每千人超期")).to_be_visible()
    await expect(tab.locator(".classes:visible")).to_have_count(1)
    await tab.wait_for_timeout(100)
    assert await colour_at(tab, place.x, place.y) != before
    assert tab.url.endswith("?measure=overdue&basis=per_1000")
    link = await tab.get_by_role("link", name="English").get_attribute("href")
    assert link == "http://maps.test/?lang=en&measure=overdue&basis=per_1000"


async def test_no_data_and_zero_do_not_look_alike(district: District, open_page: Open) -> None:
    data = district.workload()
    frame = data.areas.frame.copy()
    frame.loc[8, "filed"] = 0
    data = replace(
        data,
        areas=replace(data.areas, frame=frame),
        outlines=(),
        measure=Measure.FILED,
        basis=Basis.PER_1000,
    )
    tab = await open_page(render_workload(data, CHINESE))
    zero, unknown = (
        district.grid.geometry[row].buffer(-0.0008).representative_point() for row in (8, 4)
    )
    # Where nothing is known nothing is drawn; zero is white.
    assert (await colour_at(tab, zero.x, zero.y))[3] > 200
    assert (await colour_at(tab, unknown.x, unknown.y))[3] == 0


@pytest.mark.parametrize("language", Language)
async def test_nothing_is_wider_than_a_phone(
    district: District, open_page: Open, language: Language
) -> None:
    page = Page(title="地图 Map", language=language, nonce="abc")
    for html in (
        render_coverage(district.coverage(), page),
        render_workload(district.workload(), page),
        render_incident(district.incident(), page),
        render_findings(findings_frame(MIXED), district.grid, page),
    ):
        tab = await open_page(html, **PHONE)
        assert await tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        map_box = await tab.locator(".folium-map").bounding_box()
        legend_box = await tab.locator(".legend").bounding_box()
        assert map_box is not None
        assert legend_box is not None
        assert map_box["y"] + map_box["height"] <= legend_box["y"]
        assert map_box["height"] >= 300
        await tab.close()


async def test_the_form_folds_away_on_a_phone_only(district: District, open_page: Open) -> None:
    html = render_workload(district.workload(), CHINESE)
    phone, desk = await open_page(html, **PHONE), await open_page(html)
    await expect(phone.get_by_label("指标")).not_to_be_visible()
    await phone.get_by_text("选项").click()
    await expect(phone.get_by_label("指标")).to_be_visible()
    await expect(desk.get_by_label("指标")).to_be_visible()


async def test_names_stand_in_the_areas_where_there_is_room(
    district: District, open_page: Open
) -> None:
    tab = await open_page(render_workload(district.workload(), CHINESE))
    labels = tab.locator(".label")
    before = await labels.all_text_contents()
    await tab.evaluate("map_main.setZoom(12, {animate: false})")
    after = await labels.all_text_contents()
    assert "第1网格" in before
    assert "第1网格" not in after
    assert len(after) < len(before)


@pytest.mark.parametrize("render", PAGES)
async def test_hostile_names_stay_text_in_the_browser(open_page: Open, render: Render) -> None:
    text = " ".join(HOSTILE)
    tab = await open_page(html_of(render, text))
    await tab.locator("button.spot:visible").first.click()
    await expect(tab.locator(".leaflet-popup-content")).to_be_visible()
    shown = await tab.locator(".leaflet-popup-content").text_content()
    assert seen(text) in seen(shown or "")
    assert await tab.evaluate("typeof window.hacked") == "undefined"


async def test_a_page_that_stands_alone_asks_for_nothing(
    district: District, open_page: Open
) -> None:
    page = Page(title="检查", nonce="abc", embedded=read_assets(ASSETS), assets_url="/nowhere")
    html = render_findings(findings_frame(MIXED), district.grid, page)
    # A file has no policy; here the styles in the page are what the policy forbids.
    tab = await open_page(html, policy="default-src 'unsafe-inline' data:")
    await expect(tab.locator(".leaflet-pins-pane path")).to_have_count(1)
    await expect(tab.locator(".leaflet-problems-pane path")).to_have_count(1)


async def test_without_script_the_numbers_are_there(district: District, open_page: Open) -> None:
    tab = await open_page(render_workload(district.workload(), CHINESE), scripts=False)
    await expect(tab.get_by_text("地图需要启用 JavaScript")).to_be_visible()
    await expect(tab.get_by_role("heading", name="最高十位 · 未结件数")).to_be_visible()
    await tab.get_by_label("指标").select_option("filed")
    await tab.get_by_role("button", name="显示").click()
    assert "measure=filed&basis=absolute&scheme=quantiles&from=2026-01-01&to=2026-03-01" in tab.url
