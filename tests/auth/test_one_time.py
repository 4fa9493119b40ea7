"""Codes that are good once: the vectors of RFC 6238, clocks that are wrong, codes on paper."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.auth import one_time
from gridsvc.auth.one_time import STEP_S, step_of

SECRET = b"12345678901234567890"
MOMENT = datetime(2026, 11, 22, 8, 0, 7, tzinfo=UTC)
NOW = int(MOMENT.timestamp()) // STEP_S


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_vectors_of_the_rfc(seconds: int, code: str) -> None:
    """Appendix B, SHA-1; of its eight digits the last six, as section 5.3 of RFC 4226 has it."""
    moment = datetime.fromtimestamp(seconds, UTC)
    assert step_of(code, SECRET, now=moment, after=0) == seconds // STEP_S


def code_of(step: int) -> str:
    """What a telephone shows at a step."""
    return TOTP(SECRET, 6, SHA1(), STEP_S).generate(step * STEP_S).decode()


@pytest.mark.parametrize(
    ("late", "step"), [(-60, None), (-30, NOW), (0, NOW), (30, NOW), (60, None)]
)
def test_a_clock_may_be_wrong_by_one_step(late: int, step: int | None) -> None:
    code = code_of(NOW)
    assert step_of(code, SECRET, now=MOMENT + timedelta(seconds=late), after=0) == step


def test_a_code_is_good_once_and_none_before_it_later() -> None:
    older, code = code_of(NOW - 1), code_of(NOW)
    assert step_of(code, SECRET, now=MOMENT, after=NOW - 1) == NOW
    assert step_of(code, SECRET, now=MOMENT, after=NOW) is None
    assert step_of(older, SECRET, now=MOMENT, after=NOW) is None


@given(st.text(max_size=12))
def test_whatever_else_is_typed_is_no_code(text: str) -> None:
    codes = [code_of(NOW + drift) for drift in (-1, 0, 1)]
    assert (step_of(text, SECRET, now=MOMENT, after=0) is None) == (text not in codes)


def test_secrets_and_recovery_codes_are_never_the_same() -> None:
    assert len({one_time.new_secret() for _ in range(20)}) == 20
    codes = {code for _ in range(20) for code in one_time.new_recovery_codes()}
    assert len(codes) == 200
    assert all(len(code) == 19 for code in codes)


@pytest.mark.parametrize(
    "typed", ["ABCD-EFGH-2345-67AB", "abcdefgh234567ab", " abcd efgh2345-67ab "]
)
def test_a_recovery_code_is_known_however_it_is_typed(typed: str) -> None:
    assert one_time.recovery_hash(typed) == one_time.recovery_hash("abcd-efgh-2345-67ab")


def test_the_address_is_what_authenticators_read() -> None:
    address = one_time.address_of(SECRET, login="li.na@grid", issuer="gridsvc")
    assert address.startswith("otpauth://totp/gridsvc:li.na%40grid?")
    assert "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" in address
    assert one_time.typed(SECRET).replace(" ", "") in address
