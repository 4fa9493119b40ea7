"""In which language the commands speak: Chinese where the locale is Chinese, else English."""

import os
from typing import Protocol


class Bilingual(Protocol):
    """Whatever says the same in both languages."""

    @property
    def en(self) -> str: ...
    @property
    def zh(self) -> str: ...


def spoken(what: Bilingual) -> str:
    """Say it in the language of the locale."""
    return what.zh if in_chinese() else what.en


def in_chinese() -> bool:
    """Ask the locale, by the rule of POSIX: the first variable that is set decides."""
    set_ones = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next((value for value in set_ones if value), "").startswith("zh")
