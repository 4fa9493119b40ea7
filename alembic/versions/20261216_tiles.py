"""What tiles are made from: generalised areas, and how many incidents lie in each small cell.

The counts are of all incidents, so the role of requests may not read them: whoever sees a part is
counted for anew, under the policies.
"""

import sqlalchemy as sa
from alembic import op

from gridsvc.db.geometry import ShapelyGeometry

revision = "20261216_tiles"
down_revision = "20261217_handled"
branch_labels = None
depends_on = None

# Where a place lies among the tiles of zoom 30 (WebMercatorQuad): of no tile's two sides both.
TILE_X = """
CREATE FUNCTION tile_x(place geometry) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT least(greatest(floor((ST_X(place) + 180) / 360 * 1073741824), 0), 1073741823)::integer
$$
"""
TILE_Y = """
CREATE FUNCTION tile_y(place geometry) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT least(greatest(floor(
        (0.5 - atanh(sin(radians(least(greatest(ST_Y(place), -85.06), 85.06)))) / (2 * pi()))
        * 1073741824
    ), 0), 1073741823)::integer
$$
"""

STANDS_OPEN = """
CREATE FUNCTION stands_open(status text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT status IN ('reported', 'verifying', 'verified', 'filed', 'arbitration', 'dispatched',
                      'handling', 'suspended', 'handled', 'checked')
$$
"""

# What was is taken away and what is added: one row where a change leaves an incident in its cell.
TALLY_INCIDENT = """
CREATE FUNCTION tally_incident() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO incident_tally (x, y, count, open, sum_x, sum_y)
    SELECT x >> 11, y >> 11, sum(n), sum(n * open), sum(n * x::bigint), sum(n * y::bigint)
    FROM (
        SELECT tile_x(place), tile_y(place), n, stands_open(status)::integer
        FROM (VALUES (OLD.location, OLD.status, -1), (NEW.location, NEW.status, 1))
             AS told(place, status, n)
        WHERE place IS NOT NULL
    ) AS placed(x, y, n, open)
    GROUP BY x >> 11, y >> 11;
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE TRIGGER tallied AFTER INSERT OR DELETE OR UPDATE OF
    location, status, category_id, due_at, paused_at, exempted_at, reference, reporter_id, lead_id,
    co_handler_ids, called_ids, co_reporter_ids, district, street, community, grid, sub_estate
ON incident FOR EACH ROW EXECUTE FUNCTION tally_incident()
"""
WHAT_IS_THERE = """
INSERT INTO incident_tally (x, y, count, open, sum_x, sum_y, folded)
SELECT x >> 11, y >> 11, count(*), count(*) FILTER (WHERE stands_open(status)),
       sum(x::bigint), sum(y::bigint), true
FROM (SELECT tile_x(location) AS x, tile_y(location) AS y, status
      FROM incident WHERE location IS NOT NULL) AS placed
GROUP BY x >> 11, y >> 11
"""

# A new row, or one more or fewer that is not added up yet: no change leaves both as they were, in
# whatever order transactions end. Told to who may not read the counts, for it says none.
INCIDENTS_VERSION = """
CREATE FUNCTION incidents_version() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT concat(max(id), '.', (SELECT count(*) FROM incident_tally WHERE NOT folded))
    FROM incident_tally
$$
"""


def upgrade() -> None:
    _shapes()
    _tally()
    op.execute(TILE_X)
    op.execute(TILE_Y)
    op.execute(STANDS_OPEN)
    op.execute(TALLY_INCIDENT)
    op.execute(TRIGGER)
    op.execute(WHAT_IS_THERE)
    op.execute(INCIDENTS_VERSION)


def _shapes() -> None:
    op.create_table(
        "tile_shape",
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("band", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("geometry", ShapelyGeometry("GEOMETRY", 3857), nullable=False),
        sa.CheckConstraint("NOT ST_IsEmpty(geometry)", name=op.f("ck_tile_shape_not_empty")),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_tile_shape_release_id")
        ),
        sa.PrimaryKeyConstraint("release_id", "band", "code", name=op.f("pk_tile_shape")),
    )
    op.create_index(
        "ix_tile_shape_place",
        "tile_shape",
        ["release_id", "band", "geometry"],
        postgresql_using="gist",
    )


def _tally() -> None:
    op.create_table(
        "incident_tally",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("sum_x", sa.BigInteger(), nullable=False),
        sa.Column("sum_y", sa.BigInteger(), nullable=False),
        sa.Column("folded", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_tally")),
    )
    op.create_index("ix_incident_tally_place", "incident_tally", ["x", "y"])
    op.create_index(
        "ix_incident_tally_new",
        "incident_tally",
        ["id"],
        postgresql_where=sa.text("NOT folded"),
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER tallied ON incident")
    for function in (
        "incidents_version()",
        "tally_incident()",
        "stands_open(text)",
        "tile_y(geometry)",
        "tile_x(geometry)",
    ):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_table("incident_tally")
    op.drop_table("tile_shape")
