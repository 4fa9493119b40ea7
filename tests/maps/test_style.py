import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from maps.classes import classify
from maps.measures import RAMPS
from maps.style import NO_DATA, ZERO, Look, outline, zone_look

values = st.lists(
    st.just(math.nan) | st.integers(0, 40).map(float) | st.floats(0.001, 500.0), max_size=60
)


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


@given(values)
@example([0.35])  # numpy rounds it up, Python writes 0.3
def test_every_value_is_in_the_class_that_names_it(given_values: list[float]) -> None:
    classes = classify(given_values, "YlOrBr")
    for value, member in zip(given_values, classes.members, strict=True):
        entry = classes.legend[member]
        if math.isnan(value):
            assert (entry.look, entry.low) == (NO_DATA, None)
        else:
            assert entry.low is not None
            assert entry.high is not None
            assert entry.low <= round(value, classes.decimals) <= entry.high


@given(values)
def test_classes_follow_one_another_and_count_every_value(given_values: list[float]) -> None:
    classes = classify(given_values, "YlOrBr")
    known = [(e.low, e.high) for e in classes.legend if e.low is not None and e.high is not None]
    assert all(high < low for (_, high), (low, _) in pairwise(known))
    assert sum(entry.count for entry in classes.legend) == len(given_values)
    assert all(entry.count for entry in classes.legend)
    assert len(classes.legend) <= 7


@given(values)
def test_only_zero_is_zero(given_values: list[float]) -> None:
    classes = classify(given_values, "YlOrBr")
    looks = [classes.legend[member].look for member in classes.members]
    assert [look == ZERO for look in looks] == [value == 0 for value in given_values]


def test_no_data_looks_like_no_number() -> None:
    classes = classify([math.nan, 0.0, 1.0, 5.0], "YlGnBu")
    looks = {(entry.look.fill, entry.look.dash) for entry in classes.legend}
    assert len(looks) == 4
    assert NO_DATA.fill is None
    assert NO_DATA.dash


@pytest.mark.parametrize("ramp", RAMPS.values())
def test_a_ramp_falls_in_lightness_from_class_to_class(ramp: str) -> None:
    classes = classify(list(range(11)), ramp)
    fills = [entry.look.fill for entry in classes.legend]
    lights = [luminance(fill) for fill in fills if fill]
    # One sees the order without seeing a colour: each step is darker by a good part.
    assert all(one > other * 1.15 for one, other in pairwise(lights))


def test_values_that_are_all_alike_make_one_class() -> None:
    assert [(e.low, e.high, e.count) for e in classify([3, 3, 3], "BuGn").legend] == [(3, 3, 3)]


def test_many_ones_do_not_hide_the_twelve() -> None:
    classes = classify([1.0] * 89 + [2.0] * 10 + [3.0] * 4 + [4.0, 4.0, 11.0, 12.0], "YlOrBr")
    assert [(entry.low, entry.high, entry.count) for entry in classes.legend] == [
        (1, 2, 99),
        (3, 3, 4),
        (4, 4, 2),
        (11, 11, 1),
        (12, 12, 1),
    ]


def test_nothing_has_no_classes() -> None:
    assert classify([], "BuGn").legend == ()


def test_a_tiny_rate_is_shown_with_the_decimals_that_it_needs() -> None:
    assert classify([0.004, 12.5], "BuGn").decimals == 3
    assert classify([4.0, 12.0], "BuGn").decimals == 0


def test_layers_that_stand_side_by_side_differ() -> None:
    looks = [zone_look(index) for index in range(18)]
    assert len(set(looks)) == 18
    assert all(outline(rank).weight > outline(rank + 1).weight for rank in range(3))
    assert outline(9) == outline(4)


def test_a_look_without_a_fill_is_open() -> None:
    assert Look().options()["fill"] is False
