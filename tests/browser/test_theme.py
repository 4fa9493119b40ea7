"""Light and dark: what is chosen on one page holds on all, and the map is drawn in it."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.visitor import PHONE, Visitor, overflow

pytestmark = pytest.mark.browser

SWITCH = "button.theme"


async def ground(tab: Page) -> str:
    colour: str = await tab.evaluate("getComputedStyle(document.body).backgroundColor")
    return colour


async def test_a_theme_is_chosen_once_for_all_pages(visitor: Visitor) -> None:
    tab = await visitor.open("/", login="centre", language="en", size=PHONE)
    light = await ground(tab)
    await expect(tab.locator("html")).to_have_attribute("data-theme", "light")
    await tab.emulate_media(color_scheme="dark")
    await expect(tab.locator("html")).to_have_attribute("data-theme", "dark")
    await tab.emulate_media(color_scheme="light")
    await tab.get_by_role("button", name="Dark", pressed=False).click()
    assert await ground(tab) != light
    assert await overflow(tab) == 0
    await tab.goto("/maps/coverage")
    await expect(tab.get_by_role("button", name="Dark", pressed=True)).to_be_visible()
    canvas = tab.locator(".leaflet-overlay-pane canvas")
    await expect(canvas).to_have_css("filter", "invert(1) hue-rotate(180deg)")
    await tab.locator(SWITCH).click()
    await expect(canvas).to_have_css("filter", "none")
    await tab.goto("/queue")
    await expect(tab.locator("html")).to_have_attribute("data-theme", "light")
