"""Check a layer of areas and say what is wrong with it; nothing is changed (`geodata.repair`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import geopandas

from geodata.findings import Finding, Severity, in_order
from geodata.labels import check_labels, check_parents
from geodata.layer import Layer
from geodata.nesting import check_nesting, check_usable_parents
from geodata.rings import check_oddities, check_rings, check_same_shapes
from geodata.shift import check_shift
from geodata.tiling import check_edges, check_gaps, check_overlaps


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on a difference counts.

    Parameters
    ----------
    sliver_width_m : float
        A gap, overlap or part with a smaller mean width (twice the area by the perimeter) is a
        sliver: an accident of drawing, not a piece of land.
    outside_width_m : float
        What sticks out of a parent counts from this mean width on, piece by piece.
    outside_share : float
        And from this share of the area on, all counted pieces together.
    """

    sliver_width_m: float = 1.0
    outside_width_m: float = 1.0
    outside_share: float = 0.001


DEFAULT_LIMITS: Final = Limits()


def validate(
    frame: geopandas.GeoDataFrame,
    *,
    parents: geopandas.GeoDataFrame | None = None,
    tiles: bool = False,
    overlap_allowed: bool = False,
    limits: Limits = DEFAULT_LIMITS,
) -> list[Finding]:
    """Check the areas of one layer.

    Parameters
    ----------
    frame : GeoDataFrame
        Has the columns of an AreaFrame, EPSG:4326 (lon, lat); its shapes may be anything.
    parents : GeoDataFrame, optional
        The layer one level up, likewise. Then each area must name one of its codes and lie inside
        it.
    tiles : bool
        Whether the areas must leave no gap: inside `parents` where they are given, else inside the
        layer's own outline.
    overlap_allowed : bool
        Whether the layer declares that its areas may overlap. Then an overlap is information, else
        an error.
    limits : Limits
        From where on a difference counts.

    Returns
    -------
    list of Finding
        Sorted by severity, code and areas: the same layer gives the same list. Differences with a
        mean width below 1 cm (`geodata.overlay.ROUNDING_M`) are never among them.

    Raises
    ------
    ColumnError, CrsError
        The table is not that of an AreaFrame (see `geodata.frames.check_areas`).
    """
    layer = Layer.of(frame)
    above = None if parents is None else Layer.of(parents)
    found = [*check_labels(layer), *check_rings(layer)]
    found += check_oddities(layer, limits.sliver_width_m)
    if above is not None:
        found += _against_parents(layer, above, limits=limits)
    found += _beside_each_other(layer, overlap_allowed=overlap_allowed, limits=limits)
    if tiles:
        found += check_gaps(layer, above, sliver_width_m=limits.sliver_width_m)
    return in_order(found)


def _against_parents(layer: Layer, above: Layer, *, limits: Limits) -> Iterator[Finding]:
    yield from check_parents(layer, above)
    yield from check_usable_parents(layer, above)
    yield from check_shift(layer, above)
    yield from check_nesting(
        layer,
        above,
        outside_share=limits.outside_share,
        outside_width_m=limits.outside_width_m,
    )


def _beside_each_other(layer: Layer, *, overlap_allowed: bool, limits: Limits) -> Iterator[Finding]:
    overlap = Severity.INFO if overlap_allowed else Severity.ERROR
    same = Severity.WARNING if overlap_allowed else Severity.ERROR
    yield from check_same_shapes(layer, same)
    yield from check_overlaps(layer, overlap, sliver_width_m=limits.sliver_width_m)
    if not overlap_allowed:
        yield from check_edges(layer)
