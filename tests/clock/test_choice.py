from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.clock.choice import Use, choose

SPRING, SUMMER, AUTUMN = (datetime(2026, month, 1, tzinfo=UTC) for month in (3, 6, 9))

CITY = Use("city", SPRING)
STREET = Use("street", SPRING, area="s1")
GRID = Use("grid", SPRING, area="g1")
BUREAU = Use("bureau", SPRING, organisation="bureau")
TEAM = Use("team", SPRING, organisation="team")
TEAM_IN_STREET = Use("team-street", SPRING, organisation="team", area="s1")


@pytest.mark.parametrize(
    ("uses", "chosen"),
    [
        ([], None),
        ([CITY], "city"),
        ([CITY, STREET], "street"),
        ([CITY, GRID, STREET], "grid"),
        ([BUREAU, GRID], "bureau"),
        ([BUREAU, TEAM], "team"),
        ([TEAM, TEAM_IN_STREET], "team-street"),
        ([BUREAU, TEAM_IN_STREET], "team-street"),
        ([Use("other", SPRING, organisation="other"), CITY], "city"),
        ([Use("elsewhere", SPRING, area="s2")], None),
        ([Use("ended", SPRING, SUMMER, area="s1"), CITY], "city"),
        ([Use("to come", AUTUMN), CITY], "city"),
        ([Use("newer", SUMMER), CITY], "newer"),
        ([Use("b", SPRING), Use("a", SPRING)], "a"),
    ],
)
def test_the_most_specific_calendar_is_chosen(uses: list[Use], chosen: str | None) -> None:
    found = choose(uses, organisations=["team", "bureau"], areas=["g1", "s1"], at=SUMMER)
    assert (found and found.calendar) == chosen


@given(st.permutations([CITY, STREET, GRID, BUREAU, TEAM, TEAM_IN_STREET]))
def test_the_order_of_the_list_decides_nothing(uses: list[Use]) -> None:
    found = choose(uses, organisations=["team", "bureau"], areas=["g1", "s1"], at=SUMMER)
    assert found == TEAM_IN_STREET
