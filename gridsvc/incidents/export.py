"""Incidents as JSON, GeoJSON and CSV: the same rows, three forms. Pure."""

from collections.abc import Iterable
from typing import Any

from shapely import Point

from gridsvc.areas.model import LEVELS
from gridsvc.http.sheet import sheet
from gridsvc.incidents.search import Listed

CSV_COLUMNS = (
    "id",
    "reference",
    "status",
    "scheme",
    "category",
    "category_name",
    "condition",
    "description",
    "address",
    "lon",
    "lat",
    "accuracy_m",
    "channel",
    "occurred_at",
    "reported_at",
    "due_at",
    "closed_at",
    "outcome",
    "lead",
    "lead_name",
    "zone_layer",
    "zone",
    "zone_name",
    *LEVELS,
    "merged_into",
    "parent",
)


def as_json(row: Listed) -> dict[str, Any]:
    """Write an incident as `schemas.IncidentOut` documents it."""
    incident = row.incident
    return {
        "id": str(incident.id),
        "reference": incident.reference,
        "status": incident.status,
        "version": incident.version,
        "category": {
            "scheme": row.scheme,
            "scheme_version": row.scheme_version,
            "code": row.category,
            "name": row.category_name,
            "name_en": row.category_name_en,
        },
        "condition": _condition(row),
        "description": incident.description,
        "address": incident.address,
        "location": _location(row),
        "channel": incident.channel,
        "occurred_at": incident.occurred_at.isoformat(),
        "reported_at": incident.reported_at.isoformat(),
        "due_at": incident.due_at.isoformat(),
        "closed_at": incident.closed_at.isoformat() if incident.closed_at else None,
        "outcome": incident.outcome,
        "lead": {"code": row.lead, "name": row.lead_name} if row.lead else None,
        "zone": {"layer": row.zone_layer, "code": row.zone, "name": row.zone_name}
        if row.zone
        else None,
        "areas": {
            level: code for level in LEVELS if (code := getattr(incident, level)) is not None
        },
        "merged_into": str(incident.merged_into) if incident.merged_into else None,
        "parent": str(incident.parent_id) if incident.parent_id else None,
    }


def _condition(row: Listed) -> dict[str, Any] | None:
    names = ("code", "text", "text_en", "closing", "closing_en")
    return {name: getattr(row.condition, name) for name in names} if row.condition else None


def _location(row: Listed) -> dict[str, Any] | None:
    point = row.incident.location
    if not isinstance(point, Point):
        return None
    return {"lon": point.x, "lat": point.y, "accuracy_m": row.incident.accuracy_m}


def as_feature(row: Listed) -> dict[str, Any]:
    """Write an incident as a GeoJSON feature (RFC 7946); one without a place has no geometry."""
    properties = as_json(row)
    location = properties.pop("location")
    return {
        "type": "Feature",
        "id": properties["id"],
        "geometry": {"type": "Point", "coordinates": [location["lon"], location["lat"]]}
        if location
        else None,
        "properties": {**properties, "accuracy_m": location["accuracy_m"] if location else None},
    }


def as_csv(rows: Iterable[Listed]) -> str:
    """Write incidents as CSV for spreadsheets."""
    return sheet(CSV_COLUMNS, map(_flat, rows))


def _flat(row: Listed) -> dict[str, Any]:
    body = as_json(row)
    location = body["location"] or {"lon": None, "lat": None, "accuracy_m": None}
    flat = {name: body[name] for name in CSV_COLUMNS if name in body}
    return {
        **flat,
        **location,
        "scheme": row.scheme,
        "category": row.category,
        "category_name": row.category_name,
        "condition": row.condition.code if row.condition else None,
        "lead": row.lead,
        "lead_name": row.lead_name,
        "zone_layer": row.zone_layer,
        "zone": row.zone,
        "zone_name": row.zone_name,
        **{level: body["areas"].get(level) for level in LEVELS},
    }
