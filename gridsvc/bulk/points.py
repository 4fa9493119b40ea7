"""Points to be decided and what was decided, as columns of one length. Values only."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridsvc.errors import Invalid
from gridsvc.routing.facts import Outcome

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

Rows = Flags | Ints | slice
"""Some of the rows of columns; a slice copies nothing."""
OUTCOMES: Sequence[Outcome] = tuple(Outcome)
NONE = -1
"""The number of nobody, of no zone and of no fault."""


@dataclass(frozen=True, slots=True)
class Points:
    """Many matters."""

    lon: Floats
    lat: Floats
    """Degrees, WGS-84; both NaN for a point without a position."""
    accuracy_m: Floats
    category: Ints
    """Which of `categories`."""
    categories: Sequence[str]
    at: Ints
    """Microseconds since 1970 in UTC."""

    def __len__(self) -> int:
        return len(self.lon)

    def where(self, rows: Rows) -> "Points":
        """Give some of them."""
        return Points(
            self.lon[rows],
            self.lat[rows],
            self.accuracy_m[rows],
            self.category[rows],
            self.categories,
            self.at[rows],
        )


@dataclass(frozen=True, slots=True)
class Answers:
    """A decision for each point, reduced to what fits a row."""

    outcome: Ints
    """Which of `OUTCOMES`."""
    lead: Ints
    """Which of the engine's `names`; so is `zone`, as layer and code."""
    zone: Ints
    distance_m: Floats
    """Metres to the border of the zone or, without one, of the smallest or the nearest area."""
    fault: Ints
    """Which of `faults` forbids a decision."""
    faults: Sequence[Invalid] = ()

    @classmethod
    def blank(cls, count: int, faults: Sequence[Invalid] = ()) -> "Answers":
        """Room for the decisions of some points."""
        outcome, lead, zone, fault = np.full((4, count), NONE, dtype=np.int64)
        return cls(outcome, lead, zone, np.full(count, np.nan), fault, faults)

    def where(self, rows: Rows) -> "Answers":
        """Give some of them."""
        return Answers(
            self.outcome[rows],
            self.lead[rows],
            self.zone[rows],
            self.distance_m[rows],
            self.fault[rows],
            self.faults,
        )

    def put(self, rows: Rows, others: "Answers") -> None:
        """Fill in the decisions of some points."""
        self.outcome[rows] = others.outcome
        self.lead[rows] = others.lead
        self.zone[rows] = others.zone
        self.distance_m[rows] = others.distance_m

    def put_one(self, row: int, outcome: int, lead: int, zone: int, distance_m: float) -> None:
        """Fill in the decision of one point."""
        self.outcome[row], self.lead[row], self.zone[row] = outcome, lead, zone
        self.distance_m[row] = distance_m


def rows_where(flags: Flags) -> Rows:
    """Give the rows that are flagged, all of them without copying anything."""
    return slice(None) if flags.all() else np.flatnonzero(flags)
