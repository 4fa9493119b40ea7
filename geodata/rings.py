"""Check the shape of each area by itself: is it there, a polygon, in range, valid, in one piece."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import numpy as np
import shapely

from geodata.findings import Fault, Finding, Severity
from geodata.layer import Layer
from geodata.measure import area_m2, area_text, counted, width_m
from geodata.overlay import Pieces
from geodata.parts import polygons_in, together

# What GEOS says of an invalid shape, in Chinese; its place follows in brackets.
_REASONS_ZH: Final = {
    "Self-intersection": "边界自相交",
    "Ring Self-intersection": "环与自身相接",
    "Hole lies outside shell": "孔洞在外环之外",
    "Holes are nested": "孔洞互相嵌套",
    "Nested shells": "外环互相嵌套",
    "Interior is disconnected": "内部不连通",
    "Duplicate Rings": "环重复",
    "Too few points in geometry component": "环的点数不足",
    "Invalid Coordinate": "坐标不是有限数",
    "Ring is not closed": "环未闭合",
}


def check_rings(layer: Layer) -> Iterator[Finding]:
    """Find shapes which cannot be used at all; each has one such finding at most."""
    missing = shapely.is_missing(layer.shapes)
    empty = ~missing & shapely.is_empty(layer.shapes)
    other = ~missing & ~empty & ~layer.polygonal
    beyond = layer.polygonal & ~layer.in_range
    broken = layer.polygonal & layer.in_range & ~layer.usable
    yield from (_null(layer, row) for row in np.flatnonzero(missing).tolist())
    yield from (_empty(layer, row) for row in np.flatnonzero(empty).tolist())
    yield from (_wrong_type(layer, row) for row in np.flatnonzero(other).tolist())
    yield from (_out_of_range(layer, row) for row in np.flatnonzero(beyond).tolist())
    yield from (_invalid(layer, row) for row in np.flatnonzero(broken).tolist())


def check_oddities(layer: Layer, sliver_width_m: float) -> Iterator[Finding]:
    """Find usable shapes that are odd: with heights, with a part like a thread."""
    high = np.flatnonzero(shapely.has_z(layer.shapes)).tolist()
    yield from (_with_heights(layer, row) for row in high)
    yield from _sliver_parts(layer, sliver_width_m)


def same_shapes(layer: Layer) -> list[list[int]]:
    """List the rows that share one shape, however its rings begin and turn."""
    boxes = shapely.bounds(layer.mosaic.shapes)
    _, group, size = np.unique(boxes, axis=0, return_inverse=True, return_counts=True)
    rows_of = defaultdict(list)
    for row in layer.placed[size[group] > 1]:
        rows_of[shapely.normalize(shapely.force_2d(layer.shapes[row])).wkb].append(int(row))
    return [rows for rows in rows_of.values() if len(rows) > 1]


def check_same_shapes(layer: Layer, severity: Severity) -> Iterator[Finding]:
    """Find areas that have one and the same shape."""
    for rows in same_shapes(layer):
        shape = layer.shapes[rows[0]]
        size = float(area_m2([shape])[0])
        size_en, size_zh = area_text(size)
        yield layer.finding(
            Fault.DUPLICATE_GEOMETRY,
            rows,
            severity=severity,
            place=shape,
            area_m2=size,
            en=f"{layer.list_en(rows)} have the same shape of {size_en}.",
            zh=f"{layer.list_zh(rows)} 的图形完全相同，面积 {size_zh}。",
        )


def _null(layer: Layer, row: int) -> Finding:
    return layer.finding(
        Fault.NULL_GEOMETRY,
        [row],
        severity=Severity.ERROR,
        place=None,
        en=f"{layer.en(row)} has no geometry.",
        zh=f"{layer.zh(row)} 没有图形。",
    )


def _empty(layer: Layer, row: int) -> Finding:
    return layer.finding(
        Fault.EMPTY_GEOMETRY,
        [row],
        severity=Severity.ERROR,
        place=None,
        en=f"The geometry of {layer.en(row)} is empty.",
        zh=f"{layer.zh(row)} 的图形为空。",
    )


def _wrong_type(layer: Layer, row: int) -> Finding:
    kind = layer.shapes[row].geom_type
    return layer.finding(
        Fault.WRONG_TYPE,
        [row],
        severity=Severity.ERROR,
        place=layer.shapes[row],
        en=f"{layer.en(row)} is a {kind}, not a polygon; the other checks leave it out.",
        zh=f"{layer.zh(row)} 的图形为 {kind}，不是面；其余检查未包括此区域。",
    )


def _out_of_range(layer: Layer, row: int) -> Finding:
    west, south, east, north = layer.shapes[row].bounds
    return layer.finding(
        Fault.OUT_OF_RANGE,
        [row],
        severity=Severity.ERROR,
        place=None,
        en=f"{layer.en(row)} reaches from {west:.6g}, {south:.6g} to {east:.6g}, {north:.6g}, "
        "beyond the degrees there are; the other checks leave it out.",
        zh=f"{layer.zh(row)} 的坐标范围为 {west:.6g}, {south:.6g} 至 {east:.6g}, {north:.6g}，"
        "超出经纬度范围；其余检查未包括此区域。",
    )


def _invalid(layer: Layer, row: int) -> Finding:
    said = shapely.is_valid_reason(layer.shapes[row])
    reason, place = _reason(said)
    at = f"{place.x:.7f}, {place.y:.7f}" if place else "?"
    return layer.finding(
        Fault.INVALID_RING,
        [row],
        severity=Severity.ERROR,
        place=place,
        en=f"The polygon of {layer.en(row)} is invalid at {at}: {reason}; the other checks leave "
        "it out.",
        zh=f"{layer.zh(row)} 的图形在 {at} 处无效：{_REASONS_ZH.get(reason, reason)}；"
        "其余检查未包括此区域。",
    )


def _reason(said: str) -> tuple[str, shapely.Point | None]:
    """Part what GEOS says, as in "Self-intersection[121.5 31.2]", into the reason and the place."""
    reason, _, at = said.partition("[")
    place = [float(number) for number in at.rstrip("]").split()[:2]]
    known = len(place) == 2 and np.isfinite(place).all()
    return reason.strip(), shapely.Point(place) if known else None


def _with_heights(layer: Layer, row: int) -> Finding:
    return layer.finding(
        Fault.HAS_Z,
        [row],
        severity=Severity.INFO,
        place=layer.point(row),
        en=f"{layer.en(row)} carries heights, which no check and no search uses.",
        zh=f"{layer.zh(row)} 含有高程，检查与查询均不使用。",
    )


def _sliver_parts(layer: Layer, sliver_width_m: float) -> Iterator[Finding]:
    parts, owners = polygons_in(layer.mosaic.shapes)
    thin = width_m(parts) < sliver_width_m
    found = Pieces(shapes=parts[thin], rows=layer.placed[owners[thin]])
    for at, threads in found.by_rows():
        row = int(at)
        size = float(area_m2(threads).sum())
        size_en, size_zh = area_text(size)
        count = counted(len(threads), "part")
        yield layer.finding(
            Fault.SLIVER_PART,
            [row],
            severity=Severity.WARNING,
            place=together(threads),
            area_m2=size,
            en=f"{layer.en(row)} has {count} ({size_en}) narrower on average than "
            f"{sliver_width_m:g} m.",
            zh=f"{layer.zh(row)} 有 {len(threads)} 个平均宽度不足 {sliver_width_m:g} 米的狭长部分"
            f"（{size_zh}）。",
        )
