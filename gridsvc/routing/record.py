"""A decision as the JSON that is answered and stored: one form for both. Pure."""

from typing import Any

from gridsvc.routing.decision import WHOLE
from gridsvc.routing.facts import Candidate, Decision, Organisation, Outcome, Place
from gridsvc.routing.service import Answer


def record_of(answer: Answer) -> dict[str, Any]:
    """Write a decision down; `schemas.RoutingRecord` documents the form."""
    decision = answer.decision
    pick = decision.pick
    return {
        "outcome": decision.outcome.value,
        "lead": _organisation(pick.organisation) if pick else None,
        "co_handlers": [_organisation(c.organisation) for c in decision.co_handlers],
        "zone": _place(pick.place) if pick else None,
        "area_chain": [{**_place(place), "tied": place.tied} for place in decision.chain],
        "nearest": _nearest(decision.nearest),
        "distance_to_boundary_m": _metres(decision.distance_to_boundary_m),
        "confidence": round(decision.confidence, 4),
        "candidates": _candidates(decision),
        "rule_path": list(decision.rule_path),
        "explanation": {"zh": answer.explanation.zh, "en": answer.explanation.en},
        "question": _question(decision),
        "releases": [
            {"layer": r.layer.name, "number": r.number, "id": str(r.id)}
            for r in answer.view.releases
        ],
        "map_version": answer.map_version,
        "at": answer.question.at.isoformat(),
    }


def _organisation(organisation: Organisation) -> dict[str, Any]:
    return {
        "code": organisation.code,
        "name": organisation.name,
        "name_en": organisation.name_en,
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "layer": place.layer,
        "layer_title": place.layer_title,
        "level": place.level,
        "code": place.code,
        "name": place.name,
    }


def _nearest(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {**_place(place), "distance_m": _metres(abs(place.inside_m))}


def _candidates(decision: Decision) -> list[dict[str, Any]]:
    if decision.pick is None:
        return []
    return [
        _candidate(decision.pick, lost_by=None),
        *(_candidate(loser.candidate, lost_by=loser.reason) for loser in decision.losers),
    ]


def _candidate(candidate: Candidate, *, lost_by: str | None) -> dict[str, Any]:
    place = candidate.place
    return {
        "organisation": _organisation(candidate.organisation),
        "zone": _place(place),
        "inside_m": _metres(place.inside_m),
        "share": round(place.share, 4),
        "basis": candidate.basis.value,
        "category": candidate.category,
        "priority": candidate.priority,
        "responsibility": str(candidate.responsibility_id),
        "lost_by": lost_by,
    }


def _metres(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _question(decision: Decision) -> dict[str, str] | None:
    """Ask what would settle a place that the accuracy leaves open: which area is it in."""
    names = _undecided(decision)
    if not names:
        return None
    if len(names) == 1:
        return {
            "zh": f"地点在“{names[0]}”之内还是之外？",
            "en": f'Is it inside or outside "{names[0]}"?',
        }
    quoted_zh = "、".join(f"“{name}”" for name in names)
    quoted_en = ", ".join(f'"{name}"' for name in names)
    return {"zh": f"地点在哪一侧：{quoted_zh}？", "en": f"On which side is it: {quoted_en}?"}


def _undecided(decision: Decision) -> list[str]:
    """Name the areas that hold a part of the disc only, where that leaves the owner open."""
    pick = decision.pick
    open_ = decision.outcome is Outcome.AMBIGUOUS and not decision.contradicted
    if pick is None or not (open_ or (decision.outcome is Outcome.FALLBACK and decision.losers)):
        return []
    places = [pick.place, *(loser.candidate.place for loser in decision.losers)]
    return list(dict.fromkeys(place.name for place in places if place.share < WHOLE))
