"""The workload page: incidents per area in a span of time, on a map, in a legend and in a table.

A page may hold every view, and then needs no server, or the chosen one alone: it then asks its own
address for another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import geopandas
import numpy as np
import pandas as pd

from maps.change import Change, change
from maps.classes import Scheme
from maps.layers import AreaLayer, Layer, area_shapes, outlines, require_columns
from maps.measures import COUNTED, Basis, Measure, listed, numbers, on
from maps.page import Choice, Page, compose
from maps.parts import Part, Parts, side_by_side
from maps.shapes import ShapeSet
from maps.style import ZERO
from maps.views import View, all_views, view
from maps.words import Language, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A period to compare with."""

    since: date
    until: date
    frame: pd.DataFrame
    """As that of the areas, row by row; with gaps where an area was not there yet."""
    ended: tuple[str, ...] = ()
    """Names of areas that were there and are gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadData:
    """Incidents per area. All frames are in EPSG:4326 (lon, lat)."""

    areas: AreaLayer
    """`key` is the chosen one of `units`. Its frame has the whole numbers `filed`, `open`,
    `overdue` and `closed`; `median_handling_minutes`, `population`, `workers` and `area_km2` may be
    missing, or have gaps."""
    units: tuple[Choice, ...]
    """Which areas may be asked for: levels and zone layers."""
    since: date
    until: date
    """The last day that counts."""
    measure: Measure = Measure.OPEN
    basis: Basis = Basis.ABSOLUTE
    scheme: Scheme = Scheme.QUANTILES
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
    median_minutes: float | None = None
    """Of all incidents together; None where nothing was handled."""
    earlier: Earlier | None = None
    """What the map is to show the change from."""
    parts: tuple[Part, ...] | None = None
    """The categories, where each is to have a map of its own; None where not."""
    steps_at: str = ""
    """Where the page asks for the numbers of steps of time; empty where it cannot."""
    alone: bool = True
    """Whether every view stands in the page."""


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
        A whole HTML document. Its form asks for `unit`, `measure`, `basis`, `scheme`, `from`, `to`,
        `against`, `category`, `split`, `as` and `lang` by GET; `from` and `to` are dates, both
        included, and `against` is the first day of a span of the same length.

    Raises
    ------
    ColumnError, CrsError
        A frame lacks a column or is not in EPSG:4326.
    """
    frame, language = data.areas.frame, page.language
    require_columns(frame, list(COUNTED))
    shapes = area_shapes(data.areas, language, _told(frame, language))
    views = _views(data, shapes, language)
    chosen = f"{data.measure}-{on(data.measure, data.basis)}"
    changed = _change(data, shapes, language)
    parts = _parts(data, language)
    return compose(
        "workload.html",
        page,
        layers=_layers(data, shapes, language),
        views=_for_browser(views, chosen, changed, parts),
        span=data,
        tables=views,
        chosen=chosen,
        change=changed,
        parts=parts,
        measures=_choices(Measure, language),
        counted=_choices(COUNTED, language),
        bases=_choices(Basis, language),
        schemes=_choices(Scheme, language),
        totals={measure: int(frame[measure].sum()) for measure in COUNTED},
        median=_hours(data.median_minutes, language),
    )


def _views(data: WorkloadData, shapes: ShapeSet, language: Language) -> list[View]:
    frame = data.areas.frame
    if data.alone:
        return all_views(frame, shapes, data.scheme, language)
    return [
        view(
            frame,
            shapes,
            measure=data.measure,
            basis=on(data.measure, data.basis),
            scheme=data.scheme,
            language=language,
        )
    ]


def _change(data: WorkloadData, shapes: ShapeSet, language: Language) -> Change | None:
    if data.earlier is None:
        return None
    return change(
        data.areas.frame,
        data.earlier.frame,
        shapes,
        measure=data.measure,
        basis=on(data.measure, data.basis),
        scheme=data.scheme,
        language=language,
    )


def _parts(data: WorkloadData, language: Language) -> Parts | None:
    if not data.parts:
        return None
    return side_by_side(
        data.parts,
        measure=data.measure,
        basis=on(data.measure, data.basis),
        scheme=data.scheme,
        language=language,
    )


def _for_browser(
    views: Sequence[View], chosen: str, changed: Change | None, parts: Parts | None
) -> Mapping[str, object]:
    return {
        "chosen": chosen,
        "all": {view.key: view.for_browser() for view in views},
        "change": changed and changed.for_browser(),
        "parts": parts and parts.for_browser(values=False),
    }


def _told(frame: geopandas.GeoDataFrame, language: Language) -> dict[str, list[float | None]]:
    columns = ("population", *COUNTED)
    return {words(language)[column]: listed(numbers(frame, column), 0) for column in columns}


def _hours(minutes: float | None, language: Language) -> str | None:
    if minutes is None or np.isnan(minutes):
        return None
    return words(language)["hours"].format(number=f"{minutes / 60:,.1f}")


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
