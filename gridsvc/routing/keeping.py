"""A decision as the row that keeps it. Pure."""

from datetime import datetime
from uuid import UUID

from gridsvc.db.base import new_id
from gridsvc.routing.model import RoutingDecision
from gridsvc.routing.record import record_of
from gridsvc.routing.service import Answer


def kept(found: Answer, *, incident_id: UUID, now: datetime) -> RoutingDecision:
    """Make the row of a decision about an incident."""
    decision = found.decision
    return RoutingDecision(
        id=new_id(),
        incident_id=incident_id,
        decided_at=now,
        outcome=decision.outcome.value,
        lead_id=decision.lead.id if decision.lead else None,
        zone_id=decision.pick.place.area.id if decision.pick else None,
        map_version=found.map_version,
        record=record_of(found),
    )
