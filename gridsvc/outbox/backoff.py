"""When something that did not arrive is tried again. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Backoff:
    """Each wait is `factor` times the one before, up to the longest; after `tries` it ends."""

    first: timedelta
    factor: int
    longest: timedelta
    tries: int

    def wait(self, failed: int, *, share: float) -> timedelta | None:
        """Give how long to wait after so many failures; None is for ever.

        `share`, from 0 to 1, is the caller's die: between half of the wait and all of it, so that
        what failed together does not come back together.
        """
        if failed >= self.tries:
            return None
        times: int = self.factor ** min(failed - 1, 20)
        return min(self.first * times, self.longest) * (1 + share) / 2


BACKOFF: Final = Backoff(
    first=timedelta(seconds=10), factor=4, longest=timedelta(hours=6), tries=10
)
"""Ten seconds at first, six hours at last: a day in all, at most."""
