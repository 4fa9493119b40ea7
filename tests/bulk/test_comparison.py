"""Two maps are asked about the same past."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gridsvc.bulk.chart import Chart
from gridsvc.bulk.comparison import CELL, Comparison, compare
from gridsvc.bulk.engine import Engine
from gridsvc.routing.facts import Outcome
from gridsvc.routing.lasting import lasting
from tests.bulk.charts import chart_of
from tests.bulk.test_engine import columns
from tests.factories import at
from tests.routing.maps import BEGAN, NOON, Box, Map, layer, responsible

CLEANING, STREETS = layer("cleaning"), layer("street", "street")
CLAIMS = [
    responsible("w", "cleaning", "W"),
    responsible("e", "cleaning", "E"),
    responsible("s", "street", "S", role="duty"),
]
PAST = [(0.5, 0.5), (1.5, 0.5), (1.5, 0.25), (2.5, 0.5), (9.0, 9.0)]


def city(border: float) -> Map:
    boxes = [
        Box(STREETS, "S", 0, 0, 4, 1),
        Box(CLEANING, "W", 0, 0, border, 1),
        Box(CLEANING, "E", border, 0, 2 - border, 1),
    ]
    return Map(boxes, CLAIMS)


@pytest.fixture
def found() -> Comparison:
    """The border moves east, from column 1 to 1.6."""
    comparison = Comparison()
    points = columns([(x, y, "0201", NOON, 0.0, 0.0) for x, y in PAST])
    old, new = Engine(chart_of(city(1))), Engine(chart_of(city(1.6)))
    for _ in range(2):
        compare(points, old, new, into=comparison)
    return comparison


def test_who_loses_what_to_whom(found: Comparison) -> None:
    assert found.confusion == {("w", "w"): 2, ("e", "w"): 4, ("s", "s"): 2, (None, None): 2}
    assert (found.total, found.changed) == (10, 4)


def test_workload_before_and_after(found: Comparison) -> None:
    assert list(found.workload()) == [(None, 2, 2), ("e", 4, 0), ("s", 2, 2), ("w", 2, 6)]


def test_shares_of_outcomes(found: Comparison) -> None:
    assert found.share(Outcome.FALLBACK) == (0.2, 0.2)
    assert found.share(Outcome.AMBIGUOUS) == (0.0, 0.0)


def test_where_it_changes(found: Comparison) -> None:
    assert sum(found.where.values()) == found.changed
    assert sum(found.around.values()) == found.total
    lon, lat = at(1.5, 0.25)
    assert any(x <= lon < x + CELL and y <= lat < y + CELL for x, y in found.where)


def held(chart: Chart) -> Chart:
    return replace(chart, edition=lasting(chart.edition, NOON))


def test_what_holds_at_a_time_is_asked_about_all_times() -> None:
    """An incident from before the map began is decided by it."""
    chart = chart_of(city(1))
    ended = [replace(claim, valid_to=NOON) for claim in CLAIMS]
    over = chart_of(Map(city(1).boxes, ended))
    points = columns([(0.5, 0.5, "0201", BEGAN - timedelta(days=300), 0.0, 0.0)])
    assert Engine(chart).decide(points).faults[0].code == "unknown_category"
    comparison = Comparison()
    compare(points, Engine(held(chart)), Engine(held(over)), into=comparison)
    assert comparison.confusion == {("w", None): 1}
    assert comparison.after == {Outcome.FALLBACK: 1}
