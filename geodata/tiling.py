"""Check how the areas of a layer lie beside one another: overlaps, gaps, unmatched edges."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.findings import Fault, Finding, Severity
from geodata.layer import Layer
from geodata.measure import area_m2, area_text, counted, length_m, width_m
from geodata.overlay import Pieces, difference, union_all
from geodata.parts import Shapes, together
from geodata.rings import same_shapes

# A gap touches its neighbours, but cutting it out may have moved its corners by the last digit.
_TOUCHING_DEGREES: Final = 1e-8


def check_overlaps(layer: Layer, severity: Severity, *, sliver_width_m: float) -> Iterator[Finding]:
    """Find what two areas both cover and, apart from it, the slivers along their border.

    Two areas with one and the same shape are left to `geodata.rings.check_same_shapes`.
    """
    pieces = layer.mosaic.overlaps
    thin = width_m(pieces.shapes) < sliver_width_m
    twin = {row: rows[0] for rows in same_shapes(layer) for row in rows}
    for pair, shapes in pieces.where(~thin).by_rows():
        first, second = layer.placed[pair].tolist()
        if twin.get(first, first) != twin.get(second, second):
            yield _overlap(layer, (first, second), shapes, severity=severity)
    for pair, shapes in pieces.where(thin).by_rows():
        first, second = layer.placed[pair].tolist()
        yield _sliver_overlap(layer, (first, second), shapes, sliver_width_m=sliver_width_m)


def check_gaps(layer: Layer, above: Layer | None, *, sliver_width_m: float) -> Iterator[Finding]:
    """Find land that no area covers: of the layer above, or else what the areas surround.

    What an invalid polygon seems to cover is no gap: it is found where the polygon is.
    """
    if above is None:
        shapes = _outside_broken(layer, layer.mosaic.enclosed()).shapes
        yield from _gaps(layer, shapes, sliver_width_m=sliver_width_m)
        return
    pieces = _outside_broken(layer, above.mosaic.uncovered_by(layer.mosaic))
    for at, shapes in pieces.by_rows():
        row = int(above.placed[at])
        within = (f" of {above.en(row)}", f"{above.zh(row)}内")
        yield from _gaps(layer, shapes, within, sliver_width_m=sliver_width_m)


def check_edges(layer: Layer) -> Iterator[Finding]:
    """Find areas whose border leaves their neighbours' without an overlap worth a finding.

    One finding for the whole layer: where it is found at all, it is found at most borders.
    """
    overlapping = np.unique(layer.mosaic.overlaps.rows)
    loose = np.setdiff1d(np.flatnonzero(~layer.mosaic.matched), overlapping)
    if loose.size:
        edges = layer.mosaic.unmatched_edges[loose]
        metres = length_m(edges).sum()
        rows = layer.placed[loose]
        yield layer.finding(
            Fault.UNMATCHED_EDGES,
            rows,
            severity=Severity.INFO,
            place=shapely.multilinestrings(shapely.get_parts(edges)),
            en=f"{metres:,.0f} m of border of {layer.list_en(rows)} do not run from corner to "
            "corner as their neighbours' do.",
            zh=f"{layer.list_zh(rows)} 有 {metres:,.0f} 米边界与相邻区域的节点不一致。",
        )


def _overlap(layer: Layer, pair: tuple[int, int], shapes: Shapes, *, severity: Severity) -> Finding:
    first, second = pair
    size = float(area_m2(shapes).sum())
    size_en, size_zh = area_text(size)
    return layer.finding(
        Fault.OVERLAP,
        pair,
        severity=severity,
        place=together(shapes),
        area_m2=size,
        en=f"{layer.en(first)} and {layer.en(second)} both cover {size_en}.",
        zh=f"{layer.zh(first)} 与 {layer.zh(second)} 重叠 {size_zh}。",
    )


def _sliver_overlap(
    layer: Layer, pair: tuple[int, int], shapes: Shapes, *, sliver_width_m: float
) -> Finding:
    first, second = pair
    size = float(area_m2(shapes).sum())
    size_en, size_zh = area_text(size)
    return layer.finding(
        Fault.SLIVER_OVERLAP,
        pair,
        severity=Severity.WARNING,
        place=together(shapes),
        area_m2=size,
        en=f"Along their border {layer.en(first)} and {layer.en(second)} both cover "
        f"{counted(len(shapes), 'strip')} ({size_en}) narrower on average than "
        f"{sliver_width_m:g} m.",
        zh=f"{layer.zh(first)} 与 {layer.zh(second)} 沿边界有 {len(shapes)} 处平均宽度不足 "
        f"{sliver_width_m:g} 米的狭长重叠（{size_zh}）。",
    )


def _outside_broken(layer: Layer, pieces: Pieces) -> Pieces:
    broken = layer.shapes[layer.polygonal & layer.in_range & ~layer.usable]
    if not broken.size:
        return pieces
    land = union_all(shapely.make_valid(broken, method="structure", keep_collapsed=False))
    return Pieces.of(difference(pieces.shapes, np.array([land])), pieces.rows)


def _gaps(
    layer: Layer, shapes: Shapes, within: tuple[str, str] = ("", ""), *, sliver_width_m: float
) -> Iterator[Finding]:
    """Report each gap by itself, slivers together where they lie beside the same areas."""
    slivers = defaultdict(list)
    thin = width_m(shapes) < sliver_width_m
    for shape, rows, is_thin in zip(shapes, _neighbours(layer, shapes), thin, strict=True):
        if is_thin:
            slivers[rows].append(shape)
        else:
            yield _gap(layer, rows, shape, within=within)
    for rows, strips in slivers.items():
        yield _sliver_gap(layer, rows, strips, within=within, sliver_width_m=sliver_width_m)


def _neighbours(layer: Layer, gaps: Shapes) -> list[tuple[int, ...]]:
    """Tell which rows of the layer touch each gap, ascending."""
    gap, area = layer.mosaic.tree.query(gaps, predicate="dwithin", distance=_TOUCHING_DEGREES)
    beside: list[list[int]] = [[] for _ in gaps]
    for at, row in zip(gap, layer.placed[area], strict=True):
        beside[at].append(int(row))
    return [tuple(sorted(rows)) for rows in beside]


def _gap(
    layer: Layer, rows: tuple[int, ...], shape: BaseGeometry, *, within: tuple[str, str]
) -> Finding:
    size = float(area_m2([shape])[0])
    size_en, size_zh = area_text(size)
    beside_en = f", beside {layer.list_en(rows)}" if rows else ""
    beside_zh = f"，邻近 {layer.list_zh(rows)}" if rows else ""
    return layer.finding(
        Fault.GAP,
        rows,
        severity=Severity.WARNING,
        place=shape,
        area_m2=size,
        en=f"No area of this layer covers {size_en}{within[0]}{beside_en}.",
        zh=f"{within[1]}有 {size_zh} 未被本图层任何区域覆盖{beside_zh}。",
    )


def _sliver_gap(
    layer: Layer,
    rows: tuple[int, ...],
    strips: list[BaseGeometry],
    *,
    within: tuple[str, str],
    sliver_width_m: float,
) -> Finding:
    size = float(area_m2(strips).sum())
    size_en, size_zh = area_text(size)
    beside_en = f" beside {layer.list_en(rows)}" if rows else ""
    beside_zh = f"，邻近 {layer.list_zh(rows)}" if rows else ""
    return layer.finding(
        Fault.SLIVER_GAP,
        rows,
        severity=Severity.WARNING,
        place=together(strips),
        area_m2=size,
        en=f"No area of this layer covers {counted(len(strips), 'strip')} ({size_en})"
        f"{within[0]}{beside_en}, narrower on average than {sliver_width_m:g} m.",
        zh=f"{within[1]}有 {len(strips)} 处平均宽度不足 {sliver_width_m:g} 米的狭长空隙"
        f"（{size_zh}）{beside_zh}。",
    )
