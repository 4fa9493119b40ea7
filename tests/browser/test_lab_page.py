"""The rule lab at both widths: a draft is tried on the past, and the result is looked at."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from gridsvc import worker
from tests.browser.visitor import DESK, PHONE, Visitor, drawn_pixels, overflow
from tests.served import Served

pytestmark = pytest.mark.browser

REMOVE = """async () => {
    const id = location.pathname.split("/").pop();
    const path = `/v1/drafts/${id}`;
    const areas = await (await fetch(`${path}/areas`)).json();
    const desk = document.querySelector("main.desk");
    const headers = {
        "Content-Type": "application/json",
        "X-CSRF-Token": desk.dataset.csrf,
        "If-Match": `"${desk.dataset.version}"`,
    };
    const code = areas.features[0].properties.code;
    const body = JSON.stringify({ action: "remove", code });
    return (await fetch(`${path}/edits`, { method: "POST", headers, body })).status;
}"""


async def drafted(tab: Page, *, zh: bool) -> None:
    """Make a draft of the sanitation zones in which one of them is gone."""
    await tab.locator("select[name=of]").select_option("layer:sanitation")
    await tab.locator("input[name=title]").fill("撤销一个片区")
    await tab.get_by_role("button", name="建立" if zh else "Make", exact=True).click()
    await expect(tab.get_by_role("heading", name="撤销一个片区")).to_be_visible()
    assert await tab.evaluate(REMOVE) == 200


@pytest.mark.parametrize(("size", "language"), [(PHONE, "zh"), (DESK, "en")])
async def test_a_draft_is_tried_on_the_past(
    visitor: Visitor, service: Served, size: dict[str, int], language: str
) -> None:
    zh = language == "zh"
    tab = await visitor.open("/planning", login="planner", language=language, size=size)
    await drafted(tab, zh=zh)
    await tab.reload()
    await tab.get_by_role("link", name="用历史案件回放" if zh else "Replay the past").click()
    # A button that is pressed before the page's script has been read sends nothing.
    await tab.wait_for_url("**/lab")
    await tab.get_by_role("button", name="开始回放" if zh else "Replay").click()
    await expect(tab.locator("tbody")).to_contain_text("等待中" if zh else "waiting")
    await expect(tab.locator("progress")).to_be_visible()
    await expect(tab.get_by_role("button", name="取消" if zh else "Cancel")).to_be_visible()
    assert await overflow(tab) == 0
    await worker.work(service.database_url, once=True)
    # Nobody reloads: the page looks for itself.
    await tab.get_by_role("link", name="结果与地图" if zh else "Result and map").click()
    matrix = "由谁转给谁" if zh else "Who loses what to whom"
    await expect(tab.get_by_text(matrix)).to_be_visible()
    await expect(tab.locator(".legend")).to_contain_text("现行：失去" if zh else "of who loses")
    assert await drawn_pixels(tab) > 0
    assert await overflow(tab) == 0


async def test_without_scripts_the_page_is_sent_again(visitor: Visitor) -> None:
    tab = await visitor.open("/planning", login="planner", language="en")
    await drafted(tab, zh=False)
    lab = f"{tab.url}/lab"
    await tab.goto(lab)
    assert 'http-equiv="refresh"' not in await tab.content()
    await tab.get_by_role("button", name="Replay").click()
    await expect(tab.locator("progress")).to_be_visible()
    page = await (await tab.context.request.get(lab)).text()
    assert '<noscript><meta http-equiv="refresh"' in page
    await tab.get_by_role("button", name="Cancel").click()
    await expect(tab.locator("tbody")).to_contain_text("cancelled")


async def test_a_file_is_replayed(visitor: Visitor, service: Served, tmp_path: Path) -> None:
    tab = await visitor.open("/planning", login="planner", language="en", size=PHONE)
    await drafted(tab, zh=False)
    await tab.goto(f"{tab.url}/lab")
    file = tmp_path / "last-year.csv"
    file.write_text("x,y\n115.9,36.6\n,36.6\n", encoding="utf-8")
    form = tab.locator("details").filter(has_text="Replay past matters of a file")
    await form.locator("summary").click()
    await form.locator("input[type=file]").set_input_files(file)
    said = {"category": "E0101", "at": "2026-03-01", "lon": "x", "lat": "y", "crs": "wgs84"}
    for name, value in said.items():
        await form.locator(f"input[name={name}]").fill(value)
    await form.get_by_role("button", name="Replay").click()
    await expect(tab.locator("tbody")).to_contain_text("last-year.csv")
    await worker.work(service.database_url, once=True)
    await tab.get_by_text("Rows that could not be read: 1").click()
    await expect(tab.locator("tbody")).to_contain_text("Line 3: A coordinate is missing")
    assert await overflow(tab) == 0
