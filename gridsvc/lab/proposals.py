"""What corrections have in common, as rows of a rule or of a border policy to be checked. Pure.

A proposal is no change: somebody reads it, has it checked, and puts it into a draft.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from gridsvc.lab.corrections import Correction
from gridsvc.rules.border import BorderKind
from gridsvc.rules.cells import FARTHEST_M

LEAST = 3
"""Fewer corrections of a kind are chance."""
EXAMPLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Likeness:
    """What corrections of one kind have in common."""

    scheme: str
    category: str
    decided: str | None
    chosen: str
    layer: str | None
    zone: str | None
    neighbour: str | None
    """The zone of the same layer by which the chosen owner was a candidate: they touch there."""


def proposals(corrected: Iterable[Correction], *, least: int = LEAST) -> list[dict[str, Any]]:
    """Propose a row for each kind of correction that occurs often enough, the commonest first."""
    kinds = defaultdict[_Likeness, list[Correction]](list)
    for one in corrected:
        kinds[_likeness(one)].append(one)
    often = [(kind, found) for kind, found in kinds.items() if len(found) >= least]
    often.sort(key=lambda pair: (-len(pair[1]), str(pair[0])))
    return [_proposal(kind, found) for kind, found in often]


def _likeness(one: Correction) -> _Likeness:
    zone = one.zone or {}
    beside = _candidate_beside(one)
    return _Likeness(
        scheme=one.scheme,
        category=one.category,
        decided=one.decided["code"] if one.decided else None,
        chosen=one.chosen["code"],
        layer=zone.get("layer"),
        zone=zone.get("code"),
        neighbour=beside["zone"]["code"] if beside else None,
    )


def _candidate_beside(one: Correction) -> dict[str, Any] | None:
    """Find the candidate that a person chose, if it is of another zone of the same layer."""
    for candidate in one.candidates:
        zone, ours = candidate["zone"], one.zone
        chosen = candidate["organisation"]["code"] == one.chosen["code"]
        if chosen and ours and zone["layer"] == ours["layer"] and zone["code"] != ours["code"]:
            return candidate
    return None


def _proposal(kind: _Likeness, found: Sequence[Correction]) -> dict[str, Any]:
    first = found[0]
    rows = (
        {"borders": [_border(kind, found)]} if kind.neighbour else {"rules": [_rule(kind, first)]}
    )
    return {
        "scheme": kind.scheme,
        "category": kind.category,
        "before": first.decided,
        "after": first.chosen,
        "zone": first.zone,
        "count": len(found),
        "examples": [one.reference for one in found[:EXAMPLES]],
        "check": rows,
    }


def _rule(kind: _Likeness, first: Correction) -> dict[str, Any]:
    return {
        "code": f"learnt-{kind.category}-{kind.chosen}"[:64],
        "title": f"{first.category_name}归{first.chosen['name']}"[:200],
        "scheme": kind.scheme,
        "category": kind.category,
        "lead": kind.chosen,
    }


def _border(kind: _Likeness, found: Sequence[Correction]) -> dict[str, Any]:
    """Declare the border the chosen zone's, as far as the corrections lie from it."""
    first = found[0]
    distances = [abs(beside["inside_m"] or 0) for beside in map(_candidate_beside, found) if beside]
    return {
        "code": f"learnt-{kind.category}-{kind.neighbour}"[:64],
        "title": f"{first.category_name}：边界归{first.chosen['name']}"[:200],
        "kind": BorderKind.SIDE.value,
        "layer": kind.layer,
        "areas": [kind.neighbour, kind.zone],
        "within_m": min(max(ceil(max(distances, default=0)), 1), FARTHEST_M),
        "scheme": kind.scheme,
        "category": kind.category,
    }
