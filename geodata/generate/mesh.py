"""A map cut into ever smaller faces whose neighbours share every vertex, also where three meet.

Faces are convex and borders straight here; `borders` makes them wind.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_RIVER_COURSE: Final = np.radians(18.0)
_CROOKED: Final = np.radians(6.0)
"""Standard deviation of a cut from the right angle."""
_SNAP: Final = 0.15
"""A cut this near to a crossing, as a share of the length of an even part, ends at the crossing."""
_LEAST: Final = 0.4
"""A part has at least this much of the length which its share of the people would have were they
spread evenly, however crowded they live: nothing shrinks to a splinter."""


@dataclass(frozen=True, slots=True)
class Face:
    """A convex piece of the map: its corners counter-clockwise, and the people who weigh it."""

    corners: tuple[int, ...]
    people: Floats


class Mesh:
    """Vertices, and at which vertex each cut side was cut.

    A face keeps the corners that it had when it was made. When a neighbour later ends a cut on a
    shared side, the vertex is noted against the side, and `ring` finds it for both.
    """

    def __init__(self, outline: Floats, rng: np.random.Generator) -> None:
        self._xy: list[tuple[float, float]] = [(float(x), float(y)) for x, y in outline]
        self._cut_at: dict[tuple[int, int], int] = {}
        self._rng = rng
        self._river: tuple[int, int] | None = None

    def whole(self, people: Floats) -> Face:
        """Make the outline one face; ask before anything is divided."""
        return Face(tuple(range(len(self._xy))), people)

    def vertices(self) -> Floats:
        """Give all vertices, shape (n, 2), metres."""
        return np.array(self._xy)

    def river(self) -> list[int]:
        """Give the vertices of the very first cut through the map: it is the river."""
        if self._river is None:
            return []
        source, mouth = self._river
        return [source, *self._between(source, mouth), mouth]

    def ring(self, corners: Sequence[int]) -> list[int]:
        """Give the corners of a face and all vertices which neighbours put on its sides."""
        vertices: list[int] = []
        for here, there in zip(corners, [*corners[1:], corners[0]], strict=True):
            vertices += [here, *self._between(here, there)]
        return vertices

    def divide(self, face: Face, weights: Sequence[int]) -> Iterator[Face]:
        """Cut a face into one part for each weight, which gets that share of the people."""
        if len(weights) == 1:
            yield face
            return
        sums = np.cumsum(weights)
        middle = 1 + int(np.argmin(np.abs(sums[:-1] / sums[-1] - 0.5)))
        share, parts = float(sums[middle - 1] / sums[-1]), int(sums[-1])
        behind, beyond = self._cut(face, share=share, parts=parts)
        yield from self.divide(behind, weights[:middle])
        yield from self.divide(beyond, weights[middle:])

    def _between(self, here: int, there: int) -> list[int]:
        vertex = self._cut_at.get((min(here, there), max(here, there)))
        if vertex is None:
            return []
        return [*self._between(here, vertex), vertex, *self._between(vertex, there)]

    def _cut(self, face: Face, *, share: float, parts: int) -> tuple[Face, Face]:
        ring = self.ring(face.corners)
        xy = np.array([self._xy[vertex] for vertex in ring])
        turn = self._direction(xy)
        along = _measure(xy, turn)
        height = along - _level(along, _measure(face.people, turn), share=share)
        joints = self._joints(ring, xy, height, snap=_SNAP * float(np.ptp(along)) / np.sqrt(parts))
        first, last = joints.values()
        self._river = self._river or (first, last)
        behind, beyond = _halves(ring, height < 0, joints)
        near = self._left_of(first, last, face.people) == (height[0] < 0)
        return Face(behind, face.people[near]), Face(beyond, face.people[~near])

    def _left_of(self, first: int, last: int, people: Floats) -> Bools:
        """Who lives to the left of the way from one vertex to another."""
        (x, y), (to_x, to_y) = self._xy[first], self._xy[last]
        return (to_x - x) * (people[:, 1] - y) > (to_y - y) * (people[:, 0] - x)

    def _direction(self, xy: Floats) -> float:
        if self._river is None:
            return float(_RIVER_COURSE + np.pi / 2)
        return _length_direction(xy) + float(np.clip(self._rng.normal(), -2, 2) * _CROOKED)

    def _joints(
        self, ring: list[int], xy: Floats, height: Floats, *, snap: float
    ) -> dict[int, int]:
        """Position in the ring after which the cut crosses it -> vertex where it does."""
        joints: dict[int, int] = {}
        for here in np.flatnonzero((height < 0) != (np.roll(height, -1) < 0)):
            there = (int(here) + 1) % len(ring)
            part = float(height[here] / (height[here] - height[there]))
            step = xy[there] - xy[here]
            length = float(np.hypot(*step))
            if min(part, 1 - part) * length < snap:
                joints[int(here)] = ring[here] if part < 0.5 else ring[there]
            else:
                joints[int(here)] = self._new_vertex(
                    ring[here], ring[there], xy[here] + part * step
                )
        return joints

    def _new_vertex(self, here: int, there: int, place: Floats) -> int:
        self._xy.append((float(place[0]), float(place[1])))
        vertex = len(self._xy) - 1
        self._cut_at[min(here, there), max(here, there)] = vertex
        return vertex


def _measure(xy: Floats, turn: float) -> Floats:
    # Written out instead of a matrix product, whose last digit differs between machines.
    return np.asarray(xy[:, 0] * np.cos(turn) + xy[:, 1] * np.sin(turn))


def _length_direction(xy: Floats) -> float:
    """Of the directions of a face's sides, the one in which it is longest for its breadth."""
    sides = np.roll(xy, -1, axis=0) - xy
    turns = np.arctan2(sides[:, 1], sides[:, 0])
    lengths = np.ptp(np.outer(xy[:, 0], np.cos(turns)) + np.outer(xy[:, 1], np.sin(turns)), axis=0)
    breadths = np.ptp(np.outer(xy[:, 1], np.cos(turns)) - np.outer(xy[:, 0], np.sin(turns)), axis=0)
    return float(turns[np.argmax(lengths / breadths)])


def _level(along: Floats, people: Floats, *, share: float) -> float:
    """Where to cut so that this share of the people lies behind, as far as room allows."""
    low, length = float(along.min()), float(np.ptp(along))
    part = share
    if len(people):
        rank = min(int(share * len(people)), len(people) - 1)
        part = (float(np.partition(people, rank)[rank]) - low) / length
    return low + length * min(max(part, _LEAST * share), 1 - _LEAST * (1 - share))


def _halves(
    ring: list[int], behind: Bools, joints: dict[int, int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    first: dict[int, None] = {}
    second: dict[int, None] = {}
    for position, vertex in enumerate(ring):
        (first if behind[position] else second)[vertex] = None
        if position in joints:
            first[joints[position]] = second[joints[position]] = None
    return tuple(first), tuple(second)
