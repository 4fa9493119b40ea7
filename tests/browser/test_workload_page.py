"""The workload page in time and side by side: steps, two periods, a map for each category."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Page, expect

from gridsvc.db.clock import utc_now
from tests.browser.visitor import Visitor, drawn_pixels

pytestmark = pytest.mark.browser

PAINTED = """() => {
    const canvas = document.querySelector(".leaflet-container canvas");
    const all = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    let sum = 0;
    for (let i = 0; i < all.length; i += 4) sum += all[i] * (1 + (i % 8191));
    return sum;
}"""
"""What is painted, as a number that another picture hardly has."""


async def repainted(tab: Page, before: float) -> float:
    """Wait until something else is painted."""
    await tab.wait_for_function(f"before => ({PAINTED})() !== before", arg=before)
    now: float = await tab.evaluate(PAINTED)
    return now


async def test_the_map_goes_through_the_weeks_and_back_to_the_whole(visitor: Visitor) -> None:
    tab = await visitor.open(
        "/maps/workload?unit=grid&measure=filed", login="centre", language="en"
    )
    await drawn_pixels(tab)
    whole = await tab.evaluate(PAINTED)
    await tab.get_by_label("Steps").select_option("week")
    told = tab.locator(".player output")
    await expect(told).to_contain_text("Filed incidents")
    first = await told.text_content()
    painted = await repainted(tab, whole)
    legend = tab.locator(".classes:visible li")
    classes = await legend.all_text_contents()
    await tab.get_by_role("slider").focus()
    await tab.keyboard.press("ArrowRight")
    await expect(told).not_to_have_text(first or "")
    await repainted(tab, painted)
    assert await legend.all_text_contents() == classes
    assert parse_qs(urlsplit(tab.url).query)["step"] == ["1"]
    second = await told.text_content()
    await tab.reload()
    await expect(told).to_have_text(second or "")
    await tab.emulate_media(reduced_motion="reduce")
    await tab.get_by_role("button", name="Play").click()
    await expect(told).not_to_have_text(second or "")
    await expect(tab.get_by_role("button", name="Play")).to_be_visible()
    await tab.get_by_label("Steps").select_option("")
    await expect(told).to_have_text("")
    await expect(tab.get_by_role("heading", name="Highest ten · Filed incidents")).to_be_visible()


async def test_two_periods_and_all_categories_are_compared(visitor: Visitor) -> None:
    day = (utc_now() - timedelta(days=60)).date()
    tab = await visitor.open(
        f"/maps/workload?unit=street&measure=filed&against={day}&split=category", login="centre"
    )
    await expect(tab.get_by_role("heading", name="上升最多十位")).to_be_visible()
    rows = await tab.locator(".listing:visible tbody tr").all()
    assert rows
    for row in rows:
        change, before, now = (
            int(cell.replace(",", "")) for cell in await row.locator("td").all_text_contents()
        )
        assert change == now - before
    smalls = tab.locator(".smalls figure")
    totals = [
        int((text or "").replace(",", ""))
        for text in await smalls.locator(".count").all_text_contents()
    ]
    assert totals == sorted(totals, reverse=True)
    filed = await tab.locator(".figures dd").first.text_content()
    assert sum(totals) == int((filed or "").replace(",", ""))
    await tab.get_by_label("分级方法").select_option("natural")
    await tab.locator("select[name=basis]").select_option("per_km2")
    await expect(tab.get_by_role("heading", name="上升最多十位 · 每平方公里上报")).to_be_visible()
    assert parse_qs(urlsplit(tab.url).query)["scheme"] == ["natural"]
    await smalls.get_by_role("link").first.click()
    await expect(tab.locator("select[name=category]")).not_to_have_value("")
    await expect(tab.locator(".figures dd").first).to_have_text(f"{totals[0]:,}")
