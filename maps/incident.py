"""The map of one incident: where it was reported, how sure that is, which zones were weighed."""

from dataclasses import dataclass
from typing import Final

import geopandas
import numpy as np
import pyproj
import shapely

from maps.layers import Layer, area_names, require_columns, texts
from maps.listing import Listing, Place, listing
from maps.page import Page, compose
from maps.shapes import Bounds, ShapeSet, drawable
from maps.style import ACCURACY, CANDIDATE, CHOSEN, REPORTED
from maps.words import Language, length, words

_GEOD: Final = pyproj.Geod(ellps="WGS84")
_CIRCLE: Final = np.linspace(0, 360, 64, endpoint=False)
_SEEN_M: Final = 150.0
"""How far around the place the map opens at the least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentData:
    """One incident and the zones that routing weighed for it."""

    reference: str
    explanation: str
    """Whose it is and why, in the language of the page."""
    lon: float
    lat: float
    accuracy_m: float | None
    candidates: geopandas.GeoDataFrame
    """One row per candidate, the chosen one first: `code`, `name`, `layer` (its name),
    `organisation`, `inside_m` (metres to the zone's border, negative outside), `share` (of the
    accuracy disc, 0 to 1), `chosen` (bool), `geometry`."""


def render_incident(data: IncidentData, page: Page) -> str:
    """Draw the map of one incident, small enough to be framed in its page.

    Parameters
    ----------
    data : IncidentData
        In EPSG:4326 (lon, lat).
    page : Page
        Title, language, assets.

    Returns
    -------
    str
        A whole HTML document. Zones are not simplified: what matters is the side of their border.

    Raises
    ------
    ColumnError, CrsError
        The candidates lack a column or are not in EPSG:4326.
    """
    columns = ("code", "name", "layer", "organisation", "inside_m", "share", "chosen")
    require_columns(data.candidates, columns)
    language = page.language
    zones = _zone_shapes(data, language)
    return compose(
        "incident.html",
        page,
        layers=[*_zone_layers(data, zones, language), *_place_layers(data, language)],
        focus=_around(data),
        reference=data.reference,
        explanation=data.explanation,
        accuracy=_accuracy(data, language),
        listing=_listing(data, zones, language),
    )


def _zone_shapes(data: IncidentData, language: Language) -> ShapeSet:
    text, frame = words(language), data.candidates
    return ShapeSet(
        key="candidates",
        title=text["candidates"],
        geometries=drawable(frame),
        names=area_names(frame, language),
        facts={
            text["layer"]: texts(frame["layer"]),
            text["organisation"]: texts(frame["organisation"]),
            text["to_border"]: [_to_border(metres, language) for metres in frame["inside_m"]],
        },
        exact=True,
    )


def _zone_layers(data: IncidentData, zones: ShapeSet, language: Language) -> list[Layer]:
    chosen = data.candidates["chosen"].to_numpy(dtype=bool)
    kinds = (("candidate", CANDIDATE, ~chosen), ("chosen", CHOSEN, chosen))
    return [
        Layer(
            name=words(language)[word],
            group="zones",
            shapes=zones,
            look=look,
            members=np.flatnonzero(rows).tolist(),
            labelled=True,
        )
        for word, look, rows in kinds
        if rows.any()
    ]


def _place_layers(data: IncidentData, language: Language) -> list[Layer]:
    text = words(language)
    place = Layer(
        name=text["reported_place"],
        group="others",
        shapes=_one("place", text["reported_place"], shapely.Point(data.lon, data.lat), data),
        look=REPORTED,
        pinned=True,
    )
    if not data.accuracy_m:
        return [place]
    disc = Layer(
        name=_accuracy(data, language),
        group="others",
        shapes=_one("disc", text["accuracy"], _disc(data, data.accuracy_m), data),
        look=ACCURACY,
    )
    return [disc, place]


def _one(key: str, title: str, shape: shapely.Geometry, data: IncidentData) -> ShapeSet:
    geometries = np.array([shape], dtype=object)
    return ShapeSet(key=key, title=title, geometries=geometries, names=[data.reference], exact=True)


def _disc(data: IncidentData, metres: float) -> shapely.Polygon:
    rim = np.full(len(_CIRCLE), metres)
    lon, lat = np.full(len(_CIRCLE), data.lon), np.full(len(_CIRCLE), data.lat)
    east, north, _ = _GEOD.fwd(lon, lat, _CIRCLE, rim)
    return shapely.Polygon(np.column_stack([east, north]))


def _around(data: IncidentData) -> Bounds:
    west, south, east, north = _disc(data, max(_SEEN_M, data.accuracy_m or 0)).bounds
    return west, south, east, north


def _accuracy(data: IncidentData, language: Language) -> str:
    text = words(language)
    if not data.accuracy_m:
        return text["accuracy_unknown"]
    return text["accuracy_of"].format(metres=length(data.accuracy_m, language))


def _listing(data: IncidentData, zones: ShapeSet, language: Language) -> Listing:
    text, frame = words(language), data.candidates
    organisations = texts(frame["organisation"])
    border = zones.facts[text["to_border"]]
    places = [
        Place(
            zones.key,
            row,
            f"{zones.names[row]} · {text['lead']}" if chosen else zones.names[row],
            (organisations[row], border[row], f"{share:.0%}"),
        )
        for row, (chosen, share) in enumerate(zip(frame["chosen"], frame["share"], strict=True))
    ]
    head = (text["zone"], text["organisation"], text["to_border"], text["share"])
    return listing(text["candidates"], head, places)


def _to_border(metres: float, language: Language) -> str:
    side = "inside" if metres >= 0 else "outside"
    return words(language)[side].format(metres=length(abs(metres), language))
