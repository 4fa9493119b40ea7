"""What a decision is made from, and what it is: values only, no rule. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Outcome(StrEnum):
    """How a decision ended."""

    ROUTED = "routed"
    AMBIGUOUS = "ambiguous"
    FALLBACK = "fallback"
    OUTSIDE = "outside"
    UNLOCATED = "unlocated"


class Kind(StrEnum):
    """A component is a thing with an owner; an event is something that happens on a ground."""

    COMPONENT = "component"
    EVENT = "event"


class Basis(StrEnum):
    """What a layer's areas mean: whose the things in them are, or who keeps the ground."""

    OWNER = "owner"
    TERRITORY = "territory"


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body as routing names it."""

    id: UUID
    code: str
    name: str
    name_en: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """An area at or near the point.

    `inside_m` is the distance to the area's border in metres, negative outside; `share` is the
    part (0 to 1) of the accuracy disc that lies in the area, and a half for a point without
    accuracy that lies on the border.
    """

    area_id: UUID
    layer: str
    layer_title: str
    layer_title_en: str | None
    level: str | None
    code: str
    name: str
    area_m2: float
    inside_m: float
    share: float
    tied: bool = False

    @property
    def covers(self) -> bool:
        """Whether the point lies in the area or on its border."""
        return self.inside_m >= 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """An organisation that leads on an area at or near the point, in this category."""

    organisation: Organisation
    place: Place
    basis: Basis
    overlap_allowed: bool
    responsibility_id: UUID
    priority: int
    category: str | None
    specificity: int
    """0 where the responsibility names the minor class, 1 the major, 2 all."""
    whole_layer: bool = False
    """Whether the responsibility names the layer and not this area."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a decision is made from."""

    kind: Kind
    located: bool
    chain: Sequence[Place]
    """The covering administrative areas, district first."""
    candidates: Sequence[Candidate]
    co_handlers: Sequence[Candidate]
    duties: Sequence[Candidate]
    nearest: Place | None
    """Outside everything: the nearest administrative area."""


@dataclass(frozen=True, slots=True)
class Loser:
    """A candidate that was not picked, and the first point of the order in which it lost."""

    candidate: Candidate
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer. `pick` is None where nobody could be named."""

    outcome: Outcome
    pick: Candidate | None
    losers: tuple[Loser, ...]
    co_handlers: tuple[Candidate, ...]
    chain: tuple[Place, ...]
    nearest: Place | None
    confidence: float
    distance_to_boundary_m: float | None
    rule_path: tuple[str, ...]
    rivals: tuple[Organisation, ...] = ()
    """Who else may lead from some place in the disc, or claims the same ground."""
    contradicted: bool = False
    """Whether two leads claim the same ground in a layer that allows no overlap."""
