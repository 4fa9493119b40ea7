"""Check that each area lies inside the parent it names."""

from collections.abc import Iterator

import numpy as np
import shapely

from geodata.findings import Fault, Finding, Severity
from geodata.layer import Layer
from geodata.measure import area_m2, area_text, width_m
from geodata.overlay import Pieces, difference
from geodata.parts import Rows, Shapes, together


def check_nesting(
    layer: Layer, above: Layer, *, outside_share: float, outside_width_m: float
) -> Iterator[Finding]:
    """Find areas that stick out of their parents.

    Parameters
    ----------
    layer, above : Layer
        The children and the layer one level up.
    outside_share : float
        How much of an area may lie outside, of 1.
    outside_width_m : float
        Pieces outside with a smaller mean width, in metres, do not count: two drawings of one
        border differ by that much.
    """
    children, parents = paired(layer, above)
    outside = _outside(layer.shapes[children], above.shapes[parents])
    outside = outside.where(width_m(outside.shapes) >= outside_width_m)
    for pair, pieces in outside.by_rows():
        rows = (int(children[pair]), int(parents[pair]))
        size = float(area_m2(pieces).sum())
        share = size / float(area_m2(layer.shapes[[rows[0]]])[0])
        if share > outside_share:
            yield _outside_parent(layer, above, rows, pieces=pieces, size=size, share=share)


def check_usable_parents(layer: Layer, above: Layer) -> Iterator[Finding]:
    """Find parents with a shape that nothing can be compared with."""
    for parent in sorted({code for code in layer.parents if code in above.rows}):
        row = above.rows[parent]
        if not above.usable[row]:
            children = [row for row, code in enumerate(layer.parents) if code == parent]
            yield layer.finding(
                Fault.PARENT_NOT_USABLE,
                children,
                severity=Severity.INFO,
                place=None,
                en=f"{above.en(row)} has no valid polygon, so that its {len(children)} areas "
                "were not compared with it.",
                zh=f"上级 {above.zh(row)} 没有有效的面，其下 {len(children)} 个区域未与之比对。",
            )


def paired(layer: Layer, above: Layer) -> tuple[Rows, Rows]:
    """Pair each usable area with its usable parent: rows of the one and of the other layer."""
    rows = np.array([above.rows.get(code, -1) for code in layer.parents], dtype=np.intp)
    paired = layer.usable & (rows >= 0)
    paired[paired] = above.usable[rows[paired]]
    children = np.flatnonzero(paired)
    return children, rows[children]


def _outside(children: Shapes, parents: Shapes) -> Pieces:
    shapely.prepare(parents)
    suspects = np.flatnonzero(~shapely.covers(parents, children))
    return Pieces.of(difference(children[suspects], parents[suspects]), suspects)


def _outside_parent(
    layer: Layer,
    above: Layer,
    rows: tuple[int, int],
    *,
    pieces: Shapes,
    size: float,
    share: float,
) -> Finding:
    child, parent = rows
    size_en, size_zh = area_text(size)
    return layer.finding(
        Fault.OUTSIDE_PARENT,
        [child],
        severity=Severity.WARNING,
        place=together(pieces),
        area_m2=size,
        en=f"{share:.1%} of {layer.en(child)} ({size_en}) lie outside its parent "
        f"{above.en(parent)}.",
        zh=f"{layer.zh(child)} 有 {share:.1%}（{size_zh}）位于上级 {above.zh(parent)} 之外。",
    )
