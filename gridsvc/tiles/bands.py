"""At which zooms areas are drawn with how many corners. Pure."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import shapely

from geodata.generalise import generalised
from geodata.parts import Shapes
from gridsvc.tiles.matrix import in_units, pixel_m

COARSEST: Final = 8
"""Drawn at every zoom up to this one."""
EXACT: Final = 16
"""From this zoom on areas are drawn as they are."""
SMALLEST_PX: Final = 4
"""Where most areas of a release are narrower they are points, which are counted by cell: drawn one
by one they could be neither seen nor sent."""


def band_of(zoom: int) -> int:
    """Give the band that is drawn at a zoom."""
    return min(max(zoom, COARSEST), EXACT)


def drawn(shapes: Shapes) -> Iterator[tuple[int, Shapes]]:
    """Draw areas for each band, from the finest to the coarsest; what is too small as points.

    They are given in metres of the plane, and drawn in the units of each band's zoom.
    """
    yield EXACT, _turned(in_units(shapes, EXACT))
    bands = range(EXACT - 1, COARSEST - 1, -1)
    # Half a pixel of a screen is less than anybody sees.
    tolerances = [pixel_m(band) / 2 for band in bands]
    widths = np.sqrt(shapely.area(shapes))
    typical = float(np.median(widths)) if len(widths) else 0.0
    for band, simpler in zip(bands, generalised(shapes, tolerances), strict=True):
        seen = typical >= SMALLEST_PX * pixel_m(band)
        yield band, whole(in_units(simpler if seen else shapely.point_on_surface(shapes), band))


def whole(shapes: Shapes) -> Shapes:
    """Put every corner on whole units, the same ones for neighbours, and keep every shape valid.

    What is too small for that becomes a point.
    """
    rounded = shapely.transform(shapes, np.round)
    broken = ~shapely.is_valid(rounded)
    rounded[broken] = shapely.set_precision(shapes[broken], 1)
    lost = shapely.is_empty(rounded)
    rounded[lost] = shapely.transform(shapely.point_on_surface(shapes[lost]), np.round)
    return _turned(rounded)


def _turned(shapes: Shapes) -> Shapes:
    """Turn outer rings clockwise, as tiles have them (Mapbox Vector Tile 2.1, 4.3.4.4)."""
    turned: Shapes = shapely.orient_polygons(shapes, exterior_cw=True)
    return turned
