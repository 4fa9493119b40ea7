"""The in-app inbox: one notice for each thing an organisation must know."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.db.base import Base, Id


class Notice(Base):
    """An organisation has been told of an event. One event tells one organisation once."""

    __tablename__ = "notice"

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    incident_id: Mapped[UUID]
    sequence: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str]
    """The status to which the event brought the incident."""
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["incident_id", "sequence"], ["incident_event.incident_id", "incident_event.sequence"]
        ),
        UniqueConstraint("incident_id", "sequence", "organisation_id"),
        Index("ix_notice_organisation_id", "organisation_id", "created_at"),
    )
