"""What a form asks for is read off the process, whatever a city's own says."""

from typing import Any

import pytest

from gridsvc.casework.fields import asked_for
from gridsvc.casework.steps import in_order
from gridsvc.incidents.facts import Facts
from gridsvc.incidents.lifecycle import Action, Field, Status
from gridsvc.incidents.options import Option
from gridsvc.incidents.process_file import SHIPPED, read_process, shipped

TEXT = SHIPPED.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("status", "action", "facts", "has_lead", "fields"),
    [
        ("reported", "file", {}, True, "note"),
        ("filed", "dispatch", {}, True, "lead note"),
        ("filed", "dispatch", {}, False, "lead! note"),
        ("filed", "dispatch", {"refused": True}, True, "lead! note"),
        ("arbitration", "arbitrate", {}, True, "lead! note!"),
        ("dispatched", "refuse", {}, True, "reason! note pin documents"),
        ("dispatched", "return", {}, True, "reason note!"),
        ("handling", "ask_suspension", {}, True, "until! note!"),
    ],
)
def test_a_form_asks_for_what_the_step_needs(
    status: str, action: str, facts: dict[str, Any], has_lead: bool, fields: str
) -> None:
    rule = shipped().rule_for(Status(status), Action(action), Facts(**facts))
    asked = asked_for(shipped(), Action(action), rule, has_lead=has_lead)
    assert " ".join(f"{it.name}{'!' if it.needed else ''}" for it in asked) == fields


@pytest.mark.parametrize("field", [it for it in Field if it not in {Field.EVIDENCE, Field.REASON}])
def test_whatever_a_process_requires_has_a_field(field: Field) -> None:
    finish = 'action = "finish"\nto = "handled"\n'
    process = read_process(TEXT.replace(finish, f'{finish}requires = ["{field}"]\n'))
    rule = process.rule_for(Status.HANDLING, Action.FINISH)
    asked = asked_for(process, Action.FINISH, rule, has_lead=True)
    assert [it.needed for it in asked if it.name == field] == [True]


@pytest.mark.parametrize(
    ("status", "first", "last"),
    [
        ("reported", "send_to_verify", "withdraw"),
        ("filed", "dispatch", "withdraw"),
        ("dispatched", "accept", "withdraw"),
        ("handling", "finish", "invalidate"),
        ("handled", "check", "force_close"),
        ("checked", "close", "supervise"),
    ],
)
def test_what_leads_on_comes_first_and_what_gives_up_last(
    status: str, first: str, last: str
) -> None:
    process, standing = shipped(), Status(status)
    possible = process.possible(standing, Facts(own=True))
    steps = in_order(process, standing, [Option(*it) for it in possible])
    assert (steps[0].action, steps[-1].action) == (first, last)
