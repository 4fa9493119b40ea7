"""Every decision is told in two languages, in words that name who and why."""

import pytest
from hypothesis import given

from gridsvc.routing.decision import decide
from gridsvc.routing.explain import explain
from gridsvc.routing.facts import Facts, Outcome
from tests.routing.facts import all_facts, candidate, facts, place


def told(given_facts: Facts) -> tuple[str, str]:
    words = explain(decide(given_facts), category="暴露垃圾", category_en="Exposed rubbish")
    return words.zh, words.en


@given(all_facts())
def test_both_languages_always_say_something_and_name_the_lead(given_facts: Facts) -> None:
    zh, en = told(given_facts)
    assert zh.endswith("。")
    assert en.endswith(".")
    pick = decide(given_facts).pick
    if pick is not None:
        assert pick.organisation.name in zh
        assert str(pick.organisation.name_en) in en
    assert "None" not in zh + en


WAITING = {
    Outcome.FALLBACK: facts(chain=(place("S1", level="street", layer="street"),)),
    Outcome.OUTSIDE: facts(nearest=place("S1", inside_m=-812.34)),
    Outcome.UNLOCATED: facts(located=False),
}


@pytest.mark.parametrize("outcome", WAITING)
def test_without_an_owner_it_says_that_a_person_decides(outcome: Outcome) -> None:
    assert decide(WAITING[outcome]).outcome is outcome
    zh, en = told(WAITING[outcome])
    assert "人工分拨" in zh
    assert "triage" in en


def test_outside_names_the_nearest_area_and_how_far_it_is() -> None:
    zh, en = told(WAITING[Outcome.OUTSIDE])
    assert "S1区" in zh
    assert "812米" in zh
    assert "S1区, 812 m away" in en


def test_where_no_area_was_in_force_it_says_so() -> None:
    zh, en = told(facts(nearest=None))
    assert "没有生效的行政区域" in zh
    assert "No administrative area was in force" in en


def test_doubt_names_who_else_it_may_be() -> None:
    near = candidate("y", place("B", inside_m=-2.0, share=0.4))
    zh, en = told(facts(candidate("x", place(share=0.6)), near))
    assert "单位y" in zh
    assert "60%" in zh
    assert "Body y" in en


def test_a_body_without_an_english_name_is_named_in_chinese() -> None:
    chinese_only = candidate("x")
    organisation = type(chinese_only.organisation)(
        chinese_only.organisation.id, "x", "环卫所", None
    )
    _, en = told(facts(candidate("x", organisation=organisation)))
    assert "环卫所" in en
