"""The steps that may be taken on a case, as forms: the one that leads on first."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from gridsvc.casework.fields import EVIDENCE, asked_for
from gridsvc.casework.history import action_name, organisation_name
from gridsvc.casework.reading import Sheet
from gridsvc.incidents.lifecycle import OPEN, Field, Process, Status
from gridsvc.incidents.options import Option
from gridsvc.planning.desk import Desk

DIGITS: Final = "123456789"
_GIVEN_UP: Final = frozenset({Status.INVALIDATED, Status.REJECTED, Status.WITHDRAWN})


def forms(sheet: Sheet, desk: Desk) -> list[dict[str, Any]]:
    """Make the forms, in the order of their digits."""
    found = in_order(sheet.case.process, Status(sheet.listed.incident.status), sheet.steps)
    return [
        {**_form(sheet, it, desk), "digit": DIGITS[place] if place < len(DIGITS) else ""}
        for place, it in enumerate(found)
    ]


def in_order(process: Process, status: Status, steps: Iterable[Option]) -> Sequence[Option]:
    """Put first what leads on, the nearest first, then what stays, goes back, gives up."""
    places = {it: place for place, it in enumerate(process.statuses)}

    def place(step: Option) -> tuple[int, int]:
        target = step.rule.target
        far = places[target] - places[status]
        if is_grave(process, status, target):
            return 3, far
        return (0 if far > 0 else 1 if far == 0 else 2), abs(far)

    return sorted(steps, key=place)


def is_grave(process: Process, status: Status, target: Status) -> bool:
    """Tell whether a step gives a case up, or ends it before it has been through its stages."""
    stages = list(process.stages)
    skipped = stages.index(process.statuses[target].stage) - stages.index(
        process.statuses[status].stage
    )
    return target in _GIVEN_UP or (target not in OPEN and skipped > 1)


def _form(sheet: Sheet, step: Option, desk: Desk) -> dict[str, Any]:
    action, incident = step.action, sheet.listed.incident
    process, evidence = sheet.case.process, Field.EVIDENCE in step.rule.requires
    asked = asked_for(process, action, step.rule, has_lead=incident.lead_id is not None)
    reasons = process.reasons.get(action, {})
    return {
        "action": action.value,
        "name": action_name(sheet, action, desk),
        "grave": is_grave(process, Status(incident.status), step.rule.target),
        "evidence": [it for it in asked if evidence and it.name in EVIDENCE],
        "fields": [it for it in asked if not (evidence and it.name in EVIDENCE)],
        "reasons": [
            (code, words.zh if desk.language == "zh" else words.en)
            for code, words in reasons.items()
        ],
    }


def owners(sheet: Sheet, desk: Desk) -> dict[str, list[tuple[str, str]]]:
    """Offer the organisations: those that routing weighed first, with why."""
    proposed = _proposed(sheet, desk)
    return {
        "proposed": list(proposed.items()),
        "others": [
            (code, organisation_name(sheet, code, desk))
            for code in sheet.organisations
            if code not in proposed
        ],
    }


def _proposed(sheet: Sheet, desk: Desk) -> Mapping[str, str]:
    """Say who was weighed and for what, the decided lead first; of several reasons the first."""
    record = sheet.decisions["routing"]
    weighed = [
        (record["lead"], desk.word("owner_decided")),
        *((it["organisation"], it["zone"]["name"]) for it in record["candidates"]),
        *((it["owner"], it["name"]) for it in record.get("components", ())),
        *((it, desk.word("owner_helps")) for it in record["co_handlers"]),
    ]
    said: dict[str, str] = {}
    for code, why in ((it["code"], why) for it, why in weighed if it):
        said.setdefault(code, f"{organisation_name(sheet, code, desk)} · {why}")
    return said
