"""Schemes, their categories and filing conditions: data with a version, never enums."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    SmallInteger,
    UniqueConstraint,
    func,
    literal_column,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.db.base import Base, Id

UNITS = "'urgent_minute', 'urgent_hour', 'work_minute', 'work_hour', 'work_day', 'natural_day'"


class CategoryScheme(Base):
    """A published list of categories, for example a city's own edition of a standard."""

    __tablename__ = "category_scheme"

    id: Mapped[Id]
    code: Mapped[str]
    version: Mapped[int]
    name: Mapped[str]
    name_en: Mapped[str | None]
    numbering: Mapped[str | None]
    """Which of the orders of the event majors it follows; see `numbering`."""
    valid_from: Mapped[datetime] = mapped_column(server_default=func.now())
    valid_to: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("code", "version"),
        CheckConstraint("valid_to > valid_from", name="validity"),
        ExcludeConstraint(
            ("code", "="),
            (literal_column("tstzrange(valid_from, valid_to)"), "&&"),
            name="ex_category_scheme_one_version_in_force",
        ),
    )


class Category(Base):
    """A minor class: what can be reported. Components (部件) are things, events (事件) happen."""

    __tablename__ = "category"

    id: Mapped[Id]
    scheme_id: Mapped[UUID] = mapped_column(ForeignKey("category_scheme.id"))
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str | None]
    major_code: Mapped[str]
    major_name: Mapped[str]
    major_name_en: Mapped[str | None]
    kind: Mapped[str]
    limit_value: Mapped[int]
    limit_unit: Mapped[str]

    __table_args__ = (
        UniqueConstraint("scheme_id", "code"),
        CheckConstraint("kind IN ('component', 'event')", name="kind"),
        CheckConstraint("limit_value > 0", name="limit"),
        CheckConstraint(f"limit_unit IN ({UNITS})", name="unit"),
    )


class FilingCondition(Base):
    """What a minor class is filed for (立案条件), by when it must be done and when it is closed.

    Lead and supervisor stand as the city's table words them; who owns a case is for routing to say.
    """

    __tablename__ = "filing_condition"

    id: Mapped[Id]
    category_id: Mapped[UUID] = mapped_column(ForeignKey("category.id"))
    code: Mapped[str]
    position: Mapped[int] = mapped_column(SmallInteger)
    """Its place among those of the category, from 1."""
    text: Mapped[str]
    text_en: Mapped[str | None]
    limit_value: Mapped[int]
    limit_unit: Mapped[str]
    closing: Mapped[str | None]
    closing_en: Mapped[str | None]
    lead: Mapped[str | None]
    supervisor: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("category_id", "code"),
        UniqueConstraint("category_id", "position"),
        # A case names its condition together with its category.
        UniqueConstraint("id", "category_id"),
        CheckConstraint("code <> ''", name="code"),
        CheckConstraint("limit_value > 0", name="limit"),
        CheckConstraint(f"limit_unit IN ({UNITS})", name="unit"),
    )
