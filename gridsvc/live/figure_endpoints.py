"""What the board shows besides cases: topics that are rising, and who looks after the grids."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from gridsvc.auth.policy import Permission, ground
from gridsvc.http.answers import problems
from gridsvc.http.deps import Now, ReadDb, ServiceDb, SettingsDep
from gridsvc.http.requires import CanReadIncidents, CanViewMaps
from gridsvc.http.values import Moment
from gridsvc.live.duty import StreetDuty, on_duty
from gridsvc.live.topics import rising_topics

router = APIRouter(prefix="/v1", tags=["incidents"], responses=problems(401, 403, 422))


class TopicOut(BaseModel):
    """A class of which more cases came than is usual for these hours of the week."""

    scheme: str
    category: str
    name: str
    name_en: str | None
    count: int
    usual: float
    """So many came in these hours of a week, on average."""
    weeks: int
    """Over how many weeks that is."""
    chance: float
    """How likely it is that so many come without a cause."""


class TopicsOut(BaseModel):
    """The rising topics, the least likely first."""

    since: datetime
    until: datetime
    topics: list[TopicOut]


class DutyOut(BaseModel):
    """The streets, with how many look after their grids."""

    at: datetime
    signed_in_since: datetime
    streets: list[StreetDuty]


@router.get("/rising-topics")
async def get_rising_topics(
    *,
    who: CanReadIncidents,
    db: ReadDb,
    now: Now,
    at: Annotated[Moment | None, Query(description="end of the hours; now")] = None,
    hours: Annotated[int, Query(ge=1, le=168)] = 24,
) -> TopicsOut:
    """Find classes of which more cases came in some hours than in those of the weeks before.

    Counted are the cases that the caller sees; each case by its class, whatever became of it.
    """
    until = at or now
    found = await rising_topics(db, who=who, until=until, hours=hours)
    return TopicsOut(
        since=until - timedelta(hours=hours),
        until=until,
        topics=[
            TopicOut(
                scheme=it.topic.scheme,
                category=it.topic.category,
                name=found.names[it.topic][0],
                name_en=found.names[it.topic][1],
                count=it.tally.now,
                usual=round(it.tally.usual, 2),
                weeks=len(it.tally.before),
                chance=it.tally.chance,
            )
            for it in found.topics
        ],
    )


@router.get("/duty")
async def get_duty(*, who: CanViewMaps, db: ServiceDb, now: Now, settings: SettingsDep) -> DutyOut:
    """Count the workers who look after the grids of each street, and who of them is signed in."""
    since = now - timedelta(hours=settings.session_hours)
    seen = ground(who, Permission.MAPS_VIEW)
    streets = await on_duty(db, ground=seen, at=now, since=since)
    return DutyOut(at=now, signed_in_since=since, streets=list(streets))
