"""What the map of a whistle draws: its ground, the zones by which it calls, where people were."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import geopandas
from shapely import Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Area
from gridsvc.whistles.lifecycle import Action
from gridsvc.whistles.model import WhistleEvent
from gridsvc.whistles.repository import Listed
from maps.whistle import WhistleData

_ZONES = ["code", "name", "layer", "organisation", "share", "geometry"]
_ARRIVALS = ["name", "presence", "at", "geometry"]


async def read_drawing(
    db: AsyncSession,
    found: Listed,
    events: Sequence[WhistleEvent],
    *,
    chinese: bool,
    zone: ZoneInfo,
) -> WhistleData:
    """Read what belongs on the map of a whistle that the caller may see."""
    told = [*_zones(found, chinese=chinese)]
    shapes = await _shapes(db, [UUID(row["area_id"]) for row in told])
    zones = [{**row, "geometry": shapes[UUID(row["area_id"])]} for row in told]
    arrivals = [*_arrivals(found, events, chinese=chinese, zone=zone)]
    return WhistleData(
        reference=found.whistle.reference,
        matter=found.whistle.matter,
        place=found.whistle.place,
        ground=found.whistle.ground,
        zones=_frame(zones, _ZONES),
        arrivals=_frame(arrivals, _ARRIVALS),
    )


def _frame(rows: list[dict[str, Any]], columns: list[str]) -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame(rows, columns=columns, geometry="geometry", crs="EPSG:4326")


def _zones(found: Listed, *, chinese: bool) -> Iterator[dict[str, Any]]:
    """Go through the zones of everybody, each with whom it is the reason to call."""
    for row, organisation in found.calls.values():
        name = organisation.name if chinese else organisation.name_en or organisation.name
        for zone in row.zones:
            title = zone["layer_title"] if chinese else zone["layer_title_en"]
            yield {**zone, "organisation": name, "layer": title or zone["layer_title"]}


async def _shapes(db: AsyncSession, areas: Sequence[UUID]) -> dict[UUID, BaseGeometry]:
    rows = await db.execute(select(Area.id, Area.geometry).where(Area.id.in_(areas)))
    return {row.id: row.geometry for row in rows}


def _arrivals(
    found: Listed, events: Sequence[WhistleEvent], *, chinese: bool, zone: ZoneInfo
) -> Iterator[dict[str, Any]]:
    bodies = {organisation.id: organisation for _, organisation in found.calls.values()}
    for event in events:
        if event.action == Action.REPORT_IN and event.organisation_id in bodies:
            body = bodies[event.organisation_id]
            yield {
                "name": body.name if chinese else body.name_en or body.name,
                "presence": event.detail["presence"],
                "at": f"{event.at.astimezone(zone):%m-%d %H:%M}",
                "geometry": Point(event.detail["lon"], event.detail["lat"]),
            }
