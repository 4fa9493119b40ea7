"""Every component as arrays, for routing whole files of points: in seconds, without a query each.

Some 70 bytes a point, so that two million take 140 MB in the one process that routes a file.
Single reports ask PostGIS (`gridsvc.assets.near`), which answers alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from geodata.nearby import Array, Counts, Kinds, Pairs, PointGrid, ShapeTree
from geodata.parts import Shapes
from gridsvc.assets.near import MOST

FOREVER: Final = 2**62
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, eq=False)
class AssetColumns:
    """The components of an index, one array a column."""

    code: Counts
    """Sixteen digits as a number: none begins with 0."""
    kind: NDArray[np.int32]
    """Row of `kinds`."""
    owner: NDArray[np.int32]
    """Row of `organisations`."""
    maintainer: NDArray[np.int32]
    """Likewise."""
    valid_from: Counts
    """Microseconds since 1970, see `microseconds`."""
    valid_to: Counts
    """Likewise, or FOREVER."""
    kinds: tuple[tuple[str, str], ...]
    """Scheme and code of each class."""
    organisations: tuple[UUID | None, ...]
    """None where there is no maintainer."""


@dataclass(frozen=True, slots=True)
class Found:
    """Components near places: `asked` is the row of the place, `asset` of the component.

    By place, then the nearest first, by code among equals.
    """

    asked: Counts
    asset: Counts
    metres: Array


class AssetIndex:
    """Components by class and place. Immutable; any number of threads may ask at once.

    Parameters
    ----------
    columns : AssetColumns
        The components, points before all others.
    lon, lat : ndarray of float64
        Of the points.
    shapes : ndarray of shapely geometry
        The lines and polygons, which are the last rows of `columns`.
    """

    def __init__(self, columns: AssetColumns, *, lon: Array, lat: Array, shapes: Shapes) -> None:
        self.columns = columns
        self._points = PointGrid(lon, lat, columns.kind[: len(lon)])
        self._shapes = ShapeTree(shapes, columns.kind[len(lon) :])
        self._kinds = {kind: number for number, kind in enumerate(columns.kinds)}

    def __len__(self) -> int:
        return len(self.columns.code)

    @property
    def kinds(self) -> Mapping[tuple[str, str], int]:
        """The number of each class, by scheme and code; one that never had components has none."""
        return self._kinds

    def near(
        self, lon: Array, lat: Array, *, kind: Kinds, reach_m: Array, at: Counts, most: int = MOST
    ) -> Found:
        """Find the components near each of many places.

        Parameters
        ----------
        lon, lat : ndarray of float64, shape (m,)
            Degrees, WGS 84.
        kind : ndarray of int, shape (m,)
            The number of the class that is asked for, -1 for none.
        reach_m : ndarray of float64, shape (m,)
            Tolerance and accuracy together, as `gridsvc.assets.near.Sought.reach_m`.
        at : ndarray of int64, shape (m,)
            As they were in force then, as `microseconds` gives it.
        most : int
            How many at each place.

        Returns
        -------
        Found
            The nearest `most` of each place.
        """
        points = self._points.near(lon, lat, kind=kind, metres=reach_m)
        shapes = self._shapes.near(lon, lat, kind=kind, metres=reach_m)
        asked = np.concatenate([points.asked, shapes.asked])
        asset = np.concatenate([points.found, shapes.found + len(self._points)])
        metres = np.concatenate([points.metres, shapes.metres])
        columns = self.columns
        held = (columns.valid_from[asset] <= at[asked]) & (at[asked] < columns.valid_to[asset])
        return self._nearest(Pairs(asked[held], asset[held], metres[held]), most)

    def _nearest(self, pairs: Pairs, most: int) -> Found:
        order = np.lexsort((self.columns.code[pairs.found], pairs.metres, pairs.asked))
        asked = pairs.asked[order]
        rank = np.arange(len(asked)) - np.searchsorted(asked, asked, side="left")
        taken = order[rank < most]
        return Found(pairs.asked[taken], pairs.found[taken], pairs.metres[taken])


def microseconds(moment: datetime) -> int:
    """Count a time as the index keeps it."""
    return (moment - _EPOCH) // timedelta(microseconds=1)
