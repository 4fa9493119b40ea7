"""The live board: it fills itself, loses nothing while its line is cut, ends with its session."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.visitor import Visitor, drawn_pixels
from tests.served import PASSWORDS, Served

pytestmark = pytest.mark.browser

ROWS = "#cases tbody tr"


@asynccontextmanager
async def phone(base: str) -> AsyncIterator[httpx.AsyncClient]:
    """A grid worker's client."""
    async with httpx.AsyncClient(base_url=base) as client:
        body = {"login": "worker", "password": PASSWORDS["worker"], "name": "phone"}
        token = (await client.post("/v1/tokens", json=body)).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


async def report(client: httpx.AsyncClient) -> str:
    """Report something, and give its reference."""
    category = (await client.get("/v1/categories")).json()[0]["code"]
    case = {"category": category, "description": "井盖破损", "channel": "worker_app"}
    answer = await client.post("/v1/incidents", json={**case, "address": "芳林街道"})
    reference: str = answer.json()["reference"]
    return reference


async def newest(tab: Page, reference: str) -> None:
    await expect(tab.locator(ROWS).first).to_contain_text(reference)


async def test_it_fills_itself_and_comes_back(visitor: Visitor, service: Served) -> None:
    tab = await visitor.open("/board?sound=1", login="centre")
    await expect(tab.locator("#state")).to_have_attribute("data-state", "live")
    await expect(tab.locator("[data-figure=open]")).not_to_have_text("–")
    open_cases = int(await tab.locator("[data-figure=open]").inner_text())
    await expect(tab.locator(ROWS)).to_have_count(open_cases)
    assert await drawn_pixels(tab) > 1_000

    worker = await visitor.windows.enter_async_context(phone(service.base))
    await newest(tab, await report(worker))
    await expect(tab.locator("#news")).not_to_be_empty()
    await expect(tab.locator("[data-figure=open]")).to_have_text(str(open_cases + 1))

    async def cut(route: Route) -> None:
        await route.abort()

    await tab.context.route("**/v1/live", cut)
    await tab.evaluate("window.stop()")
    await expect(tab.locator("#state")).to_have_attribute("data-state", "away")
    missed = await report(worker)
    await tab.context.unroute("**/v1/live", cut)
    await newest(tab, missed)

    await tab.locator("[name=overdue]").check()
    assert "overdue=1" in tab.url
    late = int(await tab.locator("[data-figure=overdue]").inner_text())
    await expect(tab.locator(ROWS)).to_have_count(late)

    await tab.locator("#wall").click()
    await tab.keyboard.press("ArrowRight")
    await expect(tab.locator("html")).to_have_attribute("data-wall", "figures")
    await tab.keyboard.press("Escape")
    await expect(tab.locator("#wall-title")).to_be_hidden()

    async def refuse(route: Route) -> None:
        await route.fulfill(status=401, json={})

    await tab.context.route("**/v1/live", refuse)
    await tab.evaluate("window.stop()")
    await expect(tab.locator("#cover")).to_be_visible()
    assert await tab.locator(ROWS).count() == 0, "something stale is shown"
    await expect(tab.locator("[data-figure=open]")).to_have_text("–")
    visitor.faults[:] = [it for it in visitor.faults if "Failed to load resource" not in it]
