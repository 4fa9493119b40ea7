"""Correcting the category or the place of an open case: it is routed again, by one decision.

What follows from that is planned first, as the process may let the case stay with its owner only
where that is its owner still; then it is made, in the transaction of the step.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from shapely import Point
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Organisation
from gridsvc.catalogue.holding import Held, held
from gridsvc.catalogue.model import Category, FilingCondition
from gridsvc.incidents.amendment import Amendment, component_of, difference
from gridsvc.incidents.asking import matter_of
from gridsvc.incidents.case import Case
from gridsvc.incidents.model import Incident
from gridsvc.incidents.placing import place
from gridsvc.incidents.service import Desk
from gridsvc.routing.keeping import kept
from gridsvc.routing.service import Answer, Matter, Position, refuse_far_outside
from gridsvc.routing.standing import by_map_of_now


@dataclass(frozen=True, slots=True)
class Plan:
    """What a case would become: whose, and under which limit."""

    amendment: Amendment
    asset: str | None
    """The component that it is about."""
    found: Answer
    held: Held | None
    """The limit of the new category or condition; None where neither is named."""

    def owner_stays(self, incident: Incident) -> bool:
        """Tell whether the corrected case is whoever's it is now."""
        lead = self.found.decision.lead
        return lead is not None and lead.id == incident.lead_id


async def plan(
    db: AsyncSession, incident: Incident, amendment: Amendment, *, desk: Desk, now: datetime
) -> Plan:
    """Decide a corrected case by the map of now, and hold that map until the commit."""
    matter = _corrected(await matter_of(db, incident), amendment)
    router = desk.router
    found = await by_map_of_now(db, router, lambda map_: map_.ask(db, router, matter), now=now)
    if amendment.location is not None:
        refuse_far_outside(found.decision, margin_m=desk.outside_margin_m)
    named = amendment.category is not None or amendment.condition is not None
    limit = held(found.category, amendment.condition) if named else None
    return Plan(amendment, matter.asset, found, limit)


def _corrected(matter: Matter, amendment: Amendment) -> Matter:
    """Ask what the corrected case asks: once, however much of it is corrected."""
    spot = amendment.location
    if amendment.category is not None:
        matter = replace(matter, category=amendment.category, scheme=amendment.scheme)
    if spot is not None:
        position = Position(spot.lon, spot.lat, spot.accuracy_m or 0.0)
        matter = replace(matter, position=position)
    if amendment.address is not None:
        matter = replace(matter, address=amendment.address)
    if amendment.asset is not None or amendment.is_elsewhere:
        matter = replace(matter, asset=amendment.asset)
    return matter


async def amend(
    db: AsyncSession, case: Case, plan: Plan, *, now: datetime
) -> tuple[Case, dict[str, Any]]:
    """Make a case what was planned; give it with its new limit, and what its event says."""
    incident, found = case.incident, plan.found
    before = await _stated(db, incident, asset=component_of(case.events))
    _correct(incident, plan)
    told = difference(before, await _stated(db, incident, asset=plan.asset))
    db.add(kept(found, incident_id=incident.id, now=now))
    told |= await _give(db, incident, found)
    if plan.held is not None:
        told["limit"] = plan.held.detail
        case = replace(case, limit=plan.held.limit)
    return case, told


def _correct(incident: Incident, plan: Plan) -> None:
    amendment = plan.amendment
    if plan.held is not None:
        condition = plan.held.condition
        incident.category_id = plan.found.category.id
        incident.condition_id = condition.id if condition else None
    spot = amendment.location
    if spot is not None:
        incident.location, incident.accuracy_m = Point(spot.lon, spot.lat), spot.accuracy_m
    if amendment.address is not None:
        incident.address = amendment.address


async def _stated(db: AsyncSession, incident: Incident, *, asset: str | None) -> dict[str, Any]:
    """Write down what can be corrected, as it is."""
    condition_id, point = incident.condition_id, incident.location
    condition = await db.get(FilingCondition, condition_id) if condition_id else None
    return {
        "category": (await db.get_one(Category, incident.category_id)).code,
        "condition": condition.code if condition else None,
        "location": [*point.coords[0], incident.accuracy_m] if point else None,
        "address": incident.address,
        "asset": asset,
    }


async def _give(db: AsyncSession, incident: Incident, found: Answer) -> dict[str, Any]:
    """Let a case be whose the decision says, and lie where it says; tell what that changes."""
    lead, owner = found.decision.lead, incident.lead_id
    before = await db.get(Organisation, owner) if owner else None
    incident.lead_id = lead.id if lead else None
    incident.co_handler_ids = [helper.id for helper in found.decision.co_handlers]
    incident.outcome = found.decision.outcome.value
    told: dict[str, Any] = {"areas": await place(db, incident, found.decision)}
    if incident.lead_id != owner:
        told["lead"] = lead.code if lead else None
        told["previous_lead"] = before.code if before else None
    return told
