"""The map pages from the service to the screen: numbers, layers, places, at both widths."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Page, expect

from gridsvc.db.clock import utc_now
from tests.browser.visitor import DESK, PHONE, Visitor, drawn_pixels, overflow

pytestmark = pytest.mark.browser

SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])
TITLES = {
    ("/maps/coverage", "zh"): "覆盖图",
    ("/maps/coverage", "en"): "Coverage",
    ("/maps/workload", "zh"): "负荷图",
    ("/maps/workload", "en"): "Workload",
}


def number(text: str) -> int:
    return int(text.replace(",", ""))


async def figures(tab: Page) -> dict[str, int]:
    """The headline numbers by their labels, those that are whole numbers."""
    terms = await tab.locator(".figures dt").all_text_contents()
    values = await tab.locator(".figures dd").all_text_contents()
    told = zip(terms, values, strict=True)
    return {term: number(value) for term, value in told if value.replace(",", "").isdigit()}


async def pointed_at(tab: Page, selector: str, row: int) -> tuple[float, float]:
    """Where on the screen the label spot of an area lies, by the page's own data."""
    x, y = await tab.evaluate(
        """async ([key, row]) => {
            const data = JSON.parse(document.getElementById("map-data").textContent);
            const area = (await gridmaps.reader(data.sets)(key))[row];
            const at = map_main.latLngToContainerPoint(area.spot);
            const box = map_main.getContainer().getBoundingClientRect();
            return [box.x + at.x, box.y + at.y];
        }""",
        [selector, row],
    )
    return x, y


@SIZES
@LANGUAGES
@pytest.mark.parametrize("path", ["/maps/coverage", "/maps/workload"])
async def test_the_page_draws_and_fits_the_window(
    visitor: Visitor, path: str, language: str, size: dict[str, int]
) -> None:
    tab = await visitor.open(path, login="centre", language=language, size=size)
    title = TITLES[path, language]
    await expect(tab.get_by_role("heading", name=title, exact=True)).to_be_visible()
    assert await drawn_pixels(tab) > 5_000
    assert await tab.locator(".label").count() > 0
    assert await overflow(tab) == 0


async def test_the_coverage_page_finds_what_the_city_was_made_with(visitor: Visitor) -> None:
    tab = await visitor.open("/maps/coverage", login="centre", language="en")
    seen = await figures(tab)
    assert seen["Overlap, undeclared"] == 0
    legend = await tab.locator(".legend .layer").all_text_contents()
    assert any(line.startswith("No zone: Sanitation areas") for line in legend)
    assert any(line.startswith("Overlap, declared") for line in legend)


async def test_a_layer_is_switched_from_the_legend(visitor: Visitor) -> None:
    tab = await visitor.open("/maps/coverage", login="centre")
    before = await drawn_pixels(tab)
    box = tab.get_by_label("环卫作业片区", exact=False).last
    await expect(box).not_to_be_checked()
    await box.check()
    await tab.wait_for_function(
        """before => {
            const canvas = document.querySelector(".leaflet-container canvas");
            const all = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            let drawn = 0;
            for (let i = 3; i < all.data.length; i += 4) drawn += all.data[i] > 0;
            return drawn > before;
        }""",
        arg=before,
    )


async def test_a_tooltip_names_what_lies_under_the_pointer(visitor: Visitor) -> None:
    tab = await visitor.open("/maps/workload?unit=grid", login="centre")
    name = await tab.locator("button.spot:visible").first.text_content()
    row = int(await tab.locator("button.spot:visible").first.get_attribute("data-row") or "")
    key = await tab.locator("button.spot:visible").first.get_attribute("data-set") or ""
    await tab.mouse.move(*await pointed_at(tab, key, row))
    await expect(tab.locator(".leaflet-tooltip")).to_contain_text(name or "?")


async def test_a_row_of_the_highest_ten_takes_the_map_there(visitor: Visitor) -> None:
    tab = await visitor.open("/maps/workload?measure=filed", login="centre")
    zoom = await tab.evaluate("map_main.getZoom()")
    row = tab.locator("button.spot:visible").nth(1)
    name = await row.text_content()
    await row.click()
    await expect(tab.locator(".leaflet-popup")).to_contain_text(name or "?")
    assert await tab.evaluate("map_main.getZoom()") > zoom


async def test_measure_and_basis_change_at_once(visitor: Visitor) -> None:
    tab = await visitor.open("/maps/workload", login="centre", language="en")
    await tab.locator("select[name=measure]").select_option("filed")
    await tab.locator("select[name=basis]").select_option("per_1000")
    heading = tab.get_by_role("heading", name="Highest ten · Filed per 1,000 residents")
    await expect(heading).to_be_visible()
    assert parse_qs(urlsplit(tab.url).query) == {"measure": ["filed"], "basis": ["per_1000"]}
    await tab.reload()
    await expect(heading).to_be_visible()


async def test_area_dates_and_category_ask_the_server(visitor: Visitor) -> None:
    tab = await visitor.open("/maps/workload?measure=filed", login="centre", language="en")
    everything = (await figures(tab))["Filed"]
    await tab.locator("select[name=unit]").select_option("street")
    await tab.locator("select[name=category]").select_option("E02")
    day = (utc_now() - timedelta(days=7)).date()
    await tab.locator("input[name=from]").fill(day.isoformat())
    await tab.get_by_role("button", name="Show").click()
    await tab.wait_for_url("**category=E02**")
    asked = parse_qs(urlsplit(tab.url).query)
    assert asked["unit"] == ["street"]
    assert asked["from"] == [day.isoformat()]
    some = (await figures(tab))["Filed"]
    assert 0 < some < everything
    rows = tab.locator(".listing:visible tbody tr")
    assert await rows.count() == 2
    columns = await tab.locator(".listing:visible thead th").all_text_contents()
    cells = await rows.locator("td").nth(columns.index("Filed") - 1).all_text_contents()
    assert number(cells[0]) <= some


async def test_a_zone_layer_can_be_counted_by(visitor: Visitor) -> None:
    tab = await visitor.open(
        "/maps/workload?unit=sanitation&measure=filed", login="centre", language="en"
    )
    await expect(tab.locator("select[name=unit]")).to_have_value("sanitation")
    assert await tab.locator(".listing:visible tbody tr").count() == 2
    assert await drawn_pixels(tab) > 5_000


async def test_a_street_sees_its_own_part(visitor: Visitor) -> None:
    whole = await visitor.open("/maps/workload?unit=street&measure=filed", login="centre")
    part = await visitor.open("/maps/workload?unit=street&measure=filed", login="street")
    assert await whole.locator(".listing:visible tbody tr").count() == 2
    assert await part.locator(".listing:visible tbody tr").count() == 1
    assert (await figures(part))["上报"] < (await figures(whole))["上报"]


async def test_a_day_before_the_map_is_empty_and_says_so(visitor: Visitor) -> None:
    tab = await visitor.open("/maps/coverage?at=2001-01-01", login="planner")
    await expect(tab.get_by_text("没有可以绘制的区域。")).to_be_visible()
