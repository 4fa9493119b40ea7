"""Hot spots over HTTP."""

from datetime import datetime, timedelta
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from gridsvc.http.answers import problems
from gridsvc.http.deps import Now, ReadDb, SettingsDep
from gridsvc.http.requires import CanReadIncidents
from gridsvc.http.values import Code, Moment
from gridsvc.incidents.hot_spots import HotSpot, Recurrence, hot_spots
from gridsvc.incidents.lifecycle import Status
from gridsvc.incidents.search import Filters

router = APIRouter(prefix="/v1/hot-spots", tags=["incidents"], responses=problems(401, 403, 422))


class Member(BaseModel):
    id: UUID
    reference: str
    status: Status
    reported_at: datetime


class Circle(BaseModel):
    """The smallest circle around the cases, in WGS84."""

    lon: float
    lat: float
    radius_m: float


class HotSpotOut(BaseModel):
    """Cases of a class that came at one place."""

    scheme: str
    category: str
    name: str
    name_en: str | None
    count: int
    circle: Circle
    grids: list[str]
    """Codes of the grids in which they lie."""
    incidents: list[Member]
    """The newest first."""

    @classmethod
    def of(cls, found: HotSpot) -> Self:
        return cls(
            scheme=found.matter.scheme,
            category=found.matter.code,
            name=found.matter.name,
            name_en=found.matter.name_en,
            count=len(found.incidents),
            circle=Circle(
                lon=round(found.lon, 7), lat=round(found.lat, 7), radius_m=round(found.radius_m, 1)
            ),
            grids=sorted({it.grid for it in found.incidents if it.grid}),
            incidents=[
                Member(
                    id=it.id,
                    reference=it.reference,
                    status=Status(it.status),
                    reported_at=it.reported_at,
                )
                for it in found.incidents
            ],
        )


class HotSpotsOut(BaseModel):
    """The hot spots, most cases first, with what makes one."""

    since: datetime
    until: datetime
    radius_m: float
    cases: int
    hot_spots: list[HotSpotOut]


@router.get("")
async def get_hot_spots(
    *,
    who: CanReadIncidents,
    db: ReadDb,
    now: Now,
    settings: SettingsDep,
    at: Annotated[Moment | None, Query(description="end of the days that are counted; now")] = None,
    area: Annotated[Code | None, Query(description="code of an area of any level")] = None,
    category: Annotated[Code | None, Query(description="minor or major")] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> HotSpotsOut:
    """Find where matters of one class came again and again, among the cases that one sees."""
    until = at or now
    since = until - timedelta(days=settings.hot_spot_days)
    recurrence = Recurrence(settings.hot_spot_radius_m, settings.hot_spot_cases)
    filters = Filters(area=area, category=category, since=since, until=until)
    found = await hot_spots(db, filters, recurrence, who=who, most=limit)
    return HotSpotsOut(
        since=since,
        until=until,
        radius_m=recurrence.radius_m,
        cases=recurrence.cases,
        hot_spots=[HotSpotOut.of(it) for it in found],
    )
