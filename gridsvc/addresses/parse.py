"""Chinese address text taken apart: what is a name of what kind, and which house number. Pure.

No dictionary: the kind of a name is told by its last characters (路, 小区, 街道), as people do.
Whether there is such a place is for the matching to say.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class PartKind(StrEnum):
    """What a part of an address names."""

    AREA = "area"
    ROAD = "road"
    ESTATE = "estate"
    OTHER = "other"


class Parity(StrEnum):
    """The side of a road, by its numbers."""

    ODD = "odd"
    EVEN = "even"


@dataclass(frozen=True, slots=True)
class HouseNumber:
    """A number along a road; `sub` is what follows it, the 5 of 128弄5号 and the 1 of 128-1号."""

    number: int
    sub: int | None = None

    @property
    def parity(self) -> Parity:
        """The side of the road: of the number itself, whatever lies behind it."""
        return Parity.EVEN if self.number % 2 == 0 else Parity.ODD


@dataclass(frozen=True, slots=True)
class Part:
    """A name in a normalised text, from `start` on; `core` is the name without its `kind` word."""

    kind: PartKind
    core: str
    suffix: str
    start: int

    @property
    def name(self) -> str:
        """The whole name."""
        return self.core + self.suffix

    @property
    def end(self) -> int:
        """Where the text goes on."""
        return self.start + len(self.name)


@dataclass(frozen=True, slots=True)
class FoundNumber:
    """A house number and where in the normalised text it stands."""

    value: HouseNumber
    start: int


_ROAD: Final = ("大道", "大街", "公路", "胡同", "支路", "路", "街", "巷", "弄")
_ESTATE: Final = (
    *("国际公寓", "国际花园", "住宅小区", "新村", "小区", "花园", "公寓", "家园", "佳苑", "雅苑"),
    *("佳园", "名邸", "华庭", "华府", "别墅", "大院", "大厦", "广场", "新苑", "名苑", "嘉苑"),
    *("一村", "二村", "三村", "四村", "五村", "六村", "苑", "坊"),
)
_AREA: Final = (
    *("特别行政区", "自治区", "自治州", "街道办事处", "社区居委会", "居委会", "村委会"),
    *("街道", "社区", "网格", "省", "市", "区", "县", "旗", "镇", "乡", "村"),
)
SUFFIXES: Final = {
    **dict.fromkeys(_ROAD, PartKind.ROAD),
    **dict.fromkeys(_ESTATE, PartKind.ESTATE),
    **dict.fromkeys(_AREA, PartKind.AREA),
}


def _either(words: tuple[str, ...]) -> str:
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


_DIGITS: Final = {
    **{digit: at for at, digit in enumerate("〇一二三四五六七八九")},
    **{digit: at for at, digit in enumerate("零壹贰叁肆伍陆柒捌玖")},
    "两": 2,
}
_UNITS: Final = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_NUMERAL: Final = f"(?:[0-9]{{1,5}}|[{''.join((*_DIGITS, *_UNITS))}]{{1,9}})"
_NOT_A_HOUSE: Final = "楼|线|门|口|路|街|桥|厅|机|车|库|出口|地块|网格|居民组"
_NUMBER: Final = re.compile(
    rf"(?<![0-9])(?P<lane>{_NUMERAL})弄(?:(?P<within>{_NUMERAL})号)?"
    rf"|(?<![0-9])(?P<house>{_NUMERAL})(?:-(?P<before>[0-9]{{1,5}}))?号(?!{_NOT_A_HOUSE})"
    r"(?:[-之](?P<behind>[0-9]{1,5})(?![0-9]))?"
    r"|(?:(?<![a-z])no[.,]?|#)(?P<latin>[0-9]{1,5})(?![0-9])(?:-(?P<part>[0-9]{1,5}))?"
)
_ROADS: Final = _either(_ROAD)
# A kind word right before another may belong to a longer name: 新村路, 城市花园, 锦绣花园小区.
_PART: Final = re.compile(
    rf"(?P<core>[^,#]{{1,10}}?)(?P<suffix>小区(?!{_ROADS})"
    rf"|(?:{_either(_AREA)})(?!{_either((*_ROAD, *_ESTATE))})"
    rf"|(?:{_either(_ESTATE)})(?!{_ROADS}|小区)|(?:{_ROADS})(?!道))"
)
_KIND: Final = re.compile(f"(?:{_either(tuple(SUFFIXES))})$")
_LEAD: Final = re.compile("(?:地址是?|我家|家住|居住|住在|位于|在|住|,|-|#)+")
_SPACE: Final = re.compile(r"[\s\u200b-\u200f\ufeff]+")
_DASH: Final = re.compile("[‐-―−~]+")
_MARK: Final = re.compile(r"[^\w#-]+")


def normalised(text: str) -> str:
    """Write a text as it is compared: half width, lower case, no spaces, one mark for any mark."""
    plain = _SPACE.sub("", unicodedata.normalize("NFKC", text)).lower()
    return _MARK.sub(",", _DASH.sub("-", plain.replace("號", "号")))


def house_number(text: str) -> HouseNumber | None:
    """Find the house number in an address; the one behind a road's name before any other."""
    found = find_number(normalised(text))
    return found.value if found else None


def find_number(key: str) -> FoundNumber | None:
    """Find the house number in a normalised text."""
    found = [
        FoundNumber(value, it.start()) for it in _NUMBER.finditer(key) if (value := _value(it))
    ]
    behind_a_road = (one for one in found if key[: one.start].endswith(_ROAD))
    return next(behind_a_road, found[0] if found else None)


def _value(match: re.Match[str]) -> HouseNumber | None:
    said = match.groupdict()
    number = said["lane"] or said["house"] or said["latin"]
    sub = said["within"] or said["before"] or said["behind"] or said["part"]
    value = numeral(number)
    return HouseNumber(value, numeral(sub) if sub else None) if value else None


def numeral(text: str) -> int:
    """Read a whole number written in digits of either script: 128, 一二八, 一百二十八, 一百二."""
    if text.isascii():
        return int(text)
    if not any(unit in text for unit in _UNITS):
        return int("".join(str(_DIGITS[digit]) for digit in text))
    total, digit, last = 0, 0, 1
    for sign in text:
        if sign in _UNITS:
            last = _UNITS[sign]
            total, digit = total + (digit or 1) * last, 0
        else:
            digit = _DIGITS[sign]
            last = last if digit else 10  # 一百零二 is 102, 一百二 is 120
    return total + digit * max(1, last // 10)


def parts(key: str) -> tuple[Part, ...]:
    """Take a normalised text apart into names with a kind, and what is left between them."""
    found: list[Part] = []
    for start, end in _without_numbers(key):
        found += _names(key[start:end], start)
    return tuple(found)


def _without_numbers(key: str) -> list[tuple[int, int]]:
    """Find the stretches of a text between its house numbers."""
    numbers = [it.span() for it in _NUMBER.finditer(key)]
    starts = [0, *(end for _, end in numbers)]
    ends = [*(start for start, _ in numbers), len(key)]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if start < end]


def _names(text: str, offset: int) -> list[Part]:
    found, at = [], 0
    while at < len(text):
        if lead := _LEAD.match(text, at):
            at = lead.end()
        elif named := _PART.match(text, at):
            kind = SUFFIXES[named["suffix"]]
            found.append(Part(kind, named["core"], named["suffix"], offset + at))
            at = named.end()
        else:
            rest = re.split("[,#]", text[at:], maxsplit=1)[0]
            found.append(Part(PartKind.OTHER, rest, "", offset + at))
            at += len(rest)
    return found


def core_of(name: str) -> str:
    """Take the kind word off a normalised name; a name that is nothing else stays whole."""
    kind = _KIND.search(name)
    core = name[: kind.start()] if kind else name
    return core if len(core) >= 2 else name
