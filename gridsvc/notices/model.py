"""The in-app inbox: one notice for each thing an organisation must know, and what is to come."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.db.base import Base, Id


class Notice(Base):
    """An organisation has been told of an event. One event tells one organisation once.

    The event is an incident's or a whistle's, or that a briefing was made.
    """

    __tablename__ = "notice"

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    incident_id: Mapped[UUID | None]
    whistle_id: Mapped[UUID | None]
    briefing_day: Mapped[date | None] = mapped_column(Date, ForeignKey("briefing.day"))
    sequence: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str]
    """The status to which the event brought the incident, or which reminder of which clock it is:
    `yellow:handling`, `overdue:dispatch`, `escalated:handling`. Of a whistle what was done,
    `whistle:call`, or whose reminder it is, `yellow:report_in:SAN02`. Else `briefing`."""
    action: Mapped[str | None]
    """What was done, of an event; with the next two what the notice is put into words with."""
    reference: Mapped[str | None]
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["incident_id", "sequence"], ["incident_event.incident_id", "incident_event.sequence"]
        ),
        ForeignKeyConstraint(
            ["whistle_id", "sequence"], ["whistle_event.whistle_id", "whistle_event.sequence"]
        ),
        CheckConstraint("num_nonnulls(incident_id, whistle_id, briefing_day) = 1", name="about"),
        UniqueConstraint("incident_id", "sequence", "organisation_id", "kind"),
        UniqueConstraint("whistle_id", "sequence", "organisation_id", "kind"),
        UniqueConstraint("briefing_day", "organisation_id"),
        Index("ix_notice_organisation_id", "organisation_id", "created_at"),
    )


class Alarm(Base):
    """A reminder of a clock that is laid out ahead. It rings once in a round of its clock."""

    __tablename__ = "alarm"

    id: Mapped[Id]
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.id"))
    clock: Mapped[str]
    kind: Mapped[str]
    round: Mapped[int] = mapped_column(SmallInteger)
    """How often the clock had begun."""
    at: Mapped[datetime]
    rung_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("kind IN ('yellow', 'overdue', 'escalated')", name="kind"),
        UniqueConstraint("incident_id", "clock", "kind", "round"),
        Index("ix_alarm_waiting", "at", postgresql_where=text("rung_at IS NULL")),
    )
