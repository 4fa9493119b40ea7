"""The decision that follows an answer to the question of one before it: its record. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gridsvc.routing.facts import Outcome
from gridsvc.routing.options import ELSEWHERE

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """Who answered, when, and who led before."""

    by: str
    at: datetime
    before: Record | None


def answered_record(
    record: Record, option: Record, word: Word, *, helpers: Iterable[Record]
) -> dict[str, Any]:
    """Write the decision down anew with an option of its question as the truth.

    Everything else stays as it was found, the map and its releases too: the question is asked by
    them. `helpers` help whoever leads. Who led before is kept beside the answer, so that the two
    can be learned from.
    """
    lead, zone = option["organisation"], option["zone"]
    components = [
        _component(it, picked=option["id"] == f"component/{it['code']}")
        for it in record["components"]
    ]
    falls_back = option["id"] == ELSEWHERE or record["outcome"] == Outcome.FALLBACK
    return {
        **record,
        "outcome": (Outcome.FALLBACK if falls_back else Outcome.ROUTED).value,
        "lead": lead,
        "co_handlers": _co_handlers(helpers, lead=lead, components=components),
        "zone": zone,
        "confidence": 1.0,
        "candidates": [_candidate(it, lead=lead, zone=zone) for it in record["candidates"]],
        "components": components,
        "rule_path": [*record["rule_path"], f"answer={option['id']}"],
        "explanation": _explanation(option, word.before),
        "warnings": [],
        "question": None,
        "answer": {
            "option": option["id"],
            "zh": option["zh"],
            "en": option["en"],
            "by": word.by,
            "at": word.at.isoformat(),
            "previous_lead": word.before,
        },
    }


def _co_handlers(
    helpers: Iterable[Record], *, lead: Record | None, components: Iterable[Record]
) -> list[Record]:
    """List who helps, each once: first the keeper of the component that it is."""
    keepers = [it["maintainer"] for it in components if it["lost_by"] is None and it["maintainer"]]
    found = {helper["code"]: helper for helper in (*keepers, *helpers)}
    if lead is not None:
        found.pop(lead["code"], None)
    return list(found.values())


def _candidate(candidate: Record, *, lead: Record | None, zone: Record | None) -> Record:
    """Mark the candidate that the answer names; of those that were in doubt the others lost."""
    if candidate["organisation"] == lead and candidate["zone"] == zone:
        return {**candidate, "lost_by": None}
    return {**candidate, "lost_by": candidate["lost_by"] or "answer"}


def _component(component: Record, *, picked: bool) -> Record:
    return {**component, "lost_by": None if picked else component["lost_by"] or "answer"}


def _explanation(option: Record, before: Record | None) -> dict[str, str]:
    lead = option["organisation"]
    if lead is None:
        return {
            "zh": f"经现场核实：{option['zh']}，此处未指定兜底单位，转人工分拨。",
            "en": f"On the spot it was found: {option['en']}. No duty organisation is named "
            "there; it waits for triage.",
        }
    was_zh = was_en = ""
    if before is not None and before["code"] != lead["code"]:
        was_zh = f"，原判为{before['name']}"
        was_en = f", not {before['name_en'] or before['name']}"
    return {
        "zh": f"经现场核实：{option['zh']}，由{lead['name']}主责{was_zh}。",
        "en": f"On the spot it was found: {option['en']}; {lead['name_en'] or lead['name']} "
        f"leads{was_en}.",
    }
