"""A part of a case that is split: what of the whole matter somebody else has to do. Pure."""

from dataclasses import dataclass

from gridsvc.incidents.amendment import Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a part is about; without a place of its own it is where the whole is."""

    category: str
    scheme: str | None = None
    condition: str | None = None
    location: Spot | None = None
    address: str | None = None
    description: str


@dataclass(frozen=True, slots=True)
class Family:
    """What a step of a case must know of its parts, and of what it is a part of."""

    parts_open: int = 0
    parent_ended: bool = False
