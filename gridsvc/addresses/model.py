"""Names as tables: roads and other named places, and which house numbers lie where along a road.

Names of areas and sub-estates are not copied: they stand in `area`.
"""

from datetime import datetime

from shapely.geometry.base import BaseGeometry
from sqlalchemy import CheckConstraint, ColumnClause, Integer, literal_column
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.db.base import Base, Id
from gridsvc.db.geometry import ShapelyGeometry

_VALID: ColumnClause[object] = literal_column("tstzrange(valid_from, valid_to)")


class PlaceName(Base):
    """One name of a road or of another named place; an alias is a row more with the same code."""

    __tablename__ = "place_name"

    id: Mapped[Id]
    kind: Mapped[str]
    code: Mapped[str]
    name: Mapped[str]
    geometry: Mapped[BaseGeometry] = mapped_column(ShapelyGeometry("GEOMETRY"))
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("kind IN ('road', 'place')", name="kind"),
        CheckConstraint("code <> '' AND name <> ''", name="named"),
        CheckConstraint("NOT ST_IsEmpty(geometry)", name="not_empty"),
        CheckConstraint("valid_to > valid_from", name="validity"),
        ExcludeConstraint(
            ("kind", "="),
            ("code", "="),
            ("name", "="),
            (_VALID, "&&"),
            name="ex_place_name_once",
        ),
    )


class HouseRange(Base):
    """House numbers of a road from one to another, and the point, line or area they lie at.

    Along a line they count from its beginning.
    """

    __tablename__ = "house_range"

    id: Mapped[Id]
    road_code: Mapped[str]
    first: Mapped[int] = mapped_column(Integer)
    last: Mapped[int] = mapped_column(Integer)
    parity: Mapped[str]
    """`odd`, `even` or `both`."""
    geometry: Mapped[BaseGeometry] = mapped_column(ShapelyGeometry("GEOMETRY"))
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("0 < first AND first <= last", name="order"),
        CheckConstraint("parity IN ('odd', 'even', 'both')", name="parity"),
        CheckConstraint("NOT ST_IsEmpty(geometry)", name="not_empty"),
        CheckConstraint("valid_to > valid_from", name="validity"),
        ExcludeConstraint(
            ("road_code", "="),
            ("parity", "="),
            (literal_column("int4range(first, last, '[]')"), "&&"),
            (_VALID, "&&"),
            name="ex_house_range_once",
        ),
    )
