"""The address holds all of a view: who opens it sees the same, in either language."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Page, expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

LAYER = "zones.areas:sanitation"
POPUP = ".leaflet-popup-content"


async def place(tab: Page) -> list[float]:
    found: list[float] = await tab.evaluate(
        "[map_main.getCenter().lat, map_main.getCenter().lng, map_main.getZoom()]"
    )
    return found


async def test_a_copied_link_opens_the_same_view(visitor: Visitor) -> None:
    tab = await visitor.open("/maps/coverage", login="centre", language="en")
    assert urlsplit(tab.url).fragment == ""
    area = tab.locator("button.spot:visible").first
    name = await area.text_content() or "?"
    await area.click()
    await expect(tab.locator(POPUP)).to_contain_text(name)
    box = tab.get_by_label("Sanitation areas", exact=False).last
    await box.check()
    await tab.get_by_role("button", name="Dark").click()
    await tab.locator(".folium-map").focus()
    await tab.keyboard.press("ArrowRight")
    await tab.wait_for_url("**at=**")
    await tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await tab.get_by_role("button", name="Copy link").click()
    await expect(tab.locator(".copied")).to_have_text("Copied")
    link = await tab.evaluate("navigator.clipboard.readText()")
    said = parse_qs(urlsplit(link).fragment)
    seen = [float(number) for number in said["at"][0].split(",")]
    assert said["on"] == [LAYER]
    assert said["theme"] == ["dark"]
    assert set(said) == {"at", "on", "area", "theme"}

    other = await visitor.open(link, login="centre", language="zh")
    await expect(other.locator("html")).to_have_attribute("data-theme", "dark")
    await expect(other.locator(POPUP)).to_be_visible()
    assert await place(other) == pytest.approx(seen, abs=1e-5)
    await expect(other.get_by_label("环卫作业片区", exact=False).last).to_be_checked()
    await other.get_by_role("link", name="English").click()
    await expect(other.locator(POPUP)).to_contain_text(name)
    assert parse_qs(urlsplit(other.url).fragment) == said


async def test_what_is_no_view_is_passed_over(visitor: Visitor) -> None:
    wrong = "#at=north,1e9,&on=%E0%A4%A&area=areas:grid/none&theme=pink&__proto__=1"
    tab = await visitor.open(f"/maps/coverage{wrong}", login="centre", language="en")
    await expect(tab.locator("html")).to_have_attribute("data-theme", "light")
    await expect(tab.locator(".label").first).to_be_visible()
    await tab.locator("a.skip").focus()
    await tab.keyboard.press("Enter")
    await expect(tab.locator("#data")).to_be_focused()
