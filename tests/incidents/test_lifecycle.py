"""The one table of what may be done in which status."""

import pytest

from gridsvc.auth.policy import Permission
from gridsvc.errors import IllegalTransition, Invalid
from gridsvc.incidents.lifecycle import (
    OPEN,
    TRANSITIONS,
    Action,
    Rule,
    Status,
    advance,
    filed_as,
    rule_for,
)
from tests.roles import PERMISSIONS

LEGAL = [
    (status, action, rule)
    for status, rules in TRANSITIONS.items()
    for action, rule in rules.items()
]
ILLEGAL = [(s, a) for s in Status for a in Action if a not in TRANSITIONS[s]]


def test_every_status_is_in_the_table() -> None:
    assert set(TRANSITIONS) == set(Status)


@pytest.mark.parametrize(("status", "action", "rule"), LEGAL)
def test_what_is_legal_leads_where_the_table_says(
    status: Status, action: Action, rule: Rule
) -> None:
    assert advance(status, action, note="why") is rule.target


@pytest.mark.parametrize(("status", "action"), ILLEGAL)
def test_what_is_not_names_what_would_be(status: Status, action: Action) -> None:
    with pytest.raises(IllegalTransition) as refused:
        advance(status, action, note="why")
    assert refused.value.detail == {
        "incident_status": status,
        "allowed": sorted(TRANSITIONS[status]),
    }


@pytest.mark.parametrize(("status", "action", "rule"), [x for x in LEGAL if x[2].note_required])
@pytest.mark.parametrize("note", [None, "", "  ", "\n\t", "\u3000"])
def test_a_step_that_must_say_why_is_not_taken_without(
    status: Status, action: Action, rule: Rule, note: str | None
) -> None:
    with pytest.raises(Invalid) as refused:
        advance(status, action, note=note)
    assert (refused.value.code, refused.value.field) == ("note_required", "note")


@pytest.mark.parametrize(("status", "action", "rule"), [x for x in LEGAL if not x[2].note_required])
def test_the_others_need_no_words(status: Status, action: Action, rule: Rule) -> None:
    assert advance(status, action) is rule.target


def test_every_status_can_be_reached_and_every_open_one_can_be_left() -> None:
    reached = {filed_as(has_lead=True), filed_as(has_lead=False)}
    while True:
        further = {rule.target for status in reached for rule in TRANSITIONS[status].values()}
        if further <= reached:
            break
        reached |= further
    assert reached == set(Status)
    assert {status for status in Status if TRANSITIONS[status]} == OPEN


def test_every_open_status_leads_to_an_end() -> None:
    ends = set(Status) - OPEN
    for _ in Status:
        ends |= {s for s in OPEN if any(rule.target in ends for rule in TRANSITIONS[s].values())}
    assert ends == set(Status)


def test_somebody_may_take_every_step() -> None:
    held = set().union(*PERMISSIONS.values())
    assert {rule.permission for _, _, rule in LEGAL} <= held


def test_saying_why_matters_where_somebody_loses_their_matter() -> None:
    taken_away = {Action.REJECT, Action.RETURN, Action.REWORK, Action.WITHDRAW}
    assert {action for _, action, rule in LEGAL if rule.note_required} == taken_away
    assert rule_for(Status.FILED, Action.WITHDRAW).permission is Permission.INCIDENTS_WITHDRAW
