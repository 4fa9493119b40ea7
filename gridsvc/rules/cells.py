"""What stands in the cells of a table of rules, read as values and written again. Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from gridsvc.rules.window import Hours, Season

_BETWEEN = re.compile(r"[;|；、]")
_HOURS = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")
_SEASON = re.compile(r"(\d\d)-(\d\d)\.\.(\d\d)-(\d\d)")
_WEEKDAYS = re.compile(r"([1-7])(?:-([1-7]))?")
_LEAP_YEAR = 2024
"""In which every day of a season is found, the 29th of February too."""


def read_list(cell: str | Iterable[str] | None) -> tuple[str, ...]:
    """Read codes with `;` or `|` between them, each once, in their order."""
    parts = _BETWEEN.split(cell) if isinstance(cell, str) else cell or ()
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def write_list(codes: Iterable[str]) -> str | None:
    """Write codes for one cell; an empty list is an empty cell."""
    return ";".join(codes) or None


def read_hours(cell: str) -> Hours:
    """Read `22:00-06:00`. Raises ValueError."""
    found = _HOURS.fullmatch(cell)
    if found is None or found[1] == found[2]:
        raise ValueError(cell)
    return Hours(time.fromisoformat(found[1]), time.fromisoformat(found[2]))


def write_hours(hours: Hours) -> str:
    """Write hours as `read_hours` reads them."""
    return f"{hours.start:%H:%M}-{hours.end:%H:%M}"


def read_season(cell: str) -> Season:
    """Read `11-15..03-15`, month and day. Raises ValueError."""
    found = _SEASON.fullmatch(cell)
    if found is None:
        raise ValueError(cell)
    first, last = (date(_LEAP_YEAR, int(found[at]), int(found[at + 1])) for at in (1, 3))
    return Season((first.month, first.day), (last.month, last.day))


def write_season(season: Season) -> str:
    """Write a season as `read_season` reads it."""
    return "..".join(f"{month:02d}-{day:02d}" for month, day in (season.first, season.last))


def read_weekdays(cell: str) -> frozenset[int]:
    """Read `1-5` or `6;7`, Monday is 1; `6-1` passes Sunday. Raises ValueError."""
    days: set[int] = set()
    for part in read_list(cell):
        found = _WEEKDAYS.fullmatch(part)
        if found is None:
            raise ValueError(cell)
        first, last = int(found[1]), int(found[2] or found[1])
        days.update(1 + (first - 1 + step) % 7 for step in range((last - first) % 7 + 1))
    return frozenset(days)


def write_weekdays(days: Iterable[int]) -> str | None:
    """Write weekdays as `read_weekdays` reads them."""
    return write_list(str(day) for day in sorted(days))


def read_shape(cell: str | Mapping[str, Any]) -> BaseGeometry:
    """Read a polygon from WKT or GeoJSON (lon, lat in WGS84). Raises ValueError."""
    text = cell.strip() if isinstance(cell, str) else orjson.dumps(cell).decode()
    try:
        shape = shapely.from_geojson(text) if text.startswith("{") else shapely.from_wkt(text)
    except shapely.errors.ShapelyError as error:
        raise ValueError(text) from error
    west, south, east, north = shape.bounds
    fits = -180 <= west <= east <= 180 and -90 <= south <= north <= 90  # NaN of an empty one fails
    if not fits or shape.geom_type not in {"Polygon", "MultiPolygon"} or not shape.is_valid:
        raise ValueError(text)
    return shapely.multipolygons(shapely.get_parts(shapely.force_2d(shape)))


def write_shape(shape: BaseGeometry) -> str:
    """Write a shape as WKT, every digit of it."""
    written: str = shapely.to_wkt(shape, rounding_precision=-1)
    return written
