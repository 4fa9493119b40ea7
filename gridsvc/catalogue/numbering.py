"""The orders in which event majors are numbered, and how a code of one is found by another.

They are data, in `numberings.toml`: two are in use, and they give the numbers 04 and 05 to each
other's classes.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gridsvc.errors import Invalid


@dataclass(frozen=True, slots=True)
class Numbering:
    """An order of the event majors; `numbers` leads from every name to the number."""

    name: str
    zh: str
    en: str
    numbers: Mapping[str, str]


def _read(file: Path) -> Mapping[str, Numbering]:
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    return {
        name: Numbering(
            name,
            one["zh"],
            one["en"],
            {alias: number for number, names in one["majors"].items() for alias in names},
        )
        for name, one in told.items()
    }


NUMBERINGS = _read(Path(__file__).with_name("numberings.toml"))


def numbering_named(name: str) -> Numbering:
    """Find an order by its name."""
    if name not in NUMBERINGS:
        listed = ", ".join(NUMBERINGS)
        raise Invalid(
            "unknown_numbering",
            en=f'There is no numbering "{name}"; there are: {listed}.',
            zh=f"没有编号方式“{name}”；可选：{listed}。",
            field="numbering",
        )
    return NUMBERINGS[name]


@dataclass(frozen=True, slots=True)
class Major:
    """A major class of events as a scheme has it."""

    code: str
    name: str


def counterpart(code: str, majors: Iterable[Major], asked: Numbering) -> str:
    """Give the code by which a scheme has what another order calls `code`."""
    for major in majors:
        number = asked.numbers.get(major.name)
        if number is not None:
            theirs = major.code[:-2] + number
            if code.startswith(theirs):
                return major.code + code[len(theirs) :]
    return code
