"""Incidents are counted by cell, district, street and lead, for who sees a part of the city.

Most see whole districts or streets, or what an organisation leads. The shares of cells that these
have are added up as the cells are, and shown under policies as incidents are: a district of a
hundred thousand was counted anew for each tile.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261223_shares"
down_revision = "20261222_tile_index"
branch_labels = None
depends_on = None

TALLY_INCIDENT = """
CREATE OR REPLACE FUNCTION tally_incident() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO incident_tally (x, y, district, street, lead_id, count, open, sum_x, sum_y)
    SELECT x >> 11, y >> 11, district, street, lead_id,
           sum(n), sum(n * open), sum(n * x::bigint), sum(n * y::bigint)
    FROM (
        SELECT tile_x(place), tile_y(place), district, street, lead_id,
               n, stands_open(status)::integer
        FROM (VALUES
            (OLD.location, OLD.status, OLD.district, OLD.street, OLD.lead_id, -1),
            (NEW.location, NEW.status, NEW.district, NEW.street, NEW.lead_id, 1)
        ) AS told(place, status, district, street, lead_id, n)
        WHERE place IS NOT NULL
    ) AS placed(x, y, district, street, lead_id, n, open)
    GROUP BY x >> 11, y >> 11, district, street, lead_id;
    RETURN NULL;
END $$
"""
TALLY_INCIDENT_BEFORE = """
CREATE OR REPLACE FUNCTION tally_incident() RETURNS trigger LANGUAGE plpgsql AS $$
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
# Whoever adds up what waits, the release before included, takes it away: then it is in a share.
SHARE_INCIDENTS = """
CREATE FUNCTION share_incidents() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO incident_share AS share
        (level, x, y, district, street, lead_id, count, open, sum_x, sum_y)
    SELECT level, x >> (19 - level), y >> (19 - level),
           coalesce(district, ''), coalesce(street, ''),
           coalesce(lead_id, '00000000-0000-0000-0000-000000000000'),
           sum(count), sum(open), sum(sum_x), sum(sum_y)
    FROM taken, (VALUES (13), (14), (16), (19)) AS cells(level)
    GROUP BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (level, x, y, district, street, lead_id) DO UPDATE SET
        count = share.count + excluded.count, open = share.open + excluded.open,
        sum_x = share.sum_x + excluded.sum_x, sum_y = share.sum_y + excluded.sum_y;
    RETURN NULL;
END $$
"""
SHARED = """
CREATE TRIGGER shared AFTER DELETE ON incident_tally REFERENCING OLD TABLE AS taken
FOR EACH STATEMENT EXECUTE FUNCTION share_incidents()
"""
# What waits says nothing of districts. The row that is left is newer than all before it: no version
# is ever named again.
ADDED_UP = """
WITH taken AS (
    DELETE FROM incident_tally RETURNING *
), marked AS (
    INSERT INTO incident_tally (x, y, count, open, sum_x, sum_y) VALUES (0, 0, 0, 0, 0, 0)
)
INSERT INTO incident_cell AS cell (level, x, y, count, open, sum_x, sum_y)
SELECT level, x >> (19 - level), y >> (19 - level), sum(count), sum(open), sum(sum_x), sum(sum_y)
FROM taken, (VALUES (13), (16), (19)) AS cells(level)
GROUP BY 1, 2, 3
ON CONFLICT (level, x, y) DO UPDATE SET
    count = cell.count + excluded.count, open = cell.open + excluded.open,
    sum_x = cell.sum_x + excluded.sum_x, sum_y = cell.sum_y + excluded.sum_y
"""
WHAT_IS_THERE = """
INSERT INTO incident_share (level, x, y, district, street, lead_id, count, open, sum_x, sum_y)
SELECT level, x >> (30 - level), y >> (30 - level),
       coalesce(district, ''), coalesce(street, ''),
       coalesce(lead_id, '00000000-0000-0000-0000-000000000000'),
       count(*), count(*) FILTER (WHERE stands_open(status)), sum(x::bigint), sum(y::bigint)
FROM (SELECT tile_x(location) AS x, tile_y(location) AS y, status, district, street, lead_id
      FROM incident WHERE location IS NOT NULL) AS placed,
     (VALUES (13), (14), (16), (19)) AS cells(level)
GROUP BY 1, 2, 3, 4, 5, 6
"""


def _among(told: str, what: str, kind: str = "text") -> str:
    """Hold for what the sight has in a list: looked up in a table of it, made once."""
    return f"{told} IN (SELECT unnest(sight('{what}')::{kind}[]))"


# As of incidents (the migration of 2026-11-29), as far as shares tell. Who sees what some lead in
# an area is told by area and lead in one.
_WITHIN = " OR ".join(
    _among(f"concat_ws('/', '{level}', {level}, lead_id)", "shares_within")
    for level in ("district", "street")
)
SEEN = f"""
    {_among("district", "district")} OR {_among("street", "street")}
    OR {_among("lead_id", "organisations", "uuid")}
    OR ({_among("lead_id", "owners_within", "uuid")} AND ({_WITHIN}))
"""
# What is overdue time alone decides. The view has what that takes, from an index: the policies of
# incidents would read the incidents themselves.
IN_SHARES = f"""
CREATE VIEW incident_in_shares WITH (security_barrier) AS
SELECT status, due_at, paused_at, exempted_at, location FROM incident WHERE {SEEN}
"""  # noqa: S608 - of the names above
OPEN = (
    "status IN ('reported', 'verifying', 'verified', 'filed', 'arbitration', 'dispatched',"
    " 'handling', 'suspended', 'handled', 'checked')"
)
WITH_PLACE = ["location", "paused_at", "exempted_at"]
SECURED = ("incident_share", "incident_tally")
SHARED_BY = {"district": sa.Text(), "street": sa.Text(), "lead_id": sa.Uuid()}
SUMS = {
    "count": sa.Integer(),
    "open": sa.Integer(),
    "sum_x": sa.BigInteger(),
    "sum_y": sa.BigInteger(),
}


def upgrade() -> None:
    for name, kind in SHARED_BY.items():
        op.add_column("incident_tally", sa.Column(name, kind, nullable=True))
    op.execute(ADDED_UP)
    _shares()
    op.execute(WHAT_IS_THERE)
    op.execute(TALLY_INCIDENT)
    op.execute(SHARE_INCIDENTS)
    op.execute(SHARED)
    for table in SECURED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY seen ON {table} FOR SELECT USING ({SEEN})")
    op.execute(IN_SHARES)
    _index_open([*WITH_PLACE, *SHARED_BY])


def _shares() -> None:
    cell = {"level": sa.SmallInteger(), "x": sa.Integer(), "y": sa.Integer()}
    columns = {**cell, **SHARED_BY, **SUMS}
    op.create_table(
        "incident_share",
        *(sa.Column(name, kind, nullable=False) for name, kind in columns.items()),
        # With all that is told: read from the table itself, a tile took five times as long.
        sa.PrimaryKeyConstraint(
            *cell, *SHARED_BY, name=op.f("pk_incident_share"), postgresql_include=list(SUMS)
        ),
    )


def downgrade() -> None:
    op.execute("DROP VIEW incident_in_shares")
    _index_open(WITH_PLACE)
    op.execute("DROP POLICY seen ON incident_tally")
    op.execute("ALTER TABLE incident_tally DISABLE ROW LEVEL SECURITY")
    op.execute(TALLY_INCIDENT_BEFORE)
    op.execute("DROP TRIGGER shared ON incident_tally")
    op.execute("DROP FUNCTION share_incidents()")
    op.drop_table("incident_share")
    for name in SHARED_BY:
        op.drop_column("incident_tally", name)


def _index_open(beside: list[str]) -> None:
    op.drop_index("ix_incident_open", "incident")
    op.create_index(
        "ix_incident_open",
        "incident",
        ["due_at", "status"],
        postgresql_include=beside,
        postgresql_where=sa.text(OPEN),
    )
