"""What changed between two periods: a choropleth of differences, the highest rises and falls."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from maps.classes import Classes, LegendEntry, Scheme, classify_changes
from maps.listing import Place
from maps.measures import Basis, Measure, listed, measured, view_title
from maps.shapes import ShapeSet
from maps.style import FRESH
from maps.views import LegendLine, highest, legend_of, shown
from maps.words import Language, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One measure on one basis in two periods."""

    title: str
    classes: Classes
    values: npt.NDArray[np.float64]
    """The later one less the earlier one; NaN where either is not known."""
    legend: tuple[LegendLine, ...]
    rises: tuple[Place, ...]
    """The cells are the change, the earlier and the later value."""
    falls: tuple[Place, ...]

    def for_browser(self) -> dict[str, object]:
        """Give what the map needs so as to show it, as a view does."""
        return {
            "title": self.title,
            "values": listed(self.values, self.classes.decimals),
            "decimals": self.classes.decimals,
            "signed": True,
            "classes": "".join(map(str, self.classes.members)),
            "looks": [entry.look.options() for entry in self.classes.legend],
        }


def change(
    frame: pd.DataFrame,
    before: pd.DataFrame,
    shapes: ShapeSet,
    *,
    measure: Measure,
    basis: Basis,
    scheme: Scheme,
    language: Language,
) -> Change:
    """Compare two periods.

    Parameters
    ----------
    frame, before : DataFrame
        The later and the earlier numbers, of the same areas in the same order. An area that was not
        there before has gaps in `before`.
    shapes : ShapeSet
        The areas.
    measure, basis, scheme, language
        As in `views.view`.

    Returns
    -------
    Change
        Areas that were not there before have a class of their own.
    """
    later, earlier = (measured(each, measure, basis=basis) for each in (frame, before))
    values = later - earlier
    fresh = before[Measure.FILED].isna().to_numpy()
    classes = _beside(classify_changes(values[~fresh], scheme), fresh)
    legend = legend_of(classes, language, signed=True)
    if fresh.any():
        legend = (*legend[:-1], replace(legend[-1], label=words(language)["new_area"]))

    def place(row: int) -> Place:
        told = (values[row], True), (earlier[row], False), (later[row], False)
        cells = (shown(it, classes.decimals, language, signed=signed) for it, signed in told)
        return Place(shapes.key, row, shapes.names[row], tuple(cells))

    return Change(
        title=view_title(measure, basis, language=language),
        classes=classes,
        values=values,
        legend=legend,
        rises=tuple(place(row) for row in highest(values)),
        falls=tuple(place(row) for row in highest(-values)),
    )


def _beside(classes: Classes, fresh: npt.NDArray[np.bool_]) -> Classes:
    """Put the areas that are new into a class after all others."""
    members = np.full(len(fresh), len(classes.legend))
    members[~fresh] = classes.members
    if not fresh.any():
        return classes
    entry = LegendEntry(FRESH, None, None, int(fresh.sum()))
    return Classes(classes.decimals, (*classes.legend, entry), tuple(members.tolist()))
