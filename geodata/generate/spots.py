"""Where things are reported: where people live, at hot spots, along borders, a few outside."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from geodata.generate.administrative import centres
from geodata.generate.city import City
from geodata.generate.ground import Shapes
from geodata.generate.plan import Counts
from geodata.generate.terrain import PLANE, Floats

_LIVELY: Final = 1.5
"""Shape of the gamma that makes some grids livelier than others; less is more uneven."""
_ON_BORDER: Final = 0.22
_OFF_BORDER_M: Final = 6.0
"""Standard deviation from the border of what lies along it."""
_INSIDE: Final = 0.97
_OUTSIDE: Final = 0.0015
_REPEATED: Final = 0.29
_REPEAT_M: Final = 12.0
_MATTERS_PER_REPORT: Final = 0.05


@dataclass(frozen=True, slots=True)
class Spots:
    """Places of reports."""

    grid: Counts
    """Row of the grid in which it is; meaningless for the few outside."""
    xy: Floats
    """True place in metres, shape (n, 2)."""
    same_matter: Counts
    """Row of the report whose matter this is, its own row for a new matter."""


def spots(city: City, count: int, *, rng: np.random.Generator) -> Spots:
    """Draw the places of reports.

    Parameters
    ----------
    city : City
        Its grids and their people.
    count : int
        How many.
    rng : Generator
        Draws the places.

    Returns
    -------
    Spots
        In no order of place or time.
    """
    grids = city.levels["grid"]
    lively = grids["population"].to_numpy() * rng.gamma(_LIVELY, size=len(grids))
    grid = rng.choice(len(grids), size=count, p=lively / lively.sum())
    shapes = grids.geometry.to_numpy()
    middle = PLANE.to_metres(centres(shapes))[grid]
    edge = _edge(shapely.transform(shapes, PLANE.to_metres), grid, rng)
    along = rng.uniform(size=count) < _ON_BORDER
    reach = np.where(along, 1.0, _INSIDE * np.sqrt(rng.uniform(size=count)))
    xy = middle + reach[:, None] * (edge - middle)
    xy[along] += _OFF_BORDER_M * rng.normal(size=(int(along.sum()), 2))
    _move_outside(xy, city, rng)
    return _repeated(grid, xy, rng)


def _edge(metres: Shapes, grid: Counts, rng: np.random.Generator) -> Floats:
    """Draw a point on the border of each grid."""
    points, owner = shapely.get_coordinates(metres, return_index=True)
    first = np.searchsorted(owner, np.arange(len(metres)))
    sides = np.bincount(owner) - 1
    side = first[grid] + rng.integers(0, sides[grid])
    part = rng.uniform(size=(len(grid), 1))
    return np.asarray(points[side] * (1 - part) + points[side + 1] * part)


def _move_outside(xy: Floats, city: City, rng: np.random.Generator) -> None:
    """Put a few places a little beyond the city's border."""
    whole = shapely.coverage_union_all(city.levels["district"].geometry.to_numpy())
    border = PLANE.to_metres(shapely.get_coordinates(whole))
    moved = np.flatnonzero(rng.uniform(size=len(xy)) < _OUTSIDE)
    beyond = rng.uniform(1.002, 1.03, size=(len(moved), 1))
    xy[moved] = border[rng.integers(0, len(border), size=len(moved))] * beyond


def _repeated(grid: Counts, xy: Floats, rng: np.random.Generator) -> Spots:
    """Make some of the reports about a matter that others report too."""
    same = np.arange(len(grid))
    matters = max(1, int(_MATTERS_PER_REPORT * len(grid)))
    again = np.flatnonzero(rng.uniform(size=len(grid)) < _REPEATED)
    same[again] = same[rng.integers(0, matters, size=len(again))]
    jitter = np.where((same == np.arange(len(same)))[:, None], 0.0, _REPEAT_M)
    return Spots(grid[same], xy[same] + jitter * rng.normal(size=xy.shape), same)
