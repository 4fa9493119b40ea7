"""Points, each with the matter that it is about. A value only."""

from collections.abc import Sequence
from dataclasses import dataclass

from gridsvc.bulk.matter import Matter
from gridsvc.bulk.points import Ints, Points, Rows
from gridsvc.routing.question import Question


@dataclass(frozen=True, slots=True)
class Asked:
    """Many questions."""

    points: Points
    numbers: Ints
    """Which of `matters`, for each point."""
    matters: Sequence[Matter]

    def where(self, rows: Rows) -> "Asked":
        """Give some of them."""
        return Asked(self.points.where(rows), self.numbers[rows], self.matters)

    def matter(self, row: int) -> Matter:
        """Give what one of them is about."""
        return self.matters[int(self.numbers[row])]

    def question(self, row: int) -> Question:
        """Ask one of them by itself."""
        points = self.points
        return self.matter(row).asked_at(
            float(points.lon[row]), float(points.lat[row]), float(points.accuracy_m[row])
        )
