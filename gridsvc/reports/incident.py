"""What the small map of one incident draws: the place, its accuracy, the zones that were weighed.

It is drawn from the stored decision and the releases that it names, and so stays as it was.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import geopandas
from shapely import Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Area
from gridsvc.auth.principal import Principal
from gridsvc.errors import NotFound
from gridsvc.incidents import reading
from maps.incident import IncidentData

Record = Mapping[str, Any]
_Key = tuple[UUID, str]
"""A release and the code of an area in it."""


async def read_incident(
    db: AsyncSession, incident_id: UUID, *, who: Principal, now: datetime, chinese: bool
) -> IncidentData:
    """Read an incident that the caller may see, and its newest decision."""
    listed = await reading.one(db, incident_id, who=who, now=now)
    incident = listed.incident
    if not isinstance(incident.location, Point):
        raise NotFound(
            "no_place",
            en="The incident was reported without coordinates: there is no map of it.",
            zh="该案件上报时没有坐标，无法绘制地图。",
        )
    record = (await reading.decided(db, incident)).body["routing"]
    return IncidentData(
        reference=incident.reference,
        explanation=record["explanation"]["zh" if chinese else "en"],
        lon=incident.location.x,
        lat=incident.location.y,
        accuracy_m=incident.accuracy_m,
        candidates=await _candidates(db, record, chinese=chinese),
    )


async def _candidates(db: AsyncSession, record: Record, *, chinese: bool) -> geopandas.GeoDataFrame:
    """Make a row of each area that was weighed, the chosen one first."""
    releases = {release["layer"]: UUID(release["id"]) for release in record["releases"]}
    by_area: dict[_Key, Record] = {}
    for candidate in sorted(record["candidates"], key=lambda one: one["lost_by"] is not None):
        zone = candidate["zone"]
        by_area.setdefault((releases[zone["layer"]], zone["code"]), candidate)
    shapes = await _shapes(db, list(by_area))
    rows = [
        {**_row(candidate, chinese=chinese), "geometry": shapes[key]}
        for key, candidate in by_area.items()
    ]
    return geopandas.GeoDataFrame(rows, columns=_COLUMNS, geometry="geometry", crs="EPSG:4326")


_COLUMNS = ["code", "name", "layer", "organisation", "inside_m", "share", "chosen", "geometry"]


def _row(candidate: Record, *, chinese: bool) -> dict[str, object]:
    zone, organisation = candidate["zone"], candidate["organisation"]
    return {
        "code": zone["code"],
        "name": zone["name"],
        "layer": zone["layer_title"],
        "organisation": organisation["name"]
        if chinese
        else organisation["name_en"] or organisation["name"],
        "inside_m": candidate["inside_m"],
        "share": candidate["share"],
        "chosen": candidate["lost_by"] is None,
    }


async def _shapes(db: AsyncSession, keys: Sequence[_Key]) -> dict[_Key, BaseGeometry]:
    rows = await db.execute(
        select(Area.release_id, Area.code, Area.geometry).where(
            tuple_(Area.release_id, Area.code).in_(keys)
        )
    )
    return {(release, code): shape for release, code, shape in rows}
