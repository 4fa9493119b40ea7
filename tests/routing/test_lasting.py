"""The map of a moment, taken to have held always, says of itself when it began."""

from dataclasses import replace
from datetime import timedelta

from gridsvc.catalogue.repository import CategoryRecord
from gridsvc.routing.edition import Edition
from gridsvc.routing.lasting import EVER, lasting
from gridsvc.rules.rule import Rule
from tests.routing.maps import BEGAN, NOON, Map, category
from tests.routing.test_rules import BOXES, CLAIMS, rule

AGES_AGO = BEGAN - timedelta(days=300)
LATER = NOON + timedelta(days=1)


def edition(*rules: Rule, **categories: tuple[CategoryRecord, ...]) -> Edition:
    made = Map(BOXES, CLAIMS, {"rules": rules}).edition()
    return replace(made, catalogue=categories)


def test_a_rule_that_holds_now_held_always_and_tells_since_when() -> None:
    rules = rule("R1"), rule("OVER", valid_to=NOON), rule("COMES", valid_from=LATER)
    [held] = lasting(edition(*rules), NOON).rules
    assert (held.code, held.valid_from, held.began) == ("R1", EVER, BEGAN)
    assert held.in_force(AGES_AGO)


def test_no_edition_remembers_what_another_was_asked() -> None:
    first = edition(rule("R1", valid_to=LATER), rule("R2", kind="component"))
    assert first.rule(category(), at=NOON, estate_type=None) is not None
    assert lasting(first, LATER).rule(category(), at=NOON, estate_type=None) is None


def test_the_last_version_of_a_category_stays() -> None:
    ended = category("0901", valid_to=NOON)
    newer = category("0201", name="新名称", valid_from=NOON)
    catalogue = {"0901": (ended,), "0201": (category("0201", valid_to=NOON), newer)}
    held = lasting(edition(**catalogue), LATER).catalogue
    assert held["0901"][0].holds(LATER)
    assert [(it.name, it.holds(AGES_AGO)) for it in held["0201"]] == [("新名称", True)]


def test_two_schemes_keep_their_categories_of_one_code() -> None:
    catalogue = {"0201": (category(), category(scheme="other"))}
    held = lasting(edition(**catalogue), NOON).catalogue
    assert {it.scheme for it in held["0201"]} == {"test", "other"}
