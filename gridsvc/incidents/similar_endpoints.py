"""Cases that may be the same, over HTTP: before a report is sent, and beside one that has come."""

from datetime import timedelta
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from gridsvc.catalogue.lookup import find_category
from gridsvc.http.answers import problems
from gridsvc.http.content import JsonBody
from gridsvc.http.deps import Now, ReadDb, SettingsDep
from gridsvc.http.requires import CanReadIncidents, CanReport
from gridsvc.http.values import Code, Moment, Text
from gridsvc.incidents import repository
from gridsvc.incidents.lifecycle import Status
from gridsvc.incidents.likeness import Around
from gridsvc.incidents.report import Reported
from gridsvc.incidents.similar import Seen, Similar, known_to_others, seen_in, similar
from gridsvc.incidents.visibility import visible_to
from gridsvc.routing.schemas import CategoryCode, Location, Words
from gridsvc.settings import Settings

router = APIRouter(prefix="/v1/incidents", tags=["incidents"], responses=problems(401, 403, 422))


class SeenIn(BaseModel):
    """What somebody is about to report."""

    model_config = ConfigDict(extra="forbid")

    category: CategoryCode
    scheme: Code | None = None
    location: Location
    description: Annotated[Text, Field(max_length=2_000)] = ""
    occurred_at: Moment | None = None


class SimilarOut(BaseModel):
    """An open case that may be the same."""

    id: UUID
    reference: str
    status: Status
    description: str
    occurred_at: str
    score: float
    """From 0 to 1: words, distance and time, see `docs/reporting.md`."""
    likely: bool
    distance_m: float
    words: float
    """How far the two descriptions agree, from 0 to 1."""
    why: Words

    @classmethod
    def of(cls, found: Similar) -> Self:
        incident, it = found.incident, found.likeness
        return cls(
            id=incident.id,
            reference=incident.reference,
            status=Status(incident.status),
            description=incident.description,
            occurred_at=incident.occurred_at.isoformat(),
            score=round(it.score, 3),
            likely=it.likely,
            distance_m=round(it.distance_m, 1),
            words=round(it.words, 3),
            why=Words(zh=it.zh, en=it.en),
        )


class SimilarTo(BaseModel):
    """The likeliest first."""

    similar: list[SimilarOut]


class SimilarToReport(SimilarTo):
    """What is told before a report is sent."""

    known_to_others: bool
    """Whether there is such a case that the caller does not see."""


@router.post("/similar", responses=problems(413, 415))
async def similar_to_report(
    *,
    request: Request,
    body: SeenIn,
    who: CanReport,
    _: JsonBody,
    db: ReadDb,
    now: Now,
    settings: SettingsDep,
) -> SimilarToReport:
    """Ask, before reporting, whether somebody has reported it: nothing is written."""
    place, at = body.location, body.occurred_at or now
    edition = await request.app.state.desk.router.atlas.edition(db)
    category = find_category(edition.catalogue, body.category, scheme=body.scheme, at=at)
    position = Reported(place.lon, place.lat, place.crs, place.accuracy_m).position
    seen = Seen(
        scheme=category.scheme,
        category=category.code,
        lon=position.lon,
        lat=position.lat,
        at=at,
        description=body.description,
    )
    around = _around(settings)
    found = await similar(db, seen, around, who=who)
    return SimilarToReport(
        similar=[SimilarOut.of(it) for it in found],
        known_to_others=await known_to_others(db, seen, around, who=who),
    )


@router.get("/{incident_id}/similar", responses=problems(404))
async def similar_to_incident(
    incident_id: UUID, who: CanReadIncidents, db: ReadDb, settings: SettingsDep
) -> SimilarTo:
    """List the open cases that may be the same as this one, for whoever accepts it."""
    seen = await seen_in(db, await repository.get(db, incident_id, visible=visible_to(who)))
    found = await similar(db, seen, _around(settings), who=who) if seen else []
    return SimilarTo(similar=[SimilarOut.of(it) for it in found])


def _around(settings: Settings) -> Around:
    return Around(settings.similar_radius_m, timedelta(hours=settings.similar_hours))
