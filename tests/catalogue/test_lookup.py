"""Finding a category by its code: the one in force at that time, of the scheme that is meant."""

from datetime import timedelta
from uuid import UUID

import pytest

from gridsvc.catalogue.lookup import catalogue_of, find_category
from gridsvc.errors import Invalid
from tests.routing.maps import BEGAN, NOON, category

FIRST = category(valid_to=NOON, name="old")
SECOND = category(id=UUID(int=2), scheme_id=UUID(int=2), scheme_version=2, valid_from=NOON)
OTHER = category(id=UUID(int=3), scheme_id=UUID(int=3), scheme="other")
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("at", "version"),
    [(BEGAN, 1), (NOON - INSTANT, 1), (NOON, 2), (NOON + timedelta(days=9999), 2)],
)
def test_a_version_holds_until_the_moment_of_the_next(at: object, version: int) -> None:
    found = find_category(catalogue_of([SECOND, FIRST]), "0201", scheme=None, at=at)  # type: ignore[arg-type]  # a table of moments
    assert found.scheme_version == version


@pytest.mark.parametrize(
    ("code", "scheme"),
    [("9999", None), ("", None), ("02", None), ("0201", "none"), ("0201 ", None)],
)
def test_what_is_not_there_is_named(code: str, scheme: str | None) -> None:
    with pytest.raises(Invalid) as refused:
        find_category(catalogue_of([SECOND]), code, scheme=scheme, at=NOON)
    assert (refused.value.code, refused.value.field) == ("unknown_category", "category")


def test_nothing_is_in_force_before_the_first_version() -> None:
    with pytest.raises(Invalid):
        find_category(catalogue_of([FIRST]), "0201", scheme=None, at=BEGAN - INSTANT)


def test_a_code_of_two_schemes_is_nobodys_until_the_scheme_is_named() -> None:
    both = catalogue_of([SECOND, OTHER])
    with pytest.raises(Invalid) as refused:
        find_category(both, "0201", scheme=None, at=NOON)
    assert (refused.value.code, refused.value.field) == ("ambiguous_category", "scheme")
    assert find_category(both, "0201", scheme="other", at=NOON) == OTHER
    assert find_category(both, "0201", scheme="test", at=NOON) == SECOND


def test_a_scheme_that_has_ended_leaves_no_doubt() -> None:
    ended = category(id=UUID(int=4), scheme_id=UUID(int=4), scheme="ended", valid_to=NOON)
    assert find_category(catalogue_of([ended, SECOND]), "0201", scheme=None, at=NOON) == SECOND
