"""Waits grow to a longest one, are scattered, and end."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from gridsvc.outbox.backoff import BACKOFF, Backoff

HALF_A_MINUTE = Backoff(timedelta(seconds=30), 2, timedelta(minutes=3), tries=6)


def test_it_grows_and_ends() -> None:
    waits = [HALF_A_MINUTE.wait(failed, share=1.0) for failed in range(1, 8)]
    assert waits == [*(timedelta(seconds=s) for s in (30, 60, 120, 180, 180)), None, None]


def test_a_message_is_tried_for_most_of_a_day() -> None:
    waits = [BACKOFF.wait(failed, share=1.0) for failed in range(1, BACKOFF.tries)]
    total = sum((wait for wait in waits if wait), timedelta())
    assert timedelta(hours=12) < total < timedelta(days=1)


@given(st.integers(1, 5), st.floats(0, 1))
def test_it_is_between_half_and_all_of_the_wait(failed: int, share: float) -> None:
    whole = HALF_A_MINUTE.wait(failed, share=1.0)
    wait = HALF_A_MINUTE.wait(failed, share=share)
    assert whole is not None
    assert wait is not None
    assert whole / 2 <= wait <= whole
