"""The planner's page: a draft from its beginning to the map and back, at both widths."""

import pytest
from playwright.async_api import expect

from tests.browser.visitor import DESK, PHONE, Visitor, drawn_pixels, overflow

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("size", "language"), [(PHONE, "zh"), (DESK, "en")])
async def test_a_draft_is_made_looked_at_and_laid_aside(
    visitor: Visitor, size: dict[str, int], language: str
) -> None:
    tab = await visitor.open("/planning", login="planner", language=language, size=size)
    zh = language == "zh"
    await tab.locator("select[name=of]").select_option("layer:sanitation")
    await tab.locator("input[name=title]").fill("<b>边界</b> 调整")
    await tab.get_by_role("button", name="建立" if zh else "Make", exact=True).click()
    await expect(tab.get_by_role("heading", name="<b>边界</b> 调整")).to_be_visible()
    assert await overflow(tab) == 0
    work_out = "推算对未结案件与工作量的影响" if zh else "Work out what becomes of open cases"
    await tab.get_by_role("link", name=work_out).click()
    heading = "近 90 天工作量" if zh else "Work of the last 90 days"
    await expect(tab.get_by_role("heading", name=heading)).to_be_visible()
    assert await overflow(tab) == 0
    await tab.get_by_role("link", name="在地图上" if zh else "See the changes on a map").click()
    assert await drawn_pixels(tab) > 0
    await tab.go_back()
    await tab.get_by_role("button", name="放弃草案" if zh else "Discard the draft").click()
    state = tab.locator("h1 + .tagline")
    await expect(state).to_contain_text("已放弃" if zh else "discarded")
    await tab.goto("/planning")
    assert await overflow(tab) == 0


async def test_what_is_refused_is_said(visitor: Visitor) -> None:
    tab = await visitor.open("/planning", login="planner", language="en")
    await tab.locator("select[name=of]").select_option("responsibilities")
    await tab.locator("input[name=title]").fill("x")
    await tab.get_by_role("button", name="Make", exact=True).click()
    await expect(tab.get_by_role("heading", name="x", exact=True)).to_be_visible()
    await tab.locator("input[name=at]").fill("2020-01-01T08:00")
    # The browser's console tells of every answer that is a refusal.
    await tab.get_by_role("button", name="Activate").click()
    await expect(tab.get_by_role("alert")).to_contain_text("now or later")
    visitor.faults.clear()
    await tab.get_by_role("button", name="Discard").click()
    await expect(tab.locator("h1 + .tagline")).to_contain_text("discarded")


async def test_others_have_no_such_page(visitor: Visitor) -> None:
    tab = await visitor.open("/", login="centre")
    answer = await tab.context.request.get("/planning")
    assert answer.status == 403
