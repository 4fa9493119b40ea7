"""The views of a choropleth: each measure on each basis, with classes, legend and highest ten."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from maps.listing import Place
from maps.measures import RAMPS, Basis, Measure, measured, numbers, view_title
from maps.shapes import ShapeSet
from maps.style import Classes, LegendEntry, Look, classify
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
    values: tuple[str, ...]
    """As people read them, one per area."""
    legend: tuple[LegendLine, ...]
    highest: tuple[Place, ...]
    """The cells are the value and the four counts."""

    @property
    def key(self) -> str:
        """Name of the view in the page."""
        return f"{self.measure}-{self.basis}"

    def for_browser(self) -> dict[str, object]:
        """Give what the map needs so as to show the view."""
        return {
            "title": self.title,
            # A plain number stands in the tooltip as it is.
            "values": None if self.basis is Basis.ABSOLUTE else list(self.values),
            "classes": "".join(str(member) for member in self.classes.members),
            "looks": [entry.look.options() for entry in self.classes.legend],
        }


def all_views(frame: pd.DataFrame, shapes: ShapeSet, language: Language) -> list[View]:
    """Work out every view.

    Parameters
    ----------
    frame : DataFrame
        One row per area: the measures, and what they are divided by.
    shapes : ShapeSet
        The same areas in the same order.
    language : Language
        Of the words.

    Returns
    -------
    list of View
        Each measure on each basis.
    """
    counts = list(zip(*(_counts(frame, measure) for measure in Measure), strict=True))
    return [
        _view(frame, shapes, counts, measure=measure, basis=basis, language=language)
        for measure in Measure
        for basis in Basis
    ]


def _view(
    frame: pd.DataFrame,
    shapes: ShapeSet,
    counts: Sequence[tuple[str, ...]],
    *,
    measure: Measure,
    basis: Basis,
    language: Language,
) -> View:
    values = measured(frame, measure, basis=basis)
    classes = classify(values, RAMPS[measure])
    shown = [_number(value, classes.decimals, language) for value in values]
    return View(
        measure=measure,
        basis=basis,
        title=view_title(measure, basis, language=language),
        classes=classes,
        values=tuple(shown),
        legend=tuple(_line(entry, classes.decimals, language) for entry in classes.legend),
        highest=tuple(
            Place(shapes.key, row, shapes.names[row], (shown[row], *counts[row]))
            for row in _highest(values)
        ),
    )


def _number(value: float | None, decimals: int, language: Language) -> str:
    if value is None or np.isnan(value):
        return words(language)["no_data"]
    return f"{value:,.{decimals}f}"


def _line(entry: LegendEntry, decimals: int, language: Language) -> LegendLine:
    low, high = (_number(value, decimals, language) for value in (entry.low, entry.high))
    count = words(language)["areas_counted"].format(count=f"{entry.count:,}")
    return LegendLine(entry.look, low if low == high else f"{low} – {high}", count)


def _highest(values: npt.NDArray[np.float64]) -> Sequence[int]:
    order: list[int] = np.argsort(-np.nan_to_num(values), kind="stable")[:_TOP].tolist()
    return [row for row in order if values[row] > 0]


def _counts(frame: pd.DataFrame, measure: Measure) -> list[str]:
    return [f"{count:,.0f}" for count in numbers(frame, measure)]
