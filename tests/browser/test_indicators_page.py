"""The indicators' page: a figure by streets, and the cases behind one of its numbers."""

import pytest
from playwright.async_api import expect

from tests.browser.visitor import DESK, PHONE, Visitor, overflow

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("size", "language"), [(PHONE, "zh"), (DESK, "en")])
async def test_every_number_leads_to_its_cases(
    visitor: Visitor, size: dict[str, int], language: str
) -> None:
    tab = await visitor.open("/indicators", login="centre", language=language, size=size)
    assert await overflow(tab) == 0
    await tab.locator("select[name=code]").select_option("filing")
    await tab.locator("form.line button").click()
    title = "立案率" if language == "zh" else "Filing rate"
    await expect(tab.get_by_role("heading", name=title, exact=True)).to_be_visible()
    assert await overflow(tab) == 0
    number = tab.locator("tbody tr").first.locator("td a").first
    count = int((await number.inner_text()).replace(",", ""))
    await number.click()
    await expect(tab.locator("tbody tr")).to_have_count(min(count, 50))
    assert count > 0
    assert await overflow(tab) == 0
