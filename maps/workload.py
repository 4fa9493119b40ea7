"""The workload page: incidents per area in a span of time, on a map, in a legend and in a table.

Every view is worked out here and stands in the page, so that changing from one to another needs no
second call and no formula is written twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import geopandas
import numpy as np

from maps.layers import AreaLayer, Layer, area_shapes, outlines, require_columns
from maps.measures import Basis, Measure, numbers
from maps.page import Choice, Page, compose
from maps.shapes import ShapeSet
from maps.style import ZERO
from maps.views import all_views
from maps.words import Language, words


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadData:
    """Incidents per area. All frames are in EPSG:4326 (lon, lat)."""

    areas: AreaLayer
    """`key` is the chosen one of `units`. Its frame has the whole numbers `filed`, `open`,
    `overdue` and `closed`; `population` and `workers` may be missing, or have gaps."""
    units: tuple[Choice, ...]
    """Which areas may be asked for: levels and zone layers."""
    since: date
    until: date
    """The last day that counts."""
    measure: Measure = Measure.OPEN
    basis: Basis = Basis.ABSOLUTE
    category: str = ""
    """The chosen one of `categories`; empty for all."""
    categories: tuple[Choice, ...] = ()
    ways: tuple[Choice, ...] = ()
    """By which map the incidents are counted; `way` is the chosen one."""
    way: str = ""
    outlines: tuple[AreaLayer, ...] = ()
    """Larger areas, the largest first, whose borders and names help one to find one's way."""
    unplaced: int = 0
    """Incidents of the span that lie in none of the areas."""


def render_workload(data: WorkloadData, page: Page) -> str:
    """Draw the workload page.

    Parameters
    ----------
    data : WorkloadData
        Incidents per area.
    page : Page
        Title, language, links, assets.

    Returns
    -------
    str
        A whole HTML document. Its form asks for `unit`, `measure`, `basis`, `from`, `to`,
        `category`, `as` and `lang` by GET; `from` and `to` are dates, both included.

    Raises
    ------
    ColumnError, CrsError
        A frame lacks a column or is not in EPSG:4326.
    """
    frame, language = data.areas.frame, page.language
    require_columns(frame, list(Measure))
    shapes = area_shapes(data.areas, language, _facts(frame, language))
    views = all_views(frame, shapes, language)
    chosen = f"{data.measure}-{data.basis}"
    return compose(
        "workload.html",
        page,
        layers=_layers(data, shapes, language),
        views={"chosen": chosen, "all": {view.key: view.for_browser() for view in views}},
        span=data,
        tables=views,
        chosen=chosen,
        measures=_choices(Measure, language),
        bases=_choices(Basis, language),
        totals={measure: int(frame[measure].sum()) for measure in Measure},
    )


def _facts(frame: geopandas.GeoDataFrame, language: Language) -> dict[str, list[str]]:
    columns = ("population", *Measure)
    return {
        words(language)[column]: [
            "" if np.isnan(number) else f"{number:,.0f}" for number in numbers(frame, column)
        ]
        for column in columns
    }


def _layers(data: WorkloadData, shapes: ShapeSet, language: Language) -> list[Layer]:
    counted = Layer(
        name=data.areas.name,
        group="counted",
        shapes=shapes,
        look=ZERO,
        labelled=True,
        painted=True,
    )
    borders = [area_shapes(layer, language) for layer in data.outlines]
    return [counted, *outlines(borders, shown=len(borders))]


def _choices(values: Iterable[StrEnum], language: Language) -> list[Choice]:
    return [Choice(value=value.value, label=words(language)[value.value]) for value in values]
