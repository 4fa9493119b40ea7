"""Signing in and out, as a person does it."""

import pytest
from playwright.async_api import expect

from tests.browser.visitor import DESK, PHONE, Visitor, overflow, sign_in
from tests.served import PASSWORDS

pytestmark = pytest.mark.browser

REFUSED = "Failed to load resource: the server responded with a status of 401 (Unauthorized)"


async def test_a_good_password_leads_to_the_page_that_was_asked_for(visitor: Visitor) -> None:
    tab = await visitor.open("/maps/workload?unit=street")
    await expect(tab).to_have_url(
        f"{visitor.base}/login?following=%2Fmaps%2Fworkload%3Funit%3Dstreet"
    )
    await sign_in(tab, "centre", PASSWORDS["centre"])
    await expect(tab).to_have_url(f"{visitor.base}/maps/workload?unit=street")
    await expect(tab.get_by_role("heading", name="负荷图")).to_be_visible()


async def test_a_bad_password_is_told_and_opens_nothing(visitor: Visitor) -> None:
    tab = await visitor.open("/login", language="en")
    await sign_in(tab, "centre", "a guess")
    await expect(tab.get_by_role("alert")).to_contain_text("The login or the password is wrong")
    await tab.goto("/maps/workload")
    await expect(tab.locator("input[name=password]")).to_be_visible()
    # The browser itself writes a refusal to the console; that one is the point.
    assert visitor.faults == [REFUSED]
    visitor.faults.clear()


async def test_the_session_is_out_of_reach_of_scripts(visitor: Visitor) -> None:
    tab = await visitor.open("/", login="centre")
    assert "gridsvc_session" not in await tab.evaluate("document.cookie")
    [session] = [c for c in await tab.context.cookies() if c["name"] == "gridsvc_session"]
    assert session["httpOnly"]
    assert session["sameSite"] == "Lax"


async def test_signing_out_ends_the_session_in_every_tab(visitor: Visitor) -> None:
    tab = await visitor.open("/", login="planner")
    other = await tab.context.new_page()
    await other.goto("/maps/coverage")
    kept = await tab.context.cookies()
    await tab.get_by_role("button", name="退出").click()
    await expect(tab).to_have_url(f"{visitor.base}/login")
    await tab.context.add_cookies(kept)  # type: ignore[arg-type]  # what was read may be set
    await other.reload()
    await expect(other.locator("input[name=password]")).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_the_form_fits_the_window(
    visitor: Visitor, language: str, size: dict[str, int]
) -> None:
    tab = await visitor.open("/login", language=language, size=size)
    button = tab.get_by_role("button", name="登录" if language == "zh" else "Sign in")
    await expect(button).to_be_in_viewport()
    assert await overflow(tab) == 0


async def test_a_form_that_is_sent_before_its_script_is_there_tells_nobody(
    visitor: Visitor,
) -> None:
    """A password must never stand in an address, which logs and histories keep."""
    tab = await visitor.open("/account", login="planner", language="en")
    await tab.route("**/planning.js", lambda route: route.fulfill(body=""))
    await tab.reload()
    form = tab.locator("form[data-call='PUT /v1/me/password']")
    for field in await form.locator("input[type=password]").all():
        await field.fill("a secret of mine")
    await form.get_by_role("button").click()
    await tab.wait_for_timeout(300)
    assert tab.url.endswith("/account")
