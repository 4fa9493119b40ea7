"""The codes of Chinese administrative areas and grids, taken apart; none is looked up anywhere.

======  ===============================  ======================================================
digits  parts                            source
======  ===============================  ======================================================
6       2 province 2 prefecture 2 county GB/T 2260
9       6 + 3 street or town             GB/T 10114
12      9 + 3 community or village       statistical code, 国统字〔2009〕91号
15      12 + 3 unit grid                 as 单元网格 are coded in Beijing's local standard
20      6 object + 12 + 2 service grid   CJ/T 349-2010
======  ===============================  ======================================================

A short code and the same code filled up with zeros name the same place: 310101 is 310101000000 and
310101013 is 310101013000. So codes of layers of different lengths are compared by their
`significant` digits, never as written. Text that is none of these has no parts: None.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class Level(StrEnum):
    """Steps of the hierarchy that a code can name, from the top."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    GRID = "grid"


class ComponentSplit(StrEnum):
    """How the 16 digits of a component (部件) fall into parts; the editions differ."""

    MINOR_OF_TWO = "6+2+2+6"
    MINOR_OF_THREE = "6+2+3+5"


@dataclass(frozen=True, slots=True)
class AdministrativeCode:
    """An administrative or grid code in its parts.

    Parameters
    ----------
    text : str
        The code as written.
    level : Level
        What it names.
    significant : str
        Its digits without trailing zeros and without the object class of CJ/T 349: 2 for a
        province, 4, 6, 9, 12, then 15 or 14 for a grid.
    parent : str or None
        The code one level up, in the length that the text has (12 digits for a grid); None for a
        province.
    object_class : str or None
        The 6 digits of the managed or served object, in a code of CJ/T 349 only.
    """

    text: str
    level: Level
    significant: str
    parent: str | None
    object_class: str | None = None

    @property
    def merged(self) -> bool:
        """Whether a service grid (CJ/T 349) joins several communities, numbered from 601."""
        return self.object_class is not None and self.significant[9:12] >= _FIRST_MERGED


@dataclass(frozen=True, slots=True)
class ComponentCode:
    """The code of a component (部件) in its parts."""

    text: str
    county: str
    major: str
    minor: str
    sequence: str


_LEVELS: Final = {
    2: Level.PROVINCE,
    4: Level.PREFECTURE,
    6: Level.DISTRICT,
    9: Level.STREET,
    12: Level.COMMUNITY,
}
_LONG: Final = 12
_PARTS: Final = ((0, 2), (2, 4), (4, 6), (6, 9), (9, 12))
_COUNTY: Final = 2
_FIRST_MERGED: Final = "601"
# GB/T 2260; without them every number of six digits would pass for a district.
_PROVINCE_SPANS: Final = (
    (11, 15),
    (21, 23),
    (31, 37),
    (41, 46),
    (50, 54),
    (61, 65),
    (71, 71),
    (81, 82),
)
_PROVINCES: Final = frozenset(
    str(number) for first, last in _PROVINCE_SPANS for number in range(first, last + 1)
)
_COMPONENT_PARTS: Final = {
    ComponentSplit.MINOR_OF_TWO: (6, 8, 10),
    ComponentSplit.MINOR_OF_THREE: (6, 8, 11),
}
# The last number of each range. Towns: GB/T 10114 and 国统字〔2009〕91号; villages: the ranges that
# published codes keep to, the wording of which was not to be had.
_TOWN_KINDS: Final = (
    (99, ("subdistrict", "街道")),
    (199, ("town", "镇")),
    (399, ("township", "乡")),
    (599, ("unit like a township", "类似乡级单位")),
)
_VILLAGE_KINDS: Final = (
    (199, ("residents' committee", "居民委员会")),
    (399, ("villagers' committee", "村民委员会")),
    (499, ("unit like a residents' committee", "类似居民委员会")),
    (599, ("unit like a villagers' committee", "类似村民委员会")),
)
_PLAIN_KINDS: Final = {
    Level.PROVINCE: ("province", "省级"),
    Level.PREFECTURE: ("prefecture", "地级"),
    Level.DISTRICT: ("district or county", "区（县）"),
    Level.GRID: ("grid", "网格"),
}


def parse(code: str) -> AdministrativeCode | None:
    """Take a code apart.

    Parameters
    ----------
    code : str
        As it stands in a layer.

    Returns
    -------
    AdministrativeCode or None
        None for free text, for a number of another length, for an unknown province, and where a
        part in the middle is zero (310101000001 has a community without a street). Only the county
        may be zero above a street: cities without districts are coded so (441900003, Dongguan).
    """
    if not (code.isascii() and code.isdigit()):
        return None
    match len(code):
        case 6 | 9 | 12:
            return _area(code)
        case 15:
            return _grid(code, community=code[:12], sequence=code[12:])
        case 20:
            return _grid(code, community=code[6:18], sequence=code[18:], object_class=code[:6])
        case _:
            return None


def level_of(code: str) -> Level | None:
    """Tell what a code names; None for free text."""
    parsed = parse(code)
    return parsed.level if parsed else None


def parent_code(code: str) -> str | None:
    """Derive the code one level up, as long as the code itself.

    310101013 gives 310101, 310101013000 gives 310101000000, a grid gives the 12 digits of its
    community, or of its street where it joins several communities. None for free text and for a
    province.
    """
    parsed = parse(code)
    return parsed.parent if parsed else None


def same_place(code: str, other: str) -> bool:
    """Tell whether two codes name the same place, also in different lengths."""
    first, second = parse(code), parse(other)
    if first is None or second is None:
        return code == other
    return (first.significant, first.object_class) == (second.significant, second.object_class)


def lies_under(code: str, parent: str) -> bool | None:
    """Tell whether a code says of itself that it belongs under another, at whatever distance.

    Returns
    -------
    bool or None
        None where the codes do not say: one of them is free text, or the code is that of a grid
        that joins several communities and the parent is one community.
    """
    below, above = parse(code), parse(parent)
    if below is None or above is None or (below.merged and above.level is Level.COMMUNITY):
        return None
    longer = len(below.significant) > len(above.significant)
    return longer and below.significant.startswith(above.significant)


def kind_name(code: str) -> tuple[str, str] | None:
    """Name the class of area by the range its code lies in, in English and in Chinese.

    None for free text and for numbers outside all ranges.
    """
    parsed = parse(code)
    if parsed is None:
        return None
    if parsed.level not in {Level.STREET, Level.COMMUNITY}:
        return _PLAIN_KINDS[parsed.level]
    kinds = _TOWN_KINDS if parsed.level is Level.STREET else _VILLAGE_KINDS
    number = int(parsed.significant[-3:])
    return next((names for last, names in kinds if number <= last), None)


def parse_component(code: str, split: ComponentSplit) -> ComponentCode | None:
    """Take the code of a component (部件) apart; None if it is not 16 digits of a known province.

    Parameters
    ----------
    code : str
        16 digits.
    split : ComponentSplit
        Which edition's parts: the digits alone do not tell.
    """
    if len(code) != 16 or not (code.isascii() and code.isdigit()) or code[:2] not in _PROVINCES:
        return None
    county, major, minor = _COMPONENT_PARTS[split]
    return ComponentCode(
        text=code,
        county=code[:county],
        major=code[county:major],
        minor=code[major:minor],
        sequence=code[minor:],
    )


def _area(code: str) -> AdministrativeCode | None:
    significant = _significant(code)
    if significant is None:
        return None
    level = _LEVELS[len(significant)]
    above = _significant(significant[: -3 if len(significant) > 6 else -2])
    # A short street code has a short parent: its district's six digits.
    width = 6 if significant == code and len(code) < _LONG else len(code)
    parent = above.ljust(width, "0") if above else None
    return AdministrativeCode(text=code, level=level, significant=significant, parent=parent)


def _grid(
    code: str, *, community: str, sequence: str, object_class: str | None = None
) -> AdministrativeCode | None:
    # A service grid numbered 00 is a whole community; unit grids are numbered from 001.
    numbered = int(sequence) > 0 or object_class is not None
    if not numbered or len(_significant(community) or "") != _LONG:
        return None
    grid = AdministrativeCode(
        text=code,
        level=Level.GRID,
        significant=community + sequence,
        parent=community,
        object_class=object_class,
    )
    return replace(grid, parent=f"{community[:9]}000") if grid.merged else grid


def _significant(code: str) -> str | None:
    """Drop the parts that are zero from the end; None where one before them is zero."""
    parts = [code[start:end] for start, end in _PARTS if start < len(code)]
    while parts and not int(parts[-1]):
        parts.pop()
    zero = [at for at, part in enumerate(parts) if not int(part)]
    whole = not zero or (zero == [_COUNTY] and len(parts) > _COUNTY + 1)
    return "".join(parts) if whole and code[:2] in _PROVINCES else None
