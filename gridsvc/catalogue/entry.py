"""A category as a scheme states it, with its filing conditions. Pure."""

from dataclasses import dataclass

from gridsvc.clock.limit import Limit

HOURS_IN_A_WORKDAY = 8
COMPONENT, EVENT = KINDS = ("component", "event")
"""部件 are things, 事件 happen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """A filing condition (立案条件): what is wrong, by when it is put right, what closes it."""

    code: str
    text: str
    text_en: str | None = None
    limit: Limit
    closing: str | None = None
    closing_en: str | None = None
    lead: str | None = None
    supervisor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A minor class (小类) of a scheme."""

    code: str
    name: str
    name_en: str | None = None
    major_code: str
    major_name: str
    major_name_en: str | None = None
    kind: str
    limit: Limit
    """Holds where a report names no condition: the shortest of theirs, if there are any."""
    conditions: tuple[Filing, ...] = ()


def shortest(conditions: tuple[Filing, ...]) -> Filing:
    """Find the condition whose limit ends first, as far as that can be told without a calendar.

    Of a day, working clocks run eight hours; and they alone stand still on holidays.
    """
    return min(conditions, key=lambda one: _ends_after(one.limit))


def _ends_after(limit: Limit) -> tuple[float, bool]:
    stretch = 24 / HOURS_IN_A_WORKDAY if limit.unit.is_working else 1
    return limit.duration.total_seconds() * stretch, limit.unit.is_working
