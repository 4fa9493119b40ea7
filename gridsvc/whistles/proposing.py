"""Whom a place concerns: organisations whose areas it touches and that answer for them. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from gridsvc.catalogue.repository import CategoryRecord
from gridsvc.routing.claims import Claims
from gridsvc.routing.facts import Claim, Organisation, Place

_ROLES: Final = ("lead", "co_handler", "duty")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an organisation is proposed: it answers for an area that the place touches."""

    place: Place
    role: str

    @property
    def distance_m(self) -> float:
        """How far the area is from the place; 0 where it reaches it."""
        return max(0.0, -self.place.inside_m)

    @property
    def detail(self) -> dict[str, Any]:
        """Tell it as it is kept and shown."""
        area = self.place.area
        return {
            "area_id": str(area.id),
            "layer": area.layer.name,
            "layer_title": area.layer.title,
            "layer_title_en": area.layer.title_en,
            "code": area.code,
            "name": area.name,
            "role": self.role,
            "share": round(self.place.share, 4),
            "distance_m": round(self.distance_m, 1),
        }


@dataclass(frozen=True, slots=True)
class Proposal:
    """An organisation that a place concerns, with everything that says so, the best first."""

    organisation: Organisation
    reasons: tuple[Reason, ...]


def proposals(
    places: Sequence[Place],
    claims: Claims,
    *,
    category: CategoryRecord | None,
    at: datetime,
    without: Collection[UUID],
) -> list[Proposal]:
    """List whom a place concerns, who leads first; without a category, in whatever matter.

    `places` are the areas that the place touches. Who calls is left out.
    """
    found: dict[UUID, dict[Reason, None]] = {}
    bodies: dict[UUID, Organisation] = {}
    for place, claim in _answering(places, claims, category=category, at=at):
        if claim.organisation.id not in without:
            bodies[claim.organisation.id] = claim.organisation
            found.setdefault(claim.organisation.id, {})[Reason(place, claim.role)] = None
    listed = [
        Proposal(bodies[identifier], tuple(sorted(reasons, key=_order)))
        for identifier, reasons in found.items()
    ]
    return sorted(listed, key=lambda it: (_order(it.reasons[0]), it.organisation.code))


def _order(reason: Reason) -> tuple[Any, ...]:
    # Halves are equal, whatever their cutting has left of them.
    place, share = reason.place, round(reason.place.share, 4)
    return _ROLES.index(reason.role), -share, reason.distance_m, place.layer, place.code


def _answering(
    places: Sequence[Place], claims: Claims, *, category: CategoryRecord | None, at: datetime
) -> Iterator[tuple[Place, Claim]]:
    if category is not None:
        about = claims.about(category, at=at)
        yield from ((place, it.claim) for place in places for it in about.of(place))
        return
    by_area = _arranged(claims, at)
    for place in places:
        for code in (place.code, None):
            yield from ((place, claim) for claim in by_area.get((place.layer, code), ()))


def _arranged(
    claims: Iterable[Claim], at: datetime
) -> Mapping[tuple[str, str | None], list[Claim]]:
    found: dict[tuple[str, str | None], list[Claim]] = {}
    for claim in claims:
        if claim.holds(at):
            found.setdefault((claim.layer, claim.area_code), []).append(claim)
    return found
