"""Groups of places that lie together, by Lloyd's k-means. Numbers only, no shapes."""

from typing import Final

import geopandas
import numpy as np

from geodata.generate.administrative import centres
from geodata.generate.plan import Counts
from geodata.generate.terrain import PLANE, Floats

_ROUNDS: Final = 5


def cluster(areas: geopandas.GeoDataFrame, size: int, *, rng: np.random.Generator) -> Counts:
    """Group areas by place, at least two groups in a district.

    Parameters
    ----------
    areas : GeoDataFrame
        AreaFrame whose codes begin with six digits of the district, in order of the codes.
    size : int
        About how many areas a group has.
    rng : Generator
        Draws where groups begin.

    Returns
    -------
    ndarray of int64
        The group of each area, from 0, none empty.
    """
    places = PLANE.to_metres(centres(areas.geometry.to_numpy()))
    group = np.empty(len(areas), dtype=np.int64)
    taken = 0
    for ours in areas.groupby(areas["code"].str[:6]).indices.values():
        group[ours] = taken + group_places(places[ours], max(2, round(len(ours) / size)), rng=rng)
        taken = int(group[ours].max()) + 1
    return group


def group_places(places: Floats, count: int, *, rng: np.random.Generator) -> Counts:
    """Group places by nearness to the middles of the groups.

    Parameters
    ----------
    places : ndarray, shape (n, 2)
        Metres.
    count : int
        How many groups at most: one may lose all its places to others.
    rng : Generator
        Draws where groups begin.

    Returns
    -------
    ndarray of int64, shape (n,)
        The group of each place, from 0, none empty.
    """
    middles = rng.permutation(places)[:count]
    for _ in range(_ROUNDS):
        away = np.hypot(*(places[:, None] - middles).transpose(2, 0, 1))
        group = np.unique(away.argmin(axis=1), return_inverse=True)[1]
        middles = group_middles(places, group)
    return np.asarray(group)


def group_middles(places: Floats, group: Counts) -> Floats:
    """Find the mean place of each group, shape (groups, 2)."""
    sums = [np.bincount(group, weights=axis) for axis in places.T]
    return np.asarray(np.column_stack(sums) / np.bincount(group)[:, None])
