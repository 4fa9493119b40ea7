"""Which rule holds: one total order, and failures that everybody sees."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.rules.border import BorderKind
from gridsvc.rules.matching import Matched, RuleFailure, order, policies_about, rule_for
from gridsvc.rules.rule import Rule
from gridsvc.rules.window import Hours, Window
from tests.factories import cell
from tests.rules import values
from tests.rules.values import BEGAN, LISTS, NOISE, RUBBISH, policy, rule

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
AT_NIGHT = Window(hours=Hours(time(22), time(6)))


def found(*rules: Rule, **changes: Any) -> Matched | RuleFailure | None:
    asked: dict[str, Any] = {"category": RUBBISH, "at": NOON, "estate_type": None, "special": LISTS}
    return rule_for(rules, **(asked | changes))


def code_of(answer: Matched | RuleFailure | None) -> str | None:
    return answer.rule.code if isinstance(answer, Matched) else None


class TestTheOrder:
    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (rule("Z", priority=0), rule("A", priority=1, category="0201")),
            (rule("Z", category="0201"), rule("A", category="02")),
            (rule("Z", category="02"), rule("A")),
            (rule("Z", category="0201"), rule("A", category="02", kind="event")),
            (rule("Z", kind="event"), rule("A")),
            (rule("Z", window=Window(weekdays=frozenset({1}))), rule("A")),
            (rule("A"), rule("Z")),
        ],
    )
    def test_each_step_decides_before_the_next(self, first: Rule, second: Rule) -> None:
        assert code_of(found(first, second)) == code_of(found(second, first)) == first.code

    @given(data=st.data(), rules=values.rules, at=values.moments)
    def test_the_order_of_rows_means_nothing(
        self, data: st.DataObject, rules: list[Rule], at: datetime
    ) -> None:
        shuffled = data.draw(st.permutations(rules))
        estate = data.draw(st.sampled_from([None, "lane", "tower"]))
        asked = {"at": at, "estate_type": estate}
        assert found(*rules, **asked) == found(*shuffled, **asked)

    @given(rules=values.rules, at=values.moments)
    def test_the_one_that_holds_is_the_first_of_all_that_hold_alone(
        self, rules: list[Rule], at: datetime
    ) -> None:
        alone = [found(one, at=at) for one in rules]
        holding = [one for one in alone if isinstance(one, Matched)]
        first = min(holding, key=lambda one: order(one.rule, one.specificity), default=None)
        assert found(*rules, at=at) == first

    @given(rules=values.rules, at=values.moments, other=st.sampled_from(["03", "0301"]))
    def test_a_rule_about_something_else_changes_nothing(
        self, rules: list[Rule], at: datetime, other: str
    ) -> None:
        assert found(*rules, at=at) == found(*rules, rule("R99", category=other), at=at)


class TestWhatMustHold:
    def test_the_category_is_that_of_the_scheme(self) -> None:
        assert found(rule(category="0201", scheme="other")) is None
        assert found(rule(category="02"), category=NOISE) is None

    def test_how_exactly_the_category_is_named_is_told(self) -> None:
        told = [found(rule(category=code)) for code in ("0201", "02", None)]
        assert [one.specificity for one in told if isinstance(one, Matched)] == [0, 1, 2]

    def test_the_kind(self) -> None:
        assert found(rule(kind="component")) is None
        assert code_of(found(rule(kind="event"))) == "R1"

    def test_the_type_of_the_sub_estate(self) -> None:
        lanes = rule(estate_types=frozenset({"lane"}))
        assert found(lanes) is None
        assert found(lanes, estate_type="tower") is None
        assert code_of(found(lanes, estate_type="lane")) == "R1"

    def test_the_moment(self) -> None:
        night = rule(window=AT_NIGHT)
        assert found(night) is None
        assert code_of(found(night, at=NOON.replace(hour=23))) == "R1"

    def test_the_validity(self) -> None:
        ended = rule(valid_to=NOON)
        assert found(ended) is None
        assert found(ended, at=BEGAN - timedelta(seconds=1)) is None
        assert code_of(found(ended, at=NOON - timedelta(seconds=1))) == "R1"

    def test_no_rule_is_no_answer(self) -> None:
        assert found() is None


class TestFailures:
    LOST = rule("R1", category="02", window=Window(special_days="lost"))

    def test_a_rule_that_nobody_can_evaluate_is_told(self) -> None:
        told = found(self.LOST, rule("R2"))
        assert isinstance(told, RuleFailure)
        assert (told.rule, told.code) == (self.LOST, "special_days_missing")
        assert '"lost"' in told.en
        assert "“lost”" in told.zh

    def test_not_if_an_earlier_one_holds(self) -> None:
        assert code_of(found(self.LOST, rule("R2", category="0201"))) == "R2"

    @pytest.mark.parametrize(
        "changes",
        [
            {"window": replace(AT_NIGHT, special_days="lost")},
            {"estate_types": frozenset({"lane"})},
            {"category_code": "03"},
            {"valid_to": NOON},
        ],
    )
    def test_not_if_it_would_not_hold_anyway(self, changes: dict[str, Any]) -> None:
        assert code_of(found(replace(self.LOST, **changes), rule("R2"))) == "R2"


class TestBorderPolicies:
    PARK = policy("Z1", kind=BorderKind.EXCEPTION, shape=cell(0, 0))
    ROAD = policy("Y1", kind=BorderKind.PARITY, road="人民路")
    SIDE = policy("X1")

    def test_a_shape_before_a_road_before_a_border(self) -> None:
        joint = policy("A1", kind=BorderKind.JOINT)
        shared = policy("A2", kind=BorderKind.JOINT, shape=cell(0, 0))
        given = [joint, self.SIDE, self.ROAD, self.PARK, shared]
        assert [one.code for one in policies_about(given, RUBBISH, at=NOON)] == [
            *("A2", "Z1", "Y1", "A1", "X1")
        ]

    def test_priority_and_category_come_first(self) -> None:
        exact = policy("X2", scheme="test", category_code="0201")
        later = policy("W1", priority=1, scheme="test", category_code="0201")
        other = policy("V1", scheme="test", category_code="0301")
        told = policies_about([later, self.PARK, exact, other], RUBBISH, at=NOON)
        assert [one.code for one in told] == ["X2", "Z1", "W1"]

    def test_only_what_is_in_force(self) -> None:
        assert list(policies_about([policy(valid_to=NOON)], RUBBISH, at=NOON)) == []

    @given(order=st.permutations(["A", "B", "C", "D"]))
    def test_the_order_of_rows_means_nothing(self, order: list[str]) -> None:
        given = [policy(code, id=UUID(int=ord(code))) for code in order]
        assert [one.code for one in policies_about(given, RUBBISH, at=NOON)] == sorted(order)
