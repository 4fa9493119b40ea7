"""Days that no season can tell, in named lists, each with its own validity. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gridsvc.rules.window import SpecialDays


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialDay:
    """One day of a list, such as one on which fireworks are banned."""

    id: UUID
    list_code: str
    title: str
    title_en: str | None = None
    day: date
    valid_from: datetime
    valid_to: datetime | None = None

    @property
    def code(self) -> str:
        """The list's: the day is put in and ended with it."""
        return self.list_code

    def in_force(self, at: datetime) -> bool:
        """Whether the list names the day at a time."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


def special_days_at(days: Iterable[SpecialDay], at: datetime) -> SpecialDays:
    """Arrange the lists as they are in force at a time; a list without days is none."""
    found: dict[str, set[date]] = defaultdict(set)
    for one in days:
        if one.in_force(at):
            found[one.list_code].add(one.day)
    return {code: frozenset(listed) for code, listed in found.items()}
