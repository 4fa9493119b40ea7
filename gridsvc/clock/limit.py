"""Time limits as standards word them: how much, and of which clock. Knows no calendar."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from gridsvc.errors import Invalid


class Unit(StrEnum):
    URGENT_HOUR = "urgent_hour"  # 紧急工作时: runs at night, at week-ends and on holidays
    WORK_HOUR = "work_hour"  # 工作时: runs while people work
    WORK_DAY = "work_day"  # 工作日: eight work hours
    NATURAL_DAY = "natural_day"  # 自然日, 紧急工作日: 24 hours that never stop

    @property
    def hours(self) -> int:
        return {Unit.WORK_DAY: 8, Unit.NATURAL_DAY: 24}.get(self, 1)

    @property
    def is_working(self) -> bool:
        """Tell whether the clock of this unit stops when nobody works."""
        return self in (Unit.WORK_HOUR, Unit.WORK_DAY)


# More is a slip of the pen: even in hours it is over a year.
_MOST: Final = 10_000

_WORDING: Final = re.compile(
    r"(?P<value>\d+(?:\.\d+)?)个?(?P<urgent>紧急)?(?P<clock>工作|自然)?(?P<span>小?时|日|天)(?:以?内)?"
)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many of a unit, more than none."""

    value: float
    unit: Unit

    def __post_init__(self) -> None:
        if not 0 < self.value <= _MOST:  # also true of NaN
            raise Invalid(
                "limit_value",
                en=f"A limit of {self.value} is none; give more than 0, at most {_MOST:,}.",
                zh=f"时限 {self.value} 无效；应大于 0 且不超过 {_MOST:,}。",
                value=self.value,
            )

    @property
    def duration(self) -> timedelta:
        """How long the clock of the unit must run."""
        return timedelta(hours=self.value * self.unit.hours)


def parse_limit(text: str) -> Limit:
    """Read a limit from its wording, such as 2紧急工作时; 紧急 decides over all other words."""
    words = _WORDING.fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
    unit = words and _unit(words["urgent"] or words["clock"], in_days=words["span"] in "日天")
    if words is None or unit is None:
        raise Invalid(
            "limit_wording",
            en=f'"{text}" is no limit; write a number and 紧急工作时, 工作时, 工作日, 自然日 or '
            "紧急工作日. Plain hours or days do not say whether nights and week-ends count.",
            zh=f"“{text}”不是有效时限；请写明数字和单位：紧急工作时、工作时、工作日、自然日或紧急工作日。"
            "仅写“小时”或“天”无法判断夜间和节假日是否计时。",
            text=text,
        )
    return Limit(float(words["value"]), unit)


def _unit(clock: str | None, *, in_days: bool) -> Unit | None:
    hours, days = {
        "紧急": (Unit.URGENT_HOUR, Unit.NATURAL_DAY),
        "工作": (Unit.WORK_HOUR, Unit.WORK_DAY),
        "自然": (None, Unit.NATURAL_DAY),
    }.get(clock or "", (None, None))
    return days if in_days else hours
