"""What routing is asked: whose is this category here, at this time, with this accuracy. Pure."""

from dataclasses import dataclass
from datetime import datetime

from gridsvc.catalogue.repository import CategoryRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A matter whose category is found and whose accuracy is within the limit."""

    category: CategoryRecord
    at: datetime
    """In the city's civil time, which rules speak of."""
    lon: float | None
    lat: float | None
    accuracy_m: float
    address: str | None = None
