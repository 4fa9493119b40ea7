"""Time limits as standards word them: how much, and of which clock. Knows no calendar."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from gridsvc.errors import Invalid


class Unit(StrEnum):
    """What limits are counted in. Working units stop when nobody works, the others never do."""

    URGENT_MINUTE = "urgent_minute"
    URGENT_HOUR = "urgent_hour"  # 紧急工作时: runs at night, at week-ends and on holidays
    WORK_MINUTE = "work_minute"
    WORK_HOUR = "work_hour"  # 工作时: runs while people work
    WORK_DAY = "work_day"  # 工作日: eight work hours, unless the calendar says otherwise
    NATURAL_DAY = "natural_day"  # 自然日, 紧急工作日: 24 hours that never stop

    @property
    def length(self) -> timedelta:
        """How long one of it is, by the standard."""
        return _LENGTHS[self]

    @property
    def is_working(self) -> bool:
        """Tell whether the clock of this unit stops when nobody works."""
        return self in {Unit.WORK_MINUTE, Unit.WORK_HOUR, Unit.WORK_DAY}


_LENGTHS: Final[Mapping[Unit, timedelta]] = {
    Unit.URGENT_MINUTE: timedelta(minutes=1),
    Unit.URGENT_HOUR: timedelta(hours=1),
    Unit.WORK_MINUTE: timedelta(minutes=1),
    Unit.WORK_HOUR: timedelta(hours=1),
    Unit.WORK_DAY: timedelta(hours=8),
    Unit.NATURAL_DAY: timedelta(days=1),
}

# More is a slip of the pen: even in hours it is over a year.
_MOST: Final = 10_000


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
        """How long the clock of the unit must run, by the standard."""
        return self.unit.length * self.value

    @property
    def zh(self) -> str:
        """Its wording in Chinese, which `parse_limit` reads again."""
        return f"{_plain(self.value)}个{_WORDS[self.unit][0]}"

    @property
    def en(self) -> str:
        """Its wording in English, which `parse_limit` reads again."""
        plural = "" if self.value == 1 else "s"
        return f"{_plain(self.value)} {_WORDS[self.unit][1]}{plural}"


def _plain(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else str(value)


_WORDS: Final[Mapping[Unit, tuple[str, str]]] = {
    Unit.URGENT_MINUTE: ("紧急工作分钟", "urgent minute"),
    Unit.URGENT_HOUR: ("紧急工作时", "urgent hour"),
    Unit.WORK_MINUTE: ("工作分钟", "working minute"),
    Unit.WORK_HOUR: ("工作时", "working hour"),
    Unit.WORK_DAY: ("工作日", "working day"),
    Unit.NATURAL_DAY: ("自然日", "natural day"),
}


_NUMERALS: Final = {"半": 0.5, "两": 2.0} | {
    sign: float(number) for number, sign in enumerate("零一二三四五六七八九")
}
_CHINESE: Final = re.compile(
    r"(?P<value>\d+(?:\.\d+)?|[零一二两三四五六七八九]?十?[一二三四五六七八九]?|半)"
    r"个?(?P<half>半)?(?P<urgent>紧急)?(?P<clock>工作|自然)?(?P<span>分钟?|小?时|日|天)(?:[以之]?内)?"
)
_ENGLISH: Final = re.compile(
    r"(?:within )?(?P<value>\d+(?:\.\d+)?|an?) ?(?P<half>)(?P<urgent>urgent |emergency )?"
    r"(?P<clock>working |work |business |natural |calendar )?(?P<span>minute|hour|day)s?"
)
_SPANS: Final = {"分": "minute", "时": "hour", "小": "hour", "日": "day", "天": "day"}
_CLOCKS: Final = {
    "工作": "work",
    "working": "work",
    "business": "work",
    "自然": "natural",
    "calendar": "natural",
}
_UNITS: Final = {
    ("urgent", "minute"): Unit.URGENT_MINUTE,
    ("urgent", "hour"): Unit.URGENT_HOUR,
    ("urgent", "day"): Unit.NATURAL_DAY,
    ("work", "minute"): Unit.WORK_MINUTE,
    ("work", "hour"): Unit.WORK_HOUR,
    ("work", "day"): Unit.WORK_DAY,
    ("natural", "day"): Unit.NATURAL_DAY,
}


def parse_limit(text: str) -> Limit:
    """Read a limit from its wording, such as 2紧急工作时; 紧急 decides over all other words."""
    plain = unicodedata.normalize("NFKC", text).lower()
    words = _CHINESE.fullmatch("".join(plain.split())) or _ENGLISH.fullmatch(
        " ".join(plain.split())
    )
    unit = _unit(words) if words else None
    value = _number(words["value"]) if words else None
    if words is None or unit is None or value is None:
        raise Invalid(
            "limit_wording",
            en=f'"{text}" is no limit; write a number and 紧急工作时, 工作时, 工作日, 自然日 or '
            "紧急工作日 (urgent hours, working hours, working days, natural days). Plain minutes, "
            "hours or days do not say whether nights and week-ends count.",
            zh=f"“{text}”不是有效时限；请写明数字和单位：紧急工作时、工作时、工作日、自然日或紧急工作日。"
            "仅写“分钟”“小时”或“天”无法判断夜间和节假日是否计时。",
            text=text,
        )
    return Limit(value + 0.5 * bool(words["half"]), unit)


def _unit(words: re.Match[str]) -> Unit | None:
    span = _SPANS.get(words["span"][0], words["span"])
    clock = (words["clock"] or "").strip()
    return _UNITS.get(("urgent" if words["urgent"] else _CLOCKS.get(clock, clock), span))


def _number(text: str) -> float | None:
    """Read digits, or numerals up to 九十九."""
    if text in {"a", "an"}:
        return 1.0
    if text[:1].isdecimal():
        return float(text)
    tens, ten, ones = text.rpartition("十")
    if not (ten or len(ones) == 1):
        return None
    return (_NUMERALS[tens] if tens else 1.0) * 10 * bool(ten) + (_NUMERALS[ones] if ones else 0.0)
