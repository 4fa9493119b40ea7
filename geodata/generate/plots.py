"""Outlines of sub-estates: blocks side by side in a grid, shrunk until they fit. Shapes only."""

from dataclasses import dataclass
from typing import Final

import geopandas
import numpy as np
import pandas as pd
import shapely

from geodata.generate.administrative import Administration
from geodata.generate.ground import Shapes
from geodata.generate.plan import Counts
from geodata.generate.terrain import PLANE, Floats

# Around the origin, counter-clockwise, one metre wide: a block with cut corners, one in the shape
# of an L, one with its gate let into a side.
_OUTLINES: Final = np.array(
    [
        (-50, -38, -38, -50, 38, -50, 50, -38, 50, 38, 38, 50, -38, 50, -50, 38),
        (-50, -50, 0, -50, 50, -50, 50, 8, 8, 8, 8, 50, -50, 50, -50, 0),
        (-50, -50, 50, -50, 50, 50, 20, 50, 16, 32, -16, 32, -20, 50, -50, 50),
    ]
).reshape(3, 8, 2) / np.float64(100)
_OFTEN: Final = (0.6, 0.2, 0.2)
_FILLED: Final = 0.84
"""Share of the length and breadth of its plot that an estate fills at most."""
_LARGEST_M: Final = 420.0
_ASTRIDE: Final = 0.006
"""Share of the estates that stand astride a border between two grids, where there is one."""
_ASTRIDE_M: Final = 150.0
_SHARED_M: Final = 80.0
"""The shortest border to stand on."""
_SHRINK: Final = 0.85


@dataclass(frozen=True, slots=True)
class _Sites:
    """Where each estate may stand."""

    corners: Floats
    """Outlines in metres, shape (n, 8, 2)."""
    anchor: Floats
    """The point towards which an outline shrinks until it fits, metres."""
    holder: Shapes
    """What must hold it: its grid, or its community when it stands astride two grids."""
    grid: Counts
    """Row of its grid, rising; estates of one grid shrink together, so that they never meet."""


def outlines(administration: Administration, grid: Counts, *, rng: np.random.Generator) -> Shapes:
    """Draw the outlines of sub-estates.

    Parameters
    ----------
    administration : Administration
        The grids and communities which must hold them.
    grid : ndarray of int, shape (n,)
        Row of the grid of each estate, rising.
    rng : Generator
        Draws sizes and forms.

    Returns
    -------
    ndarray of Polygon, shape (n,)
        In degrees. Each lies in its grid, and a few in their community only, astride two of its
        grids. Outlines do not overlap.
    """
    shapes = administration.grid.geometry.to_numpy()
    metres = shapely.transform(shapes, PLANE.to_metres)
    sites = _Sites(_blocks(metres, grid, rng), _middles(metres)[grid], shapes[grid], grid)
    return _fitted(_astride(sites, administration, metres))


def _blocks(metres: Shapes, grid: Counts, rng: np.random.Generator) -> Floats:
    """Lay blocks out in one row along the longer side of each grid, or in two."""
    siblings = np.bincount(grid, minlength=len(metres))[grid]
    rows = np.where(siblings > 3, 2, 1)
    columns = np.ceil(siblings / rows).astype(np.int64)
    row, column = np.divmod(np.arange(len(grid)) - np.searchsorted(grid, grid), columns)
    centre, long, broad = (axis[grid] for axis in _axes(metres))
    middle = centre + _times(long, (column + 0.5) / columns - 0.5)
    middle += _times(broad, (row + 0.5) / rows - 0.5)
    filled = _FILLED * rng.uniform(0.65, 1.0, size=(2, len(grid)))
    largest = _LARGEST_M * rng.uniform(0.4, 1.0, size=(2, len(grid)))
    along = _limited(_times(long, filled[0] / columns), largest[0])
    across = _limited(_times(broad, filled[1] / rows), largest[1])
    outline = _OUTLINES[rng.choice(len(_OUTLINES), size=len(grid), p=_OFTEN)]
    sides = outline[..., :1] * along[:, None] + outline[..., 1:] * across[:, None]
    return np.asarray(middle[:, None] + sides)


def _middles(metres: Shapes) -> Floats:
    """Find the point of each shape that is farthest from its border."""
    radii = shapely.maximum_inscribed_circle(metres, tolerance=shapely.length(metres) / 100)
    return np.asarray(shapely.get_coordinates(radii)[::2])


def _axes(metres: Shapes) -> tuple[Floats, Floats, Floats]:
    """Centre, longer and shorter side of the smallest rectangle around each shape.

    The shorter side points to the left of the longer, so that outlines keep their sense.
    """
    corners = shapely.get_coordinates(shapely.oriented_envelope(metres)).reshape(-1, 5, 2)
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 1]
    first_is_long = (np.hypot(*first.T) >= np.hypot(*second.T))[:, None]
    long = np.where(first_is_long, first, second)
    short = np.where(first_is_long, second, first)
    leftward = np.sign(long[:, 0] * short[:, 1] - long[:, 1] * short[:, 0])
    return corners[:, :4].mean(axis=1), long, _times(short, leftward)


def _times(vectors: Floats, factor: Floats) -> Floats:
    return vectors * factor[:, None]


def _limited(vectors: Floats, most: Floats) -> Floats:
    return _times(vectors, np.minimum(1, most / np.hypot(*vectors.T)))


def _astride(sites: _Sites, administration: Administration, metres: Shapes) -> _Sites:
    """Move a few estates that are alone in their grid onto its border with an empty one."""
    pairs = _beside_empty(sites.grid, administration.grid)
    shared = shapely.line_merge(
        shapely.intersection(metres[pairs["grid"].to_numpy()], metres[pairs["empty"].to_numpy()])
    )
    one_line = shapely.get_type_id(shared) == shapely.GeometryType.LINESTRING
    pairs = pairs[one_line & (shapely.length(shared) > _SHARED_M)]
    pairs = pairs.drop_duplicates("estate").drop_duplicates("empty")
    pairs = pairs.iloc[: round(_ASTRIDE * len(sites.grid))]
    middle = shapely.line_interpolate_point(shared[pairs.index], 0.5, normalized=True)
    moved, onto = pairs["estate"].to_numpy(), shapely.get_coordinates(middle)
    community = administration.community.set_index("code")["geometry"]
    corners, anchor, holder = sites.corners.copy(), sites.anchor.copy(), sites.holder.copy()
    corners[moved] = onto[:, None] + _ASTRIDE_M * _OUTLINES[0]
    anchor[moved] = onto
    holder[moved] = community[pairs["parent"]].to_numpy()
    return _Sites(corners, anchor, holder, sites.grid)


def _beside_empty(grid: Counts, grids: geopandas.GeoDataFrame) -> pd.DataFrame:
    """Each estate that is alone in its grid, with each empty grid of the same community.

    Columns `estate`, `grid`, `empty` are rows of their tables, `parent` a code.
    """
    estates = np.bincount(grid, minlength=len(grids))
    parent = grids["parent"].to_numpy()
    alone = np.flatnonzero(estates[grid] == 1)
    homes = pd.DataFrame({"estate": alone, "grid": grid[alone], "parent": parent[grid[alone]]})
    empty = np.flatnonzero(estates == 0)
    return homes.merge(pd.DataFrame({"empty": empty, "parent": parent[empty]}), on="parent")


def _fitted(sites: _Sites) -> Shapes:
    """Shrink outlines towards their anchors until all of them lie in their holders."""
    size = np.ones(int(sites.grid.max()) + 1)
    shapes = _shapes(sites, size)
    loose = np.arange(len(shapes))
    while (loose := loose[~shapely.covers(sites.holder[loose], shapes[loose])]).size:
        size[np.unique(sites.grid[loose])] *= _SHRINK
        loose = np.flatnonzero(np.isin(sites.grid, sites.grid[loose]))
        shapes[loose] = _shapes(sites, size)[loose]
    return shapes


def _shapes(sites: _Sites, size: Floats) -> Shapes:
    away = sites.corners - sites.anchor[:, None]
    corners = sites.anchor[:, None] + away * size[sites.grid][:, None, None]
    return np.asarray(shapely.polygons(PLANE.to_degrees(corners)))
