"""Many points at once on all cores: machine code lets other threads run meanwhile."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

Found = TypeVar("Found")

_FEW: Final = 20_000
"""So many points are sooner answered than shared out."""


def shared(work: Callable[..., Found], *points: NDArray[Any]) -> list[Found]:
    """Do work on slices of arrays of one length, each on a core of its own.

    Parameters
    ----------
    work : callable
        Takes a slice of each array.
    *points : ndarray
        Of one length.

    Returns
    -------
    list
        What the work gave for each slice, in order.
    """
    workers = min(len(os.sched_getaffinity(0)), len(points[0]) // _FEW)
    if workers <= 1:
        return [work(*points)]
    pieces = zip(*(np.array_split(array, 4 * workers) for array in points), strict=True)
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(lambda piece: work(*piece), pieces))
