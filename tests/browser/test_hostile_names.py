"""Names that would run or break out are text on every page, and break no layout."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.hostile import NAMES
from tests.browser.visitor import DESK, PHONE, Visitor, drawn_pixels, overflow

pytestmark = pytest.mark.browser

CASE = "/cases/{case}"
PAGES = {
    "/": 2,
    "/queue": 1,
    CASE: 2,
    "/categories/demo-2026/1": len(NAMES),
    "/indicators": 0,
    "/board": 2,
    "/briefings": 0,
    "/maps/coverage": 3,
    "/maps/workload?measure=filed": 3,
    "/maps/workload?unit=sanitation": 2,
    "/v1/incidents/{case}/routing/map": 1,
}
"""Pages, and how many of the names stand in each at least."""


async def seen_text(tab: Page) -> str:
    text: str = await tab.evaluate("document.body.innerText")
    return " ".join(text.split())


async def case_of(tab: Page) -> str:
    """The newest case that somebody sees, with a place."""
    answer = await tab.context.request.get("/v1/incidents?status=dispatched&limit=1")
    found: str = (await answer.json())["incidents"][0]["id"]
    return found


@pytest.mark.parametrize(("language", "size"), [("zh", PHONE), ("en", DESK)])
async def test_every_page_shows_them_as_they_are(
    hostile_visitor: Visitor, language: str, size: dict[str, int]
) -> None:
    tab = await hostile_visitor.open("/", login="centre", language=language, size=size)
    case = await case_of(tab)
    shown = {}
    for path, least in PAGES.items():
        await tab.goto(path.format(case=case))
        if "map" in path:
            assert await drawn_pixels(tab) > 100
        if path == "/board":  # The stream fills it.
            await expect(tab.locator("#cases tbody tr").first).to_be_visible()
        text = await seen_text(tab)
        shown[path] = min(least, sum(" ".join(name.split()) in text for name in NAMES))
        assert await tab.locator("main img[src=x], main script:not([nonce])").count() == 0
        assert (path, await overflow(tab)) == (path, 0)
    assert shown == PAGES


async def test_what_a_map_says_and_finds_is_text(hostile_visitor: Visitor) -> None:
    tab = await hostile_visitor.open("/maps/coverage", login="centre")
    await tab.locator(".panel details").evaluate_all("all => all.forEach((it) => (it.open = true))")
    for place in await tab.locator("button.spot:visible").all():
        await place.click()
        await expect(tab.locator(".leaflet-popup-content")).to_be_visible()
    await tab.locator("[data-search] input").fill("alert")
    await expect(tab.get_by_role("option").filter(has_text=NAMES[0]).first).to_be_visible()
    read = set()
    for unit in ("grid", "community", "party_building"):
        await tab.goto(f"/maps/workload?measure=filed&unit={unit}")
        assert await drawn_pixels(tab) > 0
        for place in await tab.locator("button.spot:visible").all():
            name = await place.text_content() or "?"
            await place.click()
            await expect(tab.locator(".leaflet-popup-content")).to_contain_text(name)
            read.add(name)
    assert read >= set(NAMES[:8])  # There are eight communities, and all are among the first ten.


async def test_the_planners_pages_show_them_as_they_are(hostile_visitor: Visitor) -> None:
    tab = await hostile_visitor.open("/planning", login="planner", language="en", size=PHONE)
    assert await overflow(tab) == 0
    for kind in ("layer:sanitation", "responsibilities"):
        await tab.goto("/planning")
        await tab.locator("select[name=of]").select_option(kind)
        await tab.locator("input[name=title]").fill(NAMES[1])
        await tab.get_by_role("button", name="Make", exact=True).click()
        await expect(tab.get_by_role("heading", level=1)).to_have_text(NAMES[1])
        draft = tab.url
        for path in ("", "?consequences=true", "/activation", "/lab"):
            await tab.goto(draft + path)
            assert await tab.locator("main img, main script").count() == 0
            assert await overflow(tab) == 0
