"""In which language the commands speak: Chinese where the locale is Chinese, else English."""

import os
from collections.abc import Sequence
from typing import Protocol

import typer

SHOWN = 20
"""How many lines of one kind are printed."""


class Bilingual(Protocol):
    """Whatever says the same in both languages."""

    @property
    def en(self) -> str: ...
    @property
    def zh(self) -> str: ...


def spoken(what: Bilingual) -> str:
    """Say it in the language of the locale."""
    return what.zh if in_chinese() else what.en


def say(en: str, zh: str) -> None:
    """Print one sentence, in the language of the locale."""
    typer.echo(zh if in_chinese() else en)


def say_all(lines: Sequence[str]) -> None:
    """Print the first of many lines, and how many more there are."""
    for line in lines[:SHOWN]:
        typer.echo(line)
    more = len(lines) - SHOWN
    if more > 0:
        say(f"… and {more:,} more", f"……另有 {more:,} 条")


def in_chinese() -> bool:
    """Ask the locale, by the rule of POSIX: the first variable that is set decides."""
    set_ones = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next((value for value in set_ones if value), "").startswith("zh")
