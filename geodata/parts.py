"""Shapes apart and together: simple polygons out of anything, one shape out of polygons."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Shapes = NDArray[np.object_]
Rows = NDArray[np.intp]


def polygons_in(shapes: Shapes) -> tuple[Shapes, Rows]:
    """Take shapes apart into simple polygons, and tell the row in `shapes` of each.

    Parameters
    ----------
    shapes : ndarray of shapely geometry, shape (n,)
        Of any type; lines, points, empty and missing shapes give nothing.

    Returns
    -------
    polygons : ndarray of Polygon, shape (k,)
    rows : ndarray of int, shape (k,)
        Ascending.
    """
    # Twice, because a collection may hold multi-polygons.
    parts, owners = shapely.get_parts(shapes, return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)
    polygonal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    polygonal &= ~shapely.is_empty(parts)
    return parts[polygonal], owners[inner][polygonal]


def together(polygons: Sequence[BaseGeometry] | Shapes) -> BaseGeometry:
    """Put one or more simple polygons into one shape."""
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(list(polygons))
