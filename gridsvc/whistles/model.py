"""Whistles, whom they call, and what happened to them. The events are the truth; the rest copies.

A row of `whistle_call` stays when its organisation is released: it was called.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from shapely.geometry.base import BaseGeometry
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Sequence,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.db.base import Base, Id
from gridsvc.db.geometry import ShapelyGeometry

REFERENCE_NUMBER = Sequence("whistle_reference_number", metadata=Base.metadata)


class Whistle(Base):
    """A street calls organisations for a matter at a place."""

    __tablename__ = "whistle"

    id: Mapped[Id]
    reference: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    version: Mapped[int] = mapped_column(server_default="1")
    matter: Mapped[str]
    incident_id: Mapped[UUID | None] = mapped_column(ForeignKey("incident.id"))
    place: Mapped[str]
    """What the ground is called: an area's name, an incident's reference, or what was said."""
    ground: Mapped[BaseGeometry] = mapped_column(ShapelyGeometry("GEOMETRY"))
    radius_m: Mapped[float]
    """How far from the ground a report-in may be."""
    areas: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """The administrative areas that hold a part of it, such as `street/S1`."""
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    """On whose behalf it is blown."""
    caller_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    called_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    """Everybody who was ever called."""
    called_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    request_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of the request's canonical JSON: tells a repeated call from a different one."""

    __table_args__ = (
        CheckConstraint("kind IN ('daily', 'emergency', 'hard')", name="kind"),
        CheckConstraint("state IN ('running', 'ended', 'cancelled')", name="state"),
        CheckConstraint("(state = 'running') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("radius_m > 0 AND radius_m < 'Infinity'", name="radius"),
        CheckConstraint("cardinality(called_ids) > 0", name="called"),
        CheckConstraint("octet_length(request_hash) = 32", name="request_hash"),
        Index("ix_whistle_called_at", "called_at", "id"),
        Index("ix_whistle_areas", "areas", postgresql_using="gin"),
        Index("ix_whistle_called_ids", "called_ids", postgresql_using="gin"),
        Index("ix_whistle_organisation_id", "organisation_id"),
        Index(
            "uq_whistle_running",
            "incident_id",
            unique=True,
            postgresql_where=text("state = 'running'"),
        ),
        Index("ix_whistle_incident_id", "incident_id"),
    )


class WhistleCall(Base):
    """One organisation that a whistle calls."""

    __tablename__ = "whistle_call"

    whistle_id: Mapped[UUID] = mapped_column(ForeignKey("whistle.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    zones: Mapped[list[Any]] = mapped_column(JSONB)
    """By which it was proposed, as `proposing.Reason` tells them; none where it was not."""
    reason: Mapped[str | None]
    """Why it is called though it was not proposed, or besides."""
    due: Mapped[datetime]
    calendar: Mapped[str]
    """Name of the one by which that was reckoned."""
    reported_in_at: Mapped[datetime | None]
    presence: Mapped[str | None]
    given_at: Mapped[datetime | None]
    signed_off_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    part: Mapped[str | None]
    documents: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    score: Mapped[int | None] = mapped_column(SmallInteger)
    score_note: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("presence IN ('here', 'unsure', 'away')", name="presence"),
        CheckConstraint("(presence IS NULL) = (reported_in_at IS NULL)", name="reported_in"),
        CheckConstraint("(given_at IS NULL) = (part IS NULL)", name="part"),
        CheckConstraint("signed_off_at IS NULL OR given_at IS NOT NULL", name="signed_off"),
        CheckConstraint("num_nonnulls(signed_off_at, released_at) < 2", name="over"),
        CheckConstraint("score BETWEEN 1 AND 5", name="score"),
        Index("ix_whistle_call_organisation_id", "organisation_id"),
    )


class WhistleEvent(Base):
    """What happened to a whistle: append-only, each event carrying the hash of the one before."""

    __tablename__ = "whistle_event"

    id: Mapped[Id]
    whistle_id: Mapped[UUID] = mapped_column(ForeignKey("whistle.id"))
    sequence: Mapped[int] = mapped_column(SmallInteger)
    at: Mapped[datetime]
    actor_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    """Whose call it is about."""
    action: Mapped[str]
    note: Mapped[str | None]
    detail: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        UniqueConstraint("whistle_id", "sequence"),
        CheckConstraint("octet_length(previous_hash) = 32", name="previous_hash"),
        CheckConstraint("octet_length(hash) = 32", name="hash"),
    )


class WhistleAlarm(Base):
    """A reminder that an organisation has yet to report in. It rings once."""

    __tablename__ = "whistle_alarm"

    whistle_id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    rung_at: Mapped[datetime | None]
    """When it rang, or was found to be needed no more."""

    __table_args__ = (
        CheckConstraint("kind IN ('yellow', 'overdue', 'escalated')", name="kind"),
        ForeignKeyConstraint(
            ["whistle_id", "organisation_id"],
            ["whistle_call.whistle_id", "whistle_call.organisation_id"],
        ),
        Index("ix_whistle_alarm_waiting", "at", postgresql_where=text("rung_at IS NULL")),
    )
