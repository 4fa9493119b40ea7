"""Classes by every scheme: each value in exactly one, breaks that occur, the same in any order."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps.classes import MOST, Scheme, classify, classify_changes, find_breaks, sorted_in
from maps.style import NO_DATA, ZERO

numbers = st.integers(0, 60).map(float) | st.floats(0.01, 900.0)
values = st.lists(st.just(math.nan) | numbers, min_size=1, max_size=50)
schemes = st.sampled_from(Scheme)


@settings(max_examples=40)
@given(values, schemes)
def test_every_value_is_in_exactly_one_class_that_holds_it(
    given_values: list[float], scheme: Scheme
) -> None:
    classes = classify(given_values, "YlGnBu", scheme)
    assert len(classes.members) == len(given_values)
    assert sum(entry.count for entry in classes.legend) == len(given_values)
    for value, member in zip(given_values, classes.members, strict=True):
        entry = classes.legend[member]
        if entry.low is None or entry.high is None:
            assert math.isnan(value)
        else:
            assert entry.low <= round(value, classes.decimals) <= entry.high


@settings(max_examples=40)
@given(values, schemes, st.randoms(use_true_random=False))
def test_breaks_rise_occur_and_do_not_depend_on_the_order(
    given_values: list[float], scheme: Scheme, random: "np.random.RandomState"
) -> None:
    breaks = find_breaks(given_values, scheme)
    assert all(low < high for low, high in pairwise(breaks.uppers))
    assert len(breaks.uppers) <= MOST
    shown = breaks.rounded(given_values)
    assert set(breaks.uppers) <= set(shown.tolist())
    assert not breaks.uppers or breaks.uppers[-1] == np.nanmax(shown)
    mixed = list(given_values)
    random.shuffle(mixed)
    assert find_breaks(mixed, scheme) == breaks


@settings(max_examples=40)
@given(values, values, schemes)
def test_a_value_has_the_same_class_in_each_part(
    one: list[float], other: list[float], scheme: Scheme
) -> None:
    breaks = find_breaks([*one, *other], scheme)
    together = sorted_in([*one, *other], breaks).tolist()
    # A part of whole numbers is written as all are, with their decimals.
    assert sorted_in(one, breaks).tolist() + sorted_in(other, breaks).tolist() == together


@settings(max_examples=40)
@given(st.lists(st.just(math.nan) | st.integers(-40, 40).map(float), min_size=1), schemes)
def test_changes_mirror_one_another_around_no_change(
    differences: list[float], scheme: Scheme
) -> None:
    there = classify_changes(differences, scheme)
    back = classify_changes([-value for value in differences], scheme)
    for value, one, other in zip(differences, there.members, back.members, strict=True):
        low, mirrored = there.legend[one], back.legend[other]
        assert (low.look == NO_DATA) == math.isnan(value)
        assert (low.look == ZERO) == (value == 0)
        if value and low.low is not None:
            assert low.low * value > 0
            assert (low.low, low.high) == (-(mirrored.high or 0), -(mirrored.low or 0))
            assert low.look != mirrored.look


def test_natural_breaks_part_what_lies_apart() -> None:
    legend = classify([1, 2, 2, 3, 50, 51, 52, 400], "BuGn", Scheme.NATURAL).legend
    assert {1, 50, 400} <= {entry.low for entry in legend}


def test_equal_intervals_leave_out_what_is_empty() -> None:
    legend = classify([1, 2, 100], "BuGn", Scheme.EQUAL).legend
    assert [(entry.low, entry.high) for entry in legend] == [(1, 2), (100, 100)]


@pytest.mark.parametrize("scheme", Scheme)
def test_a_city_of_rates_is_sorted_whole(scheme: Scheme) -> None:
    rates = np.random.default_rng(5).gamma(2.0, 3.0, 15_000)
    breaks = find_breaks(rates, scheme)
    counts = np.bincount(sorted_in(rates, breaks), minlength=7)
    assert counts.sum() == 15_000
    assert (counts[2:] > 0).all()
