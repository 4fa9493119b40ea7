"""What the page of a case shows, in the words of its reader."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from gridsvc.auth.policy import Permission, may
from gridsvc.casework import clock_panel, steps
from gridsvc.casework.history import action_name, history
from gridsvc.casework.posting import Trouble
from gridsvc.casework.reading import Sheet
from gridsvc.files.model import READY, WITHDRAWN, Attachment
from gridsvc.files.schemas import as_json
from gridsvc.incidents.lifecycle import Action
from gridsvc.incidents.similar import Similar
from gridsvc.planning.desk import Desk, called

_FRAMES: Final = ("wgs84", "cgcs2000", "gcj02", "bd09")
_KNOWN_CHANNELS: Final = frozenset({"citizen_app", "hotline", "public", "worker_app"})


def content(
    sheet: Sheet, desk: Desk, *, done: Action | None = None, trouble: Trouble | None = None
) -> dict[str, Any]:
    """Fill the page of a case."""
    incident = sheet.listed.incident
    offered = steps.forms(sheet, desk)
    return {
        "case": _facts(sheet, desk),
        "owner": _owner(sheet, desk),
        "stages": clock_panel.stages(sheet, desk),
        "clock": clock_panel.panel(sheet, desk),
        "attachments": [_attachment(it) for it in sheet.attachments if it.state != WITHDRAWN],
        "reporter": sheet.reporter,
        "may_reveal": may(desk.who, Permission.REPORTERS_REVEAL),
        "may_whistle": may(desk.who, Permission.WHISTLES_CALL),
        "kin": sheet.kin,
        "similar": [
            (str(it.incident.id), f"{it.incident.reference} · {_why(it, desk)}")
            for it in sheet.similar
        ],
        "categories": sheet.categories,
        "history": history(sheet, desk),
        "steps": offered,
        "owners": steps.owners(sheet, desk),
        "frames": _FRAMES,
        "version": incident.version,
        "done": action_name(sheet, done, desk) if done else "",
        "trouble": _trouble(sheet, trouble, desk, offered={it["action"] for it in offered}),
    }


def _facts(sheet: Sheet, desk: Desk) -> dict[str, Any]:
    listed, incident = sheet.listed, sheet.listed.incident
    condition, point = listed.condition, incident.location
    return {
        "id": incident.id,
        "reference": incident.reference,
        "category": desk.either(listed.category_name, listed.category_name_en),
        "category_code": listed.category,
        "status": clock_panel.status_name(sheet.case.process, incident.status, desk),
        "description": incident.description,
        "address": incident.address or "",
        "place": f"{point.coords[0][0]:.5f}, {point.coords[0][1]:.5f}" if point else "",
        "areas": " › ".join(_areas(sheet)),
        "condition": desk.either(condition.text, condition.text_en) if condition else "",
        "closing": desk.either(condition.closing, condition.closing_en) if condition else "",
        "channel": _channel(incident.channel, desk),
        "reported": desk.clock.civil(incident.reported_at),
        "occurred": desk.clock.civil(incident.occurred_at),
        "closed": desk.clock.civil(incident.closed_at),
    }


def _why(found: Similar, desk: Desk) -> str:
    said = found.likeness.zh if desk.language == "zh" else found.likeness.en
    return f"{said} {found.incident.description}"


def _attachment(row: Attachment) -> dict[str, Any]:
    shown = as_json(row)
    pictures = shown["thumbnails"] or {}
    return {
        "id": shown["id"],
        "name": row.name,
        "ready": row.state == READY,
        "small": pictures.get("small"),
        "large": pictures.get("large"),
    }


def _channel(code: str, desk: Desk) -> str:
    return desk.word(f"channel_{code}") if code in _KNOWN_CHANNELS else code


def _areas(sheet: Sheet) -> list[str]:
    chain: list[Mapping[str, Any]] = sheet.decisions["routing"]["area_chain"]
    return [it["name"] for it in chain]


def _owner(sheet: Sheet, desk: Desk) -> dict[str, Any]:
    """Say whose it is and why; the earlier decisions stay readable."""
    record, listed = sheet.decisions["routing"], sheet.listed
    language = desk.language
    question = record["question"]
    now = sheet.organisations.get(listed.lead or "")
    decided = record["lead"]
    return {
        "name": desk.either(now.name, now.name_en) if now else "",
        "zone": listed.zone_name or "",
        "chosen": bool(now) and (decided is None or decided["code"] != listed.lead),
        "helpers": [called(it, language) for it in record["co_handlers"]],
        "why": record["explanation"][language],
        "question": question[language] if question else "",
        "earlier": [
            (
                desk.clock.civil(datetime.fromisoformat(it["decided_at"])),
                it["routing"]["explanation"][language],
            )
            for it in sheet.decisions["earlier"]
        ],
    }


def _trouble(
    sheet: Sheet, trouble: Trouble | None, desk: Desk, *, offered: set[str]
) -> dict[str, Any] | None:
    """Say why a step was not taken; what was typed for a step that is gone is shown to be kept."""
    if trouble is None:
        return None
    typed = trouble.typed
    gone = typed.action not in offered
    return {
        "action": typed.action,
        "said": trouble.said,
        "at": trouble.at,
        "typed": typed.fields,
        "meanwhile": history(sheet, desk, after=typed.version) if trouble.stale else [],
        "gone": [text for name, text in typed.fields.items() if gone and name == "note" and text],
    }
