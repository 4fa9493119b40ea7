"""Which rule holds for a matter at a moment, and which border policies. Pure.

Rules that speak of the matter have a total order, whatever the order of their rows: the lower
priority number first; then the more exact category (minor class, major class, all); then the one
that asks for more conditions; then by code. The first one whose conditions hold is the one. A rule
that cannot be evaluated when it is its turn ends the search visibly: it is never skipped.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gridsvc.rules.border import BorderPolicy
from gridsvc.rules.rule import Rule
from gridsvc.rules.window import SpecialDays


class Matter(Protocol):
    """A minor class as a scheme has it."""

    @property
    def scheme(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def major_code(self) -> str: ...
    @property
    def kind(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Matched:
    """The rule that holds; `specificity` is 0 where it names the minor class, 1 major, 2 all."""

    rule: Rule
    specificity: int


@dataclass(frozen=True, slots=True)
class RuleFailure:
    """A rule whose turn it was and that nobody can evaluate: a case for triage."""

    rule: Rule
    code: str
    en: str
    zh: str


def specificity(row: Rule | BorderPolicy, matter: Matter) -> int | None:
    """Tell how exactly a row names a matter: 0 minor, 1 major, 2 all, None not at all."""
    if row.category_code is None:
        return 2
    if row.scheme != matter.scheme:
        return None
    return {matter.major_code: 1, matter.code: 0}.get(row.category_code)


def conditions(rule: Rule) -> int:
    """Count what a rule asks for beside the category."""
    asked = (rule.kind is not None, bool(rule.estate_types))
    return rule.window.conditions + sum(asked)


def order(rule: Rule, exactness: int) -> tuple[object, ...]:
    """Give the sort key of the documented total order."""
    return (rule.priority, exactness, -conditions(rule), rule.code, rule.valid_from, rule.id)


def rules_about(rules: Iterable[Rule], matter: Matter) -> tuple[Matched, ...]:
    """List the rules that speak of a matter at some time and place, in their order."""
    found = [
        Matched(rule, exactness)
        for rule in rules
        if rule.kind in {None, matter.kind} and (exactness := specificity(rule, matter)) is not None
    ]
    return tuple(sorted(found, key=lambda one: order(one.rule, one.specificity)))


def first_holding(
    ordered: Iterable[Matched], *, at: datetime, estate_type: str | None, special: SpecialDays
) -> Matched | RuleFailure | None:
    """Take the first rule that holds at a moment, given in the city's civil time, and a place."""
    for one in ordered:
        rule = one.rule
        if not rule.in_force(at) or (rule.estate_types and estate_type not in rule.estate_types):
            continue
        try:
            if rule.window.holds(at, special):
                return one
        except KeyError:
            return _list_missing(rule)
    return None


def rule_for(
    rules: Iterable[Rule],
    *,
    category: Matter,
    at: datetime,
    estate_type: str | None,
    special: SpecialDays,
) -> Matched | RuleFailure | None:
    """Find the rule for a matter at a moment in civil time, in a sub-estate of some type or none.

    Who asks often about one matter keeps `rules_about` it, and asks `first_holding`.
    """
    ordered = rules_about(rules, category)
    return first_holding(ordered, at=at, estate_type=estate_type, special=special)


def _list_missing(rule: Rule) -> RuleFailure:
    code, name = rule.code, rule.window.special_days
    return RuleFailure(
        rule,
        "special_days_missing",
        en=f'Rule "{code}" asks for the special days "{name}", and there is no such list then.',
        zh=f"规则“{code}”需要特殊日期表“{name}”，而当时没有此表。",
    )


def policies_about(
    policies: Iterable[BorderPolicy], matter: Matter, *, at: datetime
) -> Sequence[BorderPolicy]:
    """List the border policies in force that speak of a matter, in their total order.

    The lower priority number first, then the more exact category, then what is said of a shape
    before what is said of a road's numbers before what is said of a border, then by code.
    """
    found = [
        (exactness, policy)
        for policy in policies
        if policy.in_force(at) and (exactness := specificity(policy, matter)) is not None
    ]
    found.sort(key=lambda one: (one[1].priority, one[0], one[1].ground, one[1].code))
    return [policy for _, policy in found]
