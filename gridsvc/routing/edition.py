"""Everything that routing reads, except shapes, as it was at one map version. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from gridsvc.catalogue.lookup import Catalogue
from gridsvc.catalogue.repository import CategoryRecord
from gridsvc.routing.borders import Borders
from gridsvc.routing.claims import Claims
from gridsvc.routing.facts import Organisation, Release
from gridsvc.rules.matching import Matched, RuleFailure, first_holding, rules_about
from gridsvc.rules.rule import Rule
from gridsvc.rules.special import SpecialDay, special_days_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The map at one version, past and future included. Nothing in it changes."""

    version: int
    releases: tuple[Release, ...]
    claims: Claims
    catalogue: Catalogue
    organisations: Mapping[UUID, Organisation] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    special_days: tuple[SpecialDay, ...] = ()
    borders: Borders = field(default_factory=Borders)
    has_assets: bool = False
    """Whether there are components to look for."""
    _about: dict[UUID, tuple[Matched, ...]] = field(default_factory=dict, init=False)
    """The rules that speak of a category, in their order, as they were asked for; an edition made
    from this one has its own."""

    def in_force(self, at: datetime) -> tuple[Release, ...]:
        """List the releases that hold at a time: at most one of each layer."""
        return tuple(release for release in self.releases if release.holds(at))

    def rule(
        self, category: CategoryRecord, *, at: datetime, estate_type: str | None
    ) -> Matched | RuleFailure | None:
        """Find the rule for a category at a civil time, in a sub-estate of some type or none."""
        if not self.rules:
            return None
        ordered = self._about.get(category.id)
        if ordered is None:
            ordered = self._about[category.id] = rules_about(self.rules, category)
        asks_days = any(matched.rule.window.special_days for matched in ordered)
        special = special_days_at(self.special_days, at) if asks_days else {}
        return first_holding(ordered, at=at, estate_type=estate_type, special=special)
