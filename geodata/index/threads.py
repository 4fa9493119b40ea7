"""Many points at once on all cores: machine code lets other threads run meanwhile."""

import os
import threading
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

Found = TypeVar("Found")
Asked = TypeVar("Asked")

_FEW: Final = 20_000
"""So many points are sooner answered than shared out."""
_MOST: Final = 1 << 16
_HABITS: Final = threading.local()
SORTED: Final = 1 << 19
"""The most points in a slice of work that first sorts them: many, so that neighbours meet."""


def shared(work: Callable[..., Found], *points: NDArray[Any], most: int = _MOST) -> list[Found]:
    """Do work on slices of arrays of one length, each on a core of its own.

    Parameters
    ----------
    work : callable
        Takes a slice of each array.
    *points : ndarray
        Of one length.
    most : int
        The most points in a slice.

    Returns
    -------
    list
        What the work gave for each slice, in order.
    """
    workers = min(_cores(), len(points[0]) // _FEW)
    if workers <= 1:
        return [work(*points)]
    slices = workers * -(-len(points[0]) // (workers * most))
    pieces = zip(*(np.array_split(array, slices) for array in points), strict=True)
    return at_once(lambda piece: work(*piece), list(pieces))


def at_once(work: Callable[[Asked], Found], asked: Collection[Asked]) -> list[Found]:
    """Do work on each of some things, on as many cores as there are; give what came, in order."""
    workers = min(_cores(), len(asked))
    if workers <= 1:
        return list(map(work, asked))
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, asked))


def work_alone() -> None:
    """Let the thread that calls this share nothing out: it is one of several at work already."""
    _HABITS.alone = True


def _cores() -> int:
    """Tell on how many cores this thread may have work done."""
    return 1 if getattr(_HABITS, "alone", False) else len(os.sched_getaffinity(0))
