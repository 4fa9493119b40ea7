"""Rules in the decision: which layers are asked, who leads; and what fails is seen."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.routing.facts import Basis, Organisation, Outcome
from gridsvc.routing.record import record_of
from gridsvc.routing.service import Answer
from gridsvc.rules.rule import Rule
from gridsvc.rules.special import SpecialDay
from gridsvc.rules.window import Hours, Window
from tests.routing.maps import BEGAN, NOON, Box, Map, category, id_of, layer, responsible

STREETS = layer("street", "street")
ESTATES = layer("sub_estate", "sub_estate")
CLEANING = layer("cleaning", basis=Basis.TERRITORY)
MARKETS = layer("markets", basis=Basis.TERRITORY)
POWER = layer("power", basis=Basis.OWNER)
BOXES = [
    Box(STREETS, "S1", 0, 0, 4, 4),
    Box(ESTATES, "E1", 0, 0, 1, 1, estate_type="old"),
    Box(CLEANING, "Z1", 0, 0, 4, 4),
    Box(MARKETS, "M1", 0, 0, 2, 2),
    Box(POWER, "P1", 0, 0, 4, 4),
]
CLAIMS = [
    responsible("clean", "cleaning", "Z1"),
    responsible("market", "markets", "M1", priority=1),
    responsible("power", "power", "P1"),
    responsible("duty", "street", "S1", role="duty"),
]
PEOPLE = {
    id_of(code): Organisation(id_of(code), code, f"单位{code}", f"Body {code}")
    for code in ("night", "helper")
}


def rule(code: str = "R1", **changes: Any) -> Rule:
    values = {"id": id_of(code), "title": "夜市规则", "title_en": "Night rule", "valid_from": BEGAN}
    return Rule(code=code, **{**values, **changes})


def asked(*rules: Rule, where: tuple[float, float] = (0.5, 0.5), **changes: Any) -> Answer:
    days = changes.pop("days", ())
    rest = {"rules": rules, "organisations": PEOPLE, "special_days": tuple(days)}
    return Map(BOXES, CLAIMS, rest).answer(*where, **changes)


def lead(answer: Answer) -> str | None:
    return answer.decision.lead.code if answer.decision.lead else None


class TestLayers:
    def test_without_a_rule_priority_decides_among_the_territories(self) -> None:
        assert lead(asked()) == "clean"

    def test_the_first_layer_of_the_rule_with_a_lead_owns(self) -> None:
        answer = asked(rule(layers=("markets", "cleaning")))
        assert lead(answer) == "market"
        lost = {it.candidate.organisation.code: it.reason for it in answer.decision.losers}
        assert lost == {"clean": "later_layer", "power": "layer_not_asked"}
        assert "rule=R1" in answer.decision.rule_path

    def test_the_next_layer_is_asked_where_the_first_has_none(self) -> None:
        assert lead(asked(rule(layers=("markets", "cleaning")), where=(3.5, 3.5))) == "clean"

    def test_where_no_layer_of_the_rule_has_a_lead_the_duty_organisation_takes_it(self) -> None:
        answer = asked(rule(layers=("markets",)), where=(3.5, 3.5))
        assert answer.decision.outcome is Outcome.FALLBACK
        assert lead(answer) == "duty"

    def test_an_order_of_layers_outweighs_the_basis_of_a_component(self) -> None:
        component = category(kind="component")
        assert lead(asked(category=component)) == "power"
        assert lead(asked(rule(layers=("cleaning", "power")), category=component)) == "clean"

    def test_the_leads_of_its_co_layers_help(self) -> None:
        decision = asked(rule(layers=("markets",), co_layers=("power",))).decision
        assert [helper.code for helper in decision.co_handlers] == ["power"]

    def test_a_co_layer_is_not_asked_for_the_lead(self) -> None:
        decision = asked(rule(co_layers=("cleaning",))).decision
        assert decision.lead is not None
        assert decision.lead.code == "market"
        assert [helper.code for helper in decision.co_handlers] == ["clean"]


class TestLead:
    def test_a_rule_may_name_the_lead_and_who_helps(self) -> None:
        answer = asked(rule(lead=id_of("night"), co_handlers=(id_of("helper"), id_of("night"))))
        decision = answer.decision
        assert (decision.outcome, lead(answer), decision.pick) == (Outcome.ROUTED, "night", None)
        assert [helper.code for helper in decision.co_handlers] == ["helper"]
        assert {loser.reason for loser in decision.losers} == {"rule_names_lead"}

    def test_the_record_names_the_rule_and_since_when_it_is_so(self) -> None:
        record = record_of(asked(rule(lead=id_of("night"))))
        assert record["rule"]["code"] == "R1"
        assert datetime.fromisoformat(record["rule"]["valid_from"]) == BEGAN
        assert "按规则“夜市规则”（R1）" in record["explanation"]["zh"]
        assert 'By rule "Night rule" (R1) Body night leads' in record["explanation"]["en"]
        assert record["zone"] is None

    def test_outside_all_areas_no_rule_is_followed(self) -> None:
        answer = asked(rule(lead=id_of("night")), where=(9, 9))
        assert answer.decision.outcome is Outcome.OUTSIDE


class TestConditions:
    NIGHT = rule(lead=id_of("night"), window=Window(hours=Hours(time(22), time(6))))

    @pytest.mark.parametrize(
        ("hour", "who"), [(21, "clean"), (22, "night"), (5, "night"), (6, "clean")]
    )
    def test_a_window_speaks_of_the_citys_civil_time(self, hour: int, who: str) -> None:
        assert lead(asked(self.NIGHT, at=datetime(2026, 3, 1, hour, tzinfo=UTC))) == who

    def test_the_type_of_the_sub_estate_counts(self) -> None:
        old = rule(lead=id_of("night"), estate_types=frozenset({"old"}))
        assert lead(asked(old)) == "night"
        assert lead(asked(old, where=(3.5, 3.5))) == "clean"

    def test_special_days_are_looked_up_in_their_list(self) -> None:
        banned = rule(lead=id_of("night"), window=Window(special_days="fireworks"))
        day = SpecialDay(
            id=UUID(int=1),
            list_code="fireworks",
            title="禁放日",
            day=date(2026, 3, 1),
            valid_from=BEGAN,
        )
        assert lead(asked(banned, days=[day])) == "night"
        assert lead(asked(banned, days=[replace(day, day=date(2026, 3, 2))])) == "clean"

    @given(st.integers(-2, 2), st.integers(-2, 2))
    def test_only_what_is_in_force_at_the_time_is_followed(self, begins: int, lasts: int) -> None:
        since = NOON + timedelta(seconds=begins)
        until = since + timedelta(seconds=lasts) if lasts > 0 else None
        holds = since <= NOON and (until is None or until > NOON)
        given_rule = rule(lead=id_of("night"), valid_from=since, valid_to=until)
        assert lead(asked(given_rule)) == ("night" if holds else "clean")


FAILING = {
    "layer_not_in_force": rule(layers=("cleaning", "heating")),
    "organisation_gone": rule(lead=UUID(int=404)),
    "special_days_missing": rule(lead=id_of("night"), window=Window(special_days="nowhere")),
}


@pytest.mark.parametrize("why", FAILING)
class TestFailure:
    def test_it_waits_for_triage_and_says_which_rule_and_why(self, why: str) -> None:
        record = record_of(asked(FAILING[why]))
        assert (record["outcome"], record["lead"]) == ("rule_failed", None)
        assert (record["rule"]["code"], record["rule"]["failure"]) == ("R1", why)
        assert "R1" in record["explanation"]["zh"]
        assert "人工分拨" in record["explanation"]["zh"]
        assert "triage" in record["explanation"]["en"]
        assert {it["lost_by"] for it in record["candidates"]} == {"rule_failed"}

    def test_a_rule_behind_it_is_not_followed_instead(self, why: str) -> None:
        behind = rule("R2", priority=9, lead=id_of("night"))
        assert asked(FAILING[why], behind).decision.outcome is Outcome.RULE_FAILED
