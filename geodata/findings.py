"""What a check found: where, in which areas, how much, and one sentence in either language."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import geopandas
from shapely.geometry.base import BaseGeometry

from geodata.frames import WGS84


class Severity(StrEnum):
    """How much a finding weighs: an error keeps a release from coming into force."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Fault(StrEnum):
    """The kinds of finding, by their stable codes. What each means says `geodata.explain`."""

    MISSING_CODE = "missing_code"
    DUPLICATE_CODE = "duplicate_code"
    MISSING_NAME = "missing_name"
    MISSING_PARENT = "missing_parent"
    UNKNOWN_PARENT = "unknown_parent"
    CODE_NOT_UNDER_PARENT = "code_not_under_parent"
    NULL_GEOMETRY = "null_geometry"
    EMPTY_GEOMETRY = "empty_geometry"
    WRONG_TYPE = "wrong_type"
    OUT_OF_RANGE = "out_of_range"
    INVALID_RING = "invalid_ring"
    HAS_Z = "has_z"
    DUPLICATE_GEOMETRY = "duplicate_geometry"
    SLIVER_PART = "sliver_part"
    OUTSIDE_PARENT = "outside_parent"
    SUSPECTED_SHIFT = "suspected_shift"
    PARENT_NOT_USABLE = "parent_not_usable"
    OVERLAP = "overlap"
    SLIVER_OVERLAP = "sliver_overlap"
    GAP = "gap"
    SLIVER_GAP = "sliver_gap"
    UNMATCHED_EDGES = "unmatched_edges"


ACCEPTABLE: Final = frozenset({Fault.OVERLAP, Fault.DUPLICATE_GEOMETRY})
"""Errors that a planner may accept with a reason. No error of form is among them: without a code,
a parent that exists and a valid polygon an area can be neither named, placed nor searched."""

_RANK: Final = {severity: rank for rank, severity in enumerate(Severity)}
_COLUMNS: Final = ("code", "severity", "areas", "rows", "area_m2", "en", "zh")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found in a layer.

    Parameters
    ----------
    code : Fault
        Its kind.
    severity : Severity
        Its weight in this layer.
    areas : tuple of str
        Codes of the areas concerned, "" for an area without one.
    rows : tuple of int
        Their rows in the frame, counted from 0, in the order of `areas`.
    place : shapely geometry or None
        Where it is, EPSG:4326 (lon, lat): a point for a ring or a label, a polygon for an overlap
        or a gap, lines for edges; None where there is no shape to show.
    area_m2 : float or None
        Geodesic area of what is wrong, for overlaps, gaps and the like.
    en, zh : str
        What was seen, with names and numbers.
    """

    code: Fault
    severity: Severity
    areas: tuple[str, ...]
    rows: tuple[int, ...]
    place: BaseGeometry | None
    area_m2: float | None
    en: str
    zh: str


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort by severity, code and areas, the largest first among equals."""
    return sorted(
        findings,
        key=lambda it: (_RANK[it.severity], it.code, it.areas, it.rows, -(it.area_m2 or 0.0)),
    )


def findings_frame(findings: Iterable[Finding]) -> geopandas.GeoDataFrame:
    """Arrange findings as a table with their places, for GeoJSON and maps.

    Parameters
    ----------
    findings : iterable of Finding
        In the order wanted.

    Returns
    -------
    GeoDataFrame
        EPSG:4326 (lon, lat); columns code, severity, areas (codes with commas between), rows
        (likewise, counted from 0), area_m2 (NaN where there is none), en, zh, geometry.
    """
    listed = list(findings)
    rows = [
        (
            str(it.code),
            str(it.severity),
            ",".join(it.areas),
            ",".join(map(str, it.rows)),
            float("nan") if it.area_m2 is None else it.area_m2,
            it.en,
            it.zh,
        )
        for it in listed
    ]
    columns = {name: [row[at] for row in rows] for at, name in enumerate(_COLUMNS)}
    return geopandas.GeoDataFrame(columns, geometry=[it.place for it in listed], crs=WGS84)
