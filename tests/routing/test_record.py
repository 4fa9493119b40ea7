"""The stored record has the documented form, whatever was decided."""

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gridsvc.routing.facts import Outcome
from gridsvc.routing.record import record_of
from gridsvc.routing.schemas import RoutingRecord
from gridsvc.routing.service import Answer
from tests.routing.maps import Box, Map, layer, responsible

STREETS = layer("street", "street")
CLEANING = layer("cleaning", overlap_allowed=False)
CITY = Map(
    [
        Box(STREETS, "S1", 0, 0, 2, 2),
        Box(STREETS, "S2", 2, 0, 2, 2),
        Box(CLEANING, "Z1", 0, 0, 1, 2),
        Box(CLEANING, "Z2", 1, 0, 1, 2),
    ],
    [
        responsible("x", "cleaning", "Z1"),
        responsible("y", "cleaning", "Z2"),
        responsible("s", "street", None, role="co_handler"),
        responsible("d", "street", "S2", role="duty"),
    ],
)
CASES = {
    Outcome.ROUTED: CITY.answer(0.5, 0.5),
    Outcome.AMBIGUOUS: CITY.answer(1, 0.5),
    Outcome.FALLBACK: CITY.answer(3, 0.5),
    Outcome.OUTSIDE: CITY.answer(5, 0.5),
    Outcome.UNLOCATED: CITY.answer(None, None),
}


def form_of(answer: Answer) -> RoutingRecord:
    """The record as it comes back from JSON."""
    return RoutingRecord.model_validate_json(orjson.dumps(record_of(answer)))


@pytest.mark.parametrize("outcome", CASES)
def test_every_outcome_has_the_documented_form(outcome: Outcome) -> None:
    record = form_of(CASES[outcome])
    assert record.outcome == outcome.value
    assert record.map_version == 7
    assert {release.layer for release in record.releases} == {"cleaning", "street"}


@given(
    st.floats(-1, 5).map(lambda x: round(x, 2)),
    st.floats(-1, 3).map(lambda x: round(x, 2)),
    st.sampled_from([0.0, 5.0, 200.0, 2000.0]),
)
@example(1.0, 1.22, 0.0)  # on the common border of two zones, but for the last bit
def test_every_place_has_the_documented_form(column: float, row: float, accuracy_m: float) -> None:
    record = form_of(CITY.answer(column, row, accuracy_m=accuracy_m))
    picked = [c for c in record.candidates if c.lost_by is None]
    assert len(picked) == (record.lead is not None)
    assert (record.question is not None) is (record.outcome == "ambiguous")


def test_a_doubtful_place_asks_on_which_side_it_is() -> None:
    question = form_of(CASES[Outcome.AMBIGUOUS]).question
    assert question is not None
    assert "“Z1区”（西侧）、“Z2区”（东侧）" in question.zh
    assert '"Z1区" (west side), "Z2区" (east side)' in question.en
    assert [(it.id, it.organisation and it.organisation.code) for it in question.options] == [
        ("cleaning/Z1", "x"),
        ("cleaning/Z2", "y"),
    ]


def test_a_zone_in_another_that_leads_around_it_asks_about_both() -> None:
    parks = layer("parks", overlap_allowed=True)
    city = Map(
        [Box(parks, "P", 0, 0), Box(STREETS, "S", -1, -1, 4, 4)],
        [responsible("p", "parks", "P"), responsible("s", "street", "S", priority=1)],
    )
    question = form_of(city.answer(1, 0.5, accuracy_m=20)).question
    assert question is not None
    assert question.zh == "地点在“P区”之内还是之外？"
    assert [(it.id, it.en) for it in question.options] == [
        ("parks/P", '"P区" (west side)'),
        ("street/S", '"S区" (the rest of the ground)'),
    ]
    assert [it.organisation and it.organisation.code for it in question.options] == ["p", "s"]


def test_the_edge_of_the_only_zone_asks_whether_it_is_inside() -> None:
    alone = Map([Box(CLEANING, "Z1", 0, 0)], [responsible("x", "cleaning", "Z1")])
    question = form_of(alone.answer(1, 0.5)).question
    assert question is not None
    assert "inside or outside" in question.en
    assert [option.id for option in question.options] == ["cleaning/Z1", "elsewhere"]


def test_each_area_is_offered_once_with_whoever_leads_there() -> None:
    """The second lead of the west is beaten there by the first, and has nothing in the east."""
    claims = [
        responsible("a", "cleaning", "W", category_code="0201"),
        responsible("b", "cleaning", "W"),
        responsible("c", "cleaning", "E"),
    ]
    city = Map([Box(CLEANING, "W", 0, 0), Box(CLEANING, "E", 1, 0, columns=2)], claims)
    record = record_of(city.answer(1.005, 0.5, accuracy_m=30))
    options = [(it["id"], it["organisation"]["code"]) for it in record["question"]["options"]]
    assert options == [("cleaning/E", "c"), ("cleaning/W", "a")]
