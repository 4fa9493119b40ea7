"""Bulk decides as one at a time does: on random maps, on borders and corners, at all times."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.bulk.engine import Engine
from gridsvc.bulk.likeness import ticks
from gridsvc.bulk.points import NONE, OUTCOMES, Answers, Points
from gridsvc.catalogue.lookup import find_category
from gridsvc.routing.service import answer
from gridsvc.routing.snapshot import Question, ResponsibilityRecord
from tests.bulk.charts import CATALOGUE, chart_of
from tests.factories import at as place
from tests.routing.maps import BEGAN, NOON, Box, Map, layer, responsible

GRIDS, STREETS = layer("grid", "grid"), layer("street", "street")
CLEANING, POWER = layer("cleaning", overlap_allowed=False), layer("power")
LATER = NOON + timedelta(days=30)

BOXES = st.builds(
    Box,
    st.sampled_from([GRIDS, STREETS, CLEANING, POWER]),
    st.sampled_from("ABCDE"),
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(1, 2),
    st.integers(1, 2),
)
CITIES = st.lists(BOXES, min_size=1, max_size=8, unique_by=lambda box: (box.layer.name, box.code))
CLAIMS = st.builds(
    responsible,
    st.sampled_from("xyz"),
    st.sampled_from(["grid", "street", "cleaning", "power"]),
    st.sampled_from([None, "A", "B", "C"]),
    category_code=st.sampled_from([None, "0201", "02", "0101", "03"]),
    role=st.sampled_from(["lead", "co_handler", "duty"]),
    priority=st.integers(0, 1),
    valid_from=st.sampled_from([BEGAN, NOON]),
    valid_to=st.sampled_from([None, LATER]),
)
PLACES = st.one_of(st.integers(0, 4).map(float), st.floats(-0.5, 5, allow_nan=False))
BESIDE = st.sampled_from([0.0, 4e-12, -4e-12, 1e-9])
"""Degrees: what is nearer than a millionth of a metre counts as on a border."""
MATTERS = st.tuples(
    PLACES,
    PLACES,
    st.sampled_from(sorted(CATALOGUE)),
    st.sampled_from([BEGAN, NOON - timedelta(seconds=1), NOON, LATER]),
    st.sampled_from([0.0, 0.0, 5.0, 300.0]),
    BESIDE,
)
Asked = tuple[float, float, str, datetime, float, float]


def spot(asked: Asked) -> tuple[float, float]:
    lon, lat = place(asked[0], asked[1])
    return lon + asked[5], lat - asked[5]


def columns(asked: list[Asked]) -> Points:
    codes = sorted(CATALOGUE)
    lon, lat = np.array([spot(one) for one in asked]).T
    return Points(
        lon,
        lat,
        np.array([one[4] for one in asked]),
        np.array([codes.index(one[2]) for one in asked]),
        codes,
        np.array([ticks(one[3]) for one in asked]),
    )


def told(engine: Engine, answers: Answers, row: int) -> tuple[object, ...]:
    lead, zone = answers.lead[row], answers.zone[row]
    return (
        OUTCOMES[answers.outcome[row]],
        None if lead == NONE else engine.names[lead],
        None if zone == NONE else engine.names[zone],
    )


@given(CITIES, st.lists(CLAIMS, max_size=8), st.lists(MATTERS, min_size=1, max_size=30))
def test_each_is_decided_as_by_itself(
    boxes: list[Box], claims: list[ResponsibilityRecord], asked: list[Asked]
) -> None:
    chart = chart_of(Map(boxes, claims))
    engine = Engine(chart)
    answers = engine.decide(columns(asked))
    for row, one in enumerate(asked):
        _, _, code, at, accuracy, _ = one
        found = find_category(CATALOGUE, code, scheme=None, at=at)
        question = Question(found, at, *spot(one), accuracy)
        decision = answer(chart.edition, chart.view(chart.in_force(at)), question).decision
        pick = decision.pick
        assert told(engine, answers, row) == (
            decision.outcome,
            pick and (pick.organisation.code,),
            pick and (pick.place.layer, pick.place.code),
        )
        expected = decision.distance_to_boundary_m
        assert answers.distance_m[row] == pytest.approx(
            np.nan if expected is None else expected, abs=1e-6, nan_ok=True
        )


def test_an_unknown_category_is_a_fault_of_its_points_alone() -> None:
    city = chart_of(Map([Box(CLEANING, "A", 0, 0)], [responsible("x", "cleaning", "A")]))
    points = columns([(0.5, 0.5, "0201", NOON, 0.0, 0.0)] * 3)
    spoilt = Points(
        points.lon, points.lat, points.accuracy_m, np.array([0, 1, 0]), ["0201", "9999"], points.at
    )
    answers = Engine(city).decide(spoilt)
    assert answers.fault.tolist() == [NONE, 0, NONE]
    assert answers.faults[0].code == "unknown_category"
    assert [OUTCOMES[number] for number in answers.outcome[[0, 2]]] == ["routed", "routed"]


def test_a_point_without_a_position_is_unlocated() -> None:
    city = chart_of(Map([Box(CLEANING, "A", 0, 0)], [responsible("x", "cleaning", "A")]))
    points = columns([(0.5, 0.5, "0201", NOON, 0.0, 0.0)] * 2)
    points.lon[1] = points.lat[1] = np.nan
    answers = Engine(city).decide(points)
    assert [OUTCOMES[number] for number in answers.outcome] == ["routed", "unlocated"]
