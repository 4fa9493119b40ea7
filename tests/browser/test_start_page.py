"""The start page: what each role is shown, in both languages, at both widths."""

import pytest
from playwright.async_api import expect

from tests.browser.visitor import DESK, PHONE, Visitor, overflow

pytestmark = pytest.mark.browser

MAPS = ["/board", "/maps/coverage", "/maps/workload"]
LIST = "/v1/incidents?f=csv&limit=1000"
API = "/v1/openapi.json"
CLASSES = "/categories"
FIGURES = ["/briefings", "/indicators"]
QUEUE = "/queue"
WHISTLES = "/whistles"
LINKS = {
    "admin": [CLASSES, API],
    "centre": [QUEUE, *MAPS, *FIGURES, WHISTLES, CLASSES, LIST, API],
    "planner": [QUEUE, *MAPS, WHISTLES, "/planning", CLASSES, LIST, API],
    "street": [QUEUE, *MAPS, *FIGURES, WHISTLES, CLASSES, LIST, API],
    "worker": [QUEUE, WHISTLES, CLASSES, LIST, API],
}


@pytest.mark.parametrize("login", LINKS)
async def test_a_role_is_shown_what_it_may_see_and_no_more(visitor: Visitor, login: str) -> None:
    tab = await visitor.open("/", login=login)
    links = await tab.locator("nav a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert links == LINKS[login]
    for path in (*MAPS, *FIGURES):
        if path not in links:
            answer = await tab.context.request.get(path)
            assert answer.status == 403


async def test_the_links_open(visitor: Visitor) -> None:
    tab = await visitor.open("/", login="centre", language="en")
    await tab.get_by_role("link", name="Coverage map").click()
    await expect(tab.get_by_role("heading", name="Coverage", exact=True)).to_be_visible()
    await tab.get_by_role("link", name="Start").click()
    async with tab.expect_download() as started:
        await tab.locator(f"a[href='{LIST}']").click()
    download = await started.value
    assert download.suggested_filename == "incidents.csv"


async def test_a_language_is_remembered(visitor: Visitor) -> None:
    tab = await visitor.open("/", login="centre", language="zh")
    await expect(tab.get_by_role("button", name="退出")).to_be_visible()
    await tab.get_by_role("link", name="English").click()
    await expect(tab.get_by_role("button", name="Sign out")).to_be_visible()
    await tab.goto("/maps/workload")
    await expect(tab.get_by_role("heading", name="Workload", exact=True)).to_be_visible()
    await tab.goto("/")
    await expect(tab.get_by_role("button", name="Sign out")).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_the_page_fits_the_window(
    visitor: Visitor, language: str, size: dict[str, int]
) -> None:
    tab = await visitor.open("/", login="centre", language=language, size=size)
    assert await tab.locator("html").get_attribute("lang") == {"zh": "zh-CN", "en": "en"}[language]
    assert await overflow(tab) == 0
