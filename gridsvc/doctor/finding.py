"""What one check has found: right, wrong with the mend, or not to be looked at yet."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a check came out."""

    RIGHT = "right"
    WRONG = "wrong"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the examination, in both languages."""

    check: str
    verdict: Verdict
    en: str
    zh: str


def right(check: str, *, en: str, zh: str) -> Finding:
    """Say that all is well."""
    return Finding(check, Verdict.RIGHT, en, zh)


def wrong(check: str, *, en: str, zh: str) -> Finding:
    """Say that something is to be mended, and how."""
    return Finding(check, Verdict.WRONG, en, zh)


def skipped(check: str, *, en: str, zh: str) -> Finding:
    """Leave it for later; the sentence says when it can be looked at."""
    return Finding(check, Verdict.SKIPPED, en, zh)
