"""The four coordinate systems that Chinese maps and phones use, and the ways between them.

Not a projection library, and not a guess: nothing here looks at a point to find out its system.

WGS-84 and CGCS2000 differ by far less than a grid's border is wide and are treated as identical.
GCJ-02 (AMap, Tencent, mini-programs) lies 19 to 699 m from WGS-84, BD-09 (Baidu) another 765 to
985 m from GCJ-02. Both formulas are the community's reconstruction; no official text exists. They
hold in a box around China, 72.004-137.8347 E and 0.8293-55.8271 N; outside of it the four systems
are one. Along that box's edge, up to 2 km wide, the systems overlap or tear and a way back may not
lead home; the edge runs through sea and foreign land.

Every function takes longitude first, in degrees, as two floats or as two float arrays of one
shape, and returns the same kind.
"""

import math
from collections.abc import Callable, Mapping
from enum import StrEnum
from types import ModuleType
from typing import Any, Final, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.errors import CrsError

Array = NDArray[np.float64]
Degrees = TypeVar("Degrees", float, Array)
Shapes = TypeVar("Shapes")

_Way = Callable[[Any, Any], tuple[Any, Any]]
# One body serves floats and arrays: the last argument is `math` or `numpy`, which name the same
# functions alike. A single float through numpy would cost twenty times as much.
_Step = Callable[[Any, Any, ModuleType], tuple[Any, Any]]

_WEST: Final = 72.004
_EAST: Final = 137.8347
_SOUTH: Final = 0.8293
_NORTH: Final = 55.8271
_SEMI_MAJOR: Final = 6378245.0  # Krasovsky 1940, which the formula of GCJ-02 is built on
_ECCENTRICITY2: Final = 0.00669342162296594323
_BD_WAVE: Final = math.pi * 3000 / 180
# Each round leaves less than a fiftieth of the error; from 1 km, six leave some nanometres.
_ROUNDS: Final = 6


class Crs(StrEnum):
    """The system in which somebody says that a coordinate is."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def wgs84_to_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Shift WGS-84 to GCJ-02.

    Parameters
    ----------
    lon, lat : float or ndarray
        Degrees, WGS-84.

    Returns
    -------
    lon, lat : float or ndarray
        Degrees, GCJ-02; unchanged outside the box.

    Raises
    ------
    CrsError
        As `require_degrees`.
    """
    return _inside_only(_gcj02, lon, lat)


def gcj02_to_wgs84(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Shift GCJ-02 back to WGS-84, to within 1e-7 m of the point that `wgs84_to_gcj02` took.

    On the meridian of 105 E, where the formula has a root, it is 1e-6 m.

    Parameters
    ----------
    lon, lat : float or ndarray
        Degrees, GCJ-02.

    Returns
    -------
    lon, lat : float or ndarray
        Degrees, WGS-84; unchanged outside the box.

    Raises
    ------
    CrsError
        As `require_degrees`.
    """
    return _inside_only(_gcj02_undone, lon, lat)


def gcj02_to_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Shift GCJ-02 to BD-09; parameters, result and errors as `wgs84_to_gcj02`."""
    return _inside_only(_bd09, lon, lat)


def bd09_to_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Shift BD-09 back to GCJ-02; parameters, result and errors as `gcj02_to_wgs84`."""
    return _inside_only(_bd09_undone, lon, lat)


def wgs84_to_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Shift WGS-84 to BD-09 by way of GCJ-02; all else as `wgs84_to_gcj02`."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Shift BD-09 back to WGS-84 by way of GCJ-02; all else as `gcj02_to_wgs84`."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def to_wgs84(lon: Degrees, lat: Degrees, crs: Crs) -> tuple[Degrees, Degrees]:
    """Bring a coordinate from the system that it is said to be in to WGS-84.

    Parameters
    ----------
    lon, lat : float or ndarray
        Degrees in `crs`.
    crs : Crs
        Where the coordinate comes from.

    Returns
    -------
    lon, lat : float or ndarray
        Degrees, WGS-84.

    Raises
    ------
    CrsError
        As `require_degrees`.
    """
    return _TO_WGS84[crs](lon, lat)


def from_wgs84(lon: Degrees, lat: Degrees, crs: Crs) -> tuple[Degrees, Degrees]:
    """Bring a coordinate from WGS-84 to `crs`; the way back of `to_wgs84`."""
    return _FROM_WGS84[crs](lon, lat)


def shift_geometry(geometry: Shapes, source: Crs, *, target: Crs = Crs.WGS84) -> Shapes:
    """Shift every vertex of one geometry, or of an array of them, from one system to another.

    Edges stay straight between their shifted ends, though the true image of an edge bends. Where it
    is 100 m (1 km) long, that is up to 3 mm (0.3 m) for GCJ-02 and 4 cm (4 m) for BD-09. It shows
    only where a vertex of one area stands on the middle of its neighbour's edge.

    Parameters
    ----------
    geometry : shapely.Geometry, None or array of them
        Degrees (lon, lat) in `source`; heights are kept.
    source, target : Crs
        From where to where.

    Returns
    -------
    shapely.Geometry, None or array of them
        New geometry in `target`.

    Raises
    ------
    CrsError
        As `require_degrees`.
    """

    def shift(lon: Array, lat: Array, *heights: Array) -> tuple[Array, ...]:
        return *from_wgs84(*to_wgs84(lon, lat, source), target), *heights

    shifted: Shapes = shapely.transform(geometry, shift, include_z=None, interleaved=False)
    return shifted


def require_degrees(lon: Degrees, lat: Degrees) -> None:
    """Refuse what cannot be a longitude and a latitude.

    Parameters
    ----------
    lon, lat : float or ndarray
        Degrees, in any of the systems.

    Raises
    ------
    CrsError
        A number is NaN or infinite, a longitude is beyond 180 or a latitude beyond 90 degrees, or
        two arrays differ in shape.
    """
    if isinstance(lon, np.ndarray):
        _require_many(lon, np.asarray(lat))
    elif not (-180.0 <= lon <= 180.0 and -90.0 <= lat <= 90.0):  # also true of NaN
        raise _not_degrees(lon, lat)


def _require_many(lon: Array, lat: Array) -> None:
    if lon.shape != lat.shape:
        raise CrsError(
            "coordinates_unequal",
            en=f"Longitudes {lon.shape} and latitudes {lat.shape} do not pair off.",
            zh=f"经度 {lon.shape} 与纬度 {lat.shape} 数量不一致。",
        )
    wrong = ~((np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0))  # also true of NaN
    if wrong.any():
        first = int(wrong.argmax())
        raise _not_degrees(float(lon.flat[first]), float(lat.flat[first]), row=first)


def _not_degrees(lon: float, lat: float, **where: int) -> CrsError:
    return CrsError(
        "not_degrees",
        en=f"{lon}, {lat} is no longitude and latitude; give degrees, longitude first.",
        zh=f"{lon}, {lat} 不是有效的经纬度；请使用度，经度在前、纬度在后。",
        lon=lon,
        lat=lat,
        **where,
    )


def _inside_only(step: _Step, lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    require_degrees(lon, lat)
    if isinstance(lon, np.ndarray):
        return _inside_only_many(step, lon, lat)
    lon, lat = float(lon), float(lat)  # a numpy scalar would make each later operation slow
    if _WEST <= lon <= _EAST and _SOUTH <= lat <= _NORTH:
        lon, lat = step(lon, lat, math)
    return lon, lat


def _inside_only_many(step: _Step, lon: Array, lat: Array) -> tuple[Array, Array]:
    lon, lat = lon.astype(np.float64), lat.astype(np.float64)
    inside = (lon >= _WEST) & (lon <= _EAST) & (lat >= _SOUTH) & (lat <= _NORTH)
    lon[inside], lat[inside] = step(lon[inside], lat[inside], np)
    return lon, lat


def _gcj02(lon: Degrees, lat: Degrees, m: ModuleType) -> tuple[Degrees, Degrees]:
    sin, sqrt, pi = m.sin, m.sqrt, math.pi
    x, y = lon - 105.0, lat - 35.0
    px, py = pi * x, pi * y
    root = sqrt(m.fabs(x))
    ripple = 20 * sin(6 * px) + 20 * sin(2 * px)
    waves_x = ripple + 20 * sin(px) + 40 * sin(px / 3) + 150 * sin(px / 12) + 300 * sin(px / 30)
    waves_y = ripple + 20 * sin(py) + 40 * sin(py / 3) + 160 * sin(py / 12) + 320 * sin(py / 30)
    east = 300 + x + 2 * y + 0.1 * x * (x + y) + 0.1 * root + waves_x * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves_y * 2 / 3
    phi = lat * (pi / 180)
    flattening = 1 - _ECCENTRICITY2 * sin(phi) ** 2
    normal = _SEMI_MAJOR / sqrt(flattening)
    meridional = normal * (1 - _ECCENTRICITY2) / flattening
    return lon + east * 180 / (normal * m.cos(phi) * pi), lat + north * 180 / (meridional * pi)


def _bd09(lon: Degrees, lat: Degrees, m: ModuleType) -> tuple[Degrees, Degrees]:
    radius = m.hypot(lon, lat) + 0.00002 * m.sin(lat * _BD_WAVE)
    angle = m.atan2(lat, lon) + 0.000003 * m.cos(lon * _BD_WAVE)
    return radius * m.cos(angle) + 0.0065, radius * m.sin(angle) + 0.006


def _undone(formula: _Step, lon: Degrees, lat: Degrees, m: ModuleType) -> tuple[Degrees, Degrees]:
    from_lon, from_lat = lon, lat
    for _ in range(_ROUNDS):
        to_lon, to_lat = formula(from_lon, from_lat, m)
        from_lon, from_lat = from_lon + (lon - to_lon), from_lat + (lat - to_lat)
    return from_lon, from_lat


def _gcj02_undone(lon: Degrees, lat: Degrees, m: ModuleType) -> tuple[Degrees, Degrees]:
    return _undone(_gcj02, lon, lat, m)


def _bd09_undone(lon: Degrees, lat: Degrees, m: ModuleType) -> tuple[Degrees, Degrees]:
    return _undone(_bd09, lon, lat, m)


def _same(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    require_degrees(lon, lat)
    return lon, lat


_TO_WGS84: Final[Mapping[Crs, _Way]] = {
    Crs.WGS84: _same,
    Crs.CGCS2000: _same,
    Crs.GCJ02: gcj02_to_wgs84,
    Crs.BD09: bd09_to_wgs84,
}
_FROM_WGS84: Final[Mapping[Crs, _Way]] = {
    Crs.WGS84: _same,
    Crs.CGCS2000: _same,
    Crs.GCJ02: wgs84_to_gcj02,
    Crs.BD09: wgs84_to_bd09,
}
