"""Areas with no worker, and areas with too many: as layers, tables and figures."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from maps.layers import AreaLayer, Layer
from maps.listing import ROWS, Listing, Place, listing
from maps.measures import numbers
from maps.names import texts
from maps.shapes import ShapeSet
from maps.style import OVERSTAFFED, UNSTAFFED
from maps.words import Language, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """The areas of one layer by how many workers they have. Not known is neither."""

    shapes: ShapeSet
    parents: pd.Series
    """Code of the area that each belongs to; missing where it is not known."""
    counts: npt.NDArray[np.float64]
    """NaN where it is not known."""
    most: int

    @property
    def without(self) -> list[int]:
        """Rows that have no worker."""
        rows: list[int] = np.flatnonzero(self.counts == 0).tolist()
        return rows

    @property
    def too_many(self) -> list[int]:
        """Rows that have more than `most`."""
        rows: list[int] = np.flatnonzero(self.counts > self.most).tolist()
        return rows


def staffing(layer: AreaLayer, shapes: ShapeSet, *, most: int) -> Staffing | None:
    """Read how many workers the areas of a layer have.

    Parameters
    ----------
    layer : AreaLayer
        Its frame may have a column `workers`.
    shapes : ShapeSet
        Made from the same layer.
    most : int
        More than this are too many.

    Returns
    -------
    Staffing or None
        None where the frame has no such column.
    """
    if "workers" not in layer.frame:
        return None
    counts = numbers(layer.frame, "workers")
    return Staffing(shapes=shapes, parents=layer.frame["parent"], counts=counts, most=most)


def staffing_layers(found: Staffing, language: Language) -> list[Layer]:
    """Draw the areas with too many workers and, above them, those without one.

    Parameters
    ----------
    found : Staffing
        The counts.
    language : Language
        Of the words.

    Returns
    -------
    list of Layer
        A kind that does not occur is left out.
    """
    kinds = (
        (overstaffed_name(found, language), OVERSTAFFED, found.too_many),
        (unstaffed_name(found, language), UNSTAFFED, found.without),
    )
    return [
        Layer(name=name, group="problems", shapes=found.shapes, look=look, members=rows)
        for name, look, rows in kinds
        if rows
    ]


def staffing_listings(
    found: Staffing, names: Mapping[str, str], language: Language
) -> list[Listing]:
    """List the areas without a worker, and those with too many.

    Parameters
    ----------
    found : Staffing
        The counts.
    names : mapping
        Names of the areas one level up, by code.
    language : Language
        Of the words.

    Returns
    -------
    list of Listing
        Both, also where one is empty.
    """
    text = words(language)
    head = (text["name"], text["belongs_to"], text["workers"])
    kinds = (
        (unstaffed_name(found, language), found.without),
        (overstaffed_name(found, language), found.too_many),
    )
    return [
        listing(title, head, [_place(found, row, names) for row in rows[:ROWS]], count=len(rows))
        for title, rows in kinds
    ]


def unstaffed_name(found: Staffing, language: Language) -> str:
    """Name the areas without a worker.

    Parameters
    ----------
    found : Staffing
        The counts.
    language : Language
        Of the name.

    Returns
    -------
    str
        For example ``无网格员的网格``.
    """
    return words(language)["unstaffed"].format(layer=found.shapes.title)


def overstaffed_name(found: Staffing, language: Language) -> str:
    """Name the areas with too many workers.

    Parameters
    ----------
    found : Staffing
        The counts.
    language : Language
        Of the name.

    Returns
    -------
    str
        For example ``网格员超过 3 名的网格``.
    """
    return words(language)["overstaffed"].format(layer=found.shapes.title, most=found.most)


def _place(found: Staffing, row: int, names: Mapping[str, str]) -> Place:
    [parent] = texts(found.parents.iloc[row : row + 1])
    return Place(
        found.shapes.key,
        row,
        found.shapes.names[row],
        (names.get(parent, parent), f"{found.counts[row]:.0f}"),
    )
