"""What tiles are made from sooner than from the cases and areas themselves. All of it can be lost.

It is made again from them by jobs; a tile is right without it, only slower.
"""

from uuid import UUID

from shapely.geometry.base import BaseGeometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
)
from sqlalchemy.orm import Mapped, mapped_column

from gridsvc.db.base import Base
from gridsvc.db.geometry import ShapelyGeometry
from gridsvc.incidents.model import SHARED_BY

NO_CRS = -1
"""SRID of the plane of tiles, which has none; PostGIS calls it 0."""


class TileShape(Base):
    """An area as it is drawn at the zooms of a band, generalised together with its release.

    A point where areas of the release are too small there to be drawn one by one. In the units of
    a tile of the band's own zoom (`matrix.in_units`); whole ones, but for the exact band.
    """

    __tablename__ = "tile_shape"

    release_id: Mapped[UUID] = mapped_column(ForeignKey("release.id"), primary_key=True)
    band: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    geometry: Mapped[BaseGeometry] = mapped_column(ShapelyGeometry("GEOMETRY", NO_CRS))

    __table_args__ = (
        CheckConstraint("NOT ST_IsEmpty(geometry)", name="not_empty"),
        Index("ix_tile_shape_place", "release_id", "band", "geometry", postgresql_using="gist"),
    )


class IncidentTally(Base):
    """A change of how many incidents lie in a small cell of the map, yet to be added up.

    Triggers write a row for each change of what a tile shows, so that no writer waits for another
    or can forget it. `x` and `y` are tiles of zoom 19; the sums are of places in tiles of zoom 30,
    for the middle of what lies in a cell.
    """

    __tablename__ = "incident_tally"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    x: Mapped[int] = mapped_column(Integer)
    y: Mapped[int] = mapped_column(Integer)
    district: Mapped[str | None]
    street: Mapped[str | None]
    lead_id: Mapped[UUID | None]
    count: Mapped[int] = mapped_column(Integer)
    open: Mapped[int] = mapped_column(Integer)
    sum_x: Mapped[int]
    sum_y: Mapped[int]

    __table_args__ = (Index("ix_incident_tally_place", "x", "y"),)


class IncidentCell(Base):
    """How many incidents lie in a cell of the map, without the changes that are not added up yet.

    Cells are the tiles of a few zooms: `level`.
    """

    __tablename__ = "incident_cell"

    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    x: Mapped[int] = mapped_column(Integer, primary_key=True)
    y: Mapped[int] = mapped_column(Integer, primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    open: Mapped[int] = mapped_column(Integer)
    sum_x: Mapped[int]
    sum_y: Mapped[int]


class IncidentShare(Base):
    """The share of a cell's incidents that lie in one street and are led by one organisation.

    Policies show it to who sees all of it, as they show incidents.
    No area is the empty code, no lead the nil UUID: nobody sees by those.
    """

    __tablename__ = "incident_share"
    __table_args__ = (
        PrimaryKeyConstraint(
            *("level", "x", "y", *SHARED_BY),
            postgresql_include=["count", "open", "sum_x", "sum_y"],
        ),
    )

    level: Mapped[int] = mapped_column(SmallInteger)
    x: Mapped[int] = mapped_column(Integer)
    y: Mapped[int] = mapped_column(Integer)
    district: Mapped[str]
    street: Mapped[str]
    lead_id: Mapped[UUID]
    count: Mapped[int] = mapped_column(Integer)
    open: Mapped[int] = mapped_column(Integer)
    sum_x: Mapped[int]
    sum_y: Mapped[int]
