"""The map as tables: organisations, layers, releases, areas, and who answers for what.

A layer is a set of areas of one sort: one administrative level (district > street > community >
grid, sub_estate beside grid), or a set of responsibility zones. It changes only by releases, and
nothing in force is edited: a new release closes the validity of the one before it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from shapely.geometry.base import BaseGeometry
from sqlalchemy import (
    CheckConstraint,
    ColumnClause,
    ForeignKey,
    Index,
    SmallInteger,
    UniqueConstraint,
    func,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.db.base import Base, Id
from gridsvc.db.geometry import ShapelyGeometry

LEVELS = ("district", "street", "community", "grid", "sub_estate")

_VALID: ColumnClause[object] = literal_column("tstzrange(valid_from, valid_to)")


class Organisation(Base):
    """A body that can own an incident: a department, a street's centre, a contractor."""

    __tablename__ = "organisation"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str | None]
    kind: Mapped[str]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))

    __table_args__ = (CheckConstraint("parent_id <> id", name="not_its_own_parent"),)


class Layer(Base):
    """A set of areas of one sort."""

    __tablename__ = "layer"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    level: Mapped[str | None] = mapped_column(unique=True)
    title: Mapped[str]
    title_en: Mapped[str | None]
    basis: Mapped[str] = mapped_column(server_default="territory")
    """`owner` where an area means who owns the things in it, `territory` where who keeps it."""
    tiles: Mapped[bool] = mapped_column(server_default="false")
    """Whether the areas must cover their ground without gap or overlap."""
    overlap_allowed: Mapped[bool] = mapped_column(server_default="false")

    __table_args__ = (
        CheckConstraint("kind IN ('administrative', 'zone')", name="kind"),
        CheckConstraint("basis IN ('owner', 'territory')", name="basis"),
        CheckConstraint("(kind = 'administrative') = (level IS NOT NULL)", name="level_of_kind"),
        CheckConstraint(
            "level IN ('district', 'street', 'community', 'grid', 'sub_estate')", name="level"
        ),
        CheckConstraint("NOT (tiles AND overlap_allowed)", name="tiles_without_overlap"),
    )


class Release(Base):
    """A published state of a layer.

    Validity is when it holds in the world, `recorded_at` when the system learnt of it; a draft
    has no validity yet.
    """

    __tablename__ = "release"

    id: Mapped[Id]
    layer_id: Mapped[UUID] = mapped_column(ForeignKey("layer.id"))
    number: Mapped[int]
    valid_from: Mapped[datetime | None]
    valid_to: Mapped[datetime | None]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    source: Mapped[str]
    digest: Mapped[str]
    """SHA-256 of what its areas say, in hexadecimal: equal releases have equal ones."""
    area_count: Mapped[int]
    findings: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    """How many findings of each code the load had, and which were accepted."""

    __table_args__ = (
        UniqueConstraint("layer_id", "number"),
        CheckConstraint("valid_to > valid_from", name="validity"),
        CheckConstraint("valid_from IS NOT NULL OR valid_to IS NULL", name="draft"),
        ExcludeConstraint(
            ("layer_id", "="),
            (_VALID, "&&"),
            where=text("valid_from IS NOT NULL"),
            name="ex_release_one_in_force",
        ),
    )


class Area(Base):
    """One area of one release, longitude before latitude in WGS84.

    A trigger lets only `valid_to` be set afterwards, here and on the release.
    """

    __tablename__ = "area"

    id: Mapped[Id]
    layer_id: Mapped[UUID] = mapped_column(ForeignKey("layer.id"))
    release_id: Mapped[UUID] = mapped_column(ForeignKey("release.id"))
    code: Mapped[str]
    name: Mapped[str]
    parent_code: Mapped[str | None]
    geometry: Mapped[BaseGeometry] = mapped_column(ShapelyGeometry("MULTIPOLYGON"))
    area_m2: Mapped[float]
    population: Mapped[int | None]
    households: Mapped[int | None]
    estate_type: Mapped[str | None]
    attributes: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    valid_from: Mapped[datetime | None]
    valid_to: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("release_id", "code"),
        CheckConstraint("code <> ''", name="code"),
        CheckConstraint("valid_to > valid_from", name="validity"),
        CheckConstraint("NOT ST_IsEmpty(geometry)", name="not_empty"),
        Index("ix_area_code", "code"),
        Index("ix_area_geometry", "geometry", postgresql_using="gist"),
        Index("ix_area_layer_parent", "layer_id", "parent_code"),
        Index("ix_area_parent_code", "parent_code"),
        ExcludeConstraint(
            ("layer_id", "="),
            ("code", "="),
            (_VALID, "&&"),
            where=text("valid_from IS NOT NULL"),
            name="ex_area_one_version_in_force",
        ),
    )


class Responsibility(Base):
    """An organisation answers for an area (or every area of a layer) in some categories.

    `lead` owns, `co_handler` helps, `duty` is who takes what nobody owns (属地兜底). A category
    is a minor's or a major's code of a scheme; none means all. Priority 0 comes first.
    """

    __tablename__ = "responsibility"

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    layer_id: Mapped[UUID] = mapped_column(ForeignKey("layer.id"))
    area_code: Mapped[str | None]
    scheme: Mapped[str | None]
    """The scheme's code, whatever its version: a new version keeps who answers for what."""
    category_code: Mapped[str | None]
    role: Mapped[str]
    priority: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("role IN ('lead', 'co_handler', 'duty')", name="role"),
        CheckConstraint("priority >= 0", name="priority"),
        CheckConstraint("valid_to > valid_from", name="validity"),
        CheckConstraint("(scheme IS NULL) = (category_code IS NULL)", name="category_of_scheme"),
        Index("ix_responsibility_organisation_id", "organisation_id"),
        ExcludeConstraint(
            ("layer_id", "="),
            (literal_column("coalesce(area_code, '')"), "="),
            (literal_column("coalesce(scheme, '')"), "="),
            (literal_column("coalesce(category_code, '')"), "="),
            ("role", "="),
            ("priority", "="),
            (_VALID, "&&"),
            where=text("role IN ('lead', 'duty')"),
            name="ex_responsibility_one_lead",
        ),
    )


class Worker(Base):
    """A grid worker's post: a code, never a person's name."""

    __tablename__ = "worker"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), unique=True)


class Assignment(Base):
    """A worker looks after a grid for a time."""

    __tablename__ = "assignment"

    id: Mapped[Id]
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("worker.id"))
    grid_code: Mapped[str] = mapped_column(index=True)
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("valid_to > valid_from", name="validity"),
        ExcludeConstraint(
            ("worker_id", "="),
            ("grid_code", "="),
            (_VALID, "&&"),
            name="ex_assignment_once",
        ),
    )


class MapVersion(Base):
    """One row: a number that grows whenever anything that routing reads has changed.

    Deferred triggers write it at commit, so that no writer can forget, once a transaction; see the
    migration.
    """

    __tablename__ = "map_version"

    singleton: Mapped[bool] = mapped_column(primary_key=True, server_default="true")
    number: Mapped[int] = mapped_column(server_default="1")

    __table_args__ = (CheckConstraint("singleton", name="one_row"),)
