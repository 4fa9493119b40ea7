"""Rules, border policies and special days as tables. Nothing in force is edited: rows end."""

from datetime import date, datetime
from uuid import UUID

from shapely.geometry.base import BaseGeometry
from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ColumnClause,
    ForeignKey,
    SmallInteger,
    Text,
    Uuid,
    func,
    literal_column,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.db.base import Base, Id
from gridsvc.db.geometry import ShapelyGeometry

_VALID: ColumnClause[object] = literal_column("tstzrange(valid_from, valid_to)")
Texts = Mapped[list[str]]


class Versioned:
    """When a row holds in the world, who said so and when, and who ended it.

    A trigger lets only the ending be set afterwards. A row that was put right for the very moment
    when it began ends then, and never held.
    """

    id: Mapped[Id]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


class RoutingRule(Versioned, Base):
    """A rule; what its columns mean says `gridsvc.rules.rule`, how they are written `cells`."""

    __tablename__ = "routing_rule"

    code: Mapped[str]
    title: Mapped[str]
    title_en: Mapped[str | None]
    scheme: Mapped[str | None]
    category_code: Mapped[str | None]
    kind: Mapped[str | None]
    hours: Mapped[str | None]
    season: Mapped[str | None]
    weekdays: Mapped[str | None]
    special_days: Mapped[str | None]
    estate_types: Texts = mapped_column(ARRAY(Text), server_default="{}")
    priority: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    layers: Texts = mapped_column(ARRAY(Text), server_default="{}")
    lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    co_handler_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    co_layers: Texts = mapped_column(ARRAY(Text), server_default="{}")

    __table_args__ = (
        CheckConstraint("code <> ''", name="code"),
        CheckConstraint("kind IN ('component', 'event')", name="kind"),
        CheckConstraint("priority >= 0", name="priority"),
        CheckConstraint("(scheme IS NULL) = (category_code IS NULL)", name="category_of_scheme"),
        CheckConstraint("valid_to >= valid_from", name="validity"),
        ExcludeConstraint(
            ("code", "="), (_VALID, "&&"), name="ex_routing_rule_one_version_in_force"
        ),
    )


class BorderPolicyRow(Versioned, Base):
    """A border policy; what its columns mean says `gridsvc.rules.border`."""

    __tablename__ = "border_policy"

    code: Mapped[str]
    title: Mapped[str]
    title_en: Mapped[str | None]
    kind: Mapped[str]
    layer: Mapped[str]
    areas: Texts = mapped_column(ARRAY(Text))
    within_m: Mapped[float] = mapped_column(server_default="0")
    road: Mapped[str | None]
    shape: Mapped[BaseGeometry | None] = mapped_column(ShapelyGeometry("MULTIPOLYGON"))
    scheme: Mapped[str | None]
    category_code: Mapped[str | None]
    priority: Mapped[int] = mapped_column(SmallInteger, server_default="0")

    __table_args__ = (
        CheckConstraint("code <> ''", name="code"),
        CheckConstraint("kind IN ('side', 'parity', 'exception', 'joint')", name="kind"),
        CheckConstraint("cardinality(areas) > 0", name="areas"),
        CheckConstraint("within_m >= 0", name="within_m"),
        CheckConstraint("priority >= 0", name="priority"),
        CheckConstraint("(scheme IS NULL) = (category_code IS NULL)", name="category_of_scheme"),
        CheckConstraint("valid_to >= valid_from", name="validity"),
        ExcludeConstraint(
            ("code", "="), (_VALID, "&&"), name="ex_border_policy_one_version_in_force"
        ),
    )


class SpecialDayRow(Versioned, Base):
    """One day of a named list."""

    __tablename__ = "special_day"

    list_code: Mapped[str]
    title: Mapped[str]
    title_en: Mapped[str | None]
    day: Mapped[date]

    __table_args__ = (
        CheckConstraint("list_code <> ''", name="list_code"),
        CheckConstraint("valid_to >= valid_from", name="validity"),
        ExcludeConstraint(
            ("list_code", "="),
            ("day", "="),
            (_VALID, "&&"),
            name="ex_special_day_one_version_in_force",
        ),
    )
