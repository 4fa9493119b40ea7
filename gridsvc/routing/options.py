"""A question for a person on the spot, and its possible answers: values only. Pure.

Every answer names whoever leads if it is the right one, so that it is followed without deciding
anew: the question was asked by one map, and is answered by the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from gridsvc.routing.facts import Candidate, Decision, Organisation, Place

ELSEWHERE = "elsewhere"
"""The answer that it is in none of the areas."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One possible answer, and who leads if it is given; None leaves it to a command centre."""

    id: str
    zh: str
    en: str
    lead: Organisation | None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Inquiry:
    """The question in both languages, with its possible answers."""

    zh: str
    en: str
    options: tuple[Option, ...]
    road: str | None = None
    """Of whose sides the options speak."""


@dataclass(frozen=True, slots=True)
class Note:
    """What is said in brackets behind an answer."""

    zh: str
    en: str


def area_option(candidate: Candidate, note: Note | None = None) -> Option:
    """Make the answer that it is in a candidate's area."""
    place = candidate.place
    return Option(
        id=f"{place.layer}/{place.code}",
        zh=f"“{place.name}”" + (f"（{note.zh}）" if note else ""),
        en=f'"{place.name}"' + (f" ({note.en})" if note else ""),
        lead=candidate.organisation,
        place=place,
    )


def elsewhere(decision: Decision) -> Option:
    """Make the answer that it is in none of the areas."""
    duty = decision.duty
    return Option(
        id=ELSEWHERE,
        zh="都不是",
        en="none of these",
        lead=duty.organisation if duty else None,
        place=duty.place if duty else None,
    )


def which(options: Iterable[Option], *, zh: str, en: str) -> Inquiry:
    """Ask which of some answers is right."""
    listed = tuple(options)
    return Inquiry(
        f"{zh}：{'、'.join(option.zh for option in listed)}？",
        f"{en}: {', '.join(option.en for option in listed)}?",
        listed,
    )
