"""Places where the same comes again and again: points of a kind that lie close together. Pure.

A point is dense if at least so many of its kind, itself counted, lie within a radius of it. Dense
points within the radius of each other are one cluster. A point that is not dense but within the
radius of one that is belongs to the cluster of the nearest (of equally near ones, the most western,
then the most southern). So the clusters do not depend on the order of the points.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geodata.nearby import Pairs, PointGrid

Numbers = NDArray[np.float64]
Rows = NDArray[np.int64]

ALONE: Final = -1


@dataclass(frozen=True, slots=True)
class Points:
    """Points in WGS84 degrees, each of a kind."""

    lon: Numbers
    lat: Numbers
    kind: Rows


def clusters(points: Points, *, radius_m: float, least: int) -> Rows:
    """Give the cluster of each point, a number that means nothing else; -1 for none."""
    if not len(points.lon):
        return np.empty(0, dtype=np.int64)
    # Thousands may have the one place of an office: they are one point of some weight.
    keys = np.column_stack([points.kind.astype(np.float64), points.lon, points.lat])
    places, place_of, weights = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    kind, lon, lat = places[:, 0].astype(np.int64), places[:, 1], places[:, 2]
    metres = np.full(len(lon), radius_m)
    near = PointGrid(lon, lat, kind).near(lon, lat, kind=kind, metres=metres)
    around = np.bincount(near.asked, weights=weights[near.found], minlength=len(lon))
    return _labels(near, around >= least, count=len(lon))[place_of.reshape(-1)]


def _labels(near: Pairs, dense: NDArray[np.bool_], *, count: int) -> Rows:
    """Join what is dense; give the rest to the nearest of it. Places go from west to east."""
    to_dense = dense[near.found]
    between = to_dense & dense[near.asked]
    labels = np.where(dense, _joined(near.asked[between], near.found[between], count), ALONE)
    beside = to_dense & ~dense[near.asked]
    asked, found = near.asked[beside], near.found[beside]
    order = np.lexsort((found, near.metres[beside], asked))
    first, at = np.unique(asked[order], return_index=True)
    labels[first] = labels[found[order][at]]
    return labels


def _joined(one: Rows, other: Rows, count: int) -> Rows:
    """Label what hangs together by the least of its rows; each pair comes in both directions."""
    labels = np.arange(count)
    while True:
        lower = labels.copy()
        np.minimum.at(lower, one, labels[other])
        lower = lower[lower]
        if np.array_equal(lower, labels):
            return labels
        labels = lower
