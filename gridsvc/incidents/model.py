"""Incidents and their events. The events are the truth; the status is a copy of the last."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
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
    UniqueConstraint,
    Uuid,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from gridsvc.auth.sight import SHARE_LEVELS
from gridsvc.db.base import Base, Id
from gridsvc.db.editions import EditionRow
from gridsvc.db.geometry import ShapelyGeometry
from gridsvc.routing.model import OUTCOMES

STATUSES = (
    "'reported', 'verifying', 'verified', 'filed', 'arbitration', 'dispatched', 'handling',"
    " 'suspended', 'handled', 'checked', 'closed', 'evaluated', 'invalidated', 'merged',"
    " 'rejected', 'withdrawn'"
)
OPEN = (
    "'reported', 'verifying', 'verified', 'filed', 'arbitration', 'dispatched', 'handling',"
    " 'suspended', 'handled', 'checked'"
)
ASKED = "'appeal', 'ask_extension', 'ask_suspension', 'supervise'"
LISTED_BY = (
    "category_id",
    "community",
    "district",
    "grid",
    "lead_id",
    "reporter_id",
    "status",
    "street",
    "sub_estate",
    "zone_id",
)
"""What incidents are asked for by, the newest first: each has an index in that order."""
SHOWN_BY_TILES = (
    "id",
    "reference",
    "status",
    "category_id",
    "location",
    "due_at",
    "paused_at",
    "exempted_at",
)
"""All that a tile tells of an incident."""
SHARED_BY = (*SHARE_LEVELS, "lead_id")
"""What the shares of a cell are told apart by (`gridsvc.tiles.model.IncidentShare`)."""
OVERDUE_BY = ("location", "paused_at", "exempted_at", *SHARED_BY)
"""What the index of open incidents has besides, to say where one is overdue, and for whom."""

REFERENCE_NUMBER = Sequence("incident_reference_number", metadata=Base.metadata)


class Incident(Base):
    """One matter at one place. Its id is a UUIDv7 that the reporting client may have made."""

    __tablename__ = "incident"

    id: Mapped[Id]
    reference: Mapped[str]
    category_id: Mapped[UUID] = mapped_column(ForeignKey("category.id"))
    condition_id: Mapped[UUID | None]
    """The filing condition that the report named."""
    status: Mapped[str]
    version: Mapped[int] = mapped_column(server_default="1")
    process_id: Mapped[UUID | None] = mapped_column(ForeignKey("process.id"))
    """By which process it was filed; None is the one that is shipped."""
    channel: Mapped[str]
    description: Mapped[str]
    address: Mapped[str | None]
    location: Mapped[BaseGeometry | None] = mapped_column(ShapelyGeometry("POINT"))
    accuracy_m: Mapped[float | None]
    occurred_at: Mapped[datetime]
    reported_at: Mapped[datetime]
    reporter_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    report_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of the report's canonical JSON: tells a repeated call from a different one."""
    due_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    """Since when the clock of its handling stands still, for a time."""
    clock_turned: Mapped[bool] = mapped_column(server_default=false())
    """Whether that clock was ever paused, begun anew or given more time."""
    suspended_until: Mapped[datetime | None]
    alarms_version: Mapped[int] = mapped_column(server_default="0")
    """For which version its reminders were laid out."""
    exempted_at: Mapped[datetime | None]
    """When an appeal was granted: statistics leave out that it was overdue."""
    handled_at: Mapped[datetime | None]
    """When the matter was dealt with, as the work on it counts; none again while it is reworked."""
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str]
    lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    co_handler_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    """Who helps, by the newest decision."""
    called_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    """Whom a whistle calls to it that has not ended (`gridsvc.whistles`); they see it meanwhile."""
    co_reporter_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    """Who reported those that were merged into it: they see it as who reported it does."""
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("incident.id"))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("incident.id"))
    """Of which case it is a part."""
    part_count: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """Into how many parts it was split."""
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey("area.id"))
    district: Mapped[str | None]
    street: Mapped[str | None]
    community: Mapped[str | None]
    grid: Mapped[str | None]
    sub_estate: Mapped[str | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["condition_id", "category_id"], ["filing_condition.id", "filing_condition.category_id"]
        ),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint(f"status IN ({STATUSES})", name="status"),
        CheckConstraint(f"outcome IN ({OUTCOMES})", name="outcome"),
        CheckConstraint("accuracy_m >= 0 AND accuracy_m < 'Infinity'", name="accuracy"),
        CheckConstraint("octet_length(report_hash) = 32", name="report_hash"),
        CheckConstraint("merged_into <> id", name="merged_into_another"),
        CheckConstraint("parent_id <> id", name="part_of_another"),
        CheckConstraint("parent_id IS NULL OR part_count = 0", name="no_part_of_a_part"),
        *(
            Index(f"ix_incident_{column}_reported", column, "reported_at", "id")
            for column in LISTED_BY
        ),
        # Few have helpers: most reports are spared the upkeep.
        Index(
            "ix_incident_co_handler_ids",
            "co_handler_ids",
            postgresql_using="gin",
            postgresql_where=text("co_handler_ids <> '{}'"),
        ),
        Index(
            "ix_incident_called_ids",
            "called_ids",
            postgresql_using="gin",
            postgresql_where=text("called_ids <> '{}'"),
        ),
        Index(
            "ix_incident_co_reporter_ids",
            "co_reporter_ids",
            postgresql_using="gin",
            postgresql_where=text("co_reporter_ids <> '{}'"),
        ),
        Index(
            "ix_incident_merged_into",
            "merged_into",
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
        Index(
            "ix_incident_parent_id",
            "parent_id",
            postgresql_where=text("parent_id IS NOT NULL"),
        ),
        Index("ix_incident_location", "location", postgresql_using="gist"),
        # Tiles tell of each: what they tell is stored by tile (zoom 16), not all over the table.
        Index(
            "ix_incident_tile",
            text("(tile_x(location) >> 14)"),
            text("(tile_y(location) >> 14)"),
            text("tile_x(location)"),
            text("tile_y(location)"),
            postgresql_include=SHOWN_BY_TILES,
        ),
        # The start page counts what is open, maps where it is overdue: few of many.
        Index(
            "ix_incident_open",
            "due_at",
            "status",
            postgresql_include=OVERDUE_BY,
            postgresql_where=text(f"status IN ({OPEN})"),
        ),
        Index(
            "ix_incident_suspended_until",
            "suspended_until",
            postgresql_where=text("suspended_until IS NOT NULL"),
        ),
        # What has changed since its reminders were laid out; what ended before that has none.
        Index(
            "ix_incident_alarms",
            "id",
            postgresql_where=text(
                f"alarms_version < version AND (alarms_version > 0 OR status IN ({OPEN}))"
            ),
        ),
        Index("ix_incident_reference", "reference"),
        # Cases are counted by period: as both times follow the order of the rows, this is enough.
        Index(
            "ix_incident_times",
            "due_at",
            "closed_at",
            postgresql_using="brin",
            postgresql_with={"autosummarize": "on"},
        ),
        Index("ix_incident_reported", "reported_at", "id"),
    )


AREA_OF: Mapping[str, InstrumentedAttribute[str | None]] = MappingProxyType(
    {
        "district": Incident.district,
        "street": Incident.street,
        "community": Incident.community,
        "grid": Incident.grid,
        "sub_estate": Incident.sub_estate,
    }
)
"""By level, the column with the code of the area in which an incident lies."""


class IncidentEvent(Base):
    """What happened to an incident: append-only, each event carrying the hash of the one before."""

    __tablename__ = "incident_event"

    id: Mapped[Id]
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.id"))
    sequence: Mapped[int] = mapped_column(SmallInteger)
    at: Mapped[datetime]
    actor_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    action: Mapped[str]
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    note: Mapped[str | None]
    detail: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        UniqueConstraint("incident_id", "sequence"),
        # What somebody has yet to decide is looked for among few of many.
        Index(
            "ix_incident_event_asked", "incident_id", postgresql_where=text(f"action IN ({ASKED})")
        ),
        CheckConstraint(f"from_status IN ({STATUSES})", name="from_status"),
        CheckConstraint(f"to_status IN ({STATUSES})", name="to_status"),
        CheckConstraint("octet_length(previous_hash) = 32", name="previous_hash"),
        CheckConstraint("octet_length(hash) = 32", name="hash"),
    )


class ProcessRow(EditionRow):
    """The closed loop as a city has it; `gridsvc.incidents.process_file` reads its source."""

    __tablename__ = "process"


class IdempotencyKey(Base):
    """A key that a client chose for a report: the same key means the same incident."""

    __tablename__ = "idempotency_key"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    incident_id: Mapped[UUID]
    """No foreign key: the row is written before its incident, which may yet be refused."""
    created_at: Mapped[datetime] = mapped_column(index=True)
