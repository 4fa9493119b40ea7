"""What the small map of one incident draws: the place, its accuracy, the zones that were weighed.

Beside it what an address may mean, and the components. It is drawn from the stored decision and
the releases that it names, and so stays as it was.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import geopandas
import numpy as np
from shapely import Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Area
from gridsvc.assets.model import Asset
from gridsvc.assets.search import in_force
from gridsvc.incidents import reading
from gridsvc.reports.surroundings import Reader, called, read_surroundings
from maps.incident import IncidentData

Record = Mapping[str, Any]
_Key = tuple[UUID, str]
"""A release and the code of an area in it."""


async def read_incident(db: AsyncSession, incident_id: UUID, reader: Reader) -> IncidentData:
    """Read an incident that the reader may see, its newest decision, and what is around it."""
    chinese = reader.chinese
    listed = await reading.one(db, incident_id, who=reader.who)
    incident = listed.incident
    point = incident.location if isinstance(incident.location, Point) else None
    decided = (await reading.decided(db, incident)).body
    record = decided["routing"]
    return IncidentData(
        reference=incident.reference,
        explanation=record["explanation"]["zh" if chinese else "en"],
        lon=point.x if point else None,
        lat=point.y if point else None,
        accuracy_m=incident.accuracy_m,
        candidates=await _candidates(db, record, chinese=chinese),
        places=await _places(db, record, chinese=chinese),
        surroundings=await read_surroundings(db, incident, [decided, *decided["earlier"]], reader),
    )


_KNOWN = ["kind", "name", "organisation", "sure", "radius_m", "chosen", "geometry"]


async def _places(db: AsyncSession, record: Record, *, chinese: bool) -> geopandas.GeoDataFrame:
    """Make a row of each place that the address may mean, and of each component."""
    rows = [*_addresses(record, chinese=chinese), *await _components(db, record, chinese=chinese)]
    return geopandas.GeoDataFrame(rows, columns=_KNOWN, geometry="geometry", crs="EPSG:4326")


def _addresses(record: Record, *, chinese: bool) -> Iterator[dict[str, object]]:
    found = record.get("address") or {"taken": None, "matches": []}
    for match in found["matches"]:
        yield {
            "kind": "address",
            "name": match["name"],
            "organisation": called(match["lead"], chinese=chinese),
            "sure": match["score"],
            "radius_m": match["radius_m"],
            "chosen": match["id"] == found["taken"],
            "geometry": Point(match["lon"], match["lat"]),
        }


async def _components(
    db: AsyncSession, record: Record, *, chinese: bool
) -> list[dict[str, object]]:
    listed = {one["code"]: one for one in record.get("components", ())}
    held = Asset.code.in_(listed) & in_force(datetime.fromisoformat(record["at"]))
    rows = await db.execute(select(Asset.code, Asset.geometry).where(held))
    return [
        {
            "kind": "component",
            "name": f"{listed[code]['name']} {code}",
            "organisation": called(listed[code]["owner"], chinese=chinese),
            "sure": np.nan,
            "radius_m": np.nan,
            "chosen": listed[code]["lost_by"] is None,
            "geometry": shape,
        }
        for code, shape in rows
    ]


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
        "organisation": called(organisation, chinese=chinese),
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
