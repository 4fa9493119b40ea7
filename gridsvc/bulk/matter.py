"""What a point is about, apart from where it is. A value only."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime

from gridsvc.catalogue.repository import CategoryRecord
from gridsvc.routing.question import Question


@dataclass(frozen=True, slots=True)
class Matter:
    """A category at a time; one of each likeness stands for all."""

    category: CategoryRecord
    at: datetime
    """In civil time."""
    likeness: Hashable

    def asked_at(self, lon: float | None, lat: float | None, accuracy_m: float) -> Question:
        """Ask about it at a point."""
        return Question(category=self.category, at=self.at, lon=lon, lat=lat, accuracy_m=accuracy_m)
