"""Classes of a choropleth: how values are told apart, and how each class is drawn.

Zero is a class of its own, and no data is another: neither is a small number. Breaks are values
that occur, so that a class can be named by its smallest and largest value and no area stands on
the border of two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import jenkspy
import numpy as np
import numpy.typing as npt
from branca.utilities import color_brewer

from maps.style import NO_DATA, ZERO, Look

MOST: Final = 5
"""Classes of numbers that are neither zero nor unknown."""
MOST_CHANGES: Final = 3
"""The same on either side of no change."""
DIVERGING: Final = "PuOr"
"""Orange for more, purple for less: an eye that is blind to red and green tells them apart."""
_SAMPLED: Final = 1_000
"""Natural breaks take the square of this in time; of more values every so many is looked at."""

_Numbers = npt.NDArray[np.float64]


class Scheme(StrEnum):
    """How the breaks are chosen."""

    QUANTILES = "quantiles"
    """Nearly as many different values in each class. Different values are counted, not areas: where
    most areas have one case, equal numbers of areas would throw two and twelve together."""
    NATURAL = "natural"
    """Fisher and Jenks: values within a class are as alike as can be."""
    EQUAL = "equal"
    """Each class as wide as the next, as far as its values reach."""


@dataclass(frozen=True, slots=True)
class Breaks:
    """Where classes end."""

    decimals: int
    """With how many the values are shown; they are rounded so before they are put in classes."""
    uppers: tuple[float, ...]
    """The largest value of each class, from low to high."""
    least: float | None = None
    """The smallest value that is not zero; None without one."""

    def rounded(self, values: npt.ArrayLike) -> _Numbers:
        """Round values as they are shown."""
        numbers = np.asarray(values, dtype=float)
        if np.array_equal(numbers, np.round(numbers), equal_nan=True):
            return numbers
        # As a value is written: numpy would round the last digit of some another way.
        return np.array([round(value, self.decimals) for value in numbers.tolist()], dtype=float)


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One line of a choropleth's legend: a look, the numbers it stands for, how many areas."""

    look: Look
    low: float | None
    """Smallest and largest value in the class; both None where there is no data."""
    high: float | None
    count: int


@dataclass(frozen=True, slots=True)
class Classes:
    """The classes of one set of values."""

    decimals: int
    """With how many the values are shown."""
    legend: tuple[LegendEntry, ...]
    """No data, then from low to high; those without an area are left out."""
    members: tuple[int, ...]
    """For each value the place of its class in the legend."""


def find_breaks(
    values: npt.ArrayLike, scheme: Scheme = Scheme.QUANTILES, *, most: int = MOST
) -> Breaks:
    """Choose where classes end.

    Parameters
    ----------
    values : array_like of float
        NaN where there is no data; of numbers below zero the size counts.
    scheme : Scheme
        How to choose.
    most : int
        The largest number of classes.

    Returns
    -------
    Breaks
        Between values that occur; none where there is nothing but zero.
    """
    sizes = np.abs(np.asarray(values, dtype=float))
    bare = Breaks(_decimals(sizes), ())
    shown = bare.rounded(sizes)
    positive = np.sort(shown[shown > 0])
    if not len(positive):
        return bare
    uppers = np.unique(_CHOOSING[scheme](positive, min(most, len(np.unique(positive)))))
    return Breaks(bare.decimals, tuple(uppers.tolist()), float(positive[0]))


def sorted_in(values: npt.ArrayLike, breaks: Breaks) -> npt.NDArray[np.int_]:
    """Put values into classes.

    Parameters
    ----------
    values : array_like of float
        Not negative; NaN where there is no data.
    breaks : Breaks
        Of these values, or of more to which they belong.

    Returns
    -------
    ndarray of int
        0 without data, 1 for zero, 2 and up for the classes; as long as `values`.
    """
    numbers = breaks.rounded(values)
    last = max(len(breaks.uppers) - 1, 0)
    classes = 2 + np.minimum(np.searchsorted(breaks.uppers, numbers), last)
    return np.select([np.isnan(numbers), numbers == 0], [0, 1], classes)


def looks(ramp: str, count: int) -> list[Look]:
    """Give the looks of the classes that `sorted_in` makes.

    Parameters
    ----------
    ramp : str
        A sequential scheme of ColorBrewer, such as "YlGnBu".
    count : int
        How many classes there are beside no data and zero.

    Returns
    -------
    list of Look
        Two more than `count`.
    """
    return [NO_DATA, ZERO, *(_step(ramp, place, of=count) for place in range(count))]


def classify(values: npt.ArrayLike, ramp: str, scheme: Scheme = Scheme.QUANTILES) -> Classes:
    """Put values into at most five classes, beside zero and no data.

    Parameters
    ----------
    values : array_like of float
        Not negative; NaN where there is no data.
    ramp : str
        A sequential scheme of ColorBrewer, such as "YlGnBu".
    scheme : Scheme
        How the breaks are chosen.

    Returns
    -------
    Classes
        Every value is in exactly one.
    """
    breaks = find_breaks(values, scheme)
    raw = sorted_in(values, breaks)
    return _told(breaks, breaks.rounded(values), raw, looks(ramp, len(breaks.uppers)))


def classify_changes(differences: npt.ArrayLike, scheme: Scheme = Scheme.QUANTILES) -> Classes:
    """Put differences into classes of the same breaks on either side of no change.

    Parameters
    ----------
    differences : array_like of float
        More is positive; NaN where one of the two is not known.
    scheme : Scheme
        How the breaks are chosen, of the sizes of both sides together.

    Returns
    -------
    Classes
        No data, the falls from the largest, no change, the rises to the largest.
    """
    breaks = find_breaks(differences, scheme, most=MOST_CHANGES)
    shown, count = breaks.rounded(differences), len(breaks.uppers)
    sizes = sorted_in(np.abs(shown), breaks)
    # No data stays 0; one side counts down from the middle and the other up.
    middle = count + 1
    raw = np.where(sizes == 0, 0, middle + np.sign(np.nan_to_num(shown)) * (sizes - 1)).astype(int)
    colours: list[str] = color_brewer(DIVERGING, 7)
    more, less = colours[2::-1], colours[4:]
    chosen = [round(step * (MOST_CHANGES - 1) / max(count - 1, 1)) for step in range(count)]
    if count == 1:
        chosen = [1]
    falls = [_filled(less[place]) for place in reversed(chosen)]
    rises = [_filled(more[place]) for place in chosen]
    return _told(breaks, shown, raw, [NO_DATA, *falls, ZERO, *rises])


def _told(
    breaks: Breaks,
    numbers: _Numbers,
    raw: npt.NDArray[np.int_],
    drawn: Sequence[Look],
) -> Classes:
    """Make the legend, without the classes that are empty."""
    kept = np.unique(raw).tolist()
    moved = np.zeros(len(drawn), dtype=int)
    moved[kept] = np.arange(len(kept))
    legend = tuple(_entry(drawn[place], numbers[raw == place]) for place in kept)
    return Classes(breaks.decimals, legend, tuple(moved[raw].tolist()))


def _entry(look: Look, found: _Numbers) -> LegendEntry:
    known = not np.isnan(found[0])
    low, high = (float(found.min()), float(found.max())) if known else (None, None)
    return LegendEntry(look, low, high, len(found))


def _decimals(sizes: _Numbers) -> int:
    """Count the decimals that the smallest value needs so as not to become zero."""
    positive = sizes[sizes > 0]
    if not len(positive) or np.array_equal(positive, np.round(positive)):
        return 0
    return max(1, int(np.ceil(-np.log10(positive.min()))))


def _quantiles(positive: _Numbers, count: int) -> _Numbers:
    ends = np.linspace(0, 1, count + 1)[1:]
    found: _Numbers = np.quantile(np.unique(positive), ends, method="inverted_cdf")
    return found


def _natural(positive: _Numbers, count: int) -> _Numbers:
    every = -(-len(positive) // _SAMPLED)
    sample = positive[::-1][::every][::-1]  # the largest is among them
    fewer = min(count, len(np.unique(sample)))
    return np.array(jenkspy.jenks_breaks(sample, fewer)[1:], dtype=float)


def _equal(positive: _Numbers, count: int) -> _Numbers:
    wanted = np.linspace(0, positive[-1], count + 1)[1:]
    reached = np.searchsorted(positive, wanted, side="right") - 1
    return positive[reached[reached >= 0]]


_CHOOSING: Final = {
    Scheme.QUANTILES: _quantiles,
    Scheme.NATURAL: _natural,
    Scheme.EQUAL: _equal,
}


def _step(ramp: str, place: int, *, of: int) -> Look:
    # The palest of six is left to the paper: beside it, zero would be hard to tell.
    colours: list[str] = color_brewer(ramp, 6)[1:]
    spread = (len(colours) - 1) * (place + 1) // of if of > 1 else len(colours) // 2
    return _filled(colours[spread])


def _filled(colour: str) -> Look:
    return Look(stroke="#5b6670", weight=0.6, fill=colour, opacity=0.85)
