"""Suspect that a layer lies beside its place, because its numbers were read in the wrong system.

A layer of GCJ-02 that was taken for WGS 84 lies 300 to 700 m away from the layer that its areas
should nest in, everywhere in one direction. Here each such mistake is undone on trial, and where
the areas then nest that before stuck out, it is named. A suspicion, never a correction.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import Final

import numpy as np
import pyproj
import shapely

from geodata.crs import Crs, from_wgs84, shift_geometry, to_wgs84
from geodata.findings import Fault, Finding, Severity
from geodata.layer import Layer
from geodata.nesting import paired
from geodata.parts import Rows, Shapes

OUTSIDE_SHARE: Final = 0.005
"""Less of the areas' land than this outside of their parents raises no suspicion."""
MENDED_TO: Final = 0.2
"""The share that lies outside must fall to this part of itself for a mistake to explain it."""
TRIED: Final = 150
"""How many areas that stick out, and how many that do not, a trial looks at."""
_SYSTEMS: Final = (Crs.WGS84, Crs.GCJ02, Crs.BD09)
_NAMES: Final[Mapping[Crs, str]] = {Crs.WGS84: "WGS 84", Crs.GCJ02: "GCJ-02", Crs.BD09: "BD-09"}
_POINTS: Final = (
    *(("north", "北"), ("north-east", "东北"), ("east", "东"), ("south-east", "东南")),
    *(("south", "南"), ("south-west", "西南"), ("west", "西"), ("north-west", "西北")),
)
_GEOD: Final = pyproj.Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class Mistake:
    """Numbers of one system that were read as if they were of another."""

    read_as: Crs
    really: Crs

    def undone(self, shapes: Shapes) -> Shapes:
        """Put shapes where they would be without the mistake, EPSG:4326 before and after."""
        numbers = shift_geometry(shapes, Crs.WGS84, target=self.read_as)
        return shift_geometry(numbers, self.really)

    def offset(self, lon: float, lat: float) -> tuple[float, float]:
        """Tell how far from its true place, and in which direction, the mistake has put a point.

        Parameters
        ----------
        lon, lat : float
            Where it lies now, degrees.

        Returns
        -------
        metres, azimuth : float
            Geodesic on WGS 84; degrees clockwise from north, 0 to 360.
        """
        true = to_wgs84(*from_wgs84(lon, lat, self.read_as), self.really)
        azimuth, _, metres = _GEOD.inv(*true, lon, lat)
        return float(metres), float(azimuth) % 360


MISTAKES: Final = tuple(Mistake(read_as, really) for read_as, really in permutations(_SYSTEMS, 2))


def check_shift(layer: Layer, above: Layer) -> Iterator[Finding]:
    """Find out whether a layer would nest in the one above if it had been read in another system.

    Parameters
    ----------
    layer, above : Layer
        The children, which name their parents, and the layer one level up; EPSG:4326.

    Yields
    ------
    Finding
        `suspected_shift`, at most one: a line from where the middle of the layer lies to where it
        would lie.
    """
    children, parents = paired(layer, above)
    if not len(children):
        return
    shapes, bounds = layer.shapes[children], above.shapes[parents]
    tried = _tried(shapes, bounds)
    before = _outside(shapes[tried], bounds[tried])
    if before < OUTSIDE_SHARE:
        return
    after, mistake = min(
        ((_outside(it.undone(shapes[tried]), bounds[tried]), it) for it in MISTAKES),
        key=lambda trial: trial[0],
    )
    if after <= MENDED_TO * before:
        yield _suspected(layer, children, mistake, before=before, after=after)


def _tried(shapes: Shapes, parents: Shapes) -> Rows:
    """Choose areas for a trial, evenly through the layer: some that stick out, some that do not."""
    shapely.prepare(parents)
    inside = shapely.covers(parents, shapes)
    chosen = [_evenly(np.flatnonzero(flags)) for flags in (inside, ~inside)]
    return np.sort(np.concatenate(chosen))


def _evenly(rows: Rows) -> Rows:
    steps = np.linspace(0, len(rows) - 1, min(TRIED, len(rows)))
    return rows[steps.astype(np.intp)]


def _outside(shapes: Shapes, parents: Shapes) -> float:
    """Tell which share of the land of all shapes together lies outside of their parents.

    Square degrees serve here: the shares of one city are compared with each other.
    """
    size = shapely.area(shapes).sum()
    return float(shapely.area(shapely.difference(shapes, parents)).sum() / size)


def _suspected(
    layer: Layer, children: Rows, mistake: Mistake, *, before: float, after: float
) -> Finding:
    west, south, east, north = shapely.total_bounds(layer.shapes[children])
    lon, lat = (west + east) / 2, (south + north) / 2
    metres, azimuth = mistake.offset(lon, lat)
    way, way_zh = _POINTS[round(azimuth / 45) % 8]
    really, read_as = _NAMES[mistake.really], _NAMES[mistake.read_as]
    true = to_wgs84(*from_wgs84(lon, lat, mistake.read_as), mistake.really)
    return layer.finding(
        Fault.SUSPECTED_SHIFT,
        children,
        severity=Severity.WARNING,
        place=shapely.LineString([(lon, lat), true]),
        en=f"The layer seems to lie {metres:.0f} m {way} of its place: {before:.1%} of the land "
        f"examined is outside its parents, and {after:.1%} would be if these were numbers in "
        f"{really} that were read as {read_as}. If so, load it again with --crs {mistake.really}; "
        "or the layer above has the opposite mistake.",
        zh=f"图层疑似整体向{way_zh}偏移约 {metres:.0f} 米：所查区域有 {before:.1%} 位于上级之外；"
        f"若其坐标实为 {really} 而被当作 {read_as}，则仅 {after:.1%}。如属实，请用 "
        f"--crs {mistake.really} 重新载入；也可能是上级图层存在相反的错误。",
    )
