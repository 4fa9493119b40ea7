"""At which zooms areas are drawn with how many corners. Pure."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import shapely

from geodata.generalise import generalised
from geodata.parts import Shapes
from gridsvc.tiles.matrix import pixel_m

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
    """Draw areas for each band, from the finest to the coarsest; what is too small as points."""
    yield EXACT, shapes
    bands = range(EXACT - 1, COARSEST - 1, -1)
    # Half a pixel of a screen is less than anybody sees.
    tolerances = [pixel_m(band) / 2 for band in bands]
    widths = np.sqrt(shapely.area(shapes))
    typical = float(np.median(widths)) if len(widths) else 0.0
    for band, simpler in zip(bands, generalised(shapes, tolerances), strict=True):
        seen = typical >= SMALLEST_PX * pixel_m(band)
        yield band, simpler if seen else shapely.point_on_surface(shapes)
