"""The page of a replay: who would lose what to whom, and in which squares of the map.

It draws what others have counted; it decides nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import geopandas
import numpy as np
import shapely

from geodata.frames import WGS84
from maps.classes import Classes, LegendEntry, classify
from maps.layers import AreaLayer, Layer, edition, require_columns
from maps.listing import Listing, Place, listing
from maps.page import Page, compose
from maps.shapes import ShapeSet, drawable
from maps.words import Language, words

_RAMP = "YlOrRd"
_AT_MOST = 100
_KEY = "squares"
_SEEN_THROUGH = 0.6
"""The zones below show through the squares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayData:
    """What a replay counted."""

    figures: Sequence[tuple[str, str]]
    """A key of a word, and the value as people read it."""
    matrix: Sequence[tuple[str, str, int]]
    """Owner before, owner after and number of incidents, the most first."""
    load: Sequence[tuple[str, int, int]]
    """Owner and its number of incidents before and after."""
    squares: geopandas.GeoDataFrame
    """`changed`, `total`, `geometry`; EPSG:4326."""
    zones_before: geopandas.GeoDataFrame | None = None
    """AreaFrame with `organisation`: the zones in force of those who lose incidents, if known."""
    zones_after: geopandas.GeoDataFrame | None = None
    """Likewise the zones with the draft of those who gain."""


def squares_of(
    rows: Sequence[tuple[float, float, int, int]], degrees: float
) -> geopandas.GeoDataFrame:
    """Arrange squares by their south-western corners (lon, lat), with changes and total."""
    lon, lat, changed, total = np.array(rows, dtype=np.float64).reshape(-1, 4).T
    boxes = shapely.box(lon, lat, lon + degrees, lat + degrees)
    columns = {"changed": changed.astype(int), "total": total.astype(int)}
    return geopandas.GeoDataFrame(columns, geometry=boxes, crs=WGS84)


def render_replay(data: ReplayData, page: Page) -> str:
    """Draw the page of a replay.

    Parameters
    ----------
    data : ReplayData
        What was counted.
    page : Page
        Title, language, links, assets.

    Returns
    -------
    str
        A whole HTML document.

    Raises
    ------
    ColumnError, CrsError
        The squares lack a column or are not in EPSG:4326.
    """
    require_columns(data.squares, ("changed", "total"))
    shapes = _shapes(data.squares, page.language)
    return compose(
        "replay.html",
        page,
        layers=[*_zones(data, page.language), *_layers(shapes, data.squares)],
        figures=data.figures,
        listings=[_matrix(data, page.language), _load(data, page.language), _places(shapes, page)],
    )


def _shapes(squares: geopandas.GeoDataFrame, language: Language) -> ShapeSet:
    text = words(language)
    counted = [
        f"{changed:,} / {total:,}"
        for changed, total in zip(squares["changed"], squares["total"], strict=True)
    ]
    centres = shapely.centroid(squares.geometry.to_numpy())
    return ShapeSet(
        key=_KEY,
        title=text["square"],
        geometries=drawable(squares),
        names=[f"{point.x:.4f}, {point.y:.4f}" for point in centres],
        facts={
            text["replay_changed"]: counted,
            text["replay_share"]: [f"{share:.1f} %" for share in _shares(squares)],
        },
        exact=True,
    )


def _shares(squares: geopandas.GeoDataFrame) -> Sequence[float]:
    found: list[float] = (100 * squares["changed"] / squares["total"]).round(1).tolist()
    return found


def _zones(data: ReplayData, language: Language) -> list[Layer]:
    """Draw the zones of both maps below the squares."""
    text = words(language)
    return [
        edition(
            AreaLayer(key=key, name=text[key], frame=frame),
            language,
            group="owners",
            newer=key == "zones_after",
        )
        for key, frame in (("zones_before", data.zones_before), ("zones_after", data.zones_after))
        if frame is not None and len(frame)
    ]


def _layers(shapes: ShapeSet, squares: geopandas.GeoDataFrame) -> list[Layer]:
    """Make a layer of each class of shares, so that the legend can switch it."""
    classes: Classes = classify(_shares(squares), _RAMP)
    return [
        Layer(
            name=_range(entry),
            group="shares",
            shapes=shapes,
            look=replace(entry.look, opacity=_SEEN_THROUGH),
            members=[row for row, member in enumerate(classes.members) if member == number],
        )
        for number, entry in enumerate(classes.legend)
    ]


def _range(entry: LegendEntry) -> str:
    low, high = entry.low or 0.0, entry.high or 0.0
    return f"{low:g} %" if low == high else f"{low:g}–{high:g} %"


def _matrix(data: ReplayData, language: Language) -> Listing:
    text = words(language)
    places = [
        Place("", row, before, (after, f"{count:,}"), shape=False)
        for row, (before, after, count) in enumerate(data.matrix)
    ]
    head = (text["owner_before"], text["owner_after"], text["cases"])
    return listing(text["matrix"], head, places, at_most=_AT_MOST)


def _load(data: ReplayData, language: Language) -> Listing:
    text = words(language)
    places = [
        Place("", row, name, (f"{before:,}", f"{after:,}"), shape=False)
        for row, (name, before, after) in enumerate(data.load)
    ]
    head = (text["organisation"], text["load_before"], text["load_after"])
    return listing(text["replay_load"], head, places, at_most=_AT_MOST)


def _places(shapes: ShapeSet, page: Page) -> Listing:
    text = words(page.language)
    heads = (text["replay_changed"], text["replay_share"])
    places = [
        Place(_KEY, row, name, (shapes.facts[heads[0]][row], shapes.facts[heads[1]][row]))
        for row, name in enumerate(shapes.names)
    ]
    return listing(text["squares"], (text["square"], *heads), places)
