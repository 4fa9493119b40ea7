"""The coverage page: who is responsible where, where nobody is, where several are, who is missing.

It draws gaps and overlaps that others have found; it does not look for them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import geopandas

from geodata.measure import area_m2
from maps.gaps import Names, area_by_layer, gap_layers, gap_listing, overlap_layers, overlap_listing
from maps.layers import AreaLayer, Layer, area_shapes, outlines
from maps.names import area_names, texts
from maps.page import Page, compose
from maps.shapes import ShapeSet
from maps.staffing import (
    Staffing,
    overstaffed_name,
    staffing,
    staffing_layers,
    staffing_listings,
    unstaffed_name,
)
from maps.style import zone_look
from maps.words import Language, moment, square, words

_OPENED_LEVELS = 2
"""How many of the largest levels the page opens with: more lines would hide the zones."""

_NOT_SAID = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageData:
    """What is in force at one date. All frames are in EPSG:4326 (lon, lat)."""

    at: date
    administrative: tuple[AreaLayer, ...]
    """One per level, the largest areas first. The first is what is to be covered."""
    zones: tuple[AreaLayer, ...]
    """One per zone layer."""
    uncovered: geopandas.GeoDataFrame
    """What the zone layers leave open, as `geodata.coverage.uncovered` gives it: `code` (of the
    administrative area, or None), `area_m2`, `geometry`; and `layer`, the key of the zone layer."""
    overlaps: geopandas.GeoDataFrame
    """What two zones of a layer cover, as `geodata.coverage.doubly_covered` gives it: `code` and
    `other`, `area_m2`, `geometry`; and `layer`, and `declared` (bool)."""
    partial: frozenset[str] = frozenset()
    """Keys of the zone layers that are not meant to cover everything: nothing is said of how much
    they leave open."""
    staffed: str = "grid"
    """Key of the administrative layer whose `workers` say how many work in each area."""
    workers_most: int = 3
    """More workers than this in one area are too many."""
    changes: tuple[date, ...] = ()
    """Days from which other areas held, in order: the page steps from one to the next."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number at the head of the page."""

    label: str
    value: str
    alarming: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far one zone layer reaches."""

    name: str
    zones: int
    uncovered: str
    share: str
    overlapping: str


def steps(changes: Sequence[date], day: date) -> tuple[date | None, date | None]:
    """Find the days on which the map was last and will next be another than on a day.

    Parameters
    ----------
    changes : sequence of date
        Days from which other areas held.
    day : date
        The day shown.

    Returns
    -------
    tuple of date or None
        The day from which that held which came before; the day of the next change. None where
        there is none.
    """
    begun = [change for change in sorted(changes) if change <= day]
    coming = [change for change in sorted(changes) if change > day]
    return (begun[-2] if len(begun) > 1 else None, coming[0] if coming else None)


def render_coverage(data: CoverageData, page: Page) -> str:
    """Draw the coverage page.

    Parameters
    ----------
    data : CoverageData
        Areas, zones, gaps and overlaps at a date.
    page : Page
        Title, language, links, assets.

    Returns
    -------
    str
        A whole HTML document. Its form asks for `at` (a date) and `lang` by GET.

    Raises
    ------
    ColumnError, CrsError
        A frame lacks a column or is not in EPSG:4326.
    """
    language = page.language
    areas = [area_shapes(layer, language) for layer in data.administrative]
    found = _staffing(data, areas)
    names = _names(data, language)
    before, after = steps(data.changes, date(data.at.year, data.at.month, data.at.day))
    return compose(
        "coverage.html",
        page,
        layers=[
            *_zone_layers(data, language),
            *outlines(areas, shown=_OPENED_LEVELS),
            *(staffing_layers(found, language) if found else ()),
            *overlap_layers(data.overlaps, names, language),
            *gap_layers(data.uncovered, names, language),
        ],
        at=moment(data.at),
        day=f"{data.at:%Y-%m-%d}",
        before=before,
        after=after,
        changes=data.changes,
        figures=_figures(data, found, language),
        counts=[(layer.name, len(layer.frame)) for layer in (*data.administrative, *data.zones)],
        reaches=_reaches(data, language),
        listings=[
            gap_listing(data.uncovered, names, language),
            overlap_listing(data.overlaps, names, language),
            *(staffing_listings(found, names.areas, language) if found else ()),
        ],
    )


def _zone_layers(data: CoverageData, language: Language) -> list[Layer]:
    """Draw the zone layers, the first one above the others."""
    return [
        Layer(
            name=layer.name,
            group="zones",
            shapes=area_shapes(layer, language),
            look=zone_look(index),
            shown=index == 0,
            labelled=True,
        )
        for index, layer in reversed(list(enumerate(data.zones)))
    ]


def _staffing(data: CoverageData, areas: Sequence[ShapeSet]) -> Staffing | None:
    pairs = zip(data.administrative, areas, strict=True)
    return next(
        (
            staffing(layer, shapes, most=data.workers_most)
            for layer, shapes in pairs
            if layer.key == data.staffed
        ),
        None,
    )


def _names(data: CoverageData, language: Language) -> Names:
    overlapping = {*data.overlaps["code"], *data.overlaps["other"]}
    parents = {
        parent
        for layer in data.administrative
        if layer.key == data.staffed
        for parent in layer.frame["parent"].unique().tolist()
    }
    return Names(
        layers={layer.key: layer.name for layer in data.zones},
        areas=_names_by_code(data.administrative, {*data.uncovered["code"]} | parents, language),
        zones=_names_by_code(data.zones, overlapping, language),
    )


def _names_by_code(
    layers: Sequence[AreaLayer], wanted: Collection[object], language: Language
) -> dict[str, str]:
    found: dict[str, str] = {}
    for layer in layers:
        some = layer.frame[layer.frame["code"].isin(list(wanted))]
        found |= zip(texts(some["code"]), area_names(some, language), strict=True)
    return found


def _figures(data: CoverageData, found: Staffing | None, language: Language) -> list[Figure]:
    text = words(language)
    open_area = float(data.uncovered["area_m2"].sum())
    undeclared = int((~data.overlaps["declared"].astype(bool)).sum())
    figures = [
        Figure(text["gap"], square(open_area, language), alarming=open_area > 0),
        Figure(text["overlap"], f"{undeclared:,}", alarming=undeclared > 0),
    ]
    if found:
        without, crowded = len(found.without), len(found.too_many)
        figures += [
            Figure(unstaffed_name(found, language), f"{without:,}", alarming=without > 0),
            Figure(overstaffed_name(found, language), f"{crowded:,}"),
        ]
    return figures


def _reaches(data: CoverageData, language: Language) -> list[Reach]:
    whole = sum(area_m2(layer.frame.geometry).sum() for layer in data.administrative[:1])
    gaps = area_by_layer(data.uncovered)
    overlaps = area_by_layer(data.overlaps)
    return [
        Reach(
            name=layer.name,
            zones=len(layer.frame),
            uncovered=square(gaps.get(layer.key, 0), language) if measured else _NOT_SAID,
            share=f"{gaps.get(layer.key, 0) / whole:.2%}" if measured and whole else _NOT_SAID,
            overlapping=square(overlaps.get(layer.key, 0), language),
        )
        for layer in data.zones
        for measured in [layer.key not in data.partial]
    ]
