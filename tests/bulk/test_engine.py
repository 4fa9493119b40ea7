"""Bulk decides as one at a time does: on random maps, on borders and corners, at all times."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon

from gridsvc.assets.index import AssetColumns, AssetIndex
from gridsvc.bulk.chart import Chart
from gridsvc.bulk.engine import Engine
from gridsvc.bulk.points import NONE, OUTCOMES, Answers, Points
from gridsvc.bulk.times import ticks
from gridsvc.catalogue.lookup import find_category
from gridsvc.routing.borders import Borders
from gridsvc.routing.facts import Claim, Decision, Organisation
from gridsvc.routing.question import Question
from gridsvc.routing.service import answer
from gridsvc.rules.border import BorderKind, BorderPolicy
from gridsvc.rules.rule import Rule
from gridsvc.rules.special import SpecialDay
from gridsvc.rules.window import ALWAYS, Hours, Window
from tests.bulk.charts import CATALOGUE, ZONE, chart_of
from tests.factories import at as place
from tests.factories import cell
from tests.routing.maps import BEGAN, NOON, Box, Map, id_of, layer, responsible

ESTATES = layer("estate", "sub_estate")
GRIDS, STREETS = layer("grid", "grid"), layer("street", "street")
CLEANING, POWER = layer("cleaning", overlap_allowed=False), layer("power")
LATER = NOON + timedelta(days=30)
NIGHTFALL = datetime(2026, 3, 3, 20, tzinfo=ZONE)
NIGHT = Hours(time(20), time(6))

BOXES = st.builds(
    Box,
    st.sampled_from([GRIDS, STREETS, CLEANING, POWER, ESTATES]),
    st.sampled_from("ABCDE"),
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(1, 2),
    st.integers(1, 2),
    estate_type=st.sampled_from([None, "old", "new"]),
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
    st.sampled_from([BEGAN, NOON - timedelta(seconds=1), NOON, NIGHTFALL, LATER]),
    st.sampled_from([0.0, 0.0, 5.0, 300.0]),
    BESIDE,
)
RULES = st.builds(
    Rule,
    id=st.just(id_of("rule")),
    code=st.sampled_from(["r1", "r2", "r3"]),
    title=st.just("规则"),
    scheme=st.just("test"),
    category_code=st.sampled_from([None, "02", "0201", "0101"]),
    kind=st.sampled_from([None, "event"]),
    window=st.sampled_from(
        [ALWAYS, Window(hours=NIGHT), Window(weekdays=frozenset({7})), Window(special_days="ban")]
    ),
    estate_types=st.sampled_from([frozenset(), frozenset({"old"})]),
    priority=st.integers(0, 1),
    layers=st.sampled_from([(), ("power", "cleaning"), ("cleaning",), ("heating",)]),
    lead=st.sampled_from([None, None, id_of("x"), id_of("gone")]),
    valid_from=st.sampled_from([BEGAN, NOON]),
    valid_to=st.sampled_from([None, LATER]),
)
POLICIES = st.builds(
    BorderPolicy,
    id=st.just(id_of("policy")),
    code=st.sampled_from(["p1", "p2"]),
    title=st.just("边界"),
    kind=st.sampled_from([BorderKind.SIDE, BorderKind.JOINT]),
    layer=st.sampled_from(["cleaning", "grid"]),
    areas=st.sampled_from([("A", "B"), ("C", "A")]),
    within_m=st.sampled_from([0.0, 200.0]),
    shape=st.sampled_from([None, cell(0.5, 0.5)]),
    scheme=st.just("test"),
    category_code=st.sampled_from([None, "0201"]),
    valid_from=st.sampled_from([BEGAN, NOON]),
)
LISTS = st.sampled_from(
    [
        (),
        (
            SpecialDay(
                id=id_of("day"),
                list_code="ban",
                title="禁放",
                day=NOON.astimezone(ZONE).date(),
                valid_from=BEGAN,
            ),
        ),
    ]
)
WAYS = st.builds(
    lambda rules, policies, days: {
        "rules": tuple(rules),
        "borders": Borders(policies),
        "special_days": days,
        "organisations": {id_of("x"): Organisation(id_of("x"), "x", "单位x", None)},
    },
    st.lists(RULES, max_size=3, unique_by=lambda rule: rule.code),
    st.lists(POLICIES, max_size=2, unique_by=lambda policy: policy.code),
    LISTS,
)
"""What else an edition has."""

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


def require_alike(city: Map, asked: list[Asked]) -> list[Decision]:
    """Compare each answer with that to the single question, and give those."""
    chart = chart_of(city)
    engine = Engine(chart)
    answers = engine.decide(columns(asked))
    decisions = [alone(chart, one) for one in asked]
    for row, decision in enumerate(decisions):
        pick = decision.pick
        assert told(engine, answers, row) == (
            decision.outcome,
            decision.lead and (decision.lead.code,),
            pick and (pick.place.layer, pick.place.code),
        )
        expected = decision.distance_to_boundary_m
        assert answers.distance_m[row] == pytest.approx(
            np.nan if expected is None else expected, abs=1e-6, nan_ok=True
        )
    return decisions


def alone(chart: Chart, asked: Asked) -> Decision:
    _, _, code, at, accuracy, _ = asked
    found = find_category(CATALOGUE, code, scheme=None, at=at)
    lon, lat = spot(asked)
    civil = at.astimezone(ZONE)
    question = Question(category=found, at=civil, lon=lon, lat=lat, accuracy_m=accuracy)
    return answer(chart.edition, chart.view(chart.in_force(at)), question).decision


@given(CITIES, st.lists(CLAIMS, max_size=8), WAYS, st.lists(MATTERS, min_size=1, max_size=30))
def test_each_is_decided_as_by_itself(
    boxes: list[Box], claims: list[Claim], rest: dict[str, Any], asked: list[Asked]
) -> None:
    require_alike(Map(boxes, claims, rest), asked)


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"within_m": 200.0}, 1.1),
        ({"shape": cell(1, 0)}, 1.5),
        ({"shape": cell(1.2, 0.2, 0.1, 0.1)}, 1.31),
    ],
)
def test_a_declared_border_holds_in_bulk_too(changes: dict[str, Any], column: float) -> None:
    policy = BorderPolicy(
        id=id_of("p"),
        code="p",
        title="边界",
        kind=BorderKind.EXCEPTION if "shape" in changes else BorderKind.SIDE,
        layer="cleaning",
        areas=("A", "B"),
        valid_from=BEGAN,
        **changes,
    )
    claims = [responsible("x", "cleaning", "A"), responsible("y", "cleaning", "B")]
    boxes = [Box(CLEANING, "A", 0, 0), Box(CLEANING, "B", 1, 0, 3)]
    city = Map(boxes, claims, {"borders": Borders([policy])})
    asked = [
        (x, 0.25, "0201", NOON, accuracy, 0.0) for x in (column, 3.5) for accuracy in (0.0, 20.0)
    ]
    near, _, far, _ = require_alike(city, asked)
    assert (near.lead and near.lead.code, far.lead and far.lead.code) in {("x", "y"), ("y", "y")}


def test_areas_of_a_policy_that_lie_on_each_other_are_weighed_at_each_point() -> None:
    policy = BorderPolicy(
        id=id_of("p"),
        code="p",
        title="边界",
        kind=BorderKind.SIDE,
        layer="cleaning",
        areas=("B", "A"),
        valid_from=BEGAN,
    )
    claims = [responsible("x", "cleaning", "A"), responsible("y", "cleaning", "B")]
    boxes = [Box(CLEANING, "A", 0, 0, 2, 2), Box(CLEANING, "B", 0, 0, 3, 2)]
    city = Map(boxes, claims, {"borders": Borders([policy])})
    [decision] = require_alike(city, [(1.0, 1.0, "0201", NOON, 0.0, 0.0)])
    assert decision.lead is not None
    assert decision.lead.code == "y"


@pytest.mark.parametrize("kind", [BorderKind.SIDE, BorderKind.JOINT])
@pytest.mark.parametrize("shape", [None, cell(0.8, 0.2, 1, 0.6)])
def test_points_on_like_declared_ground_are_decided_alike(
    kind: BorderKind, shape: Polygon | None
) -> None:
    policy = BorderPolicy(
        id=id_of("p"),
        code="p",
        title="边界",
        kind=kind,
        layer="cleaning",
        areas=("A", "B"),
        within_m=20.0,
        shape=shape,
        valid_from=BEGAN,
    )
    boxes = [Box(CLEANING, "A", 0, 0), Box(CLEANING, "B", 1, 0), Box(CLEANING, "C", 1, 1)]
    claims = [responsible(code.lower(), "cleaning", code) for code in "ABC"]
    city = Map([*boxes, Box(GRIDS, "G", 0, 0, 2, 1)], claims, {"borders": Borders([policy])})
    lines = np.linspace(0.71, 1.41, 15).tolist()
    asked = [
        (x, y, code, NOON, accuracy, 0.0)
        for x in lines
        for y in lines
        for code in ("0201", "0301")
        for accuracy in (0.0, 3.0)
    ]
    assert {decision.border is None for decision in require_alike(city, asked)} == {True, False}


def components_at(*places: tuple[str, float]) -> AssetIndex:
    """Components of owners, along one line."""
    count = len(places)
    owners = sorted({owner for owner, _ in places})
    return AssetIndex(
        AssetColumns(
            code=1000000000000001 + np.arange(count),
            kind=np.zeros(count, dtype=np.int32),
            owner=np.array([owners.index(owner) for owner, _ in places], dtype=np.int32),
            maintainer=np.full(count, len(owners), dtype=np.int32),
            valid_from=np.full(count, ticks(BEGAN)),
            valid_to=np.full(count, ticks(LATER)),
            kinds=(("test", "0101"),),
            organisations=(*map(id_of, owners), None),
        ),
        lon=np.array([place(x, 0.5)[0] for _, x in places]),
        lat=np.array([place(x, 0.5)[1] for _, x in places]),
        shapes=np.empty(0, dtype=object),
    )


def test_a_component_near_a_point_gives_it_its_owner() -> None:
    owners = {id_of(code): Organisation(id_of(code), code, f"单位{code}", None) for code in "xz"}
    city = Map(
        [Box(CLEANING, "A", 0, 0)],
        [responsible("y", "cleaning", "A")],
        {"organisations": owners},
    )
    assets = components_at(("x", 0.5), ("z", 0.8), ("x", 0.806), ("z", 0.2), ("gone", 0.1))
    engine = Engine(replace(chart_of(city), assets=assets, asset_tolerance_m=10))
    asked = [(0.5, "0101", NOON), (0.6, "0101", NOON), (0.5, "0201", NOON), (0.5, "0101", LATER)]
    asked += [(x, "0101", NOON) for x in (0.801, 0.805, 0.2, 0.1, 0.501)]
    answers = engine.decide(columns([(x, 0.5, code, at, 0.0, 0.0) for x, code, at in asked]))
    leads = [engine.names[lead] for lead in answers.lead.tolist()]
    assert leads == [("x",), ("y",), ("y",), ("y",), ("z",), ("x",), ("z",), ("y",), ("x",)]
    rival = [OUTCOMES[number] == "ambiguous" for number in answers.outcome]
    assert rival == [False] * 4 + [True, True] + [False] * 3


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
