"""Where a stream goes on: written, read again, and refused where it is none."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridsvc.live.position import REPLAYED, Position

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
NUMBERS = st.integers(min_value=1, max_value=2**63 - 1)


@settings(max_examples=40)
@given(st.lists(NUMBERS, min_size=2, max_size=9, unique=True), st.integers(0, 3600))
def test_what_is_written_is_read_again(numbers: list[int], age: int) -> None:
    lowest, *under_way, highest = sorted(numbers)
    snapshot = f"{lowest}:{highest}:{','.join(map(str, under_way))}"
    made = Position(NOW - timedelta(seconds=age), snapshot)
    assert Position.read(str(made), now=NOW) == made


@pytest.mark.parametrize(
    "text",
    [
        *(None, "", "7", "0", "1763800000", "10:20:"),
        *(f"{int(NOW.timestamp())}.{it}" for it in ("", "10:20", "20:10:", "0:0:", "10:20:9")),
        *(f"{int(NOW.timestamp())}.{it}" for it in ("10:20:20", "10:20:15,12", "10:20:x", "a:b:")),
        f"{int(NOW.timestamp())}.10:{2**63}:",
        f"{int(NOW.timestamp())}.10:20:'; DROP TABLE incident; --",
        f"{int((NOW - REPLAYED).timestamp()) - 1}.10:20:",
        f"{int(NOW.timestamp()) + 1}.10:20:",
        f"{int(NOW.timestamp())}.１０:２０:",
    ],
)
def test_what_is_none_or_too_old_begins_anew(text: str | None) -> None:
    assert Position.read(text, now=NOW) is None


def test_a_restored_database_is_noticed() -> None:
    old, new = Position(NOW, "900:950:"), Position(NOW, "10:20:15")
    assert old.is_ahead_of(new)
    assert not new.is_ahead_of(old)
    assert not new.is_ahead_of(new)
