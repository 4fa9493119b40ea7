"""The queue and a case by the keyboard alone, and that both fit every window."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.visitor import DESK, PHONE, Visitor, overflow

pytestmark = pytest.mark.browser


async def focused(tab: Page, what: str) -> bool:
    found: bool = await tab.evaluate(f"document.activeElement.matches({what!r})")
    return found


async def test_a_case_is_found_and_moved_on_without_a_mouse(visitor: Visitor) -> None:
    tab = await visitor.open("/queue?tab=in_handling", login="centre", language="en")
    await tab.keyboard.press("/")
    assert await focused(tab, "#q")
    await tab.keyboard.type("j/")
    await expect(tab.locator("#q")).to_have_value("j/")  # who types is not understood as keys
    await tab.locator("#q").evaluate("field => field.blur()")
    await tab.keyboard.press("j")
    await tab.keyboard.press("j")
    await tab.keyboard.press("k")
    assert await tab.locator("a.row").first.evaluate("link => link === document.activeElement")
    await tab.keyboard.press("Enter")
    await expect(tab.locator(".stages [aria-current]")).to_contain_text("Handling")
    await tab.wait_for_load_state()
    step = tab.locator("details.step", has_text="Supervise").first
    digit = await step.get_attribute("data-digit") or ""
    await tab.keyboard.press(digit)
    assert await focused(tab, "textarea")
    await tab.keyboard.press("Control+Enter")
    await expect(step.locator(".fault")).to_have_text("Write a note.")
    await tab.wait_for_load_state()
    assert await focused(tab, "textarea[aria-invalid=true]")
    visitor.faults[:] = [it for it in visitor.faults if "422" not in it]  # the browser's own word
    await tab.keyboard.press("Escape")
    await expect(step.locator("form")).to_be_hidden()
    await tab.keyboard.press(digit)
    await tab.keyboard.type("Before the 1st, please")  # digits in a text choose nothing
    await tab.keyboard.press("Control+Enter")
    await expect(tab.get_by_role("status")).to_have_text("Done: Supervise.")
    await tab.wait_for_load_state()
    await expect(tab.locator(".history")).to_contain_text("Before the 1st, please")
    await tab.keyboard.press("n")
    await expect(tab.get_by_role("status")).to_have_count(0)
    await tab.wait_for_load_state()
    await tab.keyboard.press("u")
    await expect(tab.locator(".tabs [aria-current]")).to_contain_text("In handling")


@pytest.mark.parametrize(("size", "language"), [(PHONE, "en"), (DESK, "zh")])
async def test_they_fit_the_window(visitor: Visitor, size: dict[str, int], language: str) -> None:
    tab = await visitor.open("/queue?tab=all_open", login="centre", language=language, size=size)
    assert await overflow(tab) == 0
    await tab.locator("a.row").first.click()
    await expect(tab.frame_locator("iframe").locator(".leaflet-container")).to_be_visible()
    for step in await tab.locator("details.step").all():
        await step.locator("summary").click()
        assert await overflow(tab) == 0
