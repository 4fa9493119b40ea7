"""Declared borders: who has what lies on or across one, and how far that settles a doubt."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.routing.borders import Borders
from gridsvc.routing.facts import Decision, Outcome
from gridsvc.routing.record import record_of
from gridsvc.rules.border import BorderKind, BorderPolicy
from tests.factories import cell
from tests.routing.maps import BEGAN, NOON, Box, Map, id_of, layer, responsible

CLEANING = layer("cleaning", overlap_allowed=False)
OWNERS = layer("owners")
BOXES = [
    Box(CLEANING, "W", 0, 0, 1, 2),
    Box(CLEANING, "E", 1, 0, 1, 2),
    Box(CLEANING, "F", 2, 0, 1, 2),
    Box(OWNERS, "O", 0, 0, 3, 2),
]
CLAIMS = [
    responsible("west", "cleaning", "W"),
    responsible("east", "cleaning", "E"),
    responsible("far", "cleaning", "F"),
    responsible("owner", "owners", "O", category_code="0301"),
]
METRE = 1 / 958
"""In cells, along a row: a cell is 958 m wide here."""


def policy(kind: str = "side", areas: str = "WE", **changes: Any) -> BorderPolicy:
    """A policy of two neighbours, in favour of the western one."""
    values: dict[str, Any] = {
        "id": id_of("policy", changes.get("code", "B1")),
        "code": "B1",
        "title": "中心线归西区",
        "title_en": "The line is the west's",
        "kind": BorderKind(kind),
        "layer": "cleaning",
        "areas": tuple(areas),
        "valid_from": BEGAN,
    }
    return BorderPolicy(**{**values, **changes})


def decided(
    *policies: BorderPolicy, metres: float, row: float = 0.5, border: float = 1, **changes: Any
) -> Decision:
    """Decide so many metres east of a border."""
    city = Map(BOXES, CLAIMS, {"borders": Borders(policies)})
    return city.answer(border + metres * METRE, row, **changes).decision


def lead(decision: Decision) -> str | None:
    return decision.lead.code if decision.lead else None


class TestSide:
    STRIP = policy(within_m=10.0)

    @pytest.mark.parametrize(
        ("metres", "who"), [(-20, "west"), (-1, "west"), (0, "west"), (9, "west"), (11, "east")]
    )
    def test_what_lies_within_some_metres_is_the_favoured_areas(
        self, metres: float, who: str
    ) -> None:
        decision = decided(self.STRIP, metres=metres)
        assert (decision.outcome, lead(decision)) == (Outcome.ROUTED, who)

    def test_the_border_itself_is_settled_without_metres(self) -> None:
        assert decided(metres=0).outcome is Outcome.AMBIGUOUS
        decision = decided(policy(), metres=0)
        assert (decision.outcome, lead(decision)) == (Outcome.ROUTED, "west")
        assert "border=B1" in decision.rule_path

    def test_the_loser_is_told_that_the_policy_decided(self) -> None:
        decision = decided(self.STRIP, metres=5)
        lost = {loser.candidate.organisation.code: loser.reason for loser in decision.losers}
        assert lost["east"] == "border_policy"

    @pytest.mark.parametrize(("metres", "accuracy", "settled"), [(2, 7, True), (2, 9, False)])
    def test_a_fix_that_reaches_beyond_the_strip_stays_in_doubt(
        self, metres: float, accuracy: float, settled: bool
    ) -> None:
        decision = decided(self.STRIP, metres=metres, accuracy_m=accuracy)
        assert lead(decision) == "west"
        assert (decision.outcome is Outcome.ROUTED) is settled

    def test_a_fix_from_which_the_strip_is_possible_is_in_doubt(self) -> None:
        decision = decided(self.STRIP, metres=15, accuracy_m=6)
        assert (decision.outcome, lead(decision)) == (Outcome.AMBIGUOUS, "east")
        assert [rival.code for rival in decision.rivals] == ["west"]

    def test_it_says_nothing_of_another_border(self) -> None:
        assert decided(self.STRIP, metres=0, border=2).outcome is Outcome.AMBIGUOUS

    def test_the_ground_of_a_third_area_stays_its_own(self) -> None:
        wide = policy(within_m=2000.0)
        decision = decided(wide, metres=300, border=2)
        assert (decision.outcome, lead(decision)) == (Outcome.ROUTED, "far")

    @pytest.mark.parametrize(
        "changes",
        [
            {"scheme": "test", "category_code": "0301"},
            {"scheme": "other", "category_code": "0201"},
            {"valid_to": NOON},
        ],
    )
    def test_a_policy_for_something_else_is_not_applied(self, changes: dict[str, Any]) -> None:
        assert lead(decided(policy(within_m=10.0, **changes), metres=5)) == "east"

    def test_one_for_the_major_class_is(self) -> None:
        major = policy(within_m=10.0, scheme="test", category_code="02")
        assert lead(decided(major, metres=5)) == "west"

    def test_the_lower_priority_number_goes_first(self) -> None:
        other = policy(areas="EW", code="B2", within_m=10.0, priority=1)
        assert lead(decided(other, self.STRIP, metres=5)) == "west"

    def test_a_policy_in_favour_of_an_area_without_a_lead_is_silent(self) -> None:
        city = Map(BOXES, CLAIMS[1:], {"borders": Borders([self.STRIP])})
        decision = city.answer(1 + 5 * METRE, 0.5).decision
        assert (decision.outcome, lead(decision)) == (Outcome.ROUTED, "east")


class TestParity:
    ROAD = policy("parity", road="长江路", within_m=30.0)

    @pytest.mark.parametrize(
        ("address", "who"),
        [
            ("长江路12号", "west"),
            ("长江路13号", "east"),
            ("长江路十二号", "west"),
            ("黄河路12号", "east"),
            ("长江路", "east"),
            (None, "east"),
        ],
    )
    def test_the_number_tells_the_side(self, address: str | None, who: str) -> None:
        assert lead(decided(self.ROAD, metres=5, address=address)) == who

    def test_it_settles_what_the_position_does_not(self) -> None:
        decision = decided(self.ROAD, metres=1, accuracy_m=20, address="长江路13号")
        assert (decision.outcome, lead(decision)) == (Outcome.ROUTED, "east")

    def test_far_from_the_border_a_number_says_nothing(self) -> None:
        assert lead(decided(self.ROAD, metres=300, address="长江路12号")) == "east"


class TestShape:
    PARK = policy("exception", areas="W", shape=cell(0.9, 0.4, 0.3, 0.3))

    def test_what_lies_in_the_shape_is_the_areas_even_where_it_does_not_cover(self) -> None:
        decision = decided(self.PARK, metres=100)
        assert (decision.outcome, lead(decision)) == (Outcome.ROUTED, "west")
        assert decision.pick is not None
        assert not decision.pick.place.covers

    def test_beyond_the_shape_everything_is_as_before(self) -> None:
        assert lead(decided(self.PARK, metres=250)) == "east"

    @pytest.mark.parametrize(("metres", "who"), [(185, "west"), (195, "east")])
    def test_a_disc_across_the_edge_of_the_shape_is_in_doubt(self, metres: float, who: str) -> None:
        decision = decided(self.PARK, metres=metres, accuracy_m=20)
        assert (decision.outcome, lead(decision)) == (Outcome.AMBIGUOUS, who)
        assert {lead(decision), *(it.code for it in decision.rivals)} == {"west", "east"}

    def test_a_shape_goes_before_a_strip(self) -> None:
        strip = policy(areas="EW", code="A0", within_m=50.0)
        assert lead(decided(self.PARK, strip, metres=-5)) == "west"


class TestJoint:
    def test_the_other_areas_leads_help(self) -> None:
        decision = decided(policy("joint", within_m=10.0), metres=5)
        assert (lead(decision), [it.code for it in decision.co_handlers]) == ("west", ["east"])

    def test_in_a_shape_too_however_far_the_other_area_is(self) -> None:
        park = policy("joint", areas="WF", shape=cell(0.9, 0.4, 0.3, 0.3))
        decision = decided(park, metres=100)
        assert (lead(decision), [it.code for it in decision.co_handlers]) == ("west", ["far"])


def test_the_record_and_both_sentences_name_the_policy() -> None:
    city = Map(BOXES, CLAIMS, {"borders": Borders([policy(within_m=10.0)])})
    record = record_of(city.answer(1 + 5 * METRE, 0.5))
    assert (record["border"]["code"], record["border"]["settles"]) == ("B1", True)
    assert "按边界约定“中心线归西区”（B1）划归该区" in record["explanation"]["zh"]
    assert 'the border policy "The line is the west\'s" (B1)' in record["explanation"]["en"]
    assert record["question"] is None


@pytest.mark.parametrize(
    ("metres", "accuracy"), [(9.5, 9), (9.5, 2), (15, 6), (-1, 9), (2, 20), (9.5, 0.6)]
)
def test_who_is_possible_where_a_policy_holds_in_part_is_an_answer(
    metres: float, accuracy: float
) -> None:
    """However little of the disc its ground covers, and whether the favoured area is in it."""
    city = Map(BOXES, CLAIMS, {"borders": Borders([policy(within_m=10.0)])})
    record = record_of(city.answer(1 + metres * METRE, 0.5, accuracy_m=accuracy))
    if record["outcome"] == "routed":
        assert record["question"] is None
        return
    options = record["question"]["options"]
    assert {it["organisation"]["code"] for it in options} == {"west", "east"}
    assert {it["id"] for it in options} == {"cleaning/W", "cleaning/E"}
    west = next(it for it in options if it["id"] == "cleaning/W")
    assert (west["zh"], west["en"]) == ("“W区”（按边界约定）", '"W区" (by the border policy)')


@given(st.floats(-40, 40), st.floats(0, 30), st.floats(0, 30), st.floats(0, 1))
def test_a_settled_strip_holds_wherever_in_the_disc_the_point_lies(
    metres: float, accuracy: float, within: float, along: float
) -> None:
    strip = policy(within_m=within)
    decision = decided(strip, metres=metres, accuracy_m=accuracy)
    if decision.outcome is Outcome.ROUTED:
        # The city's coordinates are rounded to a centimetre.
        elsewhere = metres + (2 * along - 1) * max(0.0, accuracy - 0.05)
        assert accuracy < 0.1 or lead(decided(strip, metres=elsewhere)) == lead(decision)
