"""Rules, matters and moments for tests, and strategies that draw them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from gridsvc.db.base import new_id
from gridsvc.rules.border import BorderKind, BorderPolicy
from gridsvc.rules.rule import Rule
from gridsvc.rules.window import Hours, Season, Window

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
LEAP_DAYS = [date(2024, 1, 1) + timedelta(days=step) for step in range(366)]
LISTS = {
    "new_year": frozenset({date(2026, 2, 16), date(2026, 2, 17)}),
    "summer": frozenset({date(2026, 7, 1)}),
}


@dataclass(frozen=True, slots=True)
class Minor:
    """A minor class of the test scheme."""

    code: str
    major_code: str
    kind: str = "event"
    scheme: str = "test"


RUBBISH = Minor("0201", "02")
NOISE = Minor("0301", "03")
LAMP = Minor("0101", "01", "component")


def rule(code: str = "R1", *, category: str | None = None, **values: Any) -> Rule:
    """Make a rule for everything, or for a category, everywhere and always."""
    given = {
        "id": new_id(),
        "title": code,
        "scheme": "test" if category else None,
        "category_code": category,
        "layers": ("cleaning",),
        "valid_from": BEGAN,
    }
    return Rule(code=code, **{**given, **values})


def policy(code: str = "B1", **values: Any) -> BorderPolicy:
    """Make a policy for the border between two grids of the city of squares."""
    given = {
        "id": new_id(),
        "title": code,
        "kind": BorderKind.SIDE,
        "layer": "grid",
        "areas": ("G01", "G00"),
        "valid_from": BEGAN,
    }
    return BorderPolicy(code=code, **{**given, **values})


minutes = st.integers(0, 1439).map(lambda at: time(at // 60, at % 60))
days = st.sampled_from(LEAP_DAYS).map(lambda day: (day.month, day.day))
hours = st.tuples(minutes, minutes).filter(lambda pair: pair[0] != pair[1])
windows = st.builds(
    Window,
    hours=st.none() | hours.map(lambda pair: Hours(*pair)),
    season=st.none() | st.builds(Season, first=days, last=days),
    weekdays=st.frozensets(st.integers(1, 7), max_size=3),
    special_days=st.none() | st.sampled_from(sorted(LISTS)),
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(  # noqa: DTZ001 - civil
    lambda moment: moment.replace(tzinfo=UTC)
)
rules = st.lists(
    st.builds(
        rule,
        code=st.sampled_from([f"R{number}" for number in range(9)]),
        category=st.sampled_from([None, "02", "0201", "03"]),
        kind=st.sampled_from([None, "event", "component"]),
        window=windows,
        estate_types=st.frozensets(st.sampled_from(["lane", "tower"]), max_size=2),
        priority=st.integers(0, 1),
    ),
    max_size=8,
    unique_by=lambda one: one.code,
)
