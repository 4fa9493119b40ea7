"""Mend what can be mended without asking the surveyor, and only what is asked for.

Each fix is asked for by name and each change is told, so that a repaired layer can be compared with
the one that came in. What is wrong says `geodata.validate`, which fix helps says `geodata.explain`.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Final

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.layer import Layer
from geodata.measure import area_m2, area_text, metres_of_degree
from geodata.overlay import Pieces
from geodata.parts import Rows, Shapes, polygons_in, together
from geodata.slivers import close_slivers


class Fix(StrEnum):
    """What can be asked for, in the order in which it is done."""

    FORCE_2D = "force_2d"
    MAKE_VALID = "make_valid"
    SNAP = "snap"
    CLOSE_SLIVERS = "close_slivers"
    ORIENT = "orient"
    DROP_EMPTY = "drop_empty"


@dataclass(frozen=True, slots=True)
class Change:
    """What one fix did to one area.

    Parameters
    ----------
    fix : Fix
        The fix.
    area : str
        The code of the area, "" where it has none.
    row : int
        Its row in the frame that came in, counted from 0.
    area_before_m2, area_after_m2 : float or None
        Geodesic area; None where there is no shape or no valid one.
    en, zh : str
        What was done.
    """

    fix: Fix
    area: str
    row: int
    area_before_m2: float | None
    area_after_m2: float | None
    en: str
    zh: str


_DEGREES: Final = (-180, -90), (180, 90)
_DONE: Final = {
    Fix.FORCE_2D: ("heights were dropped", "去除高程"),
    Fix.MAKE_VALID: ("its invalid polygon was made valid", "修复无效图形"),
    Fix.SNAP: ("its corners were moved to the grid", "节点对齐到格网"),
    Fix.CLOSE_SLIVERS: ("slivers along its border were closed", "消除边界上的狭长空隙或重叠"),
    Fix.ORIENT: ("its rings were turned", "调整环的方向"),
    Fix.DROP_EMPTY: ("it had no shape and was removed", "没有图形，已移除"),
}


def repair(
    frame: geopandas.GeoDataFrame,
    fixes: Collection[Fix],
    *,
    grid_m: float = 0.01,
    sliver_width_m: float = 1.0,
) -> tuple[geopandas.GeoDataFrame, list[Change]]:
    """Do the fixes asked for and tell each change.

    Parameters
    ----------
    frame : GeoDataFrame
        Has the columns of an AreaFrame, EPSG:4326 (lon, lat); its shapes may be anything.
    fixes : collection of Fix
        They are done in the order of `Fix`, however they are given:

        force_2d
            Drop heights.
        make_valid
            Rebuild invalid polygons from their rings (an outer ring encloses, an inner ring
            excludes); lines and points that remain are dropped. What encloses nothing stays.
        snap
            Move all corners of valid polygons to a grid of `grid_m`, which is that many metres in
            both directions at the layer's middle latitude. A polygon that would vanish stays.
        close_slivers
            Give each sliver between valid polygons to one of them: an overlap to the lower code, a
            gap to the neighbour with the longest common border.
        orient
            Turn outer rings counter-clockwise and inner rings clockwise (RFC 7946).
        drop_empty
            Remove areas without a shape.
    grid_m : float
        The grid of `snap`, in metres.
    sliver_width_m : float
        A gap or overlap of a smaller mean width is a sliver, in metres.

    Returns
    -------
    repaired : GeoDataFrame
        A new frame with the same columns, rows counted anew.
    changes : list of Change
        By fix, then by row. An area that no change names has the very shape that it had.

    Raises
    ------
    ColumnError, CrsError
        The table is not that of an AreaFrame (see `geodata.frames.check_areas`).
    """
    layer = Layer.of(frame)
    menders = _menders(layer.codes, grid_m=grid_m, sliver_width_m=sliver_width_m)
    changes: list[Change] = []
    for fix in (fix for fix in menders if fix in fixes):
        mended = replace(layer, shapes=menders[fix](layer))
        changes += _changes(fix, layer, mended)
        layer = mended
    kept = np.ones(len(layer), dtype=np.bool_)
    if Fix.DROP_EMPTY in fixes:
        kept = ~(shapely.is_missing(layer.shapes) | shapely.is_empty(layer.shapes))
        changes += _drops(layer, np.flatnonzero(~kept).tolist())
    shapes = geopandas.GeoSeries(layer.shapes, index=frame.index, crs=frame.crs)
    return frame.set_geometry(shapes)[kept].reset_index(drop=True), changes


def _menders(
    codes: list[str], *, grid_m: float, sliver_width_m: float
) -> dict[Fix, Callable[[Layer], Shapes]]:
    def close(layer: Layer) -> Shapes:
        usable = [codes[row] for row in layer.placed]
        closed = close_slivers(layer.mosaic.shapes, usable, sliver_width_m)
        return _with(layer, layer.placed, closed)

    return {
        Fix.FORCE_2D: lambda layer: shapely.force_2d(layer.shapes),
        Fix.MAKE_VALID: _make_valid,
        Fix.SNAP: partial(_snap, grid_m=grid_m),
        Fix.CLOSE_SLIVERS: close,
        Fix.ORIENT: _orient,
    }


def _make_valid(layer: Layer) -> Shapes:
    rows = np.flatnonzero(layer.polygonal & layer.in_range & ~layer.usable)
    valid = shapely.make_valid(layer.shapes[rows], method="structure", keep_collapsed=False)
    parts, owners = polygons_in(valid)
    mended = layer.shapes.copy()
    for at, polygons in Pieces(shapes=parts, rows=owners).by_rows():
        mended[rows[at]] = together(polygons)
    return mended


def _snap(layer: Layer, *, grid_m: float) -> Shapes:
    before = layer.mosaic.shapes
    if not before.size:
        return layer.shapes
    step = _grid_degrees(before, grid_m)
    # Moved corner by corner, so that a common border stays common. Only where that would break a
    # polygon is it noded anew by itself.
    steps = shapely.transform(before, lambda at: np.round(at / step))
    broken = ~shapely.is_valid(steps)
    exact = shapely.transform(before[broken], lambda at: at / step)
    steps[broken] = shapely.set_precision(exact, 1.0)
    snapped = shapely.transform(steps, lambda at: np.clip(at * step, *_DEGREES))
    return _with(layer, layer.placed, np.where(shapely.is_empty(steps), before, snapped))


def _grid_degrees(shapes: Shapes, grid_m: float) -> NDArray[np.float64]:
    """Tell a grid's steps in degrees eastward and northward, as long as asked at mid-latitude.

    To the whole degree: moving corners by a step does not move the grid.
    """
    _, south, _, north = shapely.total_bounds(shapes)
    east_m, north_m = metres_of_degree(np.round((south + north) / 2))
    return grid_m / np.array([east_m, north_m])


def _orient(layer: Layer) -> Shapes:
    return _with(layer, layer.placed, shapely.orient_polygons(layer.mosaic.shapes))


def _with(layer: Layer, rows: Rows, shapes: Shapes) -> Shapes:
    """Copy the shapes of a layer with some of them exchanged."""
    exchanged = layer.shapes.copy()
    exchanged[rows] = shapes
    return exchanged


def _changes(fix: Fix, before: Layer, after: Layer) -> Iterator[Change]:
    moved = shapely.to_wkb(before.shapes) != shapely.to_wkb(after.shapes)
    rows = np.flatnonzero(moved).tolist()
    sizes = zip(rows, _sizes(before, rows), _sizes(after, rows), strict=True)
    for row, size_before, size_after in sizes:
        done_en, done_zh = _DONE[fix]
        now_en, now_zh = _size_text(size_before, size_after)
        yield Change(
            fix=fix,
            area=before.codes[row],
            row=row,
            area_before_m2=size_before,
            area_after_m2=size_after,
            en=f"{before.en(row)}: {done_en}{now_en}.",
            zh=f"{before.zh(row)}：{done_zh}{now_zh}。",
        )


def _drops(layer: Layer, rows: list[int]) -> Iterator[Change]:
    done_en, done_zh = _DONE[Fix.DROP_EMPTY]
    for row in rows:
        yield Change(
            fix=Fix.DROP_EMPTY,
            area=layer.codes[row],
            row=row,
            area_before_m2=None,
            area_after_m2=None,
            en=f"{layer.en(row)}: {done_en}.",
            zh=f"{layer.zh(row)}：{done_zh}。",
        )


def _sizes(layer: Layer, rows: list[int]) -> list[float | None]:
    sizes = area_m2(layer.shapes[rows])
    return [
        float(size) if layer.usable[row] else None for row, size in zip(rows, sizes, strict=True)
    ]


def _size_text(before: float | None, after: float | None) -> tuple[str, str]:
    if after is None:
        return "", ""
    after_en, after_zh = area_text(after)
    if before is None:
        return f"; it covers {after_en}", f"，面积为 {after_zh}"
    return f"; it covers {after_en} ({after - before:+,.2f} m²)", (
        f"，面积为 {after_zh}（{after - before:+,.2f} 平方米）"
    )
