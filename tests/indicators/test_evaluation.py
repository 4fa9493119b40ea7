"""Shares, scores and places: official figures worked out again, and rules that always hold."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.indicators.definition import Composite, Term, Words
from gridsvc.indicators.evaluation import Share, places, rolled_up, score
from gridsvc.indicators.vocabulary import Unit

NAME = Words("名", "name")


@pytest.mark.parametrize(
    ("numerator", "denominator", "value"),
    [
        (23_974, 24_932, "96.16"),
        (22_345, 24_932, "89.62"),
        (911, 972, "93.72"),
        (737, 972, "75.82"),
        (953, 996, "95.68"),
        (1, 8, "12.50"),
        (1, 800, "0.13"),
        (0, 3, "0.00"),
    ],
)
def test_a_share_is_what_official_tables_print(
    numerator: int, denominator: int, value: str
) -> None:
    assert Share(numerator, denominator).value() == Decimal(value)


def test_a_share_of_nothing_has_no_value() -> None:
    assert Share(0, 0).value() is None


def test_a_share_can_be_told_per_thousand() -> None:
    assert Share(1, 8).value(Unit.PERMILLE) == Decimal("125.00")


def composite(*terms: Term, **limits: float) -> Composite:
    return Composite(code="c", version=1, name=NAME, sentence=NAME, terms=terms, **limits)  # type: ignore[arg-type]  # limits are no words


CLOSING, REWORK = Term(indicator="a", weight=0.3), Term(indicator="b", weight=0.3, inverted=True)


class TestScore:
    def test_it_is_its_base_and_its_weighted_terms(self) -> None:
        shares = {"a": Share(9, 10), "b": Share(1, 10)}
        assert score(composite(CLOSING, REWORK, base=10), shares) == Decimal("64.00")

    @pytest.mark.parametrize(("low", "high", "held"), [(0, 20, "20.00"), (70, 100, "70.00")])
    def test_it_is_held_within_its_limits(self, low: float, high: float, held: str) -> None:
        made = composite(Term(indicator="a", weight=0.5), low=low, high=high)
        assert score(made, {"a": Share(9, 10)}) == Decimal(held)

    def test_a_term_is_held_within_its_own(self) -> None:
        made = composite(Term(indicator="a", weight=1, low=0, high=50))
        assert score(made, {"a": Share(9, 10)}) == Decimal("50.00")

    def test_where_a_term_has_no_value_there_is_no_score(self) -> None:
        assert score(composite(CLOSING, REWORK), {"a": Share(1, 1), "b": Share()}) is None


def test_equal_values_share_a_place_and_what_has_no_value_has_none() -> None:
    values = [Decimal(3), Decimal(5), None, Decimal(3), Decimal(1)]
    assert places(values, less_is_better=False) == [2, 1, None, 2, 4]
    assert places(values, less_is_better=True) == [2, 4, None, 2, 1]


def test_an_organisation_has_what_those_below_it_have() -> None:
    counted = {"s1": {"x": Share(1, 2)}, "s2": {"x": Share(2, 3)}, None: {"x": Share(0, 1)}}
    above = {"s1": ("s1", "city"), "s2": ("s2", "city"), "city": ("city",)}
    assert rolled_up(counted, above) == {
        "s1": {"x": Share(1, 2)},
        "s2": {"x": Share(2, 3)},
        "city": {"x": Share(3, 5)},
        None: {"x": Share(0, 1)},
    }


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_part_is_never_more_than_the_whole(part: int, rest: int) -> None:
    value = Share(part, part + rest).value()
    assert value is not None
    assert 0 <= value <= 100
    assert Share(part + 1, part + rest + 1).value() >= value  # type: ignore[operator]  # there is one


@given(st.lists(st.one_of(st.none(), st.decimals(0, 100, places=2)), max_size=12))
def test_places_order_as_values_do(values: list[Decimal | None]) -> None:
    found = places(values, less_is_better=False)
    pairs = [(v, p) for v, p in zip(values, found, strict=True) if v is not None and p is not None]
    assert len(pairs) == len([value for value in values if value is not None])
    for value, place in pairs:
        assert place == 1 + sum(other > value for other, _ in pairs)
