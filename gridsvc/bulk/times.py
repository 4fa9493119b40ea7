"""Classes of times: between two changes of anything that holds for a while, nothing differs.

Releases, responsibilities, categories, rules, border policies and lists of days each begin and end
at a moment; a rule's window also opens and closes with the hours and the days, in civil time.
Times at which all of that is the same are of one class. Pure.
"""

from collections.abc import Hashable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from threading import Lock
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np

from gridsvc.bulk.points import Ints
from gridsvc.routing.edition import Edition
from gridsvc.rules.special import special_days_at
from gridsvc.rules.window import SpecialDays, Window

UNIX = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_QUARTERS = [time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45)]


def ticks(moment: datetime) -> int:
    """Count the microseconds since 1970 in UTC, as columns of times do."""
    return (moment - UNIX) // _TICK


def moment_of(count: int) -> datetime:
    """Give the moment of a count of microseconds; the way back of `ticks`."""
    return UNIX + count * _TICK


class Times:
    """Tells the classes of times by one edition of the map; to any number of threads."""

    def __init__(self, edition: Edition, zone: ZoneInfo) -> None:
        self._edition = edition
        self._zone = zone
        self._windows = tuple({rule.window for rule in edition.rules if rule.window.conditions})
        self._changes = sorted({ticks(moment) for moment in _changes(edition)})
        self._numbers: dict[Hashable, int] = {}
        self._numbering = Lock()

    def classes(self, at: Ints) -> Ints:
        """Give the number of each time's class."""
        if not len(at):
            return at
        first, last = moment_of(int(at.min())), moment_of(int(at.max()))
        if first == last:
            return np.full(len(at), self.class_of(first))
        turns = self._turns(first, last)
        breaks = np.array(sorted({*self._changes, *map(ticks, turns)}), dtype=np.int64)
        spans = np.searchsorted(breaks, at, side="right")
        example = np.zeros(len(breaks) + 1, dtype=np.int64)
        example[spans] = at
        numbers = np.zeros(len(breaks) + 1, dtype=np.int64)
        for span in np.flatnonzero(np.bincount(spans)).tolist():
            numbers[span] = self.class_of(moment_of(int(example[span])))
        return numbers[spans]

    def class_of(self, moment: datetime) -> int:
        """Give the number of one time's class."""
        held = int(np.searchsorted(self._changes, ticks(moment), side="right"))
        civil = moment.astimezone(self._zone)
        special = special_days_at(self._edition.special_days, moment) if self._windows else {}
        opened = tuple(_open(window, civil, special) for window in self._windows)
        with self._numbering:
            return self._numbers.setdefault((held, opened), len(self._numbers))

    def _turns(self, first: datetime, last: datetime) -> Iterator[datetime]:
        """List the moments between two at which a window may open or close."""
        if not self._windows:
            return
        hours = [window.hours for window in self._windows if window.hours]
        edges = {time(), *chain.from_iterable((one.start, one.end) for one in hours)}
        day, end = first.astimezone(self._zone).date(), last.astimezone(self._zone).date()
        while day <= end:
            yield from _turns_of(day, edges, self._zone)
            day += _DAY


def _turns_of(day: date, edges: Iterable[time], zone: ZoneInfo) -> Iterator[datetime]:
    """Give the moments of a day's edges; where clocks change, of every quarter of an hour."""
    midnight = datetime.combine(day, time(), zone)
    changes = midnight.utcoffset() != datetime.combine(day + _DAY, time(), zone).utcoffset()
    for edge in {*edges, *_QUARTERS} if changes else edges:
        for fold in (0, 1) if changes else (0,):
            yield datetime.combine(day, edge.replace(fold=fold), zone)


def _open(window: Window, civil: datetime, special: SpecialDays) -> bool | None:
    """Tell whether a window is open, or None where that cannot be told."""
    try:
        return window.holds(civil, special)
    except KeyError:
        return None


class _Lasting(Protocol):
    @property
    def valid_from(self) -> datetime: ...
    @property
    def valid_to(self) -> datetime | None: ...


def _changes(edition: Edition) -> Iterator[datetime]:
    lasting: Iterable[_Lasting] = chain(
        edition.releases,
        edition.claims,
        edition.rules,
        edition.special_days,
        edition.borders.policies,
        chain.from_iterable(edition.catalogue.values()),
    )
    for one in lasting:
        yield one.valid_from
        if one.valid_to is not None:
            yield one.valid_to
