"""Components as JSON, GeoJSON and CSV: the same rows, three forms. Pure."""

from collections.abc import Iterable
from typing import Any

import orjson
import shapely

from gridsvc.assets.search import Listed
from gridsvc.http.sheet import sheet

CSV_COLUMNS = (
    "code",
    "scheme",
    "category",
    "name",
    "state",
    "owner",
    "owner_name",
    "maintainer",
    "maintainer_name",
    "lon",
    "lat",
    "geometry",
    "valid_from",
    "valid_to",
)


def as_json(row: Listed) -> dict[str, Any]:
    """Write a component as `schemas.AssetOut` documents it."""
    asset = row.asset
    return {
        "id": str(asset.id),
        "code": asset.code,
        "scheme": asset.scheme,
        "category": asset.category_code,
        "name": asset.name,
        "state": asset.state,
        "owner": {"code": row.owner, "name": row.owner_name},
        "maintainer": {"code": row.maintainer, "name": row.maintainer_name}
        if row.maintainer
        else None,
        "geometry": orjson.loads(shapely.to_geojson(asset.geometry)),
        "attributes": asset.attributes,
        "valid_from": asset.valid_from.isoformat(),
        "valid_to": asset.valid_to.isoformat() if asset.valid_to else None,
    }


def as_feature(row: Listed) -> dict[str, Any]:
    """Write a component as a GeoJSON feature (RFC 7946)."""
    properties = as_json(row)
    return {
        "type": "Feature",
        "id": properties["id"],
        "geometry": properties.pop("geometry"),
        "properties": properties,
    }


def as_csv(rows: Iterable[Listed]) -> str:
    """Write components as CSV for spreadsheets; `lon` and `lat` are of a point on the shape."""
    return sheet(CSV_COLUMNS, map(_flat, rows))


def _flat(row: Listed) -> dict[str, Any]:
    body = as_json(row)
    point = shapely.point_on_surface(row.asset.geometry)
    return {
        **{name: body[name] for name in CSV_COLUMNS if name in body},
        "owner": row.owner,
        "owner_name": row.owner_name,
        "maintainer": row.maintainer,
        "maintainer_name": row.maintainer_name,
        "lon": point.x,
        "lat": point.y,
        "geometry": shapely.to_wkt(row.asset.geometry, rounding_precision=7),
    }
