"""What is wrong or odd in a set of rules."""

from dataclasses import replace
from datetime import datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.findings import Severity
from gridsvc.db.base import new_id
from gridsvc.rules.checks import check_rules
from gridsvc.rules.findings import WARNINGS, Fault
from gridsvc.rules.known import Category, Known
from gridsvc.rules.matching import Matched, order, rule_for, rules_about
from gridsvc.rules.rule import Rule
from gridsvc.rules.window import Hours, Season, Window
from tests.rules import values
from tests.rules.values import LAMP, LISTS, NOISE, RUBBISH, rule

POWER = new_id()
EVENT, COMPONENT = frozenset({"event"}), frozenset({"component"})
KNOWN = Known(
    layers=frozenset({"cleaning", "street"}),
    organisations={POWER: "power"},
    categories={
        ("test", "0101"): Category(COMPONENT, "01"),
        ("test", "0201"): Category(EVENT, "02"),
        ("test", "0301"): Category(EVENT, "03"),
        ("test", "01"): Category(COMPONENT, None),
        ("test", "02"): Category(EVENT, None),
        ("test", "03"): Category(EVENT, None),
    },
    special=LISTS,
    estate_types=frozenset({"lane", "tower"}),
    areas={},
)
AT_NIGHT = Window(hours=Hours(time(22), time(6)))
BY_DAY = Window(hours=Hours(time(6), time(22)))
IN_WINTER = Season((11, 15), (3, 15))


def found(*rules: Rule) -> list[tuple[str, tuple[str, ...]]]:
    return [(finding.code.value, finding.rows) for finding in check_rules(rules, KNOWN)]


class TestEachAlone:
    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"layers": ("sewers",)}, "unknown_layer"),
            ({"co_layers": ("sewers",)}, "unknown_layer"),
            ({"category": "9999"}, "unknown_category"),
            ({"category": "0201", "scheme": "other"}, "unknown_category"),
            ({"layers": (), "lead": new_id()}, "unknown_organisation"),
            ({"co_handlers": (POWER, new_id())}, "unknown_organisation"),
            ({"window": Window(special_days="lost")}, "unknown_special_days"),
            ({"estate_types": frozenset({"lane", "castle"})}, "unknown_estate_type"),
            ({"window": Window(season=IN_WINTER, special_days="summer")}, "never_holds"),
            ({"window": Window(weekdays=frozenset({7}), special_days="summer")}, "never_holds"),
            ({"category": "0201", "kind": "component"}, "never_holds"),
            ({"layers": ()}, "says_nothing"),
            ({"lead": POWER}, "lead_and_layers"),
        ],
    )
    def test_what_is_wrong_is_found(self, changes: dict[str, Any], code: str) -> None:
        assert found(rule(**changes)) == [(code, ("R1",))]

    @pytest.mark.parametrize(
        "changes",
        [
            {},
            {"category": "02", "kind": "event", "priority": 3},
            {"layers": (), "lead": POWER},
            {"layers": (), "co_handlers": (POWER,)},
            {"layers": (), "co_layers": ("street",)},
            {"window": Window(season=IN_WINTER, special_days="new_year")},
            {"estate_types": frozenset({"lane"})},
        ],
    )
    def test_nothing_is_found_in_what_is_right(self, changes: dict[str, Any]) -> None:
        assert found(rule(**changes)) == []

    def test_each_finding_is_told_in_both_languages_with_its_weight(self) -> None:
        [unknown, idle] = check_rules([rule(lead=POWER, layers=("sewers",))], KNOWN)
        assert (unknown.severity, idle.severity) == (Severity.ERROR, Severity.WARNING)
        assert '"R1"' in unknown.en
        assert "“sewers”" in unknown.zh
        assert set(Fault) > WARNINGS


class TestTies:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ({}, {}),
            ({"category": "02"}, {"category": "02"}),
            ({"window": AT_NIGHT}, {"kind": "event"}),
            ({"estate_types": frozenset({"lane"})}, {"estate_types": frozenset({"lane", "tower"})}),
            ({"window": AT_NIGHT}, {"window": Window(season=IN_WINTER)}),
            (
                {"window": Window(special_days="summer")},
                {"window": Window(weekdays=frozenset({3}))},
            ),
        ],
    )
    def test_two_that_may_hold_together_and_neither_goes_first(
        self, one: dict[str, Any], other: dict[str, Any]
    ) -> None:
        assert found(rule("B", **one), rule("A", **other)) == [("tie", ("A", "B"))]

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ({"window": AT_NIGHT}, {"window": BY_DAY}),
            ({"kind": "event"}, {"kind": "component"}),
            ({"category": "0201"}, {"category": "0301"}),
            ({"estate_types": frozenset({"lane"})}, {"estate_types": frozenset({"tower"})}),
            (
                {"window": Window(special_days="summer")},
                {"window": Window(special_days="new_year")},
            ),
            (
                {"window": Window(special_days="summer")},
                {"window": Window(weekdays=frozenset({7}))},
            ),
        ],
    )
    def test_not_where_they_never_meet(self, one: dict[str, Any], other: dict[str, Any]) -> None:
        assert found(rule("A", **one), rule("B", **other)) == []

    @given(rules=values.rules, at=values.moments, estate=st.sampled_from([None, "lane", "tower"]))
    def test_without_ties_what_rules_say_decides_and_never_their_codes(
        self, rules: list[Rule], at: datetime, estate: str | None
    ) -> None:
        tied = [set(rows) for code, rows in found(*rules) if code == "tie"]
        for matter in (RUBBISH, NOISE, LAMP):
            holding = [
                one
                for one in rules_about(rules, matter)
                if isinstance(
                    rule_for([one.rule], category=matter, at=at, estate_type=estate, special=LISTS),
                    Matched,
                )
            ]
            ranks = [order(one.rule, one.specificity)[:3] for one in holding]
            for first, second in zip(range(len(ranks)), range(1, len(ranks)), strict=False):
                codes = {holding[first].rule.code, holding[second].rule.code}
                assert (ranks[first] == ranks[second]) <= (codes in tied)


class TestShadows:
    @pytest.mark.parametrize(
        ("first", "later"),
        [
            ({}, {"category": "0201", "priority": 1}),
            ({"category": "02"}, {"category": "0201", "priority": 1}),
            ({"kind": "event"}, {"category": "0201", "priority": 1}),
            (
                {"window": AT_NIGHT, "category": "0201"},
                {"window": AT_NIGHT, "priority": 1, "category": "0201"},
            ),
            (
                {"estate_types": frozenset({"lane"})},
                {"estate_types": frozenset({"lane"}), "priority": 2},
            ),
        ],
    )
    def test_one_that_is_never_asked(self, first: dict[str, Any], later: dict[str, Any]) -> None:
        assert found(rule("B", **later), rule("A", **first)) == [("shadowed", ("B", "A"))]

    @pytest.mark.parametrize(
        ("first", "later"),
        [
            ({"category": "0201"}, {}),
            ({"category": "0201"}, {"category": "02", "priority": 1}),
            ({"window": AT_NIGHT}, {"priority": 1}),
            ({"estate_types": frozenset({"lane"})}, {"priority": 1}),
            ({"kind": "component"}, {"category": "0201", "priority": 1}),
            ({"category": "03"}, {"category": "0201", "priority": 1}),
        ],
    )
    def test_not_one_that_has_its_turn(self, first: dict[str, Any], later: dict[str, Any]) -> None:
        assert found(rule("A", **first), rule("B", **later)) == []

    @given(rules=values.rules, at=values.moments, estate=st.sampled_from([None, "lane", "tower"]))
    def test_one_that_is_shadowed_is_never_the_one(
        self, rules: list[Rule], at: datetime, estate: str | None
    ) -> None:
        shadowed = {rows[0] for code, rows in found(*rules) if code == "shadowed"}
        for matter in (RUBBISH, NOISE, LAMP):
            told = rule_for(rules, category=matter, at=at, estate_type=estate, special=LISTS)
            assert not (isinstance(told, Matched) and told.rule.code in shadowed)


@given(data=st.data(), rules=values.rules)
def test_the_order_of_rows_means_nothing(data: st.DataObject, rules: list[Rule]) -> None:
    shuffled = data.draw(st.permutations(rules))
    assert check_rules(shuffled, KNOWN) == check_rules(rules, KNOWN)


def test_a_rule_that_never_holds_is_neither_tied_nor_shadowed() -> None:
    never = rule("B", category="0201", kind="component")
    assert found(rule("A"), never, replace(never, code="C")) == [
        ("never_holds", ("B",)),
        ("never_holds", ("C",)),
    ]
