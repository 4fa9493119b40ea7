"""What stands in the cells of a table of rules, read as values and written again. Pure.

Whatever cannot be read raises ValueError; `line` makes of it an error with the row's number.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Generic, TypeVar

import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from gridsvc.rules.border import BorderKind
from gridsvc.rules.window import Hours, Season

LONGEST_CODE, LONGEST_TEXT = 64, 200
LARGEST_PRIORITY = 32_767
FARTHEST_M = 1_000.0

_BETWEEN = re.compile(r"[;|；、]")
_HOURS = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")
_SEASON = re.compile(r"(\d\d)-(\d\d)\.\.(\d\d)-(\d\d)")
_WEEKDAYS = re.compile(r"([1-7])(?:-([1-7]))?")
_LEAP_YEAR = 2024
"""In which every day of a season is found, the 29th of February too."""

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Form(Generic[Value]):
    """How a cell is read, and an example of how it is written."""

    read: Callable[[Any], Value]
    example: str


def read_text(cell: object, *, longest: int = LONGEST_TEXT) -> str:
    """Read a text that the database can hold."""
    text = str(cell)
    if len(text) > longest or b"\0" in text.encode():  # half a character raises here
        raise ValueError(cell)
    return text


def read_code(cell: object) -> str:
    """Read the code of something."""
    return read_text(cell, longest=LONGEST_CODE)


def read_codes(cell: str | Iterable[str]) -> tuple[str, ...]:
    """Read codes with `;` or `|` between them, each once, in their order."""
    parts = _BETWEEN.split(cell) if isinstance(cell, str) else cell
    return tuple(dict.fromkeys(read_code(part.strip()) for part in parts if part.strip()))


def write_codes(codes: Iterable[str]) -> str | None:
    """Write codes for one cell; an empty list is an empty cell."""
    return ";".join(codes) or None


def read_hours(cell: str) -> Hours:
    """Read `22:00-06:00`."""
    found = _HOURS.fullmatch(cell)
    if found is None or found[1] == found[2]:
        raise ValueError(cell)
    return Hours(time.fromisoformat(found[1]), time.fromisoformat(found[2]))


def write_hours(hours: Hours) -> str:
    """Write hours as `read_hours` reads them."""
    return f"{hours.start:%H:%M}-{hours.end:%H:%M}"


def read_season(cell: str) -> Season:
    """Read `11-15..03-15`, month and day."""
    found = _SEASON.fullmatch(cell)
    if found is None:
        raise ValueError(cell)
    first, last = (date(_LEAP_YEAR, int(found[at]), int(found[at + 1])) for at in (1, 3))
    return Season((first.month, first.day), (last.month, last.day))


def write_season(season: Season) -> str:
    """Write a season as `read_season` reads it."""
    return "..".join(f"{month:02d}-{day:02d}" for month, day in (season.first, season.last))


def read_weekdays(cell: str) -> frozenset[int]:
    """Read `6;7` or `1-5`, Monday is 1; `6-1` passes Sunday."""
    days: set[int] = set()
    for part in read_codes(cell):
        found = _WEEKDAYS.fullmatch(part)
        if found is None:
            raise ValueError(cell)
        first, last = int(found[1]), int(found[2] or found[1])
        days.update(1 + (first - 1 + step) % 7 for step in range((last - first) % 7 + 1))
    return frozenset(days)


def write_weekdays(days: Iterable[int]) -> str | None:
    """Write each weekday by itself: a spreadsheet program takes `1-5` for the fifth of January."""
    return write_codes(str(day) for day in sorted(days))


def read_shape(cell: str | Mapping[str, Any]) -> BaseGeometry:
    """Read polygons from WKT or GeoJSON (lon, lat in WGS84), as one multi-polygon."""
    text = cell if isinstance(cell, str) else orjson.dumps(cell).decode()
    try:
        shape = shapely.from_geojson(text) if text.startswith("{") else shapely.from_wkt(text)
    except shapely.errors.ShapelyError as error:
        raise ValueError(text) from error
    west, south, east, north = shape.bounds
    fits = -180 <= west <= east <= 180 and -90 <= south <= north <= 90  # not NaN, if it is empty
    if not fits or shape.geom_type not in {"Polygon", "MultiPolygon"} or not shape.is_valid:
        raise ValueError(text)
    return shapely.multipolygons(shapely.get_parts(shapely.force_2d(shape)))


def write_shape(shape: BaseGeometry) -> str:
    """Write a shape as WKT, every digit of it."""
    written: str = shapely.to_wkt(shape, rounding_precision=-1)
    return written


def read_priority(cell: object) -> int:
    """Read a priority: 0 comes first."""
    text = str(cell)
    if not (text.isascii() and text.isdecimal() and int(text) <= LARGEST_PRIORITY):
        raise ValueError(cell)
    return int(text)


def read_metres(cell: str | float) -> float:
    """Read a distance."""
    metres = float(cell)
    if not (math.isfinite(metres) and 0 <= metres <= FARTHEST_M):
        raise ValueError(cell)
    return metres


def read_kind(cell: str) -> str:
    """Read the kind of matters that a rule speaks of."""
    if cell not in {"component", "event"}:
        raise ValueError(cell)
    return cell


def read_day(cell: str | date) -> date:
    """Read a day."""
    return cell if isinstance(cell, date) else date.fromisoformat(cell)


TEXT = Form(read_text, f"1 … {LONGEST_TEXT} letters")
CODE = Form(read_code, f"1 … {LONGEST_CODE} letters")
CODES = Form(read_codes, "S1;S2")
HOURS = Form(read_hours, "22:00-06:00")
SEASON = Form(read_season, "11-15..03-15")
WEEKDAYS = Form(read_weekdays, "6;7")
SHAPE = Form(read_shape, "POLYGON ((120.1 30.2, …)), GeoJSON")
PRIORITY = Form(read_priority, f"0 … {LARGEST_PRIORITY}")
METRES = Form(read_metres, f"0 … {FARTHEST_M:.0f}")
KIND = Form(read_kind, "component, event")
BORDER_KIND = Form(BorderKind, ", ".join(BorderKind))
DAY = Form(read_day, "2026-02-17")
