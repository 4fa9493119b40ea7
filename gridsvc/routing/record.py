"""A decision as the JSON that is answered and stored: one form for both. Pure."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from gridsvc.routing.cautions import cautions_of
from gridsvc.routing.explain import Explanation, explain
from gridsvc.routing.explain_address import explain_address
from gridsvc.routing.facts import Border, Candidate, Decision, Organisation, Place, Ruling, Thing
from gridsvc.routing.inquiry import inquiry_of, match_id
from gridsvc.routing.options import Inquiry
from gridsvc.routing.service import Addressed, Answer


def record_of(answer: Answer) -> dict[str, Any]:
    """Write a decision down; `schemas.RoutingRecord` documents the form."""
    decision = answer.decision
    pick = decision.pick
    return {
        "outcome": decision.outcome.value,
        "lead": _maybe(decision.lead),
        "co_handlers": organisations_of(decision.co_handlers),
        "zone": _place(pick.place) if pick else None,
        "area_chain": [{**_place(place), "tied": place.tied} for place in decision.chain],
        "nearest": _nearest(decision.nearest),
        "distance_to_boundary_m": _metres(decision.distance_to_boundary_m),
        "confidence": round(decision.confidence, 4),
        "candidates": _candidates(decision),
        "components": _things(decision),
        "address": _addressed(answer.addressed),
        "rule": _rule(decision.ruling),
        "border": _border(decision.border),
        "rule_path": [*_address_path(answer.addressed), *decision.rule_path],
        "explanation": _words(_explanation(answer)),
        "warnings": [asdict(caution) for caution in cautions_of(decision)],
        "question": _question(inquiry_of(answer)),
        "answer": None,
        "releases": [
            {"layer": r.layer.name, "number": r.number, "id": str(r.id)}
            for r in answer.view.releases
        ],
        "map_version": answer.map_version,
        "at": answer.question.at.isoformat(),
    }


def _explanation(answer: Answer) -> Explanation:
    category = answer.question.category
    said = explain(answer.decision, category=category.name, category_en=category.name_en)
    for caution in cautions_of(answer.decision):
        said = Explanation(zh=f"{said.zh}{caution.zh}", en=f"{said.en} {caution.en}")
    read = explain_address(answer.addressed) if answer.addressed else None
    return Explanation(zh=f"{read.zh}{said.zh}", en=f"{read.en} {said.en}") if read else said


def _words(words: Explanation) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def organisations_of(named: Iterable[Organisation]) -> list[dict[str, Any]]:
    """Write down who is named."""
    return [_organisation(one) for one in named]


def _organisation(organisation: Organisation) -> dict[str, Any]:
    return {
        "code": organisation.code,
        "name": organisation.name,
        "name_en": organisation.name_en,
    }


def _maybe(organisation: Organisation | None) -> dict[str, Any] | None:
    return _organisation(organisation) if organisation else None


def _place(place: Place) -> dict[str, Any]:
    layer = place.area.layer
    return {
        "layer": layer.name,
        "layer_title": layer.title,
        "level": layer.level,
        "code": place.code,
        "name": place.name,
    }


def _nearest(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {**_place(place), "distance_m": _metres(abs(place.inside_m))}


def _candidates(decision: Decision) -> list[dict[str, Any]]:
    pick = [] if decision.pick is None else [_candidate(decision.pick, lost_by=None)]
    losers = [_candidate(loser.candidate, lost_by=loser.reason) for loser in decision.losers]
    return pick + losers


def _candidate(candidate: Candidate, *, lost_by: str | None) -> dict[str, Any]:
    place, claim = candidate.place, candidate.claim
    return {
        "organisation": _organisation(candidate.organisation),
        "zone": _place(place),
        "inside_m": _metres(place.inside_m),
        "share": round(place.share, 4),
        "basis": candidate.basis.value,
        "category": claim.category_code,
        "priority": claim.priority,
        "responsibility": str(claim.id),
        "lost_by": lost_by,
    }


def _things(decision: Decision) -> list[dict[str, Any]]:
    pick = [] if decision.thing is None else [_thing(decision.thing, lost_by=None)]
    why = "farther" if decision.thing else "rule_names_lead"
    return pick + [_thing(thing, lost_by=why) for thing in decision.other_things]


def _thing(thing: Thing, *, lost_by: str | None) -> dict[str, Any]:
    return {
        "code": thing.code,
        "name": thing.name,
        "owner": _organisation(thing.owner),
        "maintainer": _maybe(thing.maintainer),
        "distance_m": _metres(thing.distance_m),
        "named": thing.named,
        "lost_by": lost_by,
    }


def _addressed(addressed: Addressed | None) -> dict[str, Any] | None:
    """Write down what an address may mean; whether one place was sure enough says `taken`."""
    if addressed is None:
        return None
    return {
        "text": addressed.text,
        "taken": match_id(addressed.taken) if addressed.taken else None,
        "matches": [
            {
                "id": match_id(meant.match),
                "name": meant.match.name,
                "lon": meant.match.lon,
                "lat": meant.match.lat,
                "radius_m": meant.match.radius_m,
                "score": meant.match.score,
                "lead": _maybe(meant.lead),
                "leads": [_organisation(lead) for lead in meant.leads],
            }
            for meant in addressed.matches
        ],
    }


def _address_path(addressed: Addressed | None) -> list[str]:
    if addressed is None or addressed.taken is None:
        return []
    return [f"address={match_id(addressed.taken)}"]


def _rule(ruling: Ruling | None) -> dict[str, Any] | None:
    if ruling is None:
        return None
    return {
        "code": ruling.code,
        "title": ruling.title,
        "title_en": ruling.title_en,
        "valid_from": ruling.valid_from.isoformat(),
        "layers": list(ruling.layers),
        "special_days": ruling.special_days,
        "failure": ruling.failure.code if ruling.failure else None,
    }


def _border(border: Border | None) -> dict[str, Any] | None:
    if border is None:
        return None
    return {
        "code": border.code,
        "title": border.title,
        "title_en": border.title_en,
        "kind": border.kind,
        "valid_from": border.valid_from.isoformat(),
        "settles": border.holds is not None,
    }


def _metres(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _question(inquiry: Inquiry | None) -> dict[str, Any] | None:
    if inquiry is None:
        return None
    return {
        "zh": inquiry.zh,
        "en": inquiry.en,
        "road": inquiry.road,
        "options": [
            {
                "id": option.id,
                "zh": option.zh,
                "en": option.en,
                "organisation": _maybe(option.lead),
                "zone": _place(option.place) if option.place else None,
            }
            for option in inquiry.options
        ],
    }
