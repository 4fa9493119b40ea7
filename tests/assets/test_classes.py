"""Codes and classes: the scheme says how sixteen digits are split."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.assets.classes import class_digits, names, parse, refuse_wrong_code
from gridsvc.errors import Invalid

DIGITS = st.text("0123456789", min_size=2, max_size=2)


@pytest.mark.parametrize(
    ("category", "digits"),
    [
        ("0106", "0106"),
        ("C0106", "0106"),
        ("部件01006", "01006"),
        ("106", None),
        ("010600", None),
        ("C0106a", None),
        ("lamp", None),
        ("０１０６", None),
        ("", None),
    ],
)
def test_a_class_of_four_or_five_digits_is_one_that_codes_can_name(
    category: str, digits: str | None
) -> None:
    assert class_digits(category) == digits


@given(major=DIGITS, minor=DIGITS, number=st.integers(0, 999_999))
def test_a_minor_of_two_digits_splits_6_2_2_6(major: str, minor: str, number: int) -> None:
    parsed = parse(f"510104{major}{minor}{number:06d}", f"C{major}{minor}")
    assert parsed is not None
    assert (parsed.major, parsed.minor, parsed.sequence) == (major, minor, f"{number:06d}")
    assert names(parsed, f"{major}{minor}")


@given(major=DIGITS, minor=st.integers(0, 999), number=st.integers(0, 99_999))
def test_a_minor_of_three_digits_splits_6_2_3_5(major: str, minor: int, number: int) -> None:
    category = f"{major}{minor:03d}"
    parsed = parse(f"510104{category}{number:05d}", category)
    assert parsed is not None
    assert (parsed.minor, parsed.sequence) == (f"{minor:03d}", f"{number:05d}")
    assert names(parsed, category)


@pytest.mark.parametrize(
    ("code", "category", "fault"),
    [
        ("5101040106000001", "0107", "code_of_another_class"),
        ("5101040106000001", "01006", "code_of_another_class"),
        ("5101040100600001", "0106", "code_of_another_class"),
        ("510104010600001", "0106", "bad_component_code"),
        ("51010401060000011", "0106", "bad_component_code"),
        ("X101040106000001", "0106", "bad_component_code"),
        ("0001040106000001", "lamp", "bad_component_code"),
    ],
)
def test_a_code_that_is_none_or_of_another_class_is_refused(
    code: str, category: str, fault: str
) -> None:
    with pytest.raises(Invalid) as refused:
        refuse_wrong_code(code, category)
    assert refused.value.code == fault
    assert refused.value.zh


def test_a_class_that_says_nothing_about_codes_takes_any() -> None:
    refuse_wrong_code("5101040106000001", "lamp")
