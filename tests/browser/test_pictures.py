"""How the maps look, and whether everybody gets at them: on a desk by day, on a phone by night."""

from dataclasses import dataclass
from typing import Literal

import pytest
from playwright.async_api import Page, expect

from tests.browser.picture import renew, share_unlike
from tests.browser.reach import barriers
from tests.browser.visitor import DESK, PHONE, Visitor, overflow

pytestmark = pytest.mark.browser

MOST_UNLIKE = 0.04
"""Share of a picture: other fonts make up a hundredth, a legend that is gone five."""


@dataclass(frozen=True, slots=True)
class Look:
    language: str
    size: dict[str, int]
    theme: Literal["light", "dark"]

    @property
    def name(self) -> str:
        return f"{self.language}-{self.size['width']}-{self.theme}"


LOOKS = (Look("zh", DESK, "light"), Look("en", PHONE, "dark"))
PAGES = {
    "coverage": "/maps/coverage",
    # Of the whole district: which grid has most depends on the day.
    "workload": "/maps/workload?measure=filed&unit=district",
}
OF_CASES = {"board": "/board", "case": "/v1/incidents/{case}/routing/map"}
"""What these show other tests have done, but where nothing happens."""
VARYING = ".subtitle, .step, tbody, .figures dd, .base"
"""What depends on the day, on what other tests have done or on a deployment is left out."""
HIDE = """selector => document.querySelectorAll(selector).forEach((each) => {
    each.style.visibility = "hidden";
    if (each.matches(".subtitle, .step")) each.remove();
})"""


async def drawn(tab: Page) -> None:
    await tab.wait_for_function("() => performance.getEntriesByName('gridmaps-drawn').length")


async def unlike(
    tab: Page, page: str, look: Look, *, whole: bool = True, hidden: str = VARYING
) -> float:
    await tab.evaluate(HIDE, hidden)
    seen = await tab.screenshot()
    if whole:
        renew(seen, f"{page}-{look.name}")
    return share_unlike(seen, f"{page}-{look.name}")


async def at_work(visitor: Visitor, look: Look) -> Page:
    tab = await visitor.open("/", login="centre", language=look.language, size=look.size)
    await tab.emulate_media(color_scheme=look.theme, reduced_motion="reduce")
    return tab


async def case_of(tab: Page) -> str:
    answer = await tab.context.request.get("/v1/incidents?status=dispatched&limit=1")
    found: str = (await answer.json())["incidents"][0]["id"]
    return found


Seen = dict[str, tuple[list[str], float]]
"""By page: what shuts somebody out, and how much of it looks otherwise."""


async def look_over(tab: Page, pages: dict[str, str], look: Look, *, hidden: str) -> Seen:
    seen: Seen = {}
    for name, path in pages.items():
        await tab.goto(path)
        await drawn(tab)
        if name in OF_CASES:
            await expect(tab.locator("tbody tr").first).to_be_visible()
        seen[name] = (await barriers(tab), await unlike(tab, name, look, hidden=hidden))
        assert await overflow(tab) == 0
    return seen


def no_worse(seen: Seen) -> None:
    assert {name: shut for name, (shut, _) in seen.items() if shut} == {}
    assert {name: share for name, (_, share) in seen.items() if share > MOST_UNLIKE} == {}


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
async def test_pages_look_as_they_did_and_shut_nobody_out(visitor: Visitor, look: Look) -> None:
    tab = await at_work(visitor, look)
    seen = await look_over(tab, PAGES, look, hidden=VARYING)
    await tab.goto("/maps/coverage")
    await drawn(tab)
    await tab.locator("[data-search] input").fill("河")
    await expect(tab.get_by_role("option").first).to_be_visible()
    seen["search"] = (await barriers(tab), await unlike(tab, "search", look))
    no_worse(seen)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
async def test_so_do_pages_of_cases(still_visitor: Visitor, look: Look) -> None:
    tab = await at_work(still_visitor, look)
    case = await case_of(tab)
    pages = {name: path.format(case=case) for name, path in OF_CASES.items()}
    no_worse(await look_over(tab, pages, look, hidden=".base"))


async def notices(tab: Page, page: str, *parts: str) -> None:
    for gone in parts:
        part = tab.locator(gone)
        await part.evaluate("it => it.style.visibility = 'hidden'")
        assert (gone, await unlike(tab, page, LOOKS[0], whole=False) > MOST_UNLIKE) == (gone, True)
        await part.evaluate("it => it.style.visibility = ''")


async def test_a_picture_tells_what_is_gone(visitor: Visitor) -> None:
    tab = await visitor.open("/maps/coverage", login="centre")
    await drawn(tab)
    await notices(tab, "coverage", ".folium-map", ".legend")


async def test_a_picture_of_the_board_tells_what_is_gone(still_visitor: Visitor) -> None:
    tab = await at_work(still_visitor, LOOKS[0])
    await tab.goto("/board")
    await drawn(tab)
    await expect(tab.locator("tbody tr").first).to_be_visible()
    await notices(tab, "board", ".folium-map", "#cases")
