"""Colours, patterns and classes of the maps, all to be told apart by a colour-blind eye.

Sequences are ColorBrewer's, whose lightness falls from step to step; layers take the colours that
Okabe and Ito proposed (2008, "Color Universal Design"); what is wrong has a pattern besides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from branca.utilities import color_brewer

from geodata.findings import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a shape is drawn, on the map and beside its name in the legend."""

    stroke: str = "#5b6670"
    weight: float = 1.0
    fill: str | None = None
    """A colour, or a pattern of the page as ``url(#name)``; None leaves the shape open."""
    opacity: float = 1.0
    """Of the fill."""
    dash: str | None = None
    dot: bool = False
    """Whether it marks a place and not an area."""

    def options(self) -> dict[str, object]:
        """Give Leaflet's path options for this look."""
        return {
            "color": self.stroke,
            "weight": self.weight,
            "dashArray": self.dash,
            "fill": self.fill is not None,
            "fillColor": self.fill,
            "fillOpacity": self.opacity,
        }


NO_DATA: Final = Look(stroke="#8a939b", weight=1.0, dash="3 4")
ZERO: Final = Look(stroke="#8a939b", weight=0.7, fill="#ffffff", opacity=0.9)

GAP: Final = Look(stroke="#b3261e", weight=1.5, fill="url(#gap)")
OVERLAP: Final = Look(stroke="#6a3d9a", weight=1.5, fill="url(#overlap)")
OVERLAP_DECLARED: Final = Look(stroke="#6a3d9a", weight=1.2, fill="url(#declared)", dash="5 4")
UNSTAFFED: Final = Look(stroke="#8a5a00", weight=1.2, fill="url(#unstaffed)")
OVERSTAFFED: Final = Look(stroke="#00566b", weight=1.2, fill="url(#overstaffed)")

FINDINGS: Final = {
    Severity.ERROR: Look(stroke="#b3261e", weight=2.0, fill="url(#gap)"),
    Severity.WARNING: Look(stroke="#8a5a00", weight=2.0, fill="url(#unstaffed)"),
    Severity.INFO: Look(stroke="#00566b", weight=2.0, fill="url(#overstaffed)"),
}

DIFFERENCES: Final = {
    "added": Look(stroke="#009e73", weight=2.0, fill="#009e73", opacity=0.25),
    "removed": Look(stroke="#8a939b", weight=2.0, fill="url(#unstaffed)", dash="5 4"),
    "moved": Look(stroke="#0072b2", weight=2.0, fill="#56b4e9", opacity=0.45),
    "uncovered": GAP,
    "doubled": OVERLAP,
}
BEFORE: Final = Look(stroke="#8a5a00", weight=1.8, dash="6 4")
AFTER: Final = Look(stroke="#0072b2", weight=1.6)
CHOSEN: Final = Look(stroke="#0072b2", weight=2.5, fill="#0072b2", opacity=0.18)
CANDIDATE: Final = Look(stroke="#8a5a00", weight=1.6, fill="#e69f00", opacity=0.10, dash="6 4")
ACCURACY: Final = Look(stroke="#1f2933", weight=1.2, fill="#1f2933", opacity=0.12, dash="3 3")
COMPONENT: Final = Look(stroke="#0072b2", weight=3.0, fill="#0072b2", dot=True)
OTHER_COMPONENT: Final = Look(stroke="#8a5a00", weight=2.0, fill="#e69f00", dot=True)
EARLIER: Final = Look(stroke="#1f2933", weight=2.0, fill="#d5dbe0", dash="2 2", dot=True)
CASE_OPEN: Final = Look(stroke="#ffffff", weight=1.5, fill="#0072b2", dot=True)
CASE_OVERDUE: Final = Look(stroke="#ffffff", weight=1.5, fill="#d55e00", dot=True)
CASE_ENDED: Final = Look(stroke="#5b6670", weight=1.5, fill="#b8c0c6", dot=True)
NEAR_COMPONENT: Final = Look(stroke="#009e73", weight=2.0, fill="#009e73", opacity=0.4, dot=True)
REPORTED: Final = Look(stroke="#ffffff", weight=2.0, fill="#b3261e", dot=True)

_OUTLINES: Final = (
    Look(stroke="#1f2933", weight=3.0),
    Look(stroke="#3a4651", weight=2.0),
    Look(stroke="#6b7680", weight=1.2),
    Look(stroke="#8f99a3", weight=0.7),
    Look(stroke="#7a8a5a", weight=0.8, fill="#7a8a5a", opacity=0.12),
)
_ZONE_COLOURS: Final = ("#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#d55e00")
_ZONE_DASHES: Final = (None, "8 4", "2 4")


def outline(rank: int) -> Look:
    """Give the look of an administrative layer.

    Parameters
    ----------
    rank : int
        0 for the largest areas; from the fifth on all look alike.

    Returns
    -------
    Look
        A line that thins with the rank.
    """
    return _OUTLINES[min(rank, len(_OUTLINES) - 1)]


def zone_look(index: int) -> Look:
    """Give the look of a zone layer.

    Parameters
    ----------
    index : int
        Place of the layer among the zone layers, from 0.

    Returns
    -------
    Look
        A thin fill and a line; with another dash each time that the colours begin again.
    """
    dash = _ZONE_DASHES[index // len(_ZONE_COLOURS) % len(_ZONE_DASHES)]
    colour = _ZONE_COLOURS[index % len(_ZONE_COLOURS)]
    return Look(stroke=colour, weight=1.6, fill=colour, opacity=0.14, dash=dash)


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
    """With how many the values are shown; they are rounded so before they are put in classes."""
    legend: tuple[LegendEntry, ...]
    """No data, zero, then the classes from low to high; those without an area are left out."""
    members: tuple[int, ...]
    """For each value the place of its class in the legend."""


def classify(values: npt.ArrayLike, ramp: str) -> Classes:
    """Put values into at most five classes of nearly as many different values each.

    Zero is a class of its own, and no data is another: neither is a small number. The breaks are
    values that occur, so that a class can be named by its smallest and largest value and no area
    stands on the border of two. Different values are counted, not areas: where most areas have one
    incident, classes of equal numbers of areas would throw two and twelve together.

    Parameters
    ----------
    values : array_like of float
        Not negative; NaN where there is no data.
    ramp : str
        A sequential scheme of ColorBrewer, such as "YlGnBu".

    Returns
    -------
    Classes
        Every value is in exactly one.
    """
    numbers = np.asarray(values, dtype=float)
    decimals = _decimals(numbers)
    # As a value is written: numpy would round the last digit of some another way.
    numbers = np.array([round(value, decimals) for value in numbers.tolist()], dtype=float)
    missing, zero = np.isnan(numbers), numbers == 0
    entries = [_entry(NO_DATA, numbers, missing), _entry(ZERO, numbers, zero)]
    members = np.where(zero, 1, 0)
    breaks = _breaks(numbers[~missing & ~zero])
    above = np.concatenate(([0.0], breaks[:-1])) if len(breaks) else breaks
    for place, (low, high) in enumerate(zip(above, breaks, strict=True)):
        inside = (numbers > low) & (numbers <= high)
        members[inside] = len(entries)
        entries.append(_entry(_step(ramp, place, of=len(breaks)), numbers, inside))
    return _without_empty(decimals, entries, members)


def _decimals(numbers: npt.NDArray[np.float64]) -> int:
    """Count the decimals that the smallest value needs so as not to become zero."""
    positive = numbers[numbers > 0]
    if not len(positive) or np.array_equal(positive, np.round(positive)):
        return 0
    return max(1, int(np.ceil(-np.log10(positive.min()))))


def _breaks(positive: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    if not len(positive):
        return positive
    different = np.unique(positive)
    return np.unique(np.quantile(different, (0.2, 0.4, 0.6, 0.8, 1.0), method="inverted_cdf"))


def _step(ramp: str, place: int, *, of: int) -> Look:
    # The palest of six is left to the paper: beside it, zero would be hard to tell.
    colours: list[str] = color_brewer(ramp, 6)[1:]
    spread = (len(colours) - 1) * (place + 1) // of if of > 1 else len(colours) // 2
    return Look(stroke="#5b6670", weight=0.6, fill=colours[spread], opacity=0.85)


def _entry(
    look: Look, numbers: npt.NDArray[np.float64], inside: npt.NDArray[np.bool_]
) -> LegendEntry:
    found = numbers[inside]
    known = len(found) > 0 and not np.isnan(found[0])
    low, high = (float(found.min()), float(found.max())) if known else (None, None)
    return LegendEntry(look, low, high, len(found))


def _without_empty(
    decimals: int, entries: Sequence[LegendEntry], members: npt.NDArray[np.int_]
) -> Classes:
    kept = [place for place, entry in enumerate(entries) if entry.count]
    moved = {place: new for new, place in enumerate(kept)}
    return Classes(
        decimals, tuple(entries[place] for place in kept), tuple(moved[m] for m in members.tolist())
    )
