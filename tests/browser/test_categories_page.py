"""The categories' pages: a table is compared, seen, and then in force, at both widths."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.visitor import DESK, PHONE, Visitor, overflow
from tests.schemes.tables import COVERS, RUBBISH, Row, book

pytestmark = pytest.mark.browser


def away(rows: Sequence[Row], major: str) -> list[Row]:
    """The same rows in a major class whose codes no other scheme of the service has."""
    return [(major if row[0] else None, *row[1:]) for row in rows]


@pytest.mark.parametrize(("size", "language"), [(PHONE, "zh"), (DESK, "en")])
async def test_a_table_is_compared_and_put_in_force(
    visitor: Visitor, tmp_path: Path, size: dict[str, int], language: str
) -> None:
    zh, code = language == "zh", f"city-{language}"
    tab = await visitor.open("/categories", login="planner", language=language, size=size)
    assert await overflow(tab) == 0
    await tab.locator("input[name=scheme]").fill(code)
    covers, rubbish = away(COVERS, f"<b>{language}"), away(RUBBISH, f"Q{language}")
    bad = [(*row[:5], "2天", *row[6:]) for row in rubbish]
    await tab.locator("input[name=file]").set_input_files(book(tmp_path, events=bad))
    compare = tab.get_by_role("button", name="比较" if zh else "Compare", exact=True)
    await compare.click()
    await expect(tab.locator("#faults li")).to_have_count(2)
    await expect(tab.locator("#preview")).to_be_hidden()
    # The browser itself notes on its console that the table was refused.
    assert [fault for fault in visitor.faults if "422" not in fault] == []
    visitor.faults.clear()
    good = book(tmp_path, components=covers, events=rubbish)
    await tab.locator("input[name=file]").set_input_files(good)
    await compare.click()
    await expect(tab.locator("#preview .differences li")).to_have_count(3)
    await expect(tab.locator("#faults")).to_be_hidden()
    assert await overflow(tab) == 0
    await tab.get_by_role("button", name="确认" if zh else "Yes").click()
    await expect(tab.get_by_role("heading", name=code, exact=True)).to_be_visible()
    await expect(tab.locator("td.name", has_text=f"<b>{language}01")).to_be_visible()
    limit = "2个紧急工作时" if zh else "2 urgent hours"
    await expect(tab.get_by_text(limit, exact=True)).to_have_count(2)
    assert await overflow(tab) == 0
