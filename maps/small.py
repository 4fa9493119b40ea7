"""Small maps for paper and mail: areas as paths of SVG, coloured by class. No script, no tiles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import geopandas
import numpy as np
import shapely

from geodata.measure import metres_of_degree
from maps.classes import LegendEntry, classify
from maps.shapes import drawable
from maps.style import Look

WIDTH: Final = 1000
"""Of the box in which paths are drawn; its height follows from the areas."""
_COARSE: Final = 2.0
"""What is left out, in the unit of the box: a map on paper is a few hundred pixels wide."""


@dataclass(frozen=True, slots=True)
class Outlines:
    """Areas as paths in one box."""

    paths: tuple[str, ...]
    """In the order of the areas; empty for one without a shape."""
    height: int


@dataclass(frozen=True, slots=True)
class Coloured:
    """One set of values on those paths."""

    looks: tuple[Look, ...]
    """In the order of the areas."""
    legend: tuple[LegendEntry, ...]
    decimals: int


def outlines_of(areas: geopandas.GeoDataFrame) -> Outlines:
    """Draw areas as paths of whole numbers, simplified with their shared borders kept.

    Parameters
    ----------
    areas : GeoDataFrame
        EPSG:4326 (lon, lat); polygons, or None where there is no shape.

    Returns
    -------
    Outlines
        South at the bottom, in a box `WIDTH` wide; a square one where nothing is to be drawn.

    Raises
    ------
    CrsError
        The frame is not in EPSG:4326.
    """
    shapes = drawable(areas)
    there = shapes != np.array(None)
    if not there.any():
        return Outlines(("",) * len(shapes), WIDTH)
    west, south, east, north = shapely.total_bounds(shapes)
    metres = np.concatenate(metres_of_degree(np.array([(south + north) / 2])))
    unit = max((east - west) * metres[0], (north - south) * metres[1]) / WIDTH
    scale = metres / unit * (1, -1)
    flat = shapely.transform(shapes, lambda lonlat: (lonlat - (west, north)) * scale)
    flat[there] = shapely.coverage_simplify(flat[there], _COARSE)
    return Outlines(tuple(map(_path, flat)), max(1, round((south - north) * scale[1])))


def _path(shape: shapely.Geometry | None) -> str:
    rings = shapely.get_rings(shapely.get_parts(shape)) if shape is not None else ()
    return "".join(_ring(ring) for ring in rings)


def _ring(ring: shapely.LinearRing) -> str:
    corners = np.round(shapely.get_coordinates(ring)[:-1]).astype(int)
    return "M" + "L".join(f"{x} {y}" for x, y in corners.tolist()) + "Z"


def coloured(values: Sequence[float], ramp: str) -> Coloured:
    """Colour areas by their values, in the classes of the large maps.

    Parameters
    ----------
    values : sequence of float
        In the order of the areas; NaN where there is no data.
    ramp : str
        A sequential scheme of ColorBrewer, such as "YlGnBu".

    Returns
    -------
    Coloured
        A look for each area, and the legend.
    """
    classes = classify(values, ramp)
    looks = tuple(classes.legend[member].look for member in classes.members)
    return Coloured(looks, classes.legend, classes.decimals)
