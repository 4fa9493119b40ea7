"""Calendars as tables. A version is a whole that never changes: a later one ends it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnClause,
    ForeignKey,
    SmallInteger,
    UniqueConstraint,
    func,
    literal_column,
)
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.db.base import Base, Id

_VALID: ColumnClause[object] = literal_column("tstzrange(valid_from, valid_to)")


class WorkCalendar(Base):
    """A calendar that versions belong to."""

    __tablename__ = "work_calendar"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]

    __table_args__ = (CheckConstraint("code <> ''", name="code"),)


class CalendarVersion(Base):
    """What a calendar says to whoever asks between two moments; of which days is in it."""

    __tablename__ = "calendar_version"

    id: Mapped[Id]
    calendar_id: Mapped[UUID] = mapped_column(ForeignKey("work_calendar.id"))
    number: Mapped[int]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    zone: Mapped[str]
    hours: Mapped[list[Any]] = mapped_column(JSONB)
    """As `gridsvc.calendars.cells` writes them."""
    workday_minutes: Mapped[int] = mapped_column(SmallInteger)
    """What one 工作日 counts for."""
    horizon: Mapped[date | None]
    """The last day whose holidays are known."""

    __table_args__ = (
        UniqueConstraint("calendar_id", "number"),
        CheckConstraint("valid_to > valid_from", name="validity"),
        CheckConstraint("workday_minutes BETWEEN 1 AND 1440", name="workday"),
        ExcludeConstraint(
            ("calendar_id", "="), (_VALID, "&&"), name="ex_calendar_version_one_in_force"
        ),
    )


class CalendarDay(Base):
    """A day that is not what its weekday says, in one version."""

    __tablename__ = "calendar_day"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("calendar_version.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]

    __table_args__ = (CheckConstraint("kind IN ('holiday', 'workday')", name="kind"),)


class CalendarUse(Base):
    """That an organisation, an area, both or (neither named) everybody works by a calendar."""

    __tablename__ = "calendar_use"

    id: Mapped[Id]
    calendar_id: Mapped[UUID] = mapped_column(ForeignKey("work_calendar.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    level: Mapped[str | None]
    area_code: Mapped[str | None]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("valid_to > valid_from", name="validity"),
        CheckConstraint("(level IS NULL) = (area_code IS NULL)", name="area_of_level"),
        CheckConstraint(
            "level IN ('district', 'street', 'community', 'grid', 'sub_estate')", name="level"
        ),
        ExcludeConstraint(
            (literal_column("coalesce(organisation_id::text, '')"), "="),
            (literal_column("coalesce(level, '')"), "="),
            (literal_column("coalesce(area_code, '')"), "="),
            (_VALID, "&&"),
            name="ex_calendar_use_one_in_force",
        ),
    )
