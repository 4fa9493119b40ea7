"""Whether a component's code and its class say the same. Pure.

The two editions of the standard split sixteen digits differently: 6+2+2+6 or 6+2+3+5, and the
digits alone do not tell. The scheme does: its classes have a minor of two digits or of three. So
0106, or C0106 in a scheme of a city's own making, goes with the first, 01006 with the second. A
class that is written otherwise says nothing about codes.
"""

import re
from typing import Final

from geodata.codes import ComponentCode, ComponentSplit, parse_component
from gridsvc.errors import Invalid

_DIGITS: Final = re.compile(r"[^0-9]*([0-9]{4,5})", re.ASCII)
_SPLITS: Final = {4: ComponentSplit.MINOR_OF_TWO, 5: ComponentSplit.MINOR_OF_THREE}


def class_digits(category: str) -> str | None:
    """Give the digits by which the codes of a class are known, major and minor in a row."""
    found = _DIGITS.fullmatch(category)
    return found[1] if found else None


def parse(code: str, category: str) -> ComponentCode | None:
    """Take a code apart as the class's edition does; None if it is not the code of a component."""
    digits = class_digits(category) or ""
    return parse_component(code, _SPLITS.get(len(digits), ComponentSplit.MINOR_OF_TWO))


def names(parsed: ComponentCode, category: str) -> bool:
    """Whether a code names a class; one that says nothing about codes is named by all."""
    return class_digits(category) in {None, parsed.major + parsed.minor}


def refuse_wrong_code(code: str, category: str) -> None:
    """Refuse a code that is none, or that says of itself that it is of another class."""
    parsed = parse(code, category)
    if parsed is None:
        raise Invalid(
            "bad_component_code",
            en=f'"{code}" is not the code of a component: 16 digits, which begin with those of '
            "a county.",
            zh=f"“{code}”不是部件编码：应为 16 位数字，以县级行政区划代码开头。",
            field="code",
        )
    if not names(parsed, category):
        raise Invalid(
            "code_of_another_class",
            en=f'The code {code} is one of class {parsed.major}{parsed.minor}, not "{category}".',
            zh=f"编码 {code} 属于类别 {parsed.major}{parsed.minor}，而非“{category}”。",
            field="code",
        )
