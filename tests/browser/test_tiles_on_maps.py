"""What lies under and over the areas, from our own server: files of tiles, and the city's cases."""

import pytest
from playwright.async_api import expect

from tests.browser.visitor import PHONE, Visitor, overflow

pytestmark = pytest.mark.browser


async def test_files_of_tiles_lie_under_a_map_and_are_read_when_chosen(visitor: Visitor) -> None:
    tab = await visitor.open("/maps/coverage", login="centre")
    asked: list[str] = []
    tab.on("response", lambda it: asked.append(f"{it.status} {it.url.partition('?')[0]}"))
    choice, loaded = tab.get_by_label("底图"), tab.locator(".leaflet-tile-loaded")
    await expect(choice).to_have_value("none")
    await choice.select_option("影像")
    await expect(loaded.first).to_be_attached()
    await expect(tab.locator(".leaflet-control-attribution")).to_have_text("© 测绘院")
    assert not any("tiles.js" in each for each in asked)
    await choice.select_option("街道")
    await expect(tab.locator(".leaflet-tile-loaded canvas").first).to_be_attached()
    served = [each for each in asked if "/basemap/" in each]
    assert {each.partition(" ")[0] for each in served} <= {"200", "204"}
    assert any(each.startswith("200") and "/streets/11/" in each for each in served)


async def test_cases_lie_over_the_areas_within_what_one_sees(visitor: Visitor) -> None:
    seen = []
    for login in ("centre", "street"):
        tab = await visitor.open("/maps/workload", login=login, language="en", size=PHONE)
        await tab.locator("[data-overlay=incidents]").check()
        summary = tab.locator(".seen[data-of=incidents] summary")
        await expect(summary).to_contain_text("in view")
        tiles = tab.locator(".leaflet-dots-pane .leaflet-tile")
        await expect(tiles.first).to_be_attached()
        await expect(tiles.and_(tab.locator(":not(.leaflet-tile-loaded)"))).to_have_count(0)
        await expect(summary).not_to_have_text("0 in view")
        seen.append(int((await summary.inner_text()).split()[0].replace(",", "")))
        assert await overflow(tab) == 0
    assert 0 < seen[1] < seen[0]
