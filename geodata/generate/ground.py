"""The ground of a city, divided: the shapes of its grids, who lies in whom, and its river."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.generate.borders import draw
from geodata.generate.chance import stream
from geodata.generate.mesh import Face, Mesh
from geodata.generate.plan import Counts, Plan, Tree, grow
from geodata.generate.terrain import PLANE, Floats, bend, outline, settle

Shapes = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Ground:
    """Grids in the order of the tree."""

    grids: Shapes
    tree: Tree
    river: shapely.LineString


def divide(plan: Plan, seed: int) -> Ground:
    """Divide the ground of a city down to its grids.

    The first cut is the river; then districts, streets, responsibility areas, communities and
    grids are cut one level after another, each part with people as its number of grids demands.

    Parameters
    ----------
    plan : Plan
        How many of each.
    seed : int
        The city's seed.

    Returns
    -------
    Ground
        Grids in EPSG:4326 that touch without gap or overlap, vertex by vertex.
    """
    tree = grow(plan, stream(seed, "tree"))
    mesh = Mesh(outline(plan.radius_m), stream(seed, "cuts"))
    faces = [mesh.whole(settle(plan, stream(seed, "settlement")))]
    for parent, grids in _levels(tree, plan):
        families = np.split(grids, np.flatnonzero(np.diff(parent)) + 1)
        faces = [
            part
            for face, family in zip(faces, families, strict=True)
            for part in mesh.divide(face, family.tolist())
        ]
    shapes, river = _drawn(mesh, faces, radius=plan.radius_m, seed=seed)
    return Ground(shapes, tree, river)


def unite(shapes: Shapes, group: Counts) -> Shapes:
    """Join shapes that share vertices into one per group, without moving a vertex.

    Parameters
    ----------
    shapes : ndarray of Polygon, shape (n,)
        A valid coverage.
    group : ndarray of int, shape (n,)
        From 0, none left out.

    Returns
    -------
    ndarray of Polygon or MultiPolygon
        One for each group, in order, outer rings counter-clockwise.
    """
    order = np.argsort(group, kind="stable")
    families = np.split(shapes[order], np.flatnonzero(np.diff(group[order])) + 1)
    united = np.array([shapely.coverage_union_all(family) for family in families], dtype=object)
    return np.asarray(shapely.orient_polygons(united))


def _levels(tree: Tree, plan: Plan) -> list[tuple[Counts, Counts]]:
    """For each level from the districts down: the parent of each area, and its grids."""
    levels = [(tree.grid_community, np.ones(plan.grids, dtype=np.int64))]
    for parent in reversed(tree.levels()[:-1]):
        below, grids = levels[-1]
        levels.append((parent, np.bincount(below, weights=grids).astype(np.int64)))
    below, grids = levels[-1]
    whole = np.zeros(plan.districts, dtype=np.int64)
    levels.append((whole, np.bincount(below, weights=grids).astype(np.int64)))
    return levels[::-1]


def _drawn(
    mesh: Mesh, faces: list[Face], *, radius: float, seed: int
) -> tuple[Shapes, shapely.LineString]:
    def place(xy: Floats) -> Floats:
        return PLANE.to_degrees(bend(xy, radius, stream(seed, "bends")))

    rings = [mesh.ring(face.corners) for face in faces]
    return draw(mesh, rings, place=place, rng=stream(seed, "borders"))
