"""Names found in one text weighed against each other: how sure is it which place is meant. Pure.

    score = name * (1 + (1 - name) * support / 2) * agreement / rivals

- `name`: how well the name agrees with the text (`gridsvc.addresses.spelling`).
- `support`: the best name in another part of the text whose place is here too, times how near.
- `agreement`: for each other part of the text, 1 - (w - a) / 2, multiplied; w is the best name
  that this part could be, a the best of those near. A text that contradicts itself is halved.
- `rivals`: how many places the same words fit as well, this one included.

Near is 1 up to `NEAR_M` and falls to 0 at `FAR_M`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
import shapely.ops
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

THRESHOLD: Final = 0.7
"""From this score on a place may be taken without asking; see `benchmarks addresses`."""
NEAR_M: Final = 300.0
FAR_M: Final = 1_000.0
SAME_PLACE_M: Final = 50.0
AS_GOOD: Final = 0.9
"""Whoever reaches this share of a score is its rival."""
BEYOND_NUMBERS: Final = 0.8
"""Of a road whose known numbers do not include the one in the text."""
INTERPOLATED_M: Final = 50.0
_DEGREE_M: Final = 111_320.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A place whose name agrees with the characters of the text from `start` to `end`."""

    what: str
    """`area`, `estate`, `road` or `place`."""
    code: str
    name: str
    level: str | None
    spelt: float
    start: int
    end: int
    shape: bytes
    """WKB, EPSG:4326 (lon, lat): of the house numbers where they are known."""
    share: float | None = None
    """How far along these the house number lies."""
    number_known: bool | None = None
    """Whether the house number is one of the road's; None where there is nothing to know."""

    @property
    def geometry(self) -> BaseGeometry:
        """The shape, or the stretch of it around the house number; read when it is asked for."""
        shape = shapely.from_wkb(self.shape)
        return shape if self.share is None else along(shape, self.share)


@dataclass(frozen=True, slots=True)
class Why:
    """The parts of a score."""

    name: float
    support: float
    agreement: float
    rivals: int
    number_known: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A place that an address may mean; WGS84."""

    what: str
    code: str
    name: str
    level: str | None
    lon: float
    lat: float
    radius_m: float
    """How far from the point the place may be: as the accuracy of a position."""
    score: float
    why: Why
    ground: BaseGeometry
    """Where it may be, EPSG:4326 (lon, lat), to within some metres."""

    @property
    def sure(self) -> bool:
        """Whether it may be taken without asking."""
        return self.score >= THRESHOLD


def rank(hits: Sequence[Hit], *, limit: int) -> list[Match]:
    """Weigh hits: the sure ones first, the most exact place before those that it lies in."""
    kept = _outermost(hits)
    if not kept:
        return []
    weighed = _Weighed(kept)
    found = [weighed.match(row) for row in range(len(kept))]
    return sorted(found, key=_order)[:limit]


def _order(match: Match) -> tuple[float | str, ...]:
    first = (
        (0.0, match.radius_m, -match.score) if match.sure else (1.0, -match.score, match.radius_m)
    )
    return *first, match.what, match.code


def _outermost(hits: Sequence[Hit]) -> list[Hit]:
    """Leave out names inside longer ones that are spelt as well: 真光 where 真光小区 stands."""
    best: dict[tuple[str, str | None, str], Hit] = {}
    for hit in _shown(hits):
        place = (hit.what, hit.level, hit.code)
        if place not in best or hit.spelt > best[place].spelt:
            best[place] = hit
    return sorted(best.values(), key=lambda it: (it.start, it.end, it.what, it.code))


def _shown(hits: Sequence[Hit]) -> list[Hit]:
    """Leave out what another hit hides; by row the one that hides, by column the hidden one."""
    start, end, spelt = np.array([(hit.start, hit.end, hit.spelt) for hit in hits]).reshape(-1, 3).T
    inside = (start[:, None] <= start) & (end <= end[:, None])
    longer = (end - start)[:, None] > end - start
    as_good = spelt[:, None] >= spelt
    # What is written out is meant: a name that is only like it neither rivals nor supports.
    written_out = (spelt[:, None] == 1) & (spelt < 1)
    shown = ~(inside & np.where(longer, as_good, written_out)).any(axis=0)
    return [hits[at] for at in np.flatnonzero(shown).tolist()]


class _Weighed:
    """Hits in metres, by the part of the text that they stand in."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        self._hits = hits
        self._spelt = np.array([hit.spelt for hit in hits])
        self._part = _parts_of(hits)
        geometries = [hit.geometry for hit in hits]
        self._scale = _scale_at(geometries[0])
        self._shapes = [_scaled(geometry, self._scale) for geometry in geometries]
        self._apart = self._distances()
        near = (FAR_M - self._apart) / (FAR_M - NEAR_M)
        self._near = np.clip(near, 0.0, 1.0)
        self._support, self._agreement = self._context()
        raised = 1 + (1 - self._spelt) * self._support / 2
        self._alone = self._spelt * raised * self._agreement

    def match(self, row: int) -> Match:
        hit = self._hits[row]
        rivals = self._rivals(row)
        shape = self._ground(row)
        point = _middle(shape)
        radius = float(shapely.hausdorff_distance(point, shape))
        lon, lat = np.array([point.x, point.y]) / self._scale
        why = Why(
            name=round(hit.spelt, 3),
            support=round(float(self._support[row]), 3),
            agreement=round(float(self._agreement[row]), 3),
            rivals=rivals,
            number_known=hit.number_known,
        )
        return Match(
            what=hit.what,
            code=hit.code,
            name=hit.name,
            level=hit.level,
            lon=round(float(lon), 7),
            lat=round(float(lat), 7),
            radius_m=round(radius, 1),
            score=round(float(self._alone[row]) / rivals, 3),
            why=why,
            ground=shapely.transform(shape, lambda xy: xy / self._scale),
        )

    def _distances(self) -> Floats:
        """Measure between all shapes; between those with boxes far apart, between the boxes."""
        shapes = np.array(self._shapes, dtype=object)
        low, high = np.split(shapely.bounds(shapes), 2, axis=1)
        gaps = np.maximum(low[:, None] - high[None, :], low[None, :] - high[:, None])
        apart = np.hypot(*np.moveaxis(np.maximum(gaps, 0.0), -1, 0))
        one, other = np.nonzero(np.triu(apart < FAR_M, k=1))
        apart[one, other] = apart[other, one] = shapely.distance(shapes[one], shapes[other])
        return np.asarray(apart, dtype=np.float64)

    def _context(self) -> tuple[Floats, Floats]:
        support, agreement = np.zeros(len(self._hits)), np.ones(len(self._hits))
        for part in range(self._part.max() + 1):
            own = self._part == part
            best = self._spelt[own].max()
            near = (self._near[:, own] * self._spelt[own]).max(axis=1)
            support = np.where(own, support, np.maximum(support, near))
            agreement = np.where(own, agreement, agreement * (1 - (best - near) / 2))
        return support, agreement

    def _rivals(self, row: int) -> int:
        as_good = (self._part == self._part[row]) & (self._alone >= AS_GOOD * self._alone[row])
        same_place = self._apart[row] <= SAME_PLACE_M
        small = np.array([hit.what in {"estate", "place"} for hit in self._hits])
        as_good &= ~(same_place & small & small[row])
        as_good[row] = True
        return int(as_good.sum())

    def _ground(self, row: int) -> BaseGeometry:
        if self._hits[row].what == "road" and not self._hits[row].number_known:
            return self._narrowed(row)
        return self._shapes[row]

    def _narrowed(self, row: int) -> BaseGeometry:
        """Keep the stretch of a road inside the smallest area that the text names too."""
        areas = [
            self._shapes[other]
            for other in range(len(self._hits))
            if self._part[other] != self._part[row] and self._apart[row, other] == 0
            if self._shapes[other].area > 0
        ]
        smallest = min(areas, key=lambda shape: shape.area, default=None)
        if smallest is None:
            return self._shapes[row]
        inside = shapely.intersection(self._shapes[row], smallest)
        return self._shapes[row] if inside.is_empty else inside


def _parts_of(hits: Sequence[Hit]) -> Counts:
    """Give each hit its part of the text: those that share characters stand in one."""
    part, until, found = -1, -1, []
    for hit in hits:
        if hit.start >= until:
            part += 1
        until = max(until, hit.end)
        found.append(part)
    return np.array(found)


def _scale_at(shape: BaseGeometry) -> Floats:
    """Metres of a degree of longitude and of latitude: a plane good enough within one city."""
    return _DEGREE_M * np.array([np.cos(np.radians(shape.centroid.y)), 1.0])


def _scaled(shape: BaseGeometry, scale: Floats) -> BaseGeometry:
    return shapely.transform(shape, lambda xy: xy * scale)


def _middle(shape: BaseGeometry) -> shapely.Point:
    """Give a point of the shape: of a line half-way along its longest piece."""
    longest = max(shapely.get_parts(shape), key=lambda part: (part.area, part.length))
    if longest.geom_type == "LineString":
        return longest.interpolate(0.5, normalized=True)
    return longest.point_on_surface()


def along(shape: BaseGeometry, share: float) -> BaseGeometry:
    """Give the stretch of a line around a share of its length; any other shape as it is."""
    if shape.geom_type != "LineString":
        return shape
    scale = _scale_at(shape)
    line = _scaled(shape, scale)
    reach = min(INTERPOLATED_M, line.length / 2)
    middle = share * line.length
    stretch = shapely.ops.substring(line, max(0.0, middle - reach), middle + reach)
    return shapely.transform(stretch, lambda xy: xy / scale)
