"""Routing decisions as rows: append-only, one for every time somebody's ownership was decided."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.db.base import Base, Id

OUTCOMES = "'routed', 'ambiguous', 'fallback', 'outside', 'unlocated', 'rule_failed'"


class RoutingDecision(Base):
    """Who owned an incident, and why, by the map that was in force. A trigger forbids change."""

    __tablename__ = "routing_decision"

    id: Mapped[Id]
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.id"))
    decided_at: Mapped[datetime]
    outcome: Mapped[str]
    lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey("area.id"))
    map_version: Mapped[int]
    record: Mapped[dict[str, Any]]
    """The whole decision as it was answered: candidates, distances, rule path, releases, words."""

    __table_args__ = (
        CheckConstraint(f"outcome IN ({OUTCOMES})", name="outcome"),
        Index("ix_routing_decision_incident_id", "incident_id", "decided_at"),
    )
