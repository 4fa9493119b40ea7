"""What a case's map shows beside its decision: where it was, cases and components near. Reads only.

Cases near are those that the reader sees, the open ones first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

import geopandas
from shapely import Point
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.assets.reading import Sought, beside
from gridsvc.auth.principal import Principal
from gridsvc.catalogue.model import Category
from gridsvc.incidents import repository
from gridsvc.incidents.headline import is_open, is_overdue
from gridsvc.incidents.lifecycle import Action
from gridsvc.incidents.model import Incident, IncidentEvent
from gridsvc.incidents.nearness import metres_from, within
from gridsvc.incidents.visibility import visible_to
from gridsvc.web.words import WORDS
from maps.surroundings import Surroundings
from maps.words import moment

CASES_M: Final = 300.0
MOST_CASES: Final = 40
COMPONENTS_M: Final = 100.0
MOST_COMPONENTS: Final = 30

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks, when, in which language and time zone."""

    who: Principal
    now: datetime
    language: str
    zone: tzinfo

    @property
    def chinese(self) -> bool:
        """Whether they read Chinese."""
        return self.language == "zh"


async def read_surroundings(
    db: AsyncSession, incident: Incident, decisions: Sequence[Record], reader: Reader
) -> Surroundings:
    """Read what was before a case's decision, and what is near it; nothing is near nowhere."""
    point = incident.location if isinstance(incident.location, Point) else None
    events = await repository.events_of(db, incident.id)
    return Surroundings(
        history=_frame(_PASSED, _history(decisions, events, point, reader)),
        cases=_frame(_CASES, await _cases(db, incident, point, reader) if point else ()),
        cases_m=CASES_M,
        components=_frame(_COMPONENTS, await _components(db, point, reader) if point else ()),
        components_m=COMPONENTS_M,
    )


_PASSED = ["at", "organisation", "why", "moved", "geometry"]
_CASES = ["reference", "category", "status", "state", "distance_m", "href", "geometry"]
_COMPONENTS = ["code", "name", "organisation", "distance_m", "geometry"]


def _frame(columns: list[str], rows: Any) -> geopandas.GeoDataFrame:  # noqa: ANN401 - records
    return geopandas.GeoDataFrame(list(rows), columns=columns, geometry="geometry", crs="EPSG:4326")


def _history(
    decisions: Sequence[Record],
    events: Sequence[IncidentEvent],
    now_at: Point | None,
    reader: Reader,
) -> Iterator[Record]:
    for decision in decisions:
        decided_at = datetime.fromisoformat(decision["decided_at"])
        then = _place_at(decided_at, events, now_at)
        routing = decision["routing"]
        yield {
            "at": moment(decided_at.astimezone(reader.zone)),
            "organisation": called(routing["lead"], chinese=reader.chinese),
            "why": routing["explanation"][reader.language],
            "moved": then != now_at,
            "geometry": then,
        }


def _place_at(at: datetime, events: Sequence[IncidentEvent], now_at: Point | None) -> Point | None:
    """Find where a case was at a time: where the next correction of its place took it from."""
    for event in events:
        before = event.detail.get("before", {}) if event.action == Action.AMEND else {}
        if event.at > at and "location" in before:
            return Point(before["location"][:2]) if before["location"] else None
    return now_at


def called(organisation: Record | None, *, chinese: bool) -> str | None:
    """Name an organisation of a record."""
    if organisation is None:
        return None
    return str(organisation["name"] if chinese else organisation["name_en"] or organisation["name"])


async def _cases(
    db: AsyncSession, incident: Incident, here: Point, reader: Reader
) -> list[dict[str, Any]]:
    metres = metres_from(here.x, here.y)
    late = is_overdue(reader.now).label("late")
    statement = (
        select(Incident, Category.name, Category.name_en, metres, is_open().label("open"), late)
        .join(Category, Category.id == Incident.category_id)
        .where(
            within(here.x, here.y, metres=CASES_M),
            Incident.id != incident.id,
            visible_to(reader.who),
        )
        .order_by(is_open().desc(), metres, Incident.id)
        .limit(MOST_CASES)
    )
    return [
        {
            "reference": it.reference,
            "category": name if reader.chinese else name_en or name,
            "status": WORDS[f"status_{it.status}"][reader.language],
            "state": "overdue" if overdue else "open" if is_still_open else "ended",
            "distance_m": distance,
            "href": f"/cases/{it.id}",
            "geometry": it.location,
        }
        for it, name, name_en, distance, is_still_open, overdue in await db.execute(statement)
    ]


async def _components(db: AsyncSession, here: Point, reader: Reader) -> list[dict[str, Any]]:
    sought = Sought(lon=here.x, lat=here.y, at=reader.now, tolerance_m=COMPONENTS_M)
    return [
        {
            "code": listed.asset.code,
            "name": listed.asset.name,
            "organisation": listed.owner_name,
            "distance_m": near.distance_m,
            "geometry": listed.asset.geometry,
        }
        for listed, near in await beside(db, sought, most=MOST_COMPONENTS)
    ]
