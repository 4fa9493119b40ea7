"""The views of a choropleth: each measure on each basis, with classes, legend and highest ten."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from maps.classes import Classes, LegendEntry, Scheme, classify
from maps.listing import Place
from maps.measures import (
    COUNTED,
    RAMPS,
    Basis,
    Measure,
    listed,
    measured,
    on,
    view_title,
)
from maps.shapes import ShapeSet
from maps.style import Look
from maps.words import Language, words

_TOP = 10


@dataclass(frozen=True, slots=True)
class LegendLine:
    """One class of a view, as it stands in the legend."""

    look: Look
    label: str
    count: str


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One measure on one basis."""

    measure: Measure
    basis: Basis
    title: str
    classes: Classes
    values: npt.NDArray[np.float64]
    """One per area; NaN where there is no data."""
    legend: tuple[LegendLine, ...]
    highest: tuple[Place, ...]
    """The cells are the value and the four counts."""

    @property
    def key(self) -> str:
        """Name of the view in the page."""
        return f"{self.measure}-{self.basis}"

    @property
    def rate(self) -> bool:
        """Whether its value is none of the counts."""
        return self.basis is not Basis.ABSOLUTE or self.measure is Measure.MEDIAN

    def for_browser(self) -> dict[str, object]:
        """Give what the map needs so as to show the view."""
        return {
            "title": self.title,
            # A plain number stands in the tooltip as it is.
            "values": listed(self.values, self.classes.decimals) if self.rate else None,
            "decimals": self.classes.decimals,
            "classes": "".join(map(str, self.classes.members)),
            "looks": [entry.look.options() for entry in self.classes.legend],
        }


def all_views(
    frame: pd.DataFrame, shapes: ShapeSet, scheme: Scheme, language: Language
) -> list[View]:
    """Work out every view.

    Parameters
    ----------
    frame : DataFrame
        One row per area: the measures, and what they are divided by.
    shapes : ShapeSet
        The same areas in the same order.
    scheme : Scheme
        Of the classes.
    language : Language
        Of the words.

    Returns
    -------
    list of View
        Each measure on each basis on which it can be shown.
    """
    pairs = [(measure, basis) for measure in Measure for basis in Basis]
    return [
        view(frame, shapes, measure=measure, basis=basis, scheme=scheme, language=language)
        for measure, basis in pairs
        if on(measure, basis) is basis
    ]


def view(
    frame: pd.DataFrame,
    shapes: ShapeSet,
    *,
    measure: Measure,
    basis: Basis,
    scheme: Scheme,
    language: Language,
) -> View:
    """Work out one view.

    Parameters
    ----------
    frame, shapes, scheme, language
        As in `all_views`.
    measure : Measure
        What is counted.
    basis : Basis
        What the number is divided by.

    Returns
    -------
    View
        With classes of its own.
    """
    values = measured(frame, measure, basis=basis)
    classes = classify(values, RAMPS[measure], scheme)
    return View(
        measure=measure,
        basis=basis,
        title=view_title(measure, basis, language=language),
        classes=classes,
        values=values,
        legend=legend_of(classes, language),
        highest=tuple(
            Place(
                shapes.key,
                row,
                shapes.names[row],
                (shown(values[row], classes.decimals, language), *_counts(frame, row)),
            )
            for row in highest(values)
        ),
    )


def shown(value: float | None, decimals: int, language: Language, *, signed: bool = False) -> str:
    """Write a value as people read it.

    Parameters
    ----------
    value : float or None
        None or NaN where there is no data.
    decimals : int
        As many as its class has.
    language : Language
        Of the words.
    signed : bool
        Whether a rise has a plus.

    Returns
    -------
    str
        For example ``1,234`` or ``无数据``.
    """
    if value is None or np.isnan(value):
        return words(language)["no_data"]
    return f"{value:{'+' if signed and value else ''},.{decimals}f}"


def legend_of(
    classes: Classes, language: Language, *, signed: bool = False
) -> tuple[LegendLine, ...]:
    """Write the legend of classes.

    Parameters
    ----------
    classes : Classes
        With their smallest and largest values.
    language : Language
        Of the words.
    signed : bool
        Whether a rise has a plus.

    Returns
    -------
    tuple of LegendLine
        One per class.
    """
    return tuple(
        _line(entry, classes.decimals, language, signed=signed) for entry in classes.legend
    )


def _line(entry: LegendEntry, decimals: int, language: Language, *, signed: bool) -> LegendLine:
    low, high = (
        shown(value, decimals, language, signed=signed) for value in (entry.low, entry.high)
    )
    count = words(language)["areas_counted"].format(count=f"{entry.count:,}")
    return LegendLine(entry.look, low if low == high else f"{low} – {high}", count)


def highest(values: npt.NDArray[np.float64]) -> Sequence[int]:
    """Find the rows of the ten highest values above zero.

    Parameters
    ----------
    values : ndarray of float
        NaN where there is no data.

    Returns
    -------
    sequence of int
        The highest first; of equal ones the first first.
    """
    order: list[int] = np.argsort(-np.nan_to_num(values), kind="stable")[:_TOP].tolist()
    return [row for row in order if values[row] > 0]


def _counts(frame: pd.DataFrame, row: int) -> list[str]:
    return [f"{frame[measure].iat[row]:,.0f}" for measure in COUNTED]
