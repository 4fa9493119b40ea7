"""The tile matrix set WebMercatorQuad: which tiles there are, and where each lies. Pure.

OGC Two Dimensional Tile Matrix Set 2.0 (17-083r4), Annex D.1. A row counts from the north.
"""

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.parts import Shapes
from gridsvc.errors import NotFound

NAME = "WebMercatorQuad"
DEFINED_BY = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
CRS = "http://www.opengis.net/def/crs/EPSG/0/3857"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
DEEPEST = 22
HALF_M = 20037508.3427892
"""Half the width of the world in metres of the plane."""
PIXELS = 256
EXTENT = 4096
"""Units along a side of a tile (Mapbox Vector Tile 2.1)."""
PLACES = 30
"""The zoom whose tiles places are counted in (`tile_x`, `tile_y` of the database)."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile that there is."""

    zoom: int
    row: int
    column: int

    @classmethod
    def at(cls, zoom: int, row: int, column: int) -> "Tile":
        """Find a tile, or say that there is none."""
        if not (0 <= zoom <= DEEPEST and all(0 <= it < 2**zoom for it in (row, column))):
            raise NotFound(
                "no_such_tile",
                en=f"{NAME} has no tile {zoom}/{row}/{column} here: zooms go from 0 to {DEEPEST},"
                " rows and columns from 0 to 2^zoom - 1.",
                zh=f"{NAME} 中没有瓦片 {zoom}/{row}/{column}：级别为 0 至 {DEEPEST}，"
                "行列号为 0 至 2^级别 − 1。",
            )
        return cls(zoom, row, column)

    @property
    def shift(self) -> int:
        """How many times finer places are counted than tiles of this zoom."""
        return PLACES - self.zoom

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        count = 2**self.zoom
        west, east = (360 * (self.column + side) / count - 180 for side in (0, 1))
        south, north = (_latitude(1 - 2 * (self.row + side) / count) for side in (1, 0))
        return west, south, east, north

    def bounds_and(self, share: float) -> tuple[float, float, float, float]:
        """Give the bounds with a margin, as a share of the width, but not beyond the world."""
        west, south, east, north = self.bounds
        wide, high = (east - west) * share, (north - south) * share
        return (
            max(west - wide, -180),
            max(south - high, -90),
            min(east + wide, 180),
            min(north + high, 90),
        )

    def corner(self, zoom: int) -> tuple[float, float]:
        """Give the west and the north side in the units of another zoom (`in_units`)."""
        units = EXTENT * 2.0 ** (zoom - self.zoom)
        return self.column * units, (2**self.zoom - self.row) * units

    def box(self, share: float) -> tuple[float, float, float, float]:
        """Give west, south, east, north in metres of the plane, with such a margin."""
        width = 2 * HALF_M / 2**self.zoom
        west, north = self.column * width - HALF_M, HALF_M - self.row * width
        wide = width * share
        return west - wide, north - width - wide, west + width + wide, north + wide


def in_plane(shapes: Shapes) -> Shapes:
    """Bring shapes from degrees to metres of the plane: spherical web Mercator."""

    def projected(places: NDArray[np.float64]) -> NDArray[np.float64]:
        lon, lat = places.T
        up = np.arctanh(np.sin(np.radians(lat))) / np.pi
        return np.column_stack([lon / 180, up]) * HALF_M

    moved: Shapes = shapely.transform(shapes, projected)
    return moved


def in_units(shapes: Shapes, zoom: int) -> Shapes:
    """Bring shapes from metres of the plane to units of the tiles of a zoom.

    Units count from the world's south-west corner, eastward and northward.
    """
    per_m = (EXTENT << zoom) / (2 * HALF_M)
    moved: Shapes = shapely.transform(shapes, lambda places: (places + HALF_M) * per_m)
    return moved


def _latitude(up: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * up)))


def pixel_m(zoom: int) -> float:
    """Give how wide a pixel is, in metres of the plane."""
    return 2 * HALF_M / (PIXELS << zoom)


def tile_matrix_set() -> dict[str, object]:
    """Describe the set as its standard does."""
    return {
        "id": NAME,
        "uri": DEFINED_BY,
        "crs": CRS,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [_matrix(zoom) for zoom in range(DEEPEST + 1)],
    }


def _matrix(zoom: int) -> dict[str, object]:
    # A pixel of 0.28 mm: 17-083r4, 6.1.
    return {
        "id": str(zoom),
        "scaleDenominator": pixel_m(zoom) / 0.00028,
        "cellSize": pixel_m(zoom),
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [-HALF_M, HALF_M],
        "tileWidth": PIXELS,
        "tileHeight": PIXELS,
        "matrixWidth": 2**zoom,
        "matrixHeight": 2**zoom,
    }
