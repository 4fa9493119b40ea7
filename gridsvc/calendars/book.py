"""All calendars as they stand, and which of them holds for a body at a place and time. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gridsvc.clock.calendar import Calendar
from gridsvc.clock.choice import Use, choose

DEFAULT = "default"
"""Name of the calendar that is asked where none is in use."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A calendar with the name under which it can be found again, such as `city/3`."""

    name: str
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a calendar, and when it is the one to ask."""

    code: str
    title: str
    number: int
    valid_from: datetime
    valid_to: datetime | None
    calendar: Calendar

    def holds(self, at: datetime) -> bool:
        """Tell whether it is in force at a time."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)

    @property
    def in_force(self) -> InForce:
        return InForce(f"{self.code}/{self.number}", self.calendar)


@dataclass(frozen=True, slots=True)
class Book:
    """Everything that is known of calendars; `default` is asked where none is in use."""

    default: Calendar
    versions: Sequence[Version] = ()
    uses: Sequence[Use] = ()
    parents: Mapping[UUID, UUID | None] | None = None
    """The organisation above each."""

    def version(self, code: str, at: datetime) -> Version | None:
        """Find the version of a calendar that is in force at a time."""
        return next((one for one in self.versions if one.code == code and one.holds(at)), None)

    def named(self, name: str) -> InForce:
        """Find a version again by its name."""
        there = (one.in_force for one in self.versions)
        return next((one for one in there if one.name == name), InForce(DEFAULT, self.default))

    def in_force(
        self, at: datetime, *, organisation: UUID | None = None, areas: Sequence[str] = ()
    ) -> InForce:
        """Choose for a body and a place, given by its areas, the smallest first."""
        there = {one.code: one for one in self.versions if one.holds(at)}
        use = choose(
            [use for use in self.uses if use.calendar in there],
            organisations=[str(one) for one in self._upwards(organisation)],
            areas=areas,
            at=at,
        )
        if use is None:
            return InForce(DEFAULT, self.default)
        return there[use.calendar].in_force

    def _upwards(self, organisation: UUID | None) -> Iterator[UUID]:
        while organisation is not None:
            yield organisation
            organisation = (self.parents or {}).get(organisation)


def area_key(level: str, code: str) -> str:
    """Name an area among those of all levels."""
    return f"{level}/{code}"
