"""What distinguishes two decisions, and what cannot: the classes of times, categories and places.

A decision is made once for each class and holds for all of it. A class must never be too wide:
two questions of one class have the same owner, zone and outcome wherever no border comes near.
One that is too narrow only costs time. Pure.
"""

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gridsvc.catalogue.repository import CategoryRecord
from gridsvc.routing.atlas import Edition
from gridsvc.routing.snapshot import AreaRecord, ResponsibilityRecord

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

UNIX = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


def ticks(moment: datetime) -> int:
    """Count the microseconds since 1970 in UTC, as columns of times do."""
    return (moment - UNIX) // _TICK


def moment_of(count: int) -> datetime:
    """Give the moment of a count of microseconds; the way back of `ticks`."""
    return UNIX + count * _TICK


class Times:
    """Classes of times: between two changes of anything that has a validity nothing differs."""

    def __init__(self, edition: Edition) -> None:
        self._changes = np.array(sorted(set(_changes(edition))), dtype=np.int64)

    def classes(self, at: Ints) -> Ints:
        """Give the number of each time's class."""
        return np.searchsorted(self._changes, at, side="right")

    def class_of(self, at: datetime) -> int:
        """Give the number of one time's class."""
        return bisect_right(self._changes, ticks(at))


class _Dated(Protocol):
    @property
    def valid_from(self) -> datetime: ...
    @property
    def valid_to(self) -> datetime | None: ...


def _changes(edition: Edition) -> Iterable[int]:
    held: Iterable[_Dated] = chain(
        edition.releases,
        chain.from_iterable(edition.responsibilities.values()),
        chain.from_iterable(edition.catalogue.values()),
    )
    for moment in chain.from_iterable((one.valid_from, one.valid_to) for one in held):
        if moment is not None:
            yield ticks(moment)


class Categories:
    """Classes of categories: what is named alike by all that names categories is one."""

    def __init__(self, edition: Edition) -> None:
        records = [record for listed in edition.responsibilities.values() for record in listed]
        self._naming: Sequence[ResponsibilityRecord] = tuple(
            {(record.scheme, record.category_code): record for record in records}.values()
        )

    def class_of(self, category: CategoryRecord) -> Hashable:
        """Give what distinguishes a category."""
        return category.kind, tuple(record.specificity(category) for record in self._naming)


class Places:
    """Classes of sets of covering areas: an area for which nobody answers says nothing."""

    def __init__(self, edition: Edition, areas: Sequence[AreaRecord]) -> None:
        self._areas = areas
        answered = {
            key
            for key, listed in edition.responsibilities.items()
            if any(record.role in {"lead", "duty"} for record in listed)
        }
        self.speaking: Flags = np.array(
            [
                (area.layer.name, area.code) in answered or (area.layer.name, None) in answered
                for area in areas
            ],
            dtype=np.bool_,
        )

    def class_of(self, covering: Sequence[int]) -> Hashable:
        """Give what distinguishes a set of areas, by their positions."""
        levels = [level for level in (self._areas[p].layer.level for p in covering) if level]
        if len(set(levels)) < len(levels):
            # Two areas of one level: which of them is in the chain depends on all the others.
            return tuple(covering)
        return bool(levels), tuple(p for p in covering if self.speaking[p])
