"""What a new password must be: long and not predictable, whatever characters it is made of."""

import re
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gridsvc.auth.password_rules import (
    COMMON,
    LONGEST,
    PasswordRules,
    check_password,
    faults,
)
from gridsvc.db.clock import utc_now
from gridsvc.errors import Invalid

RULES = PasswordRules()
LOGIN = "li.na"
SCATTERED = "kx7 wqm2 fzt9 hjb4 "
"""Nothing in it is a word, a row of neighbours or a piece that comes back."""


def codes(password: str, *, login: str = LOGIN, rules: PasswordRules = RULES) -> list[str]:
    return [fault.code for fault in faults(password, login=login, rules=rules)]


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "lowercase only words",
        "四个不相关的中文词语呀",
        "8361920475",
        "J9-_xkQ2mZ4p",
        "my password is a long sentence",
        "li na likes the sea",
        "x" * 4 + SCATTERED * 6,
    ],
)
def test_what_is_long_and_not_predictable_will_do(password: str) -> None:
    assert codes(password) == []


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password_too_short"),
        ("kx7wqm2fz", "password_too_short"),
        (SCATTERED * 7, "password_too_long"),
        ("my li.na secret 7", "password_has_login"),
        ("MY LI.NA secret 7", "password_has_login"),
        ("an.il backwards", "password_has_login"),
        ("aaaaaaaaaaaa", "password_repeats"),
        ("密码密码密码密码密码", "password_repeats"),
        ("kx7wqmkx7wqm", "password_repeats"),
        ("1234567890", "password_sequence"),
        ("abcdefghijkl", "password_sequence"),
        ("9876543210!", "password_sequence"),
        ("qwertyuiop[]", "password_sequence"),
        ("POIUYTREWQ", "password_sequence"),
        ("abcd1234efgh", "password_sequence"),
        ("1qaz2wsx3edc", "password_sequence"),
        ("Password2026", "password_common"),
        ("P@ssw0rd!!!!!", "password_common"),
        ("woaini1314520", "password_common"),
        ("管理员#20261122", "password_common"),
    ],
)
def test_what_is_guessed_first_is_refused(password: str, code: str) -> None:
    assert code in codes(password)


def test_a_short_login_name_may_stand_in_it() -> None:
    assert codes("a sunny day in the hills", login="a") == []


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_password_holds_its_login(before: str, after: str) -> None:
    assert "password_has_login" in codes(f"{before}{LOGIN.upper()}{after}")


@given(st.text(min_size=1, max_size=12), st.integers(2, 9))
def test_nor_is_it_one_piece_over_and_over(piece: str, times: int) -> None:
    assert "password_repeats" in codes(piece * times)


@given(st.sampled_from(sorted(COMMON)), st.text("0123456789!#.-_ ", max_size=12))
def test_nor_a_well_known_word_with_digits_or_signs(word: str, tail: str) -> None:
    assert "password_common" in codes(word.title() + tail)
    assert "password_common" in codes(tail + word)


@given(st.integers(1, 40), st.integers(1, 40))
def test_a_longer_rule_never_takes_more(shorter: int, longer: int) -> None:
    low, high = sorted((shorter, longer))
    lax, strict = PasswordRules(low), PasswordRules(high)
    for password in (SCATTERED, SCATTERED[:8]):
        assert {*codes(password, rules=lax)} <= {*codes(password, rules=strict)}


@given(st.text(max_size=LONGEST + 5), st.text(max_size=12))
@example("ß" * 10, "SS")
@example("\x00" * 10, "")
def test_whatever_is_typed_is_taken_or_explained_in_both_languages(
    password: str, login: str
) -> None:
    found = faults(password, login=login, rules=RULES)
    if not found:
        check_password(password, login=login, rules=RULES)
        return
    with pytest.raises(Invalid) as refused:
        check_password(password, login=login, rules=RULES)
    assert refused.value.code == found[0].code
    for fault in found:
        assert fault.en in refused.value.en
        assert fault.zh in refused.value.zh
        assert re.search("[一-鿿]", fault.zh)


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert codes("li.na") == ["password_too_short", "password_has_login"]
    assert codes("1234") == ["password_too_short", "password_repeats"]


def test_only_where_it_is_set_a_password_gets_too_old() -> None:
    now = utc_now()
    rules = PasswordRules(max_age=timedelta(days=90))
    assert not rules.too_old(now - timedelta(days=90) + timedelta(seconds=1), now=now)
    assert rules.too_old(now - timedelta(days=90), now=now)
    assert not RULES.too_old(now - timedelta(days=9_000), now=now)
