"""Choosing a calendar: the most specific one that is in use for a body and a place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Use:
    """That a calendar is used from a time on: by an organisation, in an area, or by all."""

    calendar: str
    valid_from: datetime
    valid_to: datetime | None = None
    organisation: str | None = None
    area: str | None = None

    def holds(self, at: datetime) -> bool:
        """Tell whether it is in force at a time."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


def choose(
    uses: Iterable[Use], *, organisations: Sequence[str], areas: Sequence[str], at: datetime
) -> Use | None:
    """Choose for a body (it first, then those above it) and a place (its smallest area first).

    Who works decides before where: a department keeps its hours wherever it is sent. Of equals the
    one that came into force last is taken, then the first by code.
    """
    fitting = [
        use
        for use in uses
        if use.holds(at)
        and (use.organisation is None or use.organisation in organisations)
        and (use.area is None or use.area in areas)
    ]

    def rank(use: Use) -> tuple[int, int, float, str]:
        return (
            _distance(use.organisation, organisations),
            _distance(use.area, areas),
            -use.valid_from.timestamp(),
            use.calendar,
        )

    return min(fitting, key=rank, default=None)


def _distance(wanted: str | None, chain: Sequence[str]) -> int:
    return len(chain) if wanted is None else chain.index(wanted)
