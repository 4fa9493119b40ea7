"""The page of what a draft changes: areas that come, go or move, land left open or covered twice.

It draws changes that others have found; it does not look for them.
"""

from dataclasses import dataclass

import geopandas
import numpy as np

from maps.layers import AreaLayer, Layer, edition, require_columns
from maps.listing import Listing, Place, listing
from maps.names import texts
from maps.page import Page, compose
from maps.shapes import ShapeSet, drawable
from maps.style import DIFFERENCES
from maps.words import Language, square, words

_AT_MOST = 200
PROBLEMS = ("uncovered", "doubled")
"""What is wrong with a draft, and not only new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceData:
    """What is in force, what the draft has, and what differs. All in EPSG:4326 (lon, lat)."""

    old: geopandas.GeoDataFrame
    """AreaFrame."""
    new: geopandas.GeoDataFrame
    """AreaFrame."""
    changes: geopandas.GeoDataFrame
    """`kind` (added, removed, moved, uncovered or doubled), `code`, `area_m2`, `geometry`."""


def render_difference(data: DifferenceData, page: Page) -> str:
    """Draw the page of a draft's changes.

    Parameters
    ----------
    data : DifferenceData
        Both editions and what differs.
    page : Page
        Title, language, links, assets.

    Returns
    -------
    str
        A whole HTML document.

    Raises
    ------
    ColumnError, CrsError
        A frame lacks a column or is not in EPSG:4326.
    """
    require_columns(data.changes, ("kind", "code", "area_m2"))
    found = _shapes(data.changes, page.language)
    kinds = texts(data.changes["kind"])
    return compose(
        "difference.html",
        page,
        layers=[
            *_editions(data, page.language),
            *_layers(found, kinds, page.language),
        ],
        counts=[(kind, kinds.count(kind)) for kind in DIFFERENCES],
        listings=_listings(found, kinds, page.language) if kinds else [],
    )


def _shapes(changes: geopandas.GeoDataFrame, language: Language) -> ShapeSet:
    text = words(language)
    return ShapeSet(
        key="changes",
        title=text["change"],
        geometries=drawable(changes),
        names=texts(changes["code"]),
        facts={
            text["change"]: [text[kind] for kind in changes["kind"]],
            text["area"]: [
                "" if np.isnan(size) else square(size, language) for size in changes["area_m2"]
            ],
        },
        exact=True,
    )


def _editions(data: DifferenceData, language: Language) -> list[Layer]:
    text = words(language)
    return [
        edition(
            AreaLayer(key=key, name=text[key], frame=frame),
            language,
            group="editions",
            newer=key == "after",
        )
        for key, frame in (("before", data.old), ("after", data.new))
    ]


def _layers(found: ShapeSet, kinds: list[str], language: Language) -> list[Layer]:
    return [
        Layer(
            name=words(language)[kind],
            group="problems" if kind in PROBLEMS else "changes",
            shapes=found,
            look=look,
            members=[row for row, each in enumerate(kinds) if each == kind],
            pinned=True,
        )
        for kind, look in DIFFERENCES.items()
        if kind in kinds
    ]


def _listings(found: ShapeSet, kinds: list[str], language: Language) -> list[Listing]:
    text = words(language)
    sizes = found.facts[text["area"]]
    places = [
        Place(found.key, row, found.names[row], (text[kind], sizes[row]))
        for row, kind in enumerate(kinds)
    ]
    head = (text["code"], text["change"], text["area"])
    return [listing(text["changes"], head, places, at_most=_AT_MOST)]
