"""What a decision is made from, and what it is: values only, no rule. Pure.

The values of the map (`Layer`, `Release`, `Area`, `Claim`) live as long as an edition of it; what
is made anew for every question (`Place`, `Candidate`) points at them and copies nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Outcome(StrEnum):
    """How a decision ended."""

    ROUTED = "routed"
    AMBIGUOUS = "ambiguous"
    FALLBACK = "fallback"
    OUTSIDE = "outside"
    UNLOCATED = "unlocated"
    RULE_FAILED = "rule_failed"


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
class Layer:
    """A layer as routing reads it."""

    id: UUID
    name: str
    title: str
    title_en: str | None
    level: str | None
    basis: Basis
    overlap_allowed: bool


@dataclass(frozen=True, slots=True)
class Release:
    """A release of a layer and when it holds."""

    id: UUID
    layer: Layer
    number: int
    valid_from: datetime
    valid_to: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether the release is in force at a time."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


@dataclass(frozen=True, slots=True)
class Area:
    """An area without its shape, which only the index needs."""

    id: UUID
    layer: Layer
    code: str
    name: str
    parent: str | None
    area_m2: float
    estate_type: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """Who answers for an area, or for every area of a layer, in which categories and when."""

    id: UUID
    organisation: Organisation
    layer: str
    area_code: str | None
    scheme: str | None
    category_code: str | None
    role: str
    priority: int
    valid_from: datetime
    valid_to: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether the responsibility is in force at a time."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


@dataclass(frozen=True, slots=True)
class Place:
    """An area at or near the point.

    `inside_m` is the distance to the area's border in metres, negative outside; `share` is the
    part (0 to 1) of the accuracy disc that lies in the area, and a half for a point without
    accuracy that lies on the border.
    """

    area: Area
    inside_m: float
    share: float
    tied: bool = False

    @property
    def covers(self) -> bool:
        """Whether the point lies in the area or on its border."""
        return self.inside_m >= 0

    @property
    def code(self) -> str:
        return self.area.code

    @property
    def name(self) -> str:
        return self.area.name

    @property
    def layer(self) -> str:
        return self.area.layer.name

    @property
    def level(self) -> str | None:
        return self.area.layer.level


class Favour(StrEnum):
    """What a border policy makes of an area's candidates."""

    FAVOURED = "favoured"
    """The point is theirs, whether the area covers it or not."""
    OVERRULED = "overruled"
    """The point is not theirs."""
    POSSIBLE = "possible"
    """The point would be theirs in some part of the accuracy disc."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An organisation that answers for an area at or near the point, in this category."""

    place: Place
    claim: Claim
    specificity: int
    """0 where the responsibility names the minor class, 1 the major, 2 all."""
    favour: Favour | None = None

    @property
    def favoured(self) -> bool:
        return self.favour is Favour.FAVOURED

    @property
    def overruled(self) -> bool:
        return self.favour is Favour.OVERRULED

    @property
    def organisation(self) -> Organisation:
        return self.claim.organisation

    @property
    def basis(self) -> Basis:
        return self.place.area.layer.basis

    @property
    def whole_layer(self) -> bool:
        """Whether the responsibility names the layer and not this area."""
        return self.claim.area_code is None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a rule could not be followed."""

    code: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What the rule that holds for a matter asks for, its organisations found."""

    code: str
    title: str
    title_en: str | None
    valid_from: datetime
    special_days: str | None = None
    """The list of days that was looked into."""
    layers: tuple[str, ...] = ()
    lead: Organisation | None = None
    co_handlers: tuple[Organisation, ...] = ()
    co_layers: tuple[str, ...] = ()
    failure: Failure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Border:
    """A declared border that holds at the point. Whom it favours, the candidates say."""

    code: str
    title: str
    title_en: str | None
    kind: str
    valid_from: datetime
    holds: float | None
    """Share of the accuracy disc that the favoured area gets by it; None where the disc reaches
    beyond what was declared, so that the border settles nothing."""
    joint: tuple[str, ...] = ()
    """Codes of the areas whose leads help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A component (部件) that the report is about, or may be."""

    code: str
    name: str | None
    owner: Organisation
    maintainer: Organisation | None
    distance_m: float | None
    """From the point; None where the report has none."""
    named: bool = False
    """Whether the report names it, so that its owner leads wherever it stands."""
    far: bool = False
    """Whether it stands so far from the reported place that one of the two must be wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that a decision is made from."""

    kind: Kind
    located: bool
    chain: Sequence[Place] = ()
    """The covering administrative areas, district first."""
    candidates: Sequence[Candidate] = ()
    co_handlers: Sequence[Candidate] = ()
    duties: Sequence[Candidate] = ()
    nearest: Place | None = None
    """Outside everything: the nearest administrative area."""
    ruling: Ruling | None = None
    """None where no rule holds: owners go before territories, or the other way, by the kind."""
    border: Border | None = None
    things: Sequence[Thing] = ()


@dataclass(frozen=True, slots=True)
class Loser:
    """A candidate that was not picked, and the first point of the order in which it lost."""

    candidate: Candidate
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer. `lead` is None where nobody could be named."""

    outcome: Outcome
    lead: Organisation | None = None
    pick: Candidate | None = None
    """Whose area it lies in; None also where a rule or a component names the lead."""
    thing: Thing | None = None
    """The component whose owner leads."""
    losers: tuple[Loser, ...] = ()
    other_things: tuple[Thing, ...] = ()
    helpers: tuple[Organisation, ...] = ()
    """Who helps whoever leads, and whichever component it is; the lead may be among them."""
    chain: tuple[Place, ...]
    nearest: Place | None = None
    confidence: float = 0.0
    distance_to_boundary_m: float | None = None
    rule_path: tuple[str, ...]
    rivals: tuple[Organisation, ...] = ()
    """Who else may lead from some place in the disc, or claims the same ground."""
    contradicted: bool = False
    """Whether two leads claim the same ground in a layer that allows no overlap."""
    unowned: bool = False
    """Whether nobody may lead in some part of the disc."""
    duty: Candidate | None = None
    """Who would take it there."""
    ruling: Ruling | None = None
    border: Border | None = None
    """The declared border that settled it or chose the pick."""
    by_place: tuple[Candidate, ...] = ()
    """Who may lead where the report is, of a component that stands far from there."""

    @property
    def co_handlers(self) -> tuple[Organisation, ...]:
        """Who helps the lead: first the keeper of the component."""
        keepers = [self.thing.maintainer] if self.thing and self.thing.maintainer else []
        found: dict[str, Organisation] = {}
        for helper in (*keepers, *self.helpers):
            found.setdefault(helper.code, helper)
        if self.lead is not None:
            found.pop(self.lead.code, None)
        return tuple(found.values())

    @property
    def possible(self) -> tuple[Candidate, ...]:
        """The best area of each organisation that may lead, the pick first."""
        picked = () if self.pick is None else (self.pick,)
        best: dict[str, Candidate] = {}
        for candidate in (*picked, *(loser.candidate for loser in self.losers)):
            best.setdefault(candidate.organisation.code, candidate)
        leads = (*(candidate.organisation for candidate in picked), *self.rivals)
        return tuple(best[lead.code] for lead in leads if lead.code in best)
