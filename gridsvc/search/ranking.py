"""What was found for some words, and in which order it is told. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from uuid import UUID


class Kind(StrEnum):
    """What can be found, in the order in which equally good ones are told."""

    CASE = "case"
    AREA = "area"
    ZONE = "zone"
    SUB_ESTATE = "sub_estate"
    ORGANISATION = "organisation"
    COMPONENT = "component"


class Closeness(IntEnum):
    """How well something answers to the words, the best first."""

    CODE = 0
    NAME = 1
    CODE_BEGINS = 2
    NAME_BEGINS = 3
    WITHIN = 4


@dataclass(frozen=True, slots=True)
class Box:
    """West, south, east, north in degrees."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Something that was found."""

    kind: Kind
    code: str
    """Or a case's reference."""
    name: str
    name_en: str | None
    of: str
    """What it is or belongs to: its layer, its category, its owner."""
    of_en: str | None
    bbox: Box | None
    """Where it lies; None for what lies nowhere."""
    incident_id: UUID | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What it is called, in any language."""
        return (self.name, self.name_en) if self.name_en else (self.name,)


_KINDS = list(Kind)


def closeness(hit: Hit, words: str) -> Closeness:
    """Tell how well something answers to some words; capitals do not count."""
    sought, code = words.casefold(), hit.code.casefold()
    names = [name.casefold() for name in hit.names]
    if code == sought:
        return Closeness.CODE
    if sought in names:
        return Closeness.NAME
    if code.startswith(sought):
        return Closeness.CODE_BEGINS
    begins = any(name.startswith(sought) for name in names)
    return Closeness.NAME_BEGINS if begins else Closeness.WITHIN


def ranked(hits: Iterable[Hit], words: str, *, most: int) -> Sequence[Hit]:
    """Put the best first: by closeness, then by kind, then the shortest name."""

    def order(hit: Hit) -> tuple[int, int, int, str, str]:
        return (
            closeness(hit, words),
            _KINDS.index(hit.kind),
            min(map(len, hit.names)),
            hit.code,
            hit.of,
        )

    return sorted(hits, key=order)[:most]
