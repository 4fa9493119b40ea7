"""What a briefing says of its numbers, and that it is kept as it was."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.briefings.content import (
    HIGHEST,
    Briefing,
    Figure,
    Line,
    Measure,
    Name,
    Spot,
    as_json,
    busiest,
    change,
    from_json,
    latest,
)

NAMES = st.builds(Name, st.text(max_size=4), st.none() | st.text(max_size=4))
COUNTS = st.integers(0, 30)
LINES = st.builds(Line, st.text("AB1", max_size=3), NAMES, COUNTS, COUNTS, COUNTS, st.just("M0 0Z"))


@pytest.mark.parametrize(
    ("value", "before", "said"),
    [(5, 3, "+2"), (3, 5, "−2"), (4, 4, "±0"), (4, None, "–"), (2500, 0, "+2,500"), (0, 0, "±0")],
)
def test_a_change_has_its_sign_and_what_is_not_known_is_no_nought(
    value: int, before: int | None, said: str
) -> None:
    assert change(value, before) == said


@given(st.lists(LINES, max_size=14))
def test_the_worst_come_first_and_who_has_nothing_is_not_among_them(lines: list[Line]) -> None:
    assert [it.open for it in busiest(lines)] == sorted(
        (it.open for it in lines if it.open), reverse=True
    )[:HIGHEST]
    assert [it.overdue for it in latest(lines)] == sorted(
        (it.overdue for it in lines if it.overdue), reverse=True
    )[:HIGHEST]


@given(
    st.lists(LINES, max_size=3),
    st.builds(Spot, NAMES, COUNTS, st.lists(NAMES, max_size=2).map(tuple)),
)
def test_it_is_kept_as_it_was(lines: list[Line], spot: Spot) -> None:
    briefing = Briefing(
        day=date(2026, 11, 22),
        made_at=datetime(2026, 11, 21, 23, tzinfo=UTC),
        figures=tuple(Figure(it, 3, None, 2) for it in Measure),
        unit=Name("街道", "Street"),
        areas=tuple(lines),
        unplaced_open=1,
        unplaced_overdue=0,
        height=700,
        owners=tuple(lines),
        spots=(spot,),
        spot_days=30,
    )
    assert from_json(as_json(briefing)) == briefing
