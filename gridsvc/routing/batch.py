"""Deciding many points by one edition of the map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.errors import Invalid
from gridsvc.routing.decision import decide
from gridsvc.routing.edition import Edition
from gridsvc.routing.facts import Decision
from gridsvc.routing.finding import facts_of
from gridsvc.routing.question import Question
from gridsvc.routing.service import Matter, Router
from gridsvc.routing.snapshot import MapView


@dataclass(frozen=True, slots=True)
class Point:
    """A matter and its number in the call, from 0."""

    matter: Matter
    number: int


async def views(
    db: AsyncSession, router: Router, edition: Edition, points: Sequence[Point]
) -> Mapping[datetime, MapView]:
    """Compile the views that the points' times need."""
    times = {point.matter.at for point in points}
    return {at: await router.atlas.view(db, edition, at=at) for at in times}


def decide_all(
    router: Router,
    edition: Edition,
    by_time: Mapping[datetime, MapView],
    points: Sequence[Point],
) -> list[dict[str, Any]]:
    """Decide every point; the first that cannot be is named with its number."""
    found = []
    for point in points:
        question, view = _question(router, edition, point), by_time[point.matter.at]
        found.append(_short(decide(facts_of(question, edition=edition, view=view))))
    return found


def _question(router: Router, edition: Edition, point: Point) -> Question:
    try:
        return router.question(edition, point.matter)
    except Invalid as error:
        raise Invalid(
            error.code,
            en=error.en,
            zh=error.zh,
            field=f"points.{point.number}.{error.field}",
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
        "areas": {place.level or place.layer: place.code for place in decision.chain},
    }
