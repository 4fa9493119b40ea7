"""The page of a replay: squares in classes by the share that changes, and its tables."""

import pytest

from maps.page import Page
from maps.replay import ReplayData, render_replay, squares_of
from maps.words import Language

ROWS = [(104.0, 30.6, 9, 10), (104.005, 30.6, 1, 10), (104.0, 30.605, 1, 40)]


def page_of(rows: list[tuple[float, float, int, int]], language: Language) -> str:
    data = ReplayData(
        figures=[("replayed", "60"), ("replay_changed", "11")],
        matrix=[("<b>甲</b>", "乙", 11)],
        load=[("<b>甲</b>", 60, 49), ("乙", 0, 11)],
        squares=squares_of(rows, 0.005),
    )
    return render_replay(data, Page(title="草案", language=language))


@pytest.mark.parametrize(
    ("language", "head"), [(Language.ZH, "由谁转给谁"), (Language.EN, "Who loses what to whom")]
)
def test_it_shows_shares_and_tables(language: Language, head: str) -> None:
    page = page_of(ROWS, language)
    assert head in page
    assert all(share in page for share in ("90.0 %", "10.0 %", "2.5 %"))
    assert "9 / 10" in page
    assert "<b>甲" not in page


def test_where_nothing_changes_there_is_still_a_page() -> None:
    assert "Who loses what to whom" in page_of([], Language.EN)


def test_a_square_is_named_by_its_middle() -> None:
    assert "104.0025, 30.6025" in page_of(ROWS[:1], Language.EN)
