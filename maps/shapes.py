"""Areas made light enough for a page: simplified with their shared borders kept, rounded, packed.

Nothing here is fit for measuring or deciding; it is for looking at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import geopandas
import numpy as np
import numpy.typing as npt
import shapely

from geodata.errors import CrsError
from geodata.frames import WGS84
from geodata.parts import polygons_in, together

UNIT: Final = 1e-5
"""Of packed coordinates, in degrees: about a metre."""
UNIT_EXACT: Final = 1e-6
"""The same for exact sets: about a decimetre."""
_AREAL: Final = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_COLLECTION: Final = shapely.GeometryType.GEOMETRYCOLLECTION
_METRES_PER_DEGREE: Final = 111_320.0
# An extent is some 1,000 pixels wide when all of it is seen: the simplification is not seen until
# one zooms in, and a whole city is light enough for the first view.
_PIXELS_ACROSS: Final = 2_500
_UNITS_PER_PIXEL: Final = 3

Shapes = npt.NDArray[np.object_]
Bounds = tuple[float, float, float, float]
_Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where packed coordinates are counted from, and in what."""

    corner: _Numbers
    unit: float

    def packed(self, lonlat: _Numbers) -> npt.NDArray[np.int_]:
        """Write degrees as whole numbers."""
        return np.round((lonlat - self.corner) / self.unit).astype(int)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapeSet:
    """Areas as one page holds them: once, whatever number of layers shows them.

    `geometries`, `names` and each column of `facts` have one entry per area.
    """

    key: str
    """Stable and unique on a page."""
    title: str
    """What one of the areas is called: it stands before the name in a tooltip."""
    geometries: Shapes
    """In EPSG:4326, lon and lat; None where there is no shape. Points are marks."""
    names: Sequence[str]
    facts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Lines of the tooltip by their heading; an empty text leaves the line out."""
    numbers: Mapping[str, Sequence[float | None]] = field(default_factory=dict)
    """Lines that follow those; None leaves the line out."""
    exact: bool = False
    """Whether every vertex is kept, to the decimetre: people look at single metres. The others
    are kept to a metre or, in a large extent, to what can be seen."""
    source: str = ""
    """Address from which the browser reads the shapes, packed, with their names; empty where they
    stand in the page."""


def drawable(frame: geopandas.GeoDataFrame) -> Shapes:
    """Give a frame's geometries, or refuse it if they are not in lon and lat.

    Parameters
    ----------
    frame : GeoDataFrame
        Any frame with an active geometry.

    Returns
    -------
    ndarray of object
        shapely geometries in EPSG:4326; None for those that are missing or out of the range of
        degrees, which no map can show.

    Raises
    ------
    CrsError
        The frame is in another coordinate system or in none.
    """
    if frame.crs is None or frame.crs != WGS84:
        raise CrsError(
            "not_wgs84",
            en=f"A map draws {WGS84}; this frame is in {frame.crs or 'no known system'}.",
            zh=f"地图只绘制 {WGS84}；此表的坐标系为 {frame.crs or '未知'}。",
        )
    shapes: Shapes = frame.geometry.to_numpy().copy()
    with np.errstate(invalid="ignore"):  # the bounds of nothing are NaN
        shapes[~(np.abs(shapely.bounds(shapes)) <= (180, 90, 180, 90)).all(axis=1)] = None
    return shapes


def bounds_of(sets: Sequence[ShapeSet]) -> Bounds | None:
    """Find the rectangle around all shapes.

    Parameters
    ----------
    sets : sequence of ShapeSet
        In EPSG:4326.

    Returns
    -------
    tuple of float or None
        West, south, east, north in degrees; None where nothing has a shape.
    """
    all_shapes = np.concatenate([np.array([None]), *(each.geometries for each in sets)])
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(all_shapes))
    return None if np.isnan(west) else (west, south, east, north)


def pack(shapes: ShapeSet, bounds: Bounds) -> dict[str, object]:
    """Write a set as a page carries it.

    Each shape is a list of rings, filled by the even-odd rule, so that holes and parts need no
    nesting. Outer rings run counter-clockwise and holes clockwise: many shapes may be filled at
    once, by the rule that makes no hole of what two of them cover. A ring is a flat list of whole
    numbers in the set's unit: east and north of the south-west corner of `bounds` for the first
    vertex, and then the step from vertex to vertex.

    Parameters
    ----------
    shapes : ShapeSet
        In EPSG:4326.
    bounds : tuple of float
        Of all that the page draws.

    Returns
    -------
    dict
        `title`, `names`, `corner` (of `bounds`), `unit`, `facts` as pairs of heading and texts,
        `rings`, and `spots`: for each shape the centre of the largest circle inside it (packed as
        a vertex) and that circle's radius in metres, which says how large a label may be; None
        without a shape.
    """
    unit = UNIT_EXACT if shapes.exact else _unit(bounds)
    place = _Place(np.array(bounds[:2]), unit)
    plain = shapely.orient_polygons(_plain(shapes.geometries))
    light = plain if shapes.exact else simplified(plain, bounds)
    return {
        "title": shapes.title,
        "names": list(shapes.names),
        "corner": bounds[:2],
        "unit": unit,
        "facts": _facts(shapes),
        "rings": [_rings(shape, place) for shape in light],
        "spots": _spots(light, place, _metres(bounds)),
    }


def referred(shapes: ShapeSet, wanted: str) -> dict[str, object]:
    """Write what a page says of a set whose shapes are read from their `source`.

    Parameters
    ----------
    shapes : ShapeSet
        With a source.
    wanted : str
        What follows the source in the address: in which language.

    Returns
    -------
    dict
        `title`, `source`, and `facts`, which follow those of the source.
    """
    return {"title": shapes.title, "source": shapes.source + wanted, "facts": _facts(shapes)}


def _facts(shapes: ShapeSet) -> list[list[object]]:
    told = [*shapes.facts.items(), *shapes.numbers.items()]
    return [[heading, list(values)] for heading, values in told]


def _unit(bounds: Bounds) -> float:
    """Choose in what coordinates are kept, in degrees: a whole number of `UNIT`."""
    seen = _tolerance(bounds) / _UNITS_PER_PIXEL / _METRES_PER_DEGREE
    return UNIT * max(1, round(seen / UNIT))


def _tolerance(bounds: Bounds) -> float:
    """Say how large what is left out may be, in metres."""
    scale = _metres(bounds)
    across = max((bounds[2] - bounds[0]) * scale[0], (bounds[3] - bounds[1]) * scale[1])
    return float(across / _PIXELS_ACROSS)


def simplified(geometries: Shapes, bounds: Bounds) -> Shapes:
    """Drop the vertices that are not seen, the same ones on both sides of a shared border.

    Parameters
    ----------
    geometries : ndarray of object
        In EPSG:4326, lon and lat.
    bounds : tuple of float
        Of all that the page draws: the tolerance is a 2,500th of the longer side.

    Returns
    -------
    ndarray of object
        As many geometries in the same order; polygons are simplified (Visvalingam and Whyatt,
        on the coverage's common edges), everything else is as it was.
    """
    scale = _metres(bounds)
    light = geometries.copy()
    areal = np.isin(shapely.get_type_id(geometries), _AREAL) & ~shapely.is_empty(geometries)
    if areal.any():
        flat = shapely.transform(geometries[areal], lambda lonlat: lonlat * scale)
        flat = shapely.coverage_simplify(flat, _tolerance(bounds))
        light[areal] = shapely.transform(flat, lambda metres: metres / scale)
    return light


def _metres(bounds: Bounds) -> _Numbers:
    """Metres in a degree of longitude and of latitude in the middle of the map, on a sphere."""
    middle = np.radians((bounds[1] + bounds[3]) / 2)
    return np.array([_METRES_PER_DEGREE * max(np.cos(middle), 0.01), _METRES_PER_DEGREE])


def _plain(geometries: Shapes) -> Shapes:
    """Take the polygons out of collections: a difference leaves lines and points beside areas."""
    plain = geometries.copy()
    for row in np.flatnonzero(shapely.get_type_id(geometries) == _COLLECTION):
        polygons, _ = polygons_in(geometries[row : row + 1])
        if len(polygons):
            plain[row] = together(polygons)
    return plain


def _rings(shape: shapely.Geometry | None, place: _Place) -> list[list[int]]:
    parts = shapely.get_parts(shape)
    lines = np.concatenate([shapely.get_rings(parts), parts[shapely.get_dimensions(parts) == 1]])
    return [_steps(line, place) for line in lines if not line.is_empty]


def _steps(line: shapely.Geometry, place: _Place) -> list[int]:
    corners = shapely.get_coordinates(line)
    # A line goes there and back: a ring without an inside.
    closed = (
        corners[:-1] if (corners[0] == corners[-1]).all() else np.vstack([corners, corners[::-1]])
    )
    steps = np.diff(place.packed(closed), axis=0, prepend=[[0, 0]])
    moved = np.concatenate(([True], steps[1:].any(axis=1)))
    flat: list[int] = steps[moved].ravel().tolist()
    return flat


def _spots(shapes: Shapes, place: _Place, scale: _Numbers) -> list[list[int] | None]:
    flat = shapely.transform(shapes, lambda lonlat: lonlat * scale)
    centres, radii = shapely.point_on_surface(flat), np.zeros(len(flat))
    areal = shapely.area(flat) > 0
    # A tenth of the side of a square as large is near enough for the middle of a label.
    circles = shapely.maximum_inscribed_circle(flat[areal], np.sqrt(shapely.area(flat[areal])) / 10)
    centres[areal], radii[areal] = shapely.get_point(circles, 0), shapely.length(circles)
    return [
        None
        if centre is None or centre.is_empty
        else [*place.packed(np.array([centre.x, centre.y]) / scale).tolist(), round(radius)]
        for centre, radius in zip(centres, radii, strict=True)
    ]
