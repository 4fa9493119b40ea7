"""The 3-degree Gauss-Krüger zones of CGCS2000, in which Chinese surveys write metres.

A zone is known by its number (40) or by its central meridian, three times that (120° E). The
easting of a point on that meridian is 500,000 m; with the zone's prefix the number stands before
it: 40,500,000. Chinese files call the northing x and the easting y; here the easting comes first,
as everywhere else. Another central meridian, or a city's own system, must be declared in full.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

import numpy as np
import pyproj

from geodata.crs import Degrees
from geodata.errors import CrsError

FIRST: Final = 25
LAST: Final = 45
"""Zones of China: central meridians 75 to 135 E."""
_PREFIXED_EPSG: Final = 4513
_PLAIN_EPSG: Final = 4534
_MILLION: Final = 1_000_000.0
_CGCS2000: Final = "EPSG:4490"
_NAME: Final = re.compile(r"gk[ -]?(?P<number>\d{2,3})")


@dataclass(frozen=True, slots=True)
class GaussKrueger:
    """One zone. `prefixed` tells whether its number stands before the eastings.

    Raises
    ------
    CrsError
        `unknown_zone`: China has no such zone.
    """

    zone: int
    prefixed: bool

    def __post_init__(self) -> None:
        """Refuse a zone that is not one of China's."""
        if not FIRST <= self.zone <= LAST:
            raise _unknown_zone(f"zone {self.zone}", f"{self.zone} 带")

    @classmethod
    def at_meridian(cls, degrees: float, *, prefixed: bool = False) -> Self:
        """Find the zone by its central meridian, which is a multiple of 3 degrees."""
        if degrees % 3:
            raise _unknown_zone(f"central meridian {degrees:g}", f"中央经线 {degrees:g}°")
        return cls(int(degrees // 3), prefixed)

    @classmethod
    def around(cls, lon: float, *, prefixed: bool = False) -> Self:
        """Find the zone in which a longitude lies; half-way between two, the western one."""
        return cls(int(np.ceil(lon / 3 - 0.5)), prefixed)

    @classmethod
    def named(cls, text: str) -> Self | None:
        """Read `gk120` (a central meridian, no prefix) or `gk40` (a zone's number, prefixed).

        None where the text is no such name.
        """
        match = _NAME.fullmatch(text.strip().lower())
        if match is None:
            return None
        number = int(match["number"])
        return cls(number, True) if number <= LAST else cls.at_meridian(number)  # noqa: FBT003 - a prefix, as the docstring says

    @property
    def meridian(self) -> int:
        """The central meridian, degrees east."""
        return 3 * self.zone

    @property
    def epsg(self) -> int:
        """The code of the system in the EPSG registry, whose axes are northing, easting."""
        return (_PREFIXED_EPSG if self.prefixed else _PLAIN_EPSG) + self.zone - FIRST

    def to_degrees(self, easting: Degrees, northing: Degrees) -> tuple[Degrees, Degrees]:
        """Bring metres to longitude and latitude.

        Parameters
        ----------
        easting, northing : float or ndarray
            Metres in this zone.

        Returns
        -------
        lon, lat : float or ndarray
            Degrees, CGCS2000, which is taken as WGS 84.

        Raises
        ------
        CrsError
            `not_in_zone`: an easting without this zone's prefix, or with one that it does not
            have; a northing that is not between the equator and 6,700 km; not a number.
        """
        self._require(easting, northing)
        lon, lat = _way(self.epsg).transform(easting, northing)
        return lon, lat

    def from_degrees(self, lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
        """Bring longitude and latitude (CGCS2000 or WGS 84) to easting and northing, in metres."""
        easting, northing = _way(self.epsg).transform(
            lon, lat, direction=pyproj.enums.TransformDirection.INVERSE
        )
        return easting, northing

    def _require(self, easting: Degrees, northing: Degrees) -> None:
        low = self.zone * _MILLION if self.prefixed else 0.0
        east, north = np.asarray(easting), np.asarray(northing)
        fits = (east > low) & (east < low + _MILLION) & (north >= 0) & (north < 6.7 * _MILLION)
        if not fits.all():  # also where one is NaN
            first = int((~fits).argmax())
            raise self._not_in_zone(float(east.flat[first]), float(north.flat[first]), low)

    def _not_in_zone(self, easting: float, northing: float, low: float) -> CrsError:
        return CrsError(
            "not_in_zone",
            en=f"Easting {easting:.9g}, northing {northing:.9g} is not in the zone of "
            f"{self.meridian}° E, whose eastings go from {low:.0f} to {low + _MILLION:.0f}; give "
            "the easting first, with the zone's number before it only where the zone is declared "
            "by its number.",
            zh=f"东坐标 {easting:.9g}、北坐标 {northing:.9g} 不在中央经线 {self.meridian}° 的带内"
            f"（东坐标应为 {low:.0f} 至 {low + _MILLION:.0f}）；请东坐标在前，"
            "仅当以带号声明时东坐标才含带号。",
            easting=easting,
            northing=northing,
        )


def _unknown_zone(en: str, zh: str) -> CrsError:
    return CrsError(
        "unknown_zone",
        en=f"CGCS2000 has no 3-degree {en} in China: the zones are {FIRST} to {LAST}, their "
        f"central meridians {3 * FIRST} to {3 * LAST}° E in steps of 3.",
        zh=f"CGCS2000 三度带中没有 {zh}：带号为 {FIRST} 至 {LAST}，中央经线为 {3 * FIRST}° 至 "
        f"{3 * LAST}°，间隔 3°。",
    )


@lru_cache(maxsize=2 * (LAST - FIRST + 1))
def _way(epsg: int) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(epsg, _CGCS2000, always_xy=True)
