"""Names that would run or break out are text on every page, and break no layout."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.hostile import NAMES
from tests.browser.visitor import DESK, PHONE, Visitor, drawn_pixels, overflow

pytestmark = pytest.mark.browser

PAGES = ("/", "/maps/coverage", "/maps/workload?measure=filed", "/maps/workload?unit=sanitation")


async def seen_text(tab: Page) -> str:
    text: str = await tab.evaluate("document.body.innerText")
    return " ".join(text.split())


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
async def test_a_page_shows_them_as_they_are(
    hostile_visitor: Visitor, path: str, language: str, size: dict[str, int]
) -> None:
    tab = await hostile_visitor.open(path, login="centre", language=language, size=size)
    if path != "/":
        assert await drawn_pixels(tab) > 5_000
    text = await seen_text(tab)
    assert sum(" ".join(name.split()) in text for name in NAMES) > 2
    assert await tab.locator("main img[src=x], main script:not([nonce])").count() == 0
    assert await overflow(tab) == 0


async def test_the_categories_show_them_as_they_are(hostile_visitor: Visitor) -> None:
    path = "/categories/demo-2026/1"
    tab = await hostile_visitor.open(path, login="worker", language="en", size=PHONE)
    text = await seen_text(tab)
    assert all(" ".join(name.split()) in text for name in NAMES)
    assert await tab.locator("main img[src=x], main script:not([nonce])").count() == 0
    assert await overflow(tab) == 0


async def test_every_place_of_the_coverage_page_can_be_looked_at(hostile_visitor: Visitor) -> None:
    tab = await hostile_visitor.open("/maps/coverage", login="centre", language="en")
    for details in await tab.locator("details:not([open]) > summary").all():
        await details.click()
    for place in await tab.locator("button.spot:visible").all():
        await place.click()
        await expect(tab.locator(".leaflet-popup-content")).to_be_visible()


async def test_a_popup_reads_each_name_out(hostile_visitor: Visitor) -> None:
    read = set()
    tab = await hostile_visitor.open("/maps/workload", login="centre")
    for unit in ("grid", "community", "party_building"):
        await tab.goto(f"/maps/workload?measure=filed&unit={unit}")
        for place in await tab.locator("button.spot:visible").all():
            name = await place.text_content() or "?"
            await place.click()
            await expect(tab.locator(".leaflet-popup-content")).to_contain_text(name)
            read.add(name)
    assert read >= set(NAMES[:8])  # There are eight communities, and all are among the first ten.


@pytest.mark.parametrize("kind", ["layer:sanitation", "responsibilities"])
async def test_the_planners_pages_show_them_as_they_are(
    hostile_visitor: Visitor, kind: str
) -> None:
    tab = await hostile_visitor.open("/planning", login="planner", language="en", size=PHONE)
    assert await overflow(tab) == 0
    await tab.locator("select[name=of]").select_option(kind)
    await tab.locator("input[name=title]").fill(NAMES[1])
    await tab.get_by_role("button", name="Make", exact=True).click()
    await expect(tab.get_by_role("heading", level=1)).to_have_text(NAMES[1])
    draft = tab.url
    for path in ("", "?consequences=true", "/activation", "/lab"):
        await tab.goto(draft + path)
        assert await tab.locator("main img, main script").count() == 0
        assert await overflow(tab) == 0
