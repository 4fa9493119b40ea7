"""The map of one incident: where it is, how sure that is, which zones were weighed.

Without coordinates it may be where an address means, or where its component stands.
"""

from dataclasses import dataclass
from typing import Final

import geopandas
import numpy as np
import pyproj
import shapely

from maps.layers import Layer, require_columns
from maps.listing import Listing, Place, listing
from maps.names import area_names, texts
from maps.page import Page, compose
from maps.shapes import Bounds, ShapeSet, drawable
from maps.style import ACCURACY, CANDIDATE, CHOSEN, COMPONENT, OTHER_COMPONENT, REPORTED
from maps.surroundings import Surroundings, around_layers, around_listings, around_shapes
from maps.words import Language, length, words

_GEOD: Final = pyproj.Geod(ellps="WGS84")
_CIRCLE: Final = np.linspace(0, 360, 64, endpoint=False)
_SEEN_M: Final = 150.0
"""How far around the place the map opens at the least."""
_LEAST_M: Final = 5.0
"""The smallest disc of an address that is drawn; a house's place is known to metres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentData:
    """One incident and the zones that routing weighed for it."""

    reference: str
    explanation: str
    """Whose it is and why, in the language of the page."""
    lon: float | None
    lat: float | None
    """None where it was reported without coordinates."""
    accuracy_m: float | None
    candidates: geopandas.GeoDataFrame
    """One row per candidate, the chosen one first: `code`, `name`, `layer` (its name),
    `organisation`, `inside_m` (metres to the zone's border, negative outside), `share` (of the
    accuracy disc, 0 to 1), `chosen` (bool), `geometry`."""
    places: geopandas.GeoDataFrame
    """What else says where it is: `kind` (address or component), `name`, `organisation`, `sure`
    (how well an address fits, 0 to 1; NaN), `radius_m` (how exactly the place is known; NaN),
    `chosen` (bool), `geometry`."""
    surroundings: Surroundings | None = None
    """What was before and what is near; None where only the decision is drawn."""

    @property
    def point(self) -> shapely.Point | None:
        """The place of the report."""
        if self.lon is None or self.lat is None:
            return None
        return shapely.Point(self.lon, self.lat)


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
    require_columns(data.places, ("kind", "name", "organisation", "sure", "radius_m", "chosen"))
    language = page.language
    zones, places = _zone_shapes(data, language), _known_shapes(data, language)
    near = around_shapes(data.surroundings, language) if data.surroundings else []
    return compose(
        "incident.html",
        page,
        layers=[
            *_zone_layers(data, zones, language),
            *around_layers(near, language),
            *_known_layers(data, places, language),
            *_place_layers(data, language),
        ],
        focus=_around(data),
        reference=data.reference,
        explanation=data.explanation,
        accuracy=_accuracy(data, language),
        listings=[
            *([_known_listing(data, places, language)] if len(data.places) else []),
            _listing(data, zones, language),
            *around_listings(near, language),
        ],
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


def _known_shapes(data: IncidentData, language: Language) -> ShapeSet:
    """Draw an address's place as the disc in which it may be, a component as it stands."""
    text, frame = words(language), data.places
    geometries = [
        shape if np.isnan(radius) else _disc(shape, max(radius, _LEAST_M))
        for shape, radius in zip(drawable(frame), frame["radius_m"], strict=True)
    ]
    return ShapeSet(
        key="known",
        title=text["known"],
        geometries=np.array([*geometries, None], dtype=object)[:-1],
        names=texts(frame["name"]),
        facts={text["organisation"]: texts(frame["organisation"])},
        exact=True,
    )


def _known_layers(data: IncidentData, places: ShapeSet, language: Language) -> list[Layer]:
    chosen, kinds = data.places["chosen"].to_numpy(dtype=bool), data.places["kind"].to_numpy()
    looks = {
        ("address", True): CHOSEN,
        ("address", False): CANDIDATE,
        ("component", True): COMPONENT,
        ("component", False): OTHER_COMPONENT,
    }
    return [
        Layer(
            name=words(language)[f"{kind}_{'chosen' if taken else 'other'}"],
            group="known",
            shapes=places,
            look=look,
            members=np.flatnonzero((kinds == kind) & (chosen == taken)).tolist(),
            labelled=True,
            pinned=True,
        )
        for (kind, taken), look in looks.items()
        if ((kinds == kind) & (chosen == taken)).any()
    ]


def _known_listing(data: IncidentData, places: ShapeSet, language: Language) -> Listing:
    text, frame = words(language), data.places
    organisations = texts(frame["organisation"])
    rows = [
        Place(
            places.key,
            row,
            f"{places.names[row]} · {text['taken']}" if chosen else places.names[row],
            (organisations[row], "" if np.isnan(sure) else f"{sure:.0%}"),
        )
        for row, (chosen, sure) in enumerate(zip(frame["chosen"], frame["sure"], strict=True))
    ]
    return listing(text["known"], (text["place"], text["organisation"], text["fits"]), rows)


def _place_layers(data: IncidentData, language: Language) -> list[Layer]:
    text = words(language)
    if data.point is None:
        return []
    place = Layer(
        name=text["reported_place"],
        group="others",
        shapes=_one("place", text["reported_place"], data.point, data),
        look=REPORTED,
        pinned=True,
    )
    if not data.accuracy_m:
        return [place]
    disc = Layer(
        name=_accuracy(data, language),
        group="others",
        shapes=_one("disc", text["accuracy"], _disc(data.point, data.accuracy_m), data),
        look=ACCURACY,
    )
    return [disc, place]


def _one(key: str, title: str, shape: shapely.Geometry, data: IncidentData) -> ShapeSet:
    geometries = np.array([shape], dtype=object)
    return ShapeSet(key=key, title=title, geometries=geometries, names=[data.reference], exact=True)


def _disc(point: shapely.Point, metres: float) -> shapely.Polygon:
    rim = np.full(len(_CIRCLE), metres)
    lon, lat = np.full(len(_CIRCLE), point.x), np.full(len(_CIRCLE), point.y)
    east, north, _ = _GEOD.fwd(lon, lat, _CIRCLE, rim)
    return shapely.Polygon(np.column_stack([east, north]))


def _around(data: IncidentData) -> Bounds | None:
    """Open around the report; without one, around what is known instead, or all there is."""
    if data.point is not None:
        return _bounds(_disc(data.point, max(_SEEN_M, data.accuracy_m or 0)))
    known = data.places[data.places["chosen"]]
    if known.empty:
        return None
    middle = shapely.union_all(known.geometry.to_numpy()).centroid
    return _bounds(_disc(middle, max(_SEEN_M, 2 * known["radius_m"].fillna(0).max())))


def _bounds(shape: shapely.Geometry) -> Bounds:
    west, south, east, north = shape.bounds
    return west, south, east, north


def _accuracy(data: IncidentData, language: Language) -> str:
    text = words(language)
    if data.point is None:
        return text["no_coordinates"]
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
