"""The planner's pages: a draft from its beginning into force and back, at both widths."""

import json
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.browser.hostile import NAMES
from tests.browser.visitor import DESK, PHONE, Visitor, drawn_pixels, overflow
from tests.served import Served

pytestmark = pytest.mark.browser

STATE = "h1 + .tagline .state"


async def make(tab: Page, of: str, title: str, *, zh: bool = False) -> None:
    """Make a draft and go to its page."""
    await tab.locator("select[name=of]").select_option(of)
    await tab.locator("input[name=title]").fill(title)
    await tab.get_by_role("button", name="建立" if zh else "Make", exact=True).click()
    await expect(tab.get_by_role("heading", name=title, exact=True)).to_be_visible()


async def unfold(tab: Page, name: str) -> None:
    await tab.locator("summary", has_text=name).click()


@pytest.mark.parametrize(("size", "language"), [(PHONE, "zh"), (DESK, "en")])
async def test_a_draft_is_made_looked_at_and_laid_aside(
    visitor: Visitor, size: dict[str, int], language: str
) -> None:
    tab = await visitor.open("/planning", login="planner", language=language, size=size)
    zh = language == "zh"
    await make(tab, "layer:sanitation", "<b>边界</b> 调整", zh=zh)
    nothing = "没有变化" if zh else "The draft changes nothing"
    await expect(tab.get_by_text(nothing).first).to_be_visible()
    await expect(tab.locator("input[name=at]")).to_have_count(0)
    await unfold(tab, "撤销区域" if zh else "Remove an area")
    code = await tab.locator("#codes option").first.get_attribute("value")
    await tab.locator("details[open] input[name=code]").fill(code or "?")
    await tab.locator("details[open] button").click()
    await expect(tab.locator(".log li")).to_have_count(2)
    assert await overflow(tab) == 0
    work_out = "推算对未结案件与工作量的影响" if zh else "Work out what becomes of open cases"
    await tab.get_by_role("link", name=work_out).click()
    heading = "近 90 天工作量" if zh else "Work of the last 90 days"
    await expect(tab.get_by_role("heading", name=heading)).to_be_visible()
    assert await overflow(tab) == 0
    await tab.get_by_role("link", name="在地图上" if zh else "See the changes on a map").click()
    assert await drawn_pixels(tab) > 0
    legend = tab.locator(".legend fieldset > legend")
    assert (await legend.all_text_contents())[-1] == ("边界" if zh else "Borders")
    await tab.go_back()
    await unfold(tab, "放弃草案" if zh else "Discard the draft")
    await tab.get_by_role("button", name="放弃草案" if zh else "Discard the draft").click()
    await expect(tab.locator(STATE)).to_have_text("已放弃" if zh else "discarded")
    await tab.goto("/planning")
    assert await overflow(tab) == 0
    for cell in await tab.locator("tbody tr").first.locator("td:not(:empty)").all():
        box = await cell.bounding_box()
        assert box is not None
        assert 0 <= box["x"] < box["x"] + box["width"] <= size["width"]


async def test_a_file_is_uploaded_put_in_force_when_confirmed_and_rolled_back(
    visitor: Visitor, tmp_path: Path
) -> None:
    tab = await visitor.open("/planning", login="planner", language="en", size=PHONE)
    await make(tab, "layer:sanitation", "Renamed")
    address = tab.url
    areas = await (
        await tab.context.request.get(f"/v1/drafts/{address.split('/')[-1]}/areas")
    ).json()
    areas["features"][0]["properties"]["name"] = NAMES[3]
    file = tmp_path / "areas.geojson"
    file.write_text(json.dumps(areas), encoding="utf-8")
    await unfold(tab, "Upload a file")
    await tab.locator("input[name=file]").set_input_files(file)
    await tab.get_by_role("button", name="Upload and replace").click()
    await expect(tab.locator(".changes")).to_contain_text(NAMES[3])
    for tick in await tab.locator("input[name=findings]").all():
        await tick.check()
    if await tab.locator("input[name=reason]").count():
        await tab.locator("input[name=reason]").fill("as it is")
        await tab.get_by_role("button", name="Accept what is ticked").click()
        await expect(tab.get_by_text("Accepted:").first).to_be_visible()
    await tab.get_by_role("button", name="Next: confirm").click()
    await expect(tab.get_by_role("heading", name="Confirm the activation")).to_be_visible()
    await expect(tab.locator(".changes")).to_contain_text(NAMES[3])
    await expect(tab.get_by_text("Open cases", exact=True)).to_be_visible()
    assert await overflow(tab) == 0
    await tab.goto(address)
    await expect(tab.locator(STATE)).to_have_text("open")  # one click does not do it
    await put_in_force(tab)
    await roll_back(tab)


async def put_in_force(tab: Page) -> None:
    """Confirm the draft that the tab shows; before the page's script is there nothing is sent."""
    await tab.get_by_role("button", name="Next: confirm").click()
    await tab.wait_for_url("**/activation*")
    await tab.get_by_role("button", name="Yes, put it in force").click()
    await expect(tab.locator(STATE)).to_have_text("activated")


async def roll_back(tab: Page) -> None:
    """Restore what held before the activated draft that the tab shows."""
    await tab.get_by_role("link", name="Next: confirm the roll-back").click()
    await tab.wait_for_url("**/rollback*")
    await expect(tab.get_by_role("heading", name="Confirm the roll-back")).to_be_visible()
    assert await overflow(tab) == 0
    await tab.locator("input[name=reason]").fill("too early")
    await tab.get_by_role("button", name="Yes, roll back").click()
    await expect(tab.get_by_role("heading", name="Roll-back: too early")).to_be_visible()
    await expect(tab.locator(STATE)).to_have_text("activated")


async def test_a_row_is_changed_put_in_force_and_rolled_back(visitor: Visitor) -> None:
    tab = await visitor.open("/planning", login="planner", language="en", size=PHONE)
    await make(tab, "responsibilities", NAMES[0])
    address = tab.url
    await tab.get_by_role("link", name="See and change").click()
    assert await overflow(tab) == 0
    await tab.get_by_role("link", name="Row 1", exact=True).click()
    priority = tab.locator("input[name='row.priority']")
    await priority.fill("high")
    await tab.get_by_role("button", name="Keep").click()
    await expect(tab.get_by_role("alert")).to_contain_text("priority cannot be")
    visitor.faults.clear()  # The console tells of every answer that is a refusal.
    await priority.fill("77")
    assert await overflow(tab) == 0
    await tab.get_by_role("button", name="Keep").click()
    await expect(tab.locator(".rows li").first).to_contain_text("Priority77")
    await tab.goto(address)
    await expect(tab.get_by_text("1 rows come, 1 go.")).to_be_visible()
    await put_in_force(tab)
    await roll_back(tab)


async def test_what_is_refused_is_said_where_it_is_asked(visitor: Visitor) -> None:
    tab = await visitor.open("/planning", login="planner", language="en")
    await make(tab, "responsibilities", "x")
    await tab.goto(f"{tab.url}/activation?at=2020-01-01T08:00")
    await expect(tab.locator(".failed:visible").last).to_contain_text("now or later")
    await expect(tab.get_by_role("button", name="Yes")).to_have_count(0)


async def test_others_have_no_such_pages(visitor: Visitor) -> None:
    tab = await visitor.open("/", login="centre")
    draft = "/planning/0192f0c1-7d2e-7c5a-9b1e-3f6d2a8c4e10"
    whats = ("", "/activation", "/rollback", "/rebase", "/rows", "/rows/1", "/rows/new")
    for path in (*(draft + what for what in whats), "/planning/reroutings/new"):
        answer = await tab.context.request.get(path)
        assert answer.status == 403


async def test_a_form_of_another_page_changes_nothing(visitor: Visitor, service: Served) -> None:
    """What a browser would send along by itself, the cookie, is not enough."""
    tab = await visitor.open("/planning", login="planner", language="en")
    cookies = {one["name"]: one["value"] for one in await tab.context.cookies()}
    path = "/v1/drafts/0192f0c1-7d2e-7c5a-9b1e-3f6d2a8c4e10"
    async with httpx.AsyncClient(base_url=service.base, cookies=cookies) as client:
        for method, what in (("PUT", "/sheet"), ("POST", "/rows"), ("DELETE", "/rows/1")):
            answer = await client.request(method, path + what, headers={"If-Match": '"1"'})
            assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
