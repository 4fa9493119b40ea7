"""Winding borders: every side of a mesh is bent once, and both neighbours use the same points."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.errors import GeometryError
from geodata.generate.mesh import Mesh
from geodata.generate.terrain import Floats

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Shapes = NDArray[np.object_]

_PIECES: Final = 16
"""Pieces of a long side: four rounds of midpoint displacement."""
_STREET_BEND: Final = 0.03
_COUNTRY_BEND: Final = 0.1
_RIVER_BEND: Final = 0.13
"""Standard deviation of a midpoint's displacement, as a share of its side's length."""
_COUNTRY_SIDE: Final = 1_200.0
"""Length (metres) from which a side is no street but a country border."""
_SHORTEST: Final = {8: 25.0, 4: 60.0, 2: 110.0, 1: 1_300.0}
"""Step between the points of a side -> length (metres) from which the points half-way between are
used too: streets have no tiny bends."""


@dataclass(frozen=True, slots=True)
class _Steps:
    """A walk along sides: which side comes, and whether it is walked from its end to its start."""

    side: Ints
    backward: Bools


@dataclass(frozen=True, slots=True)
class _Sides:
    """The different sides of a mesh, each from its lower vertex to its higher."""

    keys: Ints
    vertices: int

    def ends(self) -> tuple[Ints, Ints]:
        """First and last vertex of each side."""
        return self.keys // self.vertices, self.keys % self.vertices

    def steps(self, here: Ints, there: Ints) -> _Steps:
        """Find the sides between neighbouring vertices."""
        keys = _keys(here, there, vertices=self.vertices)
        return _Steps(np.searchsorted(self.keys, keys), here > there)


def draw(
    mesh: Mesh,
    rings: list[list[int]],
    *,
    place: Callable[[Floats], Floats],
    rng: np.random.Generator,
) -> tuple[Shapes, shapely.LineString]:
    """Draw the faces of a finished mesh with winding borders.

    Parameters
    ----------
    mesh : Mesh
        Where the vertices are, and which of them are the river.
    rings : list of list of int
        The vertices around each face, with those of its neighbours, counter-clockwise.
    place : callable
        Takes points (..., 2) of the mesh in metres to longitude, latitude, rounded.
    rng : Generator
        Draws the bends.

    Returns
    -------
    ndarray of Polygon
        One for each face, in degrees. They are built from rounded points, so that neighbours have
        identical vertices along a shared side.
    LineString
        The river, along sides of faces.
    """
    face, here, there = _around(rings)
    xy = mesh.vertices()
    sides = _Sides(np.unique(_keys(here, there, vertices=len(xy))), len(xy))
    walk, stream = sides.steps(here, there), _along(mesh.river(), sides)
    start, end = (xy[vertex] for vertex in sides.ends())
    keep = _kept(np.hypot(*(end - start).T))
    bend = _bends(end - start, stream)
    paths = place(_wind(start, end, bend=bend, rng=rng))
    straight = place(_wind(start, end, bend=np.zeros_like(bend), rng=rng))
    shapes = _polygons(paths, keep, walk, face=face)
    while (bad := np.flatnonzero(~shapely.is_valid(shapes))).size:
        # Near a sharp corner two bends may cross; straight sides do not.
        mended = np.unique(walk.side[np.isin(face, bad)])
        _require_change(paths[mended], straight[mended])
        paths[mended] = straight[mended]
        shapes = _polygons(paths, keep, walk, face=face)
    return shapes, _line(paths, keep, stream)


def _require_change(paths: Floats, straight: Floats) -> None:
    if np.array_equal(paths, straight):
        raise GeometryError(
            "ground_folds",
            en="The borders of this city cross although they are straight; take another seed.",
            zh="该城市的边界即使取直仍相互交叉；请更换随机种子。",
        )


def _around(rings: list[list[int]]) -> tuple[Ints, Ints, Ints]:
    """Face, vertex and next vertex of every step around every face."""
    lengths = np.array([len(ring) for ring in rings])
    here = np.concatenate([np.array(ring, dtype=np.int64) for ring in rings])
    last = np.cumsum(lengths) - 1
    there = np.roll(here, -1)
    there[last] = here[last - lengths + 1]
    return np.repeat(np.arange(len(rings)), lengths), here, there


def _keys(here: Ints, there: Ints, *, vertices: int) -> Ints:
    return np.minimum(here, there) * vertices + np.maximum(here, there)


def _along(path: list[int], sides: _Sides) -> _Steps:
    vertices = np.array(path, dtype=np.int64)
    return sides.steps(vertices[:-1], vertices[1:])


def _bends(run: Floats, stream: _Steps) -> Floats:
    countryside = np.clip(np.hypot(*run.T) / _COUNTRY_SIDE, 0, 1)
    bends = _STREET_BEND + (_COUNTRY_BEND - _STREET_BEND) * countryside
    bends[stream.side] = _RIVER_BEND
    return np.asarray(bends)


def _wind(start: Floats, end: Floats, *, bend: Floats, rng: np.random.Generator) -> Floats:
    """Points along each side, shape (sides, _PIECES + 1, 2), metres."""
    paths = np.empty((len(start), _PIECES + 1, 2))
    paths[:, 0], paths[:, -1] = start, end
    for step in (16, 8, 4, 2):
        left, right = paths[:, 0:-1:step], paths[:, step::step]
        across = (right - left)[..., ::-1] * np.array([-1.0, 1.0])
        chance = np.clip(rng.normal(size=across.shape[:2]), -2, 2)
        push = (bend[:, None] * chance)[..., None]
        paths[:, step // 2 :: step] = (left + right) / 2 + push * across
    return paths


def _kept(length: Floats) -> Bools:
    """Which points of each side are used; both ends always are."""
    keep = np.ones((len(length), _PIECES + 1), dtype=bool)
    for step, shortest in _SHORTEST.items():
        keep[length < shortest, step :: 2 * step] = False
    return keep


def _points(paths: Floats, keep: Bools, walk: _Steps) -> tuple[Floats, Ints]:
    """Find the points of a walk without the last of each step, and the step of each."""
    order = np.where(walk.backward[:, None], np.arange(_PIECES, 0, -1), np.arange(_PIECES))
    kept = keep[walk.side[:, None], order]
    step, position = np.nonzero(kept)
    return paths[walk.side[step], order[step, position]], step


def _polygons(paths: Floats, keep: Bools, walk: _Steps, *, face: Ints) -> Shapes:
    points, step = _points(paths, keep, walk)
    return np.asarray(shapely.polygons(shapely.linearrings(points, indices=face[step])))


def _line(paths: Floats, keep: Bools, walk: _Steps) -> shapely.LineString:
    points, _ = _points(paths, keep, walk)
    mouth = paths[walk.side[-1], 0 if walk.backward[-1] else -1]
    return shapely.LineString(np.vstack([points, mouth]))
