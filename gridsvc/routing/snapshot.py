"""What is in force at a time, compiled in memory: which areas are at and near a point.

A `MapView` never changes. Which one holds at a time, and when it must be made anew, is the
business of `atlas`; whose the places are, that of `finding`.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.index import AreaIndex
from gridsvc.routing.chain import LEVELS
from gridsvc.routing.facts import Area, Place, Release

OUTLINE_LEVELS = 2
"""How many of the coarsest levels are searched for the area nearest to a point outside all."""

TOUCHING = 1e-6
"""Of a ground: an area that holds no more only touches it."""


class MapView:
    """The releases in force together at some time, with an index over all their areas."""

    def __init__(
        self, releases: Sequence[Release], areas: Sequence[Area], shapes: Sequence[BaseGeometry]
    ) -> None:
        self.releases = tuple(releases)
        self.layers = frozenset(release.layer.name for release in releases)
        self.areas = tuple(areas)
        self._shapes = tuple(shapes)
        self.index = AreaIndex(shapes)
        self._named = {(area.layer.name, area.code): at for at, area in enumerate(areas)}
        outline = _outline(self.areas)
        self._outline = tuple(self.areas[position] for position in outline)
        self._outline_index = AreaIndex([shapes[position] for position in outline])

    def places(self, lon: float, lat: float, radius: float) -> list[Place]:
        """List the areas that cover a point or come within a radius of it, in metres."""
        areas = self.areas
        return [
            Place(areas[near.position], near.distance_m, near.share)
            for near in self.index.near(lon, lat, radius)
        ]

    def parts_of(self, ground: BaseGeometry, *, lon: float, lat: float) -> list[Place]:
        """List the areas that hold a part of some ground; `share` is their part of it.

        Their distances are those of a point in the ground.
        """
        # Most areas that a wide ground touches lie in it whole: only its border is to be cut along.
        whole = self._tree.query(ground, predicate="contains")
        cut = np.setdiff1d(self._tree.query(ground, predicate="intersects"), whole)
        parts = shapely.intersection(self._tree.geometries[cut], ground)
        held = np.concatenate([self._tree.geometries[whole], parts])
        sizes = dict(zip([*whole.tolist(), *cut.tolist()], shapely.area(held), strict=True))
        shares = {at: float(area) / ground.area for at, area in sizes.items()}
        return [
            Place(self.areas[at], self.index.distance_to_border(at, lon, lat), share)
            for at, share in sorted(shares.items())
            if share > TOUCHING
        ]

    @cached_property
    def _tree(self) -> shapely.STRtree:
        """Made when it is first needed, which is seldom: for addresses that name wide places."""
        return shapely.STRtree(self._shapes)

    def place(self, layer: str, code: str, *, lon: float, lat: float) -> Place | None:
        """Find an area by its code, however far from a point it lies."""
        position = self._named.get((layer, code))
        if position is None:
            return None
        metres = self.index.distance_to_border(position, lon, lat)
        return Place(self.areas[position], metres, 0.0)

    def nearest(self, lon: float, lat: float) -> Place | None:
        """Find the administrative area nearest to a point outside all."""
        found = self._outline_index.nearest(lon, lat)
        if found is None:
            return None
        position, metres = found
        return Place(self._outline[position], -metres, 0.0)

    def shape(self, area: Area) -> BaseGeometry:
        """Give the shape of one of its areas."""
        return self._shapes[self._named[area.layer.name, area.code]]

    def shape_named(self, level: str, code: str) -> BaseGeometry | None:
        """Give the shape of an administrative area by its level and code."""
        layers = {area.layer.level: area.layer.name for area in self.areas}
        position = self._named.get((layers.get(level, ""), code))
        return None if position is None else self._shapes[position]


def _outline(areas: Iterable[Area]) -> list[int]:
    listed = list(areas)
    present = [level for level in LEVELS if any(area.layer.level == level for area in listed)]
    wanted = set(present[:OUTLINE_LEVELS])
    return [position for position, area in enumerate(listed) if area.layer.level in wanted]
