"""Drawings of areas are kept in the units of their tiles, and changes of cells are found by place.

A drawing need only be moved into its tile then: what lies inside is neither scaled, cut nor mended.
All of them are made again by the worker; until then tiles are drawn from the areas themselves.
"""

import sqlalchemy as sa
from alembic import op

from gridsvc.db.geometry import ShapelyGeometry

revision = "20261220_tile_units"
down_revision = "20261219_briefing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _drawn_in(-1)
    op.create_index("ix_incident_tally_place", "incident_tally", ["x", "y"])


def downgrade() -> None:
    op.drop_index("ix_incident_tally_place", "incident_tally")
    _drawn_in(3857)


def _drawn_in(srid: int) -> None:
    op.drop_index("ix_tile_shape_place", "tile_shape")
    op.drop_constraint("ck_tile_shape_not_empty", "tile_shape")
    op.execute("TRUNCATE tile_shape")
    op.drop_column("tile_shape", "geometry")
    op.add_column(
        "tile_shape", sa.Column("geometry", ShapelyGeometry("GEOMETRY", srid), nullable=False)
    )
    op.create_check_constraint("not_empty", "tile_shape", "NOT ST_IsEmpty(geometry)")
    op.create_index(
        "ix_tile_shape_place",
        "tile_shape",
        ["release_id", "band", "geometry"],
        postgresql_using="gist",
    )
