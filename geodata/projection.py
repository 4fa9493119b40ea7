"""In which coordinate system a file's numbers are, and the way from it to longitude and latitude.

A system is read in the file or declared by a person, and never guessed: what is missing, unknown,
contradicted or not obeyed by the coordinates is refused.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.transformer import AreaOfInterest

from geodata.crs import Crs, shift_geometry
from geodata.errors import CrsError
from geodata.frames import WGS84
from geodata.gauss_krueger import GaussKrueger

Box = tuple[float, float, float, float]
Shapes = NDArray[np.object_]

_NAMED: Final[dict[str, str]] = {Crs.WGS84: "EPSG:4326", Crs.CGCS2000: "EPSG:4490"}
_SHIFTED: Final = (Crs.GCJ02, Crs.BD09)
# Files of GCJ-02 and BD-09 cannot say so, as neither has a code; programs write one of these.
_LABELS_OF_SHIFTED: Final = ("EPSG:4326", "EPSG:4490")
_WORLD: Final = (-180.0, -90.0, 180.0, 90.0)
_CHINA: Final = (72.004, 0.8293, 137.8347, 55.8271)  # where the shift is defined
_HALF_TURN: Final = 180.0 + 1e-7  # a border on the antimeridian may be rounded over it
# No transformation from CGCS2000 is registered; it differs from WGS 84 by far less than a border.
_LIKE_WGS84: Final = "EPSG:4490"
# A border that is further off sends reports to the wrong side; NAD 83 to WGS 84 is said to be 4 m.
_WORST_ACCURACY: Final = 5.0


@dataclass(frozen=True, slots=True)
class System:
    """A coordinate system: `crs`, and for GCJ-02 and BD-09 the shift on top of its degrees."""

    crs: pyproj.CRS
    shift: Crs | None = None

    def __str__(self) -> str:
        if self.shift is not None:
            return self.shift.value
        code = self.crs.to_epsg()
        return self.crs.name if code is None else f"{self.crs.name} (EPSG:{code})"


def settle(declared: str | None, read: pyproj.CRS | None) -> System:
    """Decide in which system a file is.

    Parameters
    ----------
    declared : str or None
        What a person says: "wgs84", "cgcs2000", "gcj02", "bd09", a zone of
        `geodata.gauss_krueger` ("gk120", "gk40"), an EPSG code or a name that PROJ knows.
    read : pyproj.CRS or None
        What the file says.

    Returns
    -------
    System
        The one that was declared or read, or both.

    Raises
    ------
    CrsError
        Neither is known, the declared one is unknown, the two differ, or the system is neither
        geographic nor projected.
    """
    stated = None if read is None else _of_areas(System(read))
    said = None if declared is None else _of_areas(_declared(declared))
    if said is None:
        if stated is not None:
            return stated
        raise CrsError(
            "no_crs",
            en="The file does not say its coordinate system; declare it with --crs: wgs84, "
            "cgcs2000, gcj02, bd09, a zone such as gk120 or an EPSG code such as EPSG:4549.",
            zh="文件未注明坐标系；请用 --crs 声明：wgs84、cgcs2000、gcj02、bd09 或 EPSG 代码"
            "（如 EPSG:4549）。",
        )
    if stated is not None and not _agree(said, stated):
        raise CrsError(
            "crs_contradicted",
            en=f"The file says {stated}, declared is {said}; find out which is right and declare "
            "that, or correct the file.",
            zh=f"文件注明的坐标系为 {stated}，声明的却是 {said}；请核实后改正声明或文件。",
            read=str(stated),
            declared=str(said),
        )
    return said


def to_wgs84(shapes: Shapes, system: System) -> Shapes:
    """Bring shapes to longitude and latitude.

    Parameters
    ----------
    shapes : ndarray of Geometry or None
        x, y in `system` (easting, northing or lon, lat), whatever order its registry names.
    system : System
        Where they are.

    Returns
    -------
    ndarray of Geometry or None
        EPSG:4326 (lon, lat), 2-D, nothing else changed. CGCS2000 is taken as WGS 84.

    Raises
    ------
    CrsError
        A coordinate is not finite, the coordinates lie outside of the system's area of use or only
        fit with their axes swapped, or the way to WGS 84 is not known to 5 m.
    """
    flat: Shapes = shapely.force_2d(shapes)
    bounds = _bounds(flat)
    if bounds is None:
        return flat
    _check_place(bounds, system)
    if system.shift is not None:
        return shift_geometry(flat, system.shift)
    if _same(system.crs, WGS84):
        return flat
    way = _way_to_wgs84(bounds, system)
    moved: Shapes = shapely.transform(flat, way.transform, interleaved=False)
    return moved


def _declared(text: str) -> System:
    name = text.strip().lower()
    if name in _SHIFTED:
        return System(pyproj.CRS(WGS84), Crs(name))
    if zone := GaussKrueger.named(name):
        return System(pyproj.CRS(zone.epsg))
    try:
        return System(pyproj.CRS.from_user_input(_NAMED.get(name, text)))
    except pyproj.exceptions.CRSError as error:
        raise CrsError(
            "unknown_crs",
            en=f'"{text}" is no known coordinate system; declare wgs84, cgcs2000, gcj02, bd09 or '
            "an EPSG code such as EPSG:4549.",
            zh=f"“{text}”不是已知的坐标系；请声明 wgs84、cgcs2000、gcj02、bd09 或 EPSG 代码"
            "（如 EPSG:4549）。",
        ) from error


def _of_areas(system: System) -> System:
    """Give a system its registered form without height; refuse one that maps no surface."""
    code = system.crs.to_epsg()  # asked of the system as it is: without height it loses its name
    crs = (system.crs if code is None else pyproj.CRS.from_epsg(code)).to_2d()
    if not (crs.is_geographic or crs.is_projected):
        raise CrsError(
            "unfit_crs",
            en=f"{system} is neither geographic nor projected and cannot place areas on the "
            "earth; declare the system that the boundaries were surveyed in.",
            zh=f"{system} 既非地理坐标系也非投影坐标系，无法定位区域；请声明边界测绘所用的坐标系。",
        )
    return System(crs, system.shift)


def _agree(said: System, stated: System) -> bool:
    if said.shift is not None:
        return any(_same(stated.crs, label) for label in _LABELS_OF_SHIFTED)
    return _same(said.crs, stated.crs)


def _same(crs: pyproj.CRS, other: pyproj.CRS | str) -> bool:
    return bool(crs.equals(pyproj.CRS(other), ignore_axis_order=True))


def _bounds(shapes: Shapes) -> Box | None:
    """Least x, least y, greatest x, greatest y; NaN where any is, None of nothing."""
    points = shapely.get_coordinates(shapes)
    if not len(points):
        return None
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    return float(west), float(south), float(east), float(north)


def _check_place(bounds: Box, system: System) -> None:
    if _fits(bounds, system):
        return
    west, south, east, north = bounds
    if _fits((south, west, north, east), system):
        raise CrsError(
            "swapped_axes",
            en=f"The coordinates run from {_span(bounds)}, which fits {system} only with x and y "
            "swapped; export the file with x (longitude, easting) first.",
            zh=f"坐标范围为 {_span(bounds)}，只有交换 x 与 y 才符合 {system}；"
            "请以 x（经度、东坐标）在前重新导出。",
            bounds=bounds,
        )
    raise _misplaced(bounds, system)


def _misplaced(bounds: Box, system: System) -> CrsError:
    return CrsError(
        "out_of_range",
        en=f"The coordinates run from {_span(bounds)}, which is outside of {system}; the file is "
        "in another system or has a stray point, correct it or declare the right system.",
        zh=f"坐标范围为 {_span(bounds)}，超出 {system} 的适用范围；文件实为其他坐标系或含有异常点，"
        "请更正文件或声明正确的坐标系。",
        bounds=bounds,
    )


def _span(bounds: Box) -> str:
    west, south, east, north = bounds
    return f"({west:.9g}, {south:.9g}) – ({east:.9g}, {north:.9g})"


def _fits(bounds: Box, system: System) -> bool:
    """Tell whether a box lies on the earth and meets the area in which its system is used."""
    west, south, east, north = _degrees(bounds, system)
    if not (west >= -_HALF_TURN and east <= _HALF_TURN and south >= -90 and north <= 90):
        return False  # also where one is NaN
    area = _area_of_use(system)
    if north < area[1] or south > area[3]:
        return False
    if area[0] > area[2]:  # the area goes over the antimeridian
        return east >= area[0] or west <= area[2]
    return east >= area[0] and west <= area[2]


def _degrees(bounds: Box, system: System) -> Box:
    """Bring the corners of a box to degrees, as near as it takes to say which country it is."""
    west, south, east, north = bounds
    try:
        near = pyproj.Transformer.from_crs(system.crs, WGS84, always_xy=True)
    except pyproj.exceptions.ProjError as error:  # a system of another planet
        raise _no_way(system) from error
    lon, lat = near.transform(np.array([west, west, east, east]), np.array([south, north] * 2))
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def _area_of_use(system: System) -> Box:
    if system.shift is not None:
        return _CHINA
    area = system.crs.area_of_use
    return _WORLD if area is None else (area.west, area.south, area.east, area.north)


def _way_to_wgs84(bounds: Box, system: System) -> pyproj.Transformer:
    base = system.crs.geodetic_crs
    if base is not None and _same(base, _LIKE_WGS84):
        return pyproj.Transformer.from_crs(system.crs, WGS84, always_xy=True)
    try:
        return pyproj.Transformer.from_crs(
            system.crs,
            WGS84,
            always_xy=True,
            area_of_interest=AreaOfInterest(*_degrees(bounds, system)),
            accuracy=_WORST_ACCURACY,
            allow_ballpark=False,
        )
    except pyproj.exceptions.ProjError as error:
        raise _no_way(system) from error


def _no_way(system: System) -> CrsError:
    return CrsError(
        "no_transformation",
        en=f"No way from {system} to WGS 84 is known to {_WORST_ACCURACY:g} m here; ask your "
        "survey office for the file in CGCS2000.",
        zh=f"此处没有精度优于 {_WORST_ACCURACY:g} 米的 {system} 至 WGS 84 转换；"
        "请向测绘部门索取 CGCS2000 坐标的文件。",
    )
