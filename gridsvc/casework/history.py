"""What happened to a case, in words of both languages."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from gridsvc.casework.clock_panel import status_name
from gridsvc.casework.reading import Sheet
from gridsvc.clock.limit import Limit, Unit
from gridsvc.incidents.lifecycle import Action, Words
from gridsvc.incidents.model import IncidentEvent
from gridsvc.incidents.process_file import shipped
from gridsvc.planning.desk import Desk
from gridsvc.web.words import WORDS

Said = Iterator[tuple[str, str]]


def history(sheet: Sheet, desk: Desk, *, after: int = 0) -> list[dict[str, Any]]:
    """Tell what happened after an event, the newest first."""
    return [
        _told(sheet, event, desk) for event in reversed(sheet.case.events) if event.sequence > after
    ]


def _told(sheet: Sheet, event: IncidentEvent, desk: Desk) -> dict[str, Any]:
    process, stays = sheet.case.process, event.from_status == event.to_status
    return {
        "sequence": event.sequence,
        "at": desk.clock.civil(event.at),
        "who": sheet.logins.get(event.actor_id, "–"),
        "action": action_name(sheet, event.action, desk),
        "to": "" if stays else status_name(process, event.to_status, desk),
        "note": event.note or "",
        "details": list(_details(sheet, event, desk)),
    }


def action_name(sheet: Sheet, action: str, desk: Desk) -> str:
    """Say what was done, as the case's process calls it; some happens beside every process."""
    known = (sheet.case.process.actions, shipped().actions)
    words = next((them[Action(action)] for them in known if action in them), None)
    beside = WORDS.get(f"action_{action}", {"zh": action, "en": action})
    return _in(words, desk) if words else beside[desk.language]


def _in(words: Words | Limit, desk: Desk) -> str:
    return words.zh if desk.language == "zh" else words.en


def _details(sheet: Sheet, event: IncidentEvent, desk: Desk) -> Said:
    """Say what came with it, and what followed for the clock."""
    detail: Mapping[str, Any] = event.detail
    yield from _reason(sheet, event, desk)
    if "lead" in detail:
        yield desk.word("lead"), _handed_over(sheet, detail, desk)
    if "pin" in detail:
        yield desk.word("field_pin"), f"{detail['pin']['lon']:.5f}, {detail['pin']['lat']:.5f}"
    if "documents" in detail:
        yield desk.word("field_documents"), f"{len(detail['documents'])}"
    for answer, said in detail.get("call_back", {}).items():
        yield desk.word(f"field_call_back_{answer}"), desk.word("yes" if said else "no")
    yield from _times(detail, desk)
    if "routing" in detail:
        yield desk.word("why"), detail["routing"]["explanation"][desk.language]


def _reason(sheet: Sheet, event: IncidentEvent, desk: Desk) -> Said:
    code = event.detail.get("reason")
    if code is not None:
        words = sheet.case.process.reasons.get(Action(event.action), {}).get(code)
        yield desk.word("field_reason"), _in(words, desk) if words else code


def _handed_over(sheet: Sheet, detail: Mapping[str, Any], desk: Desk) -> str:
    before, after = detail.get("previous_lead"), detail["lead"]
    named = [organisation_name(sheet, it, desk) for it in (before, after) if it]
    return " → ".join(dict.fromkeys(named)) or "–"


def organisation_name(sheet: Sheet, code: str, desk: Desk) -> str:
    """Say what an organisation is called; of one that is gone, its code."""
    found = sheet.organisations.get(code)
    if found is None:
        return code
    return found.name if desk.language == "zh" else found.name_en or found.name


def _times(detail: Mapping[str, Any], desk: Desk) -> Said:
    if "extended_by" in detail:
        more = detail["extended_by"]
        yield desk.word("extended_by"), _in(Limit(more["value"], Unit(more["unit"])), desk)
    if isinstance(limit := detail.get("limit"), dict):
        yield desk.word("limit"), limit[desk.language]
    for name in ("until", "due_at"):
        if detail.get(name):
            moment = datetime.fromisoformat(detail[name])
            yield desk.word(f"detail_{name}"), desk.clock.civil(moment)
