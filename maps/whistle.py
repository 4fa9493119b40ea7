"""The map of one whistle: where it calls to, the zones of who is called, where they came from."""

from dataclasses import dataclass
from typing import Final

import geopandas
import numpy as np
import shapely

from maps.layers import Layer, require_columns
from maps.listing import Listing, Place, listing
from maps.names import area_names, texts
from maps.page import Page, compose
from maps.shapes import Bounds, ShapeSet, drawable
from maps.style import CANDIDATE, CHOSEN, REPORTED, Look
from maps.words import Language, words

_AROUND: Final = 0.5
"""Of its extent: how much ground is shown beyond what it calls to."""
_LEAST: Final = 0.003
"""Degrees, some 300 m: what is shown at the least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhistleData:
    """One whistle."""

    reference: str
    matter: str
    place: str
    ground: shapely.Geometry
    """A point or a surface in EPSG:4326."""
    zones: geopandas.GeoDataFrame
    """One row per zone by which somebody was proposed: `code`, `name`, `layer` (its name),
    `organisation`, `share` (of the ground, 0 to 1), `geometry`."""
    arrivals: geopandas.GeoDataFrame
    """One row per report-in: `name` (of the organisation), `presence` (here, unsure, away),
    `at` (as people read it), `geometry`."""


def render_whistle(data: WhistleData, page: Page) -> str:
    """Draw the map of one whistle, small enough to be framed in its page.

    Parameters
    ----------
    data : WhistleData
        In EPSG:4326 (lon, lat).
    page : Page
        Title, language, assets.

    Returns
    -------
    str
        A whole HTML document; no border is simplified.

    Raises
    ------
    ColumnError, CrsError
        A frame lacks a column or is not in EPSG:4326.
    """
    require_columns(data.zones, ("code", "name", "layer", "organisation", "share"))
    require_columns(data.arrivals, ("name", "presence", "at"))
    zones, arrivals = _zones(data, page.language), _arrivals(data, page.language)
    return compose(
        "incident.html",
        page,
        layers=[*_layers(data, zones, arrivals, page.language)],
        focus=_focus(data.ground),
        reference=data.reference,
        accuracy=data.place,
        explanation=data.matter,
        listings=[
            _zone_listing(data, zones, page.language),
            _arrival_listing(data, arrivals, page.language),
        ],
    )


def _zones(data: WhistleData, language: Language) -> ShapeSet:
    text, frame = words(language), data.zones
    return ShapeSet(
        key="zones",
        title=text["called_zones"],
        geometries=drawable(frame),
        names=area_names(frame, language),
        facts={
            text["layer"]: texts(frame["layer"]),
            text["organisation"]: texts(frame["organisation"]),
        },
        exact=True,
    )


def _arrivals(data: WhistleData, language: Language) -> ShapeSet:
    text, frame = words(language), data.arrivals
    return ShapeSet(
        key="arrivals",
        title=text["arrivals"],
        geometries=drawable(frame),
        names=texts(frame["name"]),
        facts={
            text["presence"]: [text[presence] for presence in frame["presence"]],
            text["at"]: texts(frame["at"]),
        },
        exact=True,
    )


def _layers(
    data: WhistleData, zones: ShapeSet, arrivals: ShapeSet, language: Language
) -> list[Layer]:
    text = words(language)
    surface = not isinstance(data.ground, shapely.Point)
    ground = ShapeSet(
        key="ground",
        title=text["called_to"],
        geometries=np.array([data.ground, None], dtype=object)[:-1],
        names=[data.place or data.reference],
        exact=True,
    )
    look: Look = CHOSEN if surface else REPORTED
    found = [
        Layer(
            name=text["called_zones"], group="zones", shapes=zones, look=CANDIDATE, labelled=True
        ),
        Layer(name=text["called_to"], group="others", shapes=ground, look=look, pinned=True),
        Layer(name=text["arrivals"], group="others", shapes=arrivals, look=_ARRIVED, pinned=True),
    ]
    return [layer for layer in found if layer.count]


_ARRIVED: Final = Look(stroke="#ffffff", weight=2.0, fill="#009e73", dot=True)


def _focus(ground: shapely.Geometry) -> Bounds:
    west, south, east, north = ground.bounds
    wide = max((east - west) * _AROUND, _LEAST)
    high = max((north - south) * _AROUND, _LEAST)
    return west - wide, south - high, east + wide, north + high


def _zone_listing(data: WhistleData, zones: ShapeSet, language: Language) -> Listing:
    text = words(language)
    organisations = texts(data.zones["organisation"])
    rows = [
        Place(zones.key, row, zones.names[row], (organisations[row], f"{share:.0%}"))
        for row, share in enumerate(data.zones["share"])
    ]
    return listing(zones.title, (text["zone"], text["organisation"], text["of_ground"]), rows)


def _arrival_listing(data: WhistleData, arrivals: ShapeSet, language: Language) -> Listing:
    text, times = words(language), texts(data.arrivals["at"])
    rows = [
        Place(arrivals.key, row, arrivals.names[row], (text[presence], times[row]))
        for row, presence in enumerate(data.arrivals["presence"])
    ]
    return listing(arrivals.title, (text["organisation"], text["presence"], text["at"]), rows)
