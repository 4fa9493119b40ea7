"""Who reported an incident as a citizen: apart from the incident, each part sealed by itself."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.db.base import Base


class ReporterRow(Base):
    """The reporter of one incident, where one was named, or stands in its text."""

    __tablename__ = "reporter"

    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    name: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone: Mapped[bytes | None] = mapped_column(LargeBinary)
    address: Mapped[bytes | None] = mapped_column(LargeBinary)
    description: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The report's text, where a telephone number stands in it: the case has it masked."""
    anonymised_at: Mapped[datetime | None]
    """When all that was emptied, for good."""

    __table_args__ = (
        CheckConstraint(
            "anonymised_at IS NULL OR num_nonnulls(name, phone, address, description) = 0",
            name="anonymised",
        ),
        Index("ix_reporter_kept", "incident_id", postgresql_where=text("anonymised_at IS NULL")),
    )
