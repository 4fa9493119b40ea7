"""The rule: one owner or a named outcome, by a documented order, whatever the order of rows."""

from dataclasses import replace
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gridsvc.routing.decision import decide
from gridsvc.routing.doubt import possible_leads
from gridsvc.routing.facts import Basis, Candidate, Decision, Facts, Favour, Kind, Outcome
from gridsvc.routing.order import LATER_LAYER, REASONS, order
from tests.routing.facts import CANDIDATES, all_facts, candidate, facts, place


@given(all_facts())
def test_there_is_one_owner_or_a_named_outcome(given_facts: Facts) -> None:
    decision = decide(given_facts)
    if not given_facts.located:
        assert decision.outcome is Outcome.UNLOCATED
    elif given_facts.candidates:
        assert decision.outcome in {Outcome.ROUTED, Outcome.AMBIGUOUS}
        assert decision.pick in given_facts.candidates
    elif given_facts.chain:
        assert decision.outcome is Outcome.FALLBACK
        covering = [duty for duty in given_facts.duties if duty.place.covers]
        assert decision.pick in covering if covering else decision.pick is None
    else:
        assert decision.outcome is Outcome.OUTSIDE
    if decision.outcome in {Outcome.OUTSIDE, Outcome.UNLOCATED}:
        assert decision.pick is None
    assert decision.rule_path


@given(all_facts())
def test_figures_stay_in_their_bounds(given_facts: Facts) -> None:
    decision = decide(given_facts)
    assert 0 <= decision.confidence <= 1
    assert decision.distance_to_boundary_m is None or decision.distance_to_boundary_m >= 0


@given(all_facts(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(given_facts: Facts, random: Random) -> None:
    def shuffled(rows: Any) -> Any:
        return random.sample(list(rows), len(rows))

    other = replace(
        given_facts,
        candidates=shuffled(given_facts.candidates),
        co_handlers=shuffled(given_facts.co_handlers),
        duties=shuffled(given_facts.duties),
    )
    assert decide(other) == decide(given_facts)


@given(all_facts(candidates=1))
def test_every_candidate_is_told_of_once(given_facts: Facts) -> None:
    decision = decide(given_facts)
    told = [decision.pick, *(loser.candidate for loser in decision.losers)]
    assert sorted(map(id, told)) == sorted(map(id, given_facts.candidates))
    assert {loser.reason for loser in decision.losers} <= {*REASONS, LATER_LAYER}


@given(all_facts(candidates=2), st.data())
def test_a_loser_that_is_not_there_changes_no_pick(given_facts: Facts, data: st.DataObject) -> None:
    decision = decide(given_facts)
    kept = data.draw(st.sets(st.sampled_from(range(len(decision.losers)))))
    assert decision.pick is not None
    fewer = [decision.pick, *(decision.losers[number].candidate for number in kept)]
    assert decide(replace(given_facts, candidates=fewer)).pick == decision.pick


@given(st.lists(CANDIDATES, min_size=1), st.sampled_from(Kind))
def test_no_two_candidates_stand_at_the_same_place_of_the_order(
    candidates: list[Candidate], kind: Kind
) -> None:
    assume(len({c.claim.id for c in candidates}) == len(candidates))
    keys = {order(c, facts(*candidates, kind=kind)) for c in candidates}
    assert len(keys) == len(candidates)


# For each point of the order: what the winner has, what the loser has, all else being the same.
ORDER: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("border_policy", {}, {"favour": Favour.OVERRULED}),
    ("not_covering", {"inside_m": 0.0}, {"inside_m": -0.001}),
    ("basis", {"basis": Basis.TERRITORY}, {"basis": Basis.OWNER}),
    ("priority", {"priority": 0}, {"priority": 1}),
    ("less_specific", {"specificity": 0}, {"specificity": 1}),
    ("less_specific", {"specificity": 1}, {"specificity": 2}),
    ("whole_layer", {"whole_layer": False}, {"whole_layer": True}),
    ("smaller_share", {"share": 0.6}, {"share": 0.4}),
    ("larger_area", {"area_m2": 10.0}, {"area_m2": 11.0}),
    ("layer_code", {"layer": "a"}, {"layer": "b"}),
    ("area_code", {"code": "A"}, {"code": "B"}),
    ("organisation_code", {"who": "x"}, {"who": "y"}),
    ("responsibility_id", {"responsibility_id": UUID(int=1)}, {"responsibility_id": UUID(int=2)}),
]
OF_PLACE = {"inside_m", "share", "area_m2", "layer", "code"}


def made(who: str = "x", **changes: Any) -> Candidate:
    inner = {name: value for name, value in changes.items() if name in OF_PLACE}
    outer = {name: value for name, value in changes.items() if name not in OF_PLACE}
    return candidate(who, place(**inner), **outer)


class TestOrder:
    @pytest.mark.parametrize(("reason", "better", "worse"), ORDER)
    def test_each_point_decides_and_is_named(
        self, reason: str, better: dict[str, Any], worse: dict[str, Any]
    ) -> None:
        winner, loser = made(**better), made(**worse)
        decision = decide(facts(loser, winner))
        assert decision.pick == winner
        assert [(lost.candidate, lost.reason) for lost in decision.losers] == [(loser, reason)]

    @pytest.mark.parametrize("place_in_order", range(len(ORDER) - 1))
    def test_an_earlier_point_outweighs_all_later_ones(self, place_in_order: int) -> None:
        earlier, *later = ORDER[place_in_order:]
        different = [line for line in later if line[0] != earlier[0]]
        winner = made(**earlier[1], **{k: v for line in different for k, v in line[2].items()})
        loser = made(**earlier[2], **{k: v for line in different for k, v in line[1].items()})
        decision = decide(facts(loser, winner))
        assert decision.pick == winner
        assert decision.losers[0].reason == earlier[0]

    def test_every_reason_is_in_the_table(self) -> None:
        assert {reason for reason, _, _ in ORDER} == set(REASONS)

    def test_a_component_goes_to_its_owner_first_and_an_event_to_the_territory(self) -> None:
        owner = made(who="o", basis=Basis.OWNER, code="O")
        territory = made(who="t", basis=Basis.TERRITORY, code="T")
        both = facts(owner, territory)
        assert decide(replace(both, kind=Kind.COMPONENT)).pick == owner
        assert decide(replace(both, kind=Kind.EVENT)).pick == territory


class TestAmbiguity:
    @pytest.mark.parametrize(
        ("candidates", "leads"),
        [
            pytest.param([made()], {"x"}, id="one that holds the whole disc"),
            pytest.param([made(share=0.9)], {"x", None}, id="part of the disc is nobody's"),
            pytest.param(
                [made("x", share=0.6), made("y", share=0.4, code="B", inside_m=-1)],
                {"x", "y"},
                id="two across a border",
            ),
            pytest.param(
                [made("x", share=0.6), made("x", share=0.4, code="B", inside_m=-1)],
                {"x"},
                id="two areas of one organisation",
            ),
            pytest.param(
                [made("x"), made("y", priority=1)], {"x"}, id="a second that can never win"
            ),
            pytest.param(
                [made("x", share=0.3), made("y", priority=1)], {"x", "y"}, id="a second beyond"
            ),
        ],
    )
    def test_who_may_lead_from_somewhere_in_the_disc(
        self, candidates: list[Candidate], leads: set[str | None]
    ) -> None:
        given_facts = facts(*candidates)
        assert possible_leads(given_facts) == leads
        ambiguous = decide(given_facts).outcome is Outcome.AMBIGUOUS
        assert ambiguous is (len(leads) > 1)

    @given(st.lists(CANDIDATES.filter(lambda c: c.place.covers), min_size=1, max_size=5))
    def test_the_pick_of_a_covered_point_is_among_them(self, candidates: list[Candidate]) -> None:
        given_facts = facts(*candidates)
        pick = decide(given_facts).pick
        assert pick is not None
        assert pick.organisation.code in possible_leads(given_facts)

    def test_two_leads_on_one_ground_are_ambiguous_unless_the_layer_allows_it(self) -> None:
        first, second = made("x"), made("y", code="B")
        assert decide(facts(first, second)).outcome is Outcome.AMBIGUOUS
        allowed = [made(who, code=who, overlap_allowed=True) for who in "xy"]
        assert decide(facts(*allowed)).outcome is Outcome.ROUTED

    @pytest.mark.parametrize(
        "second",
        [
            made("y", code="B", priority=1),
            made("y", code="B", specificity=3),
            made("y", code="B", layer="power"),
            made("x", code="B"),
        ],
    )
    def test_one_that_ranks_below_or_is_the_same_does_not_contradict(
        self, second: Candidate
    ) -> None:
        assert decide(facts(made("x"), second)).outcome is Outcome.ROUTED


class TestConfidence:
    def test_it_is_the_share_of_the_disc_in_the_organisations_areas(self) -> None:
        across = [made("x", share=0.5), made("x", share=0.25, code="B"), made("y", share=0.25)]
        assert decide(facts(*across)).confidence == 0.75

    def test_one_area_counts_once(self) -> None:
        twice = [made("x", share=0.5), made("x", share=0.5, responsibility_id=UUID(int=2))]
        assert decide(facts(*twice)).confidence == 0.5


CHAIN = tuple(
    place(f"L{number}", level=level, layer=level)
    for number, level in enumerate(("district", "street", "community", "grid"))
)


def fallback(*duties: Candidate) -> Decision:
    return decide(facts(chain=CHAIN, duties=duties))


class TestFallback:
    @given(st.sets(st.sampled_from(range(4)), min_size=1))
    def test_the_smallest_covering_area_with_a_duty_organisation_takes_it(
        self, levels: set[int]
    ) -> None:
        decision = fallback(*(candidate("xyzw"[level], CHAIN[level]) for level in levels))
        assert decision.outcome is Outcome.FALLBACK
        assert decision.pick is not None
        assert decision.pick.place == CHAIN[max(levels)]

    def test_an_administrative_area_comes_before_a_zone(self) -> None:
        zone = candidate("z", place("Z", area_m2=1.0))
        decision = fallback(zone, candidate("x", CHAIN[0]))
        assert decision.pick is not None
        assert decision.pick.place == CHAIN[0]

    def test_priority_decides_within_one_area(self) -> None:
        decision = fallback(candidate("x", CHAIN[1], priority=1), candidate("y", CHAIN[1]))
        assert decision.pick is not None
        assert decision.pick.organisation.code == "y"

    def test_a_duty_of_a_place_that_is_only_near_does_not_count(self) -> None:
        decision = fallback(candidate("x", place("N", inside_m=-1.0)))
        assert decision.pick is None
        assert decision.outcome is Outcome.FALLBACK
        assert "no_duty_organisation" in decision.rule_path


class TestCoHandlers:
    def test_each_helps_once_and_the_lead_not_at_all(self) -> None:
        helpers = [made("x"), made("y"), made("y", code="B"), made("z", inside_m=-1.0)]
        decision = decide(facts(made("x"), co_handlers=helpers))
        assert [helper.code for helper in decision.co_handlers] == ["y"]

    def test_they_help_in_a_fallback_too(self) -> None:
        decision = decide(
            facts(chain=CHAIN, duties=[candidate("x", CHAIN[0])], co_handlers=[made("y")])
        )
        assert [helper.code for helper in decision.co_handlers] == ["y"]


class TestNowhere:
    def test_outside_all_names_the_nearest_area(self) -> None:
        nearest = place("N", inside_m=-250.0)
        decision = decide(facts(nearest=nearest))
        assert (decision.outcome, decision.nearest) == (Outcome.OUTSIDE, nearest)
        assert decision.distance_to_boundary_m == 250.0

    def test_without_coordinates_nothing_is_found_whatever_else_is_known(self) -> None:
        decision = decide(facts(made(), located=False))
        assert (decision.outcome, decision.pick) == (Outcome.UNLOCATED, None)


class TestDoubt:
    """What the accuracy leaves open, and what it does not."""

    def test_a_second_responsibility_for_the_same_ground_removes_no_doubt(self) -> None:
        edge = place(inside_m=1.0, share=0.51)
        once = decide(facts(candidate("x", edge)))
        twice = decide(
            facts(
                candidate("x", edge),
                candidate("x", edge, specificity=0, responsibility_id=UUID(int=2)),
            )
        )
        assert once.outcome is twice.outcome is Outcome.AMBIGUOUS
        assert once.confidence == twice.confidence == 0.51

    def test_areas_of_two_layers_that_lie_on_each_other_do_not_add_up(self) -> None:
        here = candidate("x", place("A", inside_m=1.0, share=0.51))
        there = candidate("x", place("B", layer="power", inside_m=1.0, share=0.51))
        assert decide(facts(here, there)).outcome is Outcome.AMBIGUOUS

    def test_two_leads_on_one_ground_contradict(self) -> None:
        decision = decide(facts(candidate("x", place("A")), candidate("y", place("B"))))
        assert decision.contradicted
        assert decision.outcome is Outcome.AMBIGUOUS

    @pytest.mark.parametrize(
        "changes",
        [{"overlap_allowed": True}, {"whole_layer": True}, {"priority": 1}, {"specificity": 1}],
    )
    def test_what_the_order_settles_is_no_contradiction(self, changes: dict[str, Any]) -> None:
        other = candidate("y", place("B"), **changes)
        pick = candidate("x", place("A"), overlap_allowed=changes.get("overlap_allowed", False))
        assert not decide(facts(pick, other)).contradicted

    def test_a_common_border_is_no_contradiction(self) -> None:
        sides = [place(code, inside_m=0.0, share=0.5) for code in "AB"]
        decision = decide(facts(candidate("x", sides[0]), candidate("y", sides[1])))
        assert decision.outcome is Outcome.AMBIGUOUS
        assert not decision.contradicted

    def test_a_fallback_near_a_border_names_who_is_on_duty_beyond_it(self) -> None:
        near = place("S1", layer="street", level="street", inside_m=1.0, share=0.5)
        beyond = place("S2", layer="street", level="street", inside_m=-1.0, share=0.5)
        duties = (candidate("x", near), candidate("y", beyond))
        decision = decide(facts(chain=(near,), duties=duties))
        assert decision.outcome is Outcome.FALLBACK
        assert decision.pick == duties[0]
        assert [loser.candidate for loser in decision.losers] == [duties[1]]

    def test_two_zones_of_one_lead_leave_nothing_to_who_comes_after(self) -> None:
        sides = [place(code, inside_m=inside, share=0.5) for code, inside in (("A", 1), ("B", -1))]
        behind = candidate("z", place("D", layer="district"), priority=1)
        decision = decide(facts(*(candidate("x", side) for side in sides), behind))
        assert decision.outcome is Outcome.ROUTED
        assert decision.rivals == ()

    def test_who_is_beaten_wherever_its_own_area_lies_may_not_lead(self) -> None:
        """On the other side somebody else leads, and this one has nothing there."""
        sides = [place(code, share=share) for code, share in (("A", 0.4), ("B", 0.6))]
        of_minor, of_all = candidate("x", sides[0]), candidate("y", sides[0], priority=1)
        beyond = candidate("z", sides[1], priority=2)
        decision = decide(facts(of_minor, of_all, beyond))
        assert {decision.lead and decision.lead.code, *(it.code for it in decision.rivals)} == {
            "x",
            "z",
        }

    def test_only_who_may_lead_is_named_as_a_rival(self) -> None:
        sides = [place(code, inside_m=inside, share=0.5) for code, inside in (("A", 1), ("B", -1))]
        behind = candidate("z", place("D", layer="district"), priority=1)
        decision = decide(facts(candidate("x", sides[0]), candidate("y", sides[1]), behind))
        assert decision.outcome is Outcome.AMBIGUOUS
        assert [rival.code for rival in decision.rivals] == ["y"]
