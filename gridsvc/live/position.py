"""How far somebody has been told: a snapshot of the database's transactions, and when it was. Pure.

A number that counts on would lose what is committed late: the number is drawn first, the commit
comes when it comes. A snapshot names the transactions that were under way, so that each of them is
told of once it has ended, however many have begun and ended since.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self

REPLAYED: Final = timedelta(hours=1)
"""For how long after it a position can be taken up again. Changes are kept for much longer, since
who wrote one may commit it hours later."""
_FORM: Final = re.compile(
    r"(\d{1,12})\.((\d{1,19}):\d{1,19}:(?:\d{1,19}(?:,\d{1,19}){0,999})?)", re.ASCII
)
_LARGEST: Final = 2**63


@dataclass(frozen=True, slots=True)
class Position:
    """Where a stream stands."""

    at: datetime
    snapshot: str

    def __str__(self) -> str:
        return f"{int(self.at.timestamp())}.{self.snapshot}"

    def is_ahead_of(self, other: "Position") -> bool:
        """Tell whether it knows transactions that are yet to come: it is of another database.

        One that was restored from a copy begins to count anew.
        """
        return _end(self) > _end(other)

    @classmethod
    def read(cls, text: str | None, *, now: datetime) -> Self | None:
        """Read what a client says it was told last; None for what is no position, or too old."""
        written = _FORM.fullmatch(text or "")
        if written is None or not _is_snapshot(written[2]):
            return None
        age = int(now.timestamp()) - int(written[1])
        if not 0 <= age <= REPLAYED.total_seconds():
            return None
        return cls(datetime.fromtimestamp(int(written[1]), UTC), written[2])


def _is_snapshot(text: str) -> bool:
    """Tell whether PostgreSQL would take it."""
    lowest, highest, listed = text.split(":")
    under_way = [int(number) for number in listed.split(",") if number]
    low, high = int(lowest), int(highest)
    within = all(low <= number < high for number in under_way)
    return 0 < low <= high < _LARGEST and within and under_way == sorted(under_way)


def _end(position: Position) -> int:
    return int(position.snapshot.split(":")[1])
