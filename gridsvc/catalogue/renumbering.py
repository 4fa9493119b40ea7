"""Which order of event majors a table follows, and its rows in another order. Pure.

Names decide, where numbers disagree; and it is always said.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gridsvc.catalogue.entry import EVENT
from gridsvc.catalogue.numbering import NUMBERINGS, Numbering
from gridsvc.catalogue.stated import Stated


@dataclass(frozen=True, slots=True)
class Remark:
    """What was done that nobody asked for."""

    zh: str
    en: str


def followed(rows: Iterable[Stated]) -> Numbering | None:
    """Tell which order a table follows, by the names and numbers of its event majors."""
    majors = {(row.said("major_name"), row.major_code[-2:]) for row in rows if row.kind == EVENT}
    fitting = [
        one
        for one in NUMBERINGS.values()
        if (known := [(name, number) for name, number in majors if name in one.numbers])
        and all(one.numbers[name or ""] == number for name, number in known)
    ]
    return fitting[0] if len(fitting) == 1 else None


def renumbered(rows: Sequence[Stated], to: Numbering) -> tuple[list[Stated], list[Remark]]:
    """Give event majors the numbers that an order has for their names, and say which changed."""
    found = [_moved(row, _by_name(row, to)) for row in rows]
    changed = {
        (ours.said("major_name") or "", ours.major_code, theirs.major_code)
        for ours, theirs in zip(rows, found, strict=True)
        if ours.major_code != theirs.major_code
    }
    return found, [_remark(*one, to) for one in sorted(changed)]


def _moved(row: Stated, major: str) -> Stated:
    if major == row.major_code:
        return row
    return replace(row, major_code=major, code=major + row.code.removeprefix(row.major_code))


def _by_name(row: Stated, to: Numbering) -> str:
    number = to.numbers.get(row.said("major_name") or "")
    if row.kind != EVENT or number is None or not row.code.startswith(row.major_code):
        return row.major_code
    return row.major_code[:-2] + number


def _remark(name: str, before: str, after: str, to: Numbering) -> Remark:
    return Remark(
        zh=f"“{name}”在文件中为 {before}，本方案采用“{to.zh}”，已按名称改为 {after}。",
        en=f'"{name}" is {before} in the file; this scheme has {to.en}: by its name it is {after}.',
    )
