"""What a briefing says, all of it: so it can be kept, and be shown in any language. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from pydantic import TypeAdapter

HIGHEST: Final = 10
"""How many rows a table of the worst has."""


class Measure(StrEnum):
    """The headline figures, in the order in which they stand."""

    FILED = "filed"
    """Reported on the day before."""
    CLOSED = "closed"
    """Over since the day before."""
    OPEN = "open"
    OVERDUE = "overdue"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, with what it was a day and a week before; None where nobody knows."""

    measure: Measure
    value: int
    day_before: int | None
    week_before: int | None


@dataclass(frozen=True, slots=True)
class Name:
    """What something is called."""

    zh: str
    en: str | None

    def in_language(self, language: str) -> str:
        """Give it in a language, or as it is called at all."""
        return self.zh if language == "zh" else self.en or self.zh


@dataclass(frozen=True, slots=True)
class Line:
    """An area or an organisation with its numbers."""

    code: str
    name: Name
    filed: int
    open: int
    overdue: int
    path: str = ""
    """Of an area, in the box of the maps."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place where matters of one class came again and again."""

    matter: Name
    count: int
    grids: tuple[Name, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """The briefing of a day's morning."""

    day: date
    made_at: datetime
    figures: tuple[Figure, ...]
    unit: Name
    """What the areas are."""
    areas: tuple[Line, ...]
    unplaced_open: int
    """How many open cases lie in none of the areas, such as those without coordinates."""
    unplaced_overdue: int
    height: int
    """Of the box in which their paths are drawn; it is `maps.small.WIDTH` wide."""
    owners: tuple[Line, ...]
    """Those who have overdue cases, the most first."""
    spots: tuple[Spot, ...]
    spot_days: int

    def number(self, measure: Measure) -> int:
        """Give a headline figure."""
        return next(it.value for it in self.figures if it.measure is measure)


_FORM: Final = TypeAdapter(Briefing)


def as_json(briefing: Briefing) -> dict[str, Any]:
    """Write a briefing down."""
    written: dict[str, Any] = _FORM.dump_python(briefing, mode="json")
    return written


def from_json(written: dict[str, Any]) -> Briefing:
    """Read what was written down."""
    return _FORM.validate_python(written)


def change(value: int, before: int | None) -> str:
    """Say by how much a number has changed, with its sign; nothing where it is not known."""
    if before is None:
        return "–"
    return f"{value - before:+,}".replace("-", "−") if value != before else "±0"


def busiest(lines: Iterable[Line]) -> Sequence[Line]:
    """List those with the most open cases; with equal ones, those with the most overdue."""
    some = [line for line in lines if line.open]
    return sorted(some, key=lambda it: (-it.open, -it.overdue, it.code))[:HIGHEST]


def latest(lines: Iterable[Line]) -> tuple[Line, ...]:
    """List those with overdue cases, the most first."""
    some = [line for line in lines if line.overdue]
    return tuple(sorted(some, key=lambda it: (-it.overdue, -it.open, it.code))[:HIGHEST])
