"""The tools of a map page: what is looked up is gone to, and what is seen can be taken away."""

import pytest
from PIL import Image
from playwright.async_api import Page, expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser


async def picture(tab: Page) -> Image.Image:
    async with tab.expect_download() as begun:
        await tab.get_by_role("button", name="存为图片（PNG）").click()
    saved = await begun.value
    assert saved.suggested_filename == "负荷图.png"
    return Image.open(await saved.path())


async def test_what_is_looked_up_is_gone_to_and_the_map_can_be_taken_away(visitor: Visitor) -> None:
    tab = await visitor.open("/maps/workload?measure=filed", login="centre")
    zoom = await tab.evaluate("map_main.getZoom()")
    box = tab.get_by_role("combobox", name="搜索")

    await box.fill("没有这样的地方")
    await expect(tab.locator(".search [role=status]")).to_have_text("没有找到。")
    await box.fill("第1网格")
    await expect(box).to_have_attribute("aria-expanded", "true")
    await box.press("ArrowDown")
    chosen = tab.locator("#found [aria-selected=true]")
    name = await chosen.locator(".name").text_content()
    await expect(box).to_have_attribute("aria-activedescendant", "found-0")
    await box.press("Enter")
    await expect(tab.locator(".leaflet-tooltip")).to_contain_text(name or "?")
    await expect(chosen).to_have_count(0)
    assert await tab.evaluate("map_main.getZoom()") > zoom

    await tab.locator(".export summary").click()
    drawn = await picture(tab)
    size = await tab.evaluate("[map_main.getSize().x, map_main.getSize().y]")
    assert (drawn.width, drawn.height > 2 * size[1]) == (2 * size[0], True)
    assert len(drawn.convert("RGB").quantize(64).getcolors() or []) > 10

    await tab.evaluate("window.print = () => dispatchEvent(new Event('beforeprint'))")
    await tab.locator(".export summary").click()
    await tab.get_by_role("button", name="打印或存为 PDF（纵向）").click()
    await tab.emulate_media(media="print")
    await expect(tab.locator(".printed")).to_contain_text("centre 于")
    await expect(box).to_be_hidden()
    width = await tab.locator("section.map").evaluate("it => it.getBoundingClientRect().width")
    assert width <= 190 / 25.4 * 96 + 1
    await tab.emulate_media(media="screen")

    listed = await tab.request.get("/v1/incidents?limit=1")
    (case,) = (await listed.json())["incidents"]
    await box.fill(case["reference"])
    await tab.locator("#found [role=option]").click()
    await tab.wait_for_url(f"**/cases/{case['id']}")
