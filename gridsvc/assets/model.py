"""Components as a table: each has a code, a class, an owner and a place, for a time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from shapely.geometry.base import BaseGeometry
from sqlalchemy import CheckConstraint, ForeignKey, Index, func, literal_column, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.db.base import Base, Id
from gridsvc.db.geometry import ShapelyGeometry


class Asset(Base):
    """One version of a component: a point, line or polygon, longitude first in WGS84.

    A trigger lets only the ending be set afterwards: a change ends one row and begins another. A
    row that was put right for the very moment when it began ends then, and never held.
    """

    __tablename__ = "asset"

    id: Mapped[Id]
    code: Mapped[str]
    """Sixteen digits; the scheme's classes say how they are split."""
    scheme: Mapped[str]
    """The scheme's code, whatever its version: a new version keeps what is whose."""
    category_code: Mapped[str]
    name: Mapped[str]
    geometry: Mapped[BaseGeometry] = mapped_column(ShapelyGeometry("GEOMETRY"))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    """Whose it is (权属单位)."""
    maintainer_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    """Who keeps it (养护单位), where that is somebody else."""
    state: Mapped[str] = mapped_column(server_default="intact")
    attributes: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (
        CheckConstraint("code ~ '^[0-9]{16}$'", name="code"),
        CheckConstraint("state IN ('intact', 'damaged', 'missing', 'abandoned')", name="state"),
        CheckConstraint("valid_to >= valid_from", name="validity"),
        CheckConstraint("NOT ST_IsEmpty(geometry)", name="not_empty"),
        CheckConstraint("GeometryType(geometry) <> 'GEOMETRYCOLLECTION'", name="one_kind"),
        Index("ix_asset_code", "code"),
        Index("ix_asset_geometry", "geometry", postgresql_using="gist"),
        Index("ix_asset_owner_id", "owner_id", "code"),
        ExcludeConstraint(
            ("code", "="),
            (literal_column("tstzrange(valid_from, valid_to)"), "&&"),
            name="ex_asset_one_version_in_force",
        ),
    )
