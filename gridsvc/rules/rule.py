"""Which layers are asked for the owner, for which matters and when: one rule, as data. Pure."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gridsvc.rules.window import ALWAYS, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """For some categories, at some times and places: who owns, or which layers say who owns.

    The first of `layers` with a lead for the matter owns it; without layers a component goes to
    an owner's layer before a territory's, an event the other way. A rule may name the lead itself.
    """

    id: UUID
    code: str
    title: str
    title_en: str | None = None
    scheme: str | None = None
    category_code: str | None = None
    """A minor's or a major's code of the scheme; None for all categories."""
    kind: str | None = None
    """`component` or `event`, None for both."""
    window: Window = ALWAYS
    estate_types: frozenset[str] = frozenset()
    """Types of the sub-estate in which the point must lie; empty for anywhere."""
    priority: int = 0
    """0 comes first."""
    layers: tuple[str, ...] = ()
    lead: UUID | None = None
    """An organisation that owns outright."""
    co_handlers: tuple[UUID, ...] = ()
    co_layers: tuple[str, ...] = ()
    """Layers whose leads help."""
    valid_from: datetime
    valid_to: datetime | None = None
    since: datetime | None = None
    """From when on it truly was so, where it is taken to have held always."""

    @property
    def began(self) -> datetime:
        """Since when it is so."""
        return self.since or self.valid_from

    def in_force(self, at: datetime) -> bool:
        """Whether the rule is valid at a time; its window is another matter."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)
