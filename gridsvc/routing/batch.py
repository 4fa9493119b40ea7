"""Deciding many points by one edition of the map."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.errors import Invalid, OutsideServiceArea
from gridsvc.routing.decision import decide
from gridsvc.routing.edition import Edition
from gridsvc.routing.facts import Decision, Thing
from gridsvc.routing.finding import facts_of
from gridsvc.routing.question import Question
from gridsvc.routing.service import Matter, Router, refuse_far_outside
from gridsvc.routing.snapshot import MapView


@dataclass(frozen=True, slots=True)
class Asked:
    """One point's question, and all that it is answered from."""

    question: Question
    view: MapView
    things: tuple[Thing, ...]


async def asked(
    db: AsyncSession, router: Router, edition: Edition, matters: Sequence[Matter]
) -> list[Asked]:
    """Read what some matters need; the first that cannot be asked is named with its number."""
    questions = await asyncio.to_thread(_questions, router, edition, matters)
    views = {at: await router.atlas.view(db, edition, at=at) for at in {m.at for m in matters}}
    things = await router.things(db, edition, questions)
    return [
        Asked(question, views[matter.at], near)
        for matter, question, near in zip(matters, questions, things, strict=True)
    ]


def decide_all(
    edition: Edition, points: Sequence[Asked], *, margin_m: float
) -> list[dict[str, Any]]:
    """Decide every point; one that a report would be refused for is told in the same words."""
    return [_answer(edition, point, margin_m) for point in points]


def _answer(edition: Edition, point: Asked, margin_m: float) -> dict[str, Any]:
    facts = facts_of(point.question, edition=edition, view=point.view, things=point.things)
    short = _short(decision := decide(facts))
    try:
        refuse_far_outside(decision, margin_m=margin_m)
    except OutsideServiceArea as refused:
        return {**short, "outcome": refused.code, "refused": {"zh": refused.zh, "en": refused.en}}
    return short


def _questions(router: Router, edition: Edition, matters: Sequence[Matter]) -> list[Question]:
    return [_question(router, edition, matter, number) for number, matter in enumerate(matters)]


def _question(router: Router, edition: Edition, matter: Matter, number: int) -> Question:
    try:
        return router.question(edition, matter)
    except Invalid as error:
        raise Invalid(
            error.code,
            en=error.en,
            zh=error.zh,
            field=f"points.{number}.{error.field}",
        ) from error


def _short(decision: Decision) -> dict[str, Any]:
    pick, metres = decision.pick, decision.distance_to_boundary_m
    return {
        "outcome": decision.outcome.value,
        "lead": decision.lead.code if decision.lead else None,
        "zone": pick.place.code if pick else None,
        "layer": pick.place.layer if pick else None,
        "distance_to_boundary_m": None if metres is None else round(metres, 2),
        "confidence": round(decision.confidence, 4),
        "refused": None,
        "areas": {place.level or place.layer: place.code for place in decision.chain},
    }
