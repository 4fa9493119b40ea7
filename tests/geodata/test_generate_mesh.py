"""Cutting a map into faces that share their vertices, and bending their sides."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import GeometryError
from geodata.generate.borders import draw
from geodata.generate.chance import stream
from geodata.generate.mesh import Mesh
from geodata.generate.terrain import PLANE, Floats, bend, outline

RADIUS = 2_000.0


def divided(weights: list[int], seed: int, *, people: int = 500) -> tuple[Mesh, list[list[int]]]:
    rng = stream(seed, "test")
    mesh = Mesh(outline(RADIUS), rng)
    everybody = rng.normal(scale=RADIUS / 3, size=(people, 2))
    faces = list(mesh.divide(mesh.whole(everybody), weights))
    return mesh, [mesh.ring(face.corners) for face in faces]


@given(weights=st.lists(st.integers(1, 5), min_size=2, max_size=40), seed=st.integers(0, 10_000))
@settings(max_examples=30)
def test_every_side_has_a_face_on_either_hand_or_is_the_outline(
    weights: list[int], seed: int
) -> None:
    _, rings = divided(weights, seed)
    assert len(rings) == len(weights)
    sides = Counter(side for ring in rings for side in pairwise([*ring, ring[0]]))
    assert set(sides.values()) == {1}
    alone = {side for side in sides if side[::-1] not in sides}
    turns = dict(alone)
    assert len(turns) == len(alone)
    vertex, seen = 0, []
    while vertex not in seen:
        seen.append(vertex)
        vertex = turns[vertex]
    assert len(seen) == len(alone)


@given(weights=st.lists(st.integers(1, 5), min_size=2, max_size=20), seed=st.integers(0, 10_000))
@settings(max_examples=30)
def test_faces_fill_the_outline(weights: list[int], seed: int) -> None:
    mesh, rings = divided(weights, seed)
    faces = [shapely.Polygon(mesh.vertices()[ring]) for ring in rings]
    assert min(face.area for face in faces) > 0
    total = shapely.Polygon(outline(RADIUS)).area
    assert sum(face.area for face in faces) == pytest.approx(total)


def test_a_map_without_people_is_cut_by_room() -> None:
    mesh, rings = divided([1, 1], 3, people=0)
    first, second = (shapely.Polygon(mesh.vertices()[ring]).area for ring in rings)
    assert first == pytest.approx(second, rel=0.2)


def test_the_first_cut_is_the_river() -> None:
    mesh, rings = divided([1] * 30, 3)
    river = mesh.river()
    assert set(river) <= {vertex for ring in rings for vertex in ring}
    assert len(river) > 2
    assert Mesh(outline(RADIUS), stream(3, "test")).river() == []


def test_bending_the_ground_keeps_areas() -> None:
    turn = np.linspace(0, 2 * np.pi, 20_000, endpoint=False)
    circle = RADIUS * np.column_stack([np.cos(turn), np.sin(turn)])
    bent = shapely.Polygon(bend(circle, RADIUS, stream(5, "bends")))
    assert bent.is_valid
    assert bent.area == pytest.approx(shapely.Polygon(circle).area, rel=1e-5)
    assert bent.hausdorff_distance(shapely.Polygon(circle)) > RADIUS / 100


def test_degrees_and_metres_are_each_others_inverse() -> None:
    metres = np.array([[0.0, 0.0], [12_345.6, -7_890.1]])
    assert PLANE.to_metres(PLANE.to_degrees(metres)) == pytest.approx(metres, abs=0.01)


def test_ground_that_folds_is_refused() -> None:
    mesh, rings = divided([1] * 20, 3)

    def folded(xy: Floats) -> Floats:
        return PLANE.to_degrees(np.abs(xy))

    with pytest.raises(GeometryError) as caught:
        draw(mesh, rings, place=folded, rng=stream(1, "borders"))
    assert caught.value.code == "ground_folds"
    assert "种子" in caught.value.zh
