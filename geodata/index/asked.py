"""What an index is asked with, checked and brought into the form that machine code takes."""

import math
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from geodata.crs import require_degrees
from geodata.errors import GeodataError
from geodata.index.borders import Floats

Number = TypeVar("Number", bound=np.generic)


def places(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Bring places into the form that machine code takes."""
    lon, lat = fixed(lon, np.float64), fixed(lat, np.float64)
    require_degrees(lon, lat)
    return lon, lat


def fixed(array: NDArray[Any], kind: type[Number]) -> NDArray[Number]:
    """See an array as one that is read only: numba compiles anew for each kind of array."""
    seen = np.ascontiguousarray(array, dtype=kind).view()
    seen.setflags(write=False)
    return seen


def radii_of(metres: Floats | float, lon: Floats) -> Floats:
    """Bring one radius, or each point's own, into the form that machine code takes."""
    radii = fixed(np.broadcast_to(metres, lon.shape), np.float64)
    for wrong in radii[~((radii >= 0) & (radii < math.inf))][:1]:
        require_radius(float(wrong))
    return radii


def require_radius(metres: float) -> None:
    """Refuse what is no radius."""
    if not 0 <= metres < math.inf:  # also true of NaN
        raise GeodataError(
            "not_a_radius",
            en=f"{metres} is no radius; give metres, 0 or more.",
            zh=f"{metres} 不是有效半径；请给出不小于 0 的米数。",
            metres=metres,
        )
