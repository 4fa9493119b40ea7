"""A better fix never contradicts a poorer one that was sure, whatever the map."""

from math import cos, radians, sin, tau
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from gridsvc.routing.facts import Basis, Claim, Decision, Outcome
from tests.factories import CELL
from tests.routing.maps import Box, Map, layer, responsible

STREETS = layer("street", "street")
CLEANING = layer("cleaning", overlap_allowed=True)
MARKETS = layer("markets", overlap_allowed=True)
POWER = layer("power", overlap_allowed=True, basis=Basis.OWNER)
LAYERS = [STREETS, CLEANING, MARKETS, POWER]

BOXES = st.builds(
    Box,
    st.sampled_from([CLEANING, MARKETS, POWER]),
    st.sampled_from("ABCDE"),
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(1, 3),
    st.integers(1, 3),
)
# Somebody leads everywhere, in the end: else nearly every place would be in doubt.
EVERYWHERE = Box(STREETS, "S", -4, -4, 12, 12)
LAST = responsible("x", "street", None, priority=1)
CITIES = st.lists(BOXES, min_size=1, max_size=8, unique_by=lambda box: (box.layer.name, box.code))
CLAIMS = st.lists(
    st.builds(
        responsible,
        st.sampled_from("xyz"),
        st.sampled_from([found.name for found in LAYERS]),
        st.sampled_from([None, "A", "B", "C"]),
        category_code=st.sampled_from([None, "02", "0201"]),
        priority=st.integers(0, 1),
    ),
    min_size=1,
    max_size=8,
)
PLACES = st.floats(-0.5, 5).map(lambda value: round(value, 2))
METRES = st.sampled_from([0.0, 5.0, 50.0, 400.0, 1500.0])


def sure(decision: Decision) -> bool:
    return decision.outcome is Outcome.ROUTED


@given(CITIES, CLAIMS, PLACES, PLACES, METRES, METRES)
def test_who_is_sure_with_a_poor_fix_is_sure_with_a_better_one(
    boxes: list[Box], claims: list[Claim], column: float, row: float, one: float, other: float
) -> None:
    city = Map([EVERYWHERE, *boxes], [LAST, *claims])
    poor = city.answer(column, row, accuracy_m=max(one, other)).decision
    better = city.answer(column, row, accuracy_m=min(one, other)).decision
    if sure(poor):
        assert sure(better)
        assert better.lead == poor.lead


@given(CITIES, CLAIMS, PLACES, PLACES, METRES, st.integers())
def test_who_is_sure_leads_wherever_in_the_disc_the_point_lies(
    boxes: list[Box], claims: list[Claim], column: float, row: float, accuracy: float, seed: int
) -> None:
    city, random = Map([EVERYWHERE, *boxes], [LAST, *claims]), Random(seed)
    decision = city.answer(column, row, accuracy_m=accuracy).decision
    reach = 0.99 * accuracy * random.random() / (CELL * 111_320)
    angle = random.random() * tau
    elsewhere = column + reach * cos(angle) / cos(radians(30.6)), row + reach * sin(angle)
    exact = city.answer(*elsewhere).decision
    if sure(decision):
        assert sure(exact)
        assert exact.lead == decision.lead
