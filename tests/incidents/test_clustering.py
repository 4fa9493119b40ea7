"""Where the same comes again and again: the definition, worked out again point by point."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geodata.measure import metres_of_degree
from gridsvc.incidents.clustering import ALONE, Points, clusters

RADIUS, LEAST = 50.0, 3
STEP = 0.0002  # degrees, some 20 m
PLACES = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 14), st.integers(0, 4)), max_size=40)


def points(places: list[tuple[int, int, int]]) -> Points:
    kind, column, row = np.array(places, dtype=np.float64).reshape(-1, 3).T
    return Points(104 + column * STEP, 30.6 + row * STEP, kind.astype(np.int64))


def groups(places: list[tuple[int, int, int]]) -> set[tuple[tuple[int, int, int], ...]]:
    """The clusters as sets of places: what the labels are called is nothing."""
    labels = clusters(points(places), radius_m=RADIUS, least=LEAST)
    found: dict[int, list[tuple[int, int, int]]] = {}
    for place, label in zip(places, labels.tolist(), strict=True):
        if label != ALONE:
            found.setdefault(label, []).append(place)
    return {tuple(sorted(members)) for members in found.values()}


@given(PLACES, st.randoms(use_true_random=False))
def test_the_order_of_the_points_is_nothing(
    places: list[tuple[int, int, int]], random: object
) -> None:
    shuffled = list(places)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis' own
    assert groups(shuffled) == groups(places)


@given(PLACES)
def test_each_is_where_the_definition_has_it(places: list[tuple[int, int, int]]) -> None:
    made = points(places)
    labels = clusters(made, radius_m=RADIUS, least=LEAST)
    middle = metres_of_degree((made.lat[:, None] + made.lat) / 2)
    metres = np.hypot(
        (made.lon[:, None] - made.lon) * middle[0], (made.lat[:, None] - made.lat) * middle[1]
    )
    near = (metres <= RADIUS) & (made.kind[:, None] == made.kind)
    dense = near.sum(axis=1) >= LEAST
    for one in range(len(places)):
        beside = np.flatnonzero(near[one] & dense)
        if not len(beside):
            assert labels[one] == ALONE
        elif dense[one]:
            assert (labels[beside] == labels[one]).all()
        else:
            nearest = beside[metres[one, beside] == metres[one, beside].min()]
            assert labels[one] in labels[nearest]
    for label in set(labels.tolist()) - {ALONE}:
        assert len(set(made.kind[labels == label])) == 1
        assert (labels == label).sum() >= LEAST


def test_two_heaps_with_one_between_are_two() -> None:
    """A case that only touches both does not join them; it is the nearer's."""
    heaps = [(0, 0, 0)] * 3 + [(0, 4, 0)] * 3
    assert groups(heaps) == {tuple(heaps[:3]), tuple(heaps[3:])}
    assert len(groups([*heaps, (0, 2, 0), (0, 2, 0)])) == 1  # eight within reach: dense itself
    assert groups([(0, 0, 0), (0, 0, 0), (1, 0, 0)]) == set()


def test_thousands_at_one_place_are_one() -> None:
    labels = clusters(points([(0, 3, 3)] * 20_000), radius_m=RADIUS, least=LEAST)
    assert set(labels.tolist()) == {labels[0]} != {ALONE}
