"""Which topics are rising: more of them came of late than is usual for these hours. Pure.

The same hours of the same weekday are looked at in each of the weeks before. If cases come
independently of each other at a steady rate, so many of them in such a span are a Poisson number;
of the rate no more is known than what came in those weeks (and half a case, Jeffreys' prior, so
that what never came before is not infinitely surprising). How many are to be expected next is then
a negative binomial number, and what is asked is how likely it is to be as large as what came.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, log1p
from typing import Final, Generic, TypeVar

LEAST: Final = 5
"""Fewer cases are no topic, however rare they were before."""
WEEKS_AT_LEAST: Final = 2
"""Fewer weeks tell nothing of what is usual."""
FALSE_ALARMS: Final = 0.01
"""How likely it may be that anything is called rising while nothing is: of all topics together."""

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many cases came in the span that ends now, and in the same span of each week before."""

    now: int
    before: tuple[int, ...]

    @property
    def usual(self) -> float:
        """How many came in a week."""
        return sum(self.before) / len(self.before)

    @property
    def chance(self) -> float:
        """How likely it is that at least so many come as came now, where the rate is as before."""
        weeks, shape = len(self.before), sum(self.before) + 0.5
        none = shape * (log(weeks) - log1p(weeks))
        fewer = (
            exp(none + lgamma(shape + n) - lgamma(shape) - lgamma(n + 1) - n * log1p(weeks))
            for n in range(self.now)
        )
        return max(0.0, 1.0 - sum(fewer))


@dataclass(frozen=True, slots=True)
class Rising(Generic[T]):
    """A topic of which more came than is usual."""

    topic: T
    tally: Tally


def rising(tallies: Mapping[T, Tally]) -> Sequence[Rising[T]]:
    """Find the topics that are rising, the least likely first.

    The more topics are looked at, the more surprising each has to be.
    """
    enough = {
        topic: tally for topic, tally in tallies.items() if len(tally.before) >= WEEKS_AT_LEAST
    }
    found = [
        Rising(topic, tally)
        for topic, tally in enough.items()
        if tally.now >= LEAST and tally.now > tally.usual
        if tally.chance * len(enough) <= FALSE_ALARMS
    ]
    return sorted(found, key=lambda it: (it.tally.chance, -it.tally.now))
