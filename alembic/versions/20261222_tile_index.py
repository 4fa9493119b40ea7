"""Incidents are stored in an index by tile, with all that a tile tells of them.

Where the map shows them one by one, a tile's lie on thousands of pages of the table, and on a few
dozen of the index. Its functions name what they call once and for all: a dump is restored where
nothing is found by its name alone.
"""

from alembic import op

revision = "20261222_tile_index"
down_revision = "20261221_wall"
branch_labels = None
depends_on = None

X = "least(greatest(floor((ST_X(place) + 180) / 360 * 1073741824), 0), 1073741823)::integer"
Y = """least(greatest(floor(
    (0.5 - atanh(sin(radians(least(greatest(ST_Y(place), -85.06), 85.06)))) / (2 * pi()))
    * 1073741824
), 0), 1073741823)::integer"""
SHOWN = "id, reference, status, category_id, location, due_at, paused_at, exempted_at"


def upgrade() -> None:
    for name, places in (("tile_x", X), ("tile_y", Y)):
        op.execute(_function(name, f"RETURN {places}"))
    op.execute(
        "CREATE INDEX ix_incident_tile ON incident"
        " ((tile_x(location) >> 14), (tile_y(location) >> 14))"
        f" INCLUDE ({SHOWN})"
    )


def downgrade() -> None:
    op.drop_index("ix_incident_tile", "incident")
    for name, places in (("tile_x", X), ("tile_y", Y)):
        op.execute(_function(name, f"AS $$ SELECT {places} $$"))


def _function(name: str, body: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {name}(place geometry) RETURNS integer"
        f" LANGUAGE sql IMMUTABLE PARALLEL SAFE {body}"
    )
