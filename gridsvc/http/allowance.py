"""How many requests an account, and an address, may make in a minute. Counted by each process.

Passwords and codes that fail are counted in the database, exactly (`gridsvc.auth.audit`). This
keeps one caller from taking what is there for all, for which no request is worth a write.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

from gridsvc.errors import TooManyRequests

MINUTE_S = 60.0


@dataclass(slots=True)
class Allowance:
    """So many a minute for each caller, all at once or one by one; 0 lets everything through."""

    a_minute: int
    most_callers: int = 50_000
    _spent: dict[Hashable, tuple[float, datetime]] = field(default_factory=dict)
    """By caller: how many requests were not made good by the time that has passed since."""

    def spend(self, caller: Hashable, *, now: datetime) -> None:
        """Count a request, or say after how long there is room for it again."""
        if not self.a_minute:
            return
        spent, since = self._spent.get(caller, (0.0, now))
        regained = max(0.0, (now - since).total_seconds()) * self.a_minute / MINUTE_S
        spent = max(0.0, spent - regained) + 1
        if spent > self.a_minute:
            raise _too_many(ceil((spent - self.a_minute) * MINUTE_S / self.a_minute))
        if len(self._spent) >= self.most_callers:
            self._forget(now)
        self._spent[caller] = (spent, now)

    def _forget(self, now: datetime) -> None:
        """Forget who has been away for a minute: they have their whole allowance again."""
        late = {it: kept for it, kept in self._spent.items() if _seconds(now, kept) < MINUTE_S}
        self._spent = late if len(late) < self.most_callers else {}


def _seconds(now: datetime, kept: tuple[float, datetime]) -> float:
    return (now - kept[1]).total_seconds()


def _too_many(seconds: int) -> TooManyRequests:
    return TooManyRequests(
        "too_fast",
        en=f"Too many requests in a short time; go on in {seconds} s, and more slowly.",
        zh=f"短时间内请求过多，请 {seconds} 秒后再继续，并放慢速度。",
        retry_after_s=seconds,
    )
