"""Incidents are counted by cells of three sizes: a whole city's smallest were half a million rows.

What triggers write is a list of changes now, which a job adds to the cells. And what is overdue is
found in the index of open incidents alone, with the place where it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261216_cells"
down_revision = "20261216_tiles"
branch_labels = None
depends_on = None

OPEN = (
    "status IN ('reported', 'verifying', 'verified', 'filed', 'arbitration', 'dispatched',"
    " 'handling', 'suspended', 'handled', 'checked')"
)
WITH_PLACE = ["location", "paused_at", "exempted_at"]

ADDED_UP = """
INSERT INTO incident_cell (level, x, y, count, open, sum_x, sum_y)
SELECT level, x >> (19 - level), y >> (19 - level), sum(count), sum(open), sum(sum_x), sum(sum_y)
FROM incident_tally, (VALUES (13), (16), (19)) AS cells(level)
GROUP BY 1, 2, 3
"""
# One row stays, and is newer than all before: no version is ever named again.
EMPTIED = "TRUNCATE incident_tally"
MARKED = """
INSERT INTO incident_tally (x, y, count, open, sum_x, sum_y) VALUES (0, 0, 0, 0, 0, 0)
"""

INCIDENTS_VERSION = """
CREATE OR REPLACE FUNCTION incidents_version() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT concat(max(id), '.', count(*)) FROM incident_tally
$$
"""
VERSION_BEFORE = """
CREATE OR REPLACE FUNCTION incidents_version() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT concat(max(id), '.', (SELECT count(*) FROM incident_tally WHERE NOT folded))
    FROM incident_tally
$$
"""
PUT_BACK = """
INSERT INTO incident_tally (x, y, count, open, sum_x, sum_y, folded)
SELECT x, y, count, open, sum_x, sum_y, true FROM incident_cell WHERE level = 19
"""


def upgrade() -> None:
    op.create_table(
        "incident_cell",
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("sum_x", sa.BigInteger(), nullable=False),
        sa.Column("sum_y", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("level", "x", "y", name=op.f("pk_incident_cell")),
    )
    op.execute(INCIDENTS_VERSION)
    op.drop_index("ix_incident_tally_new", "incident_tally")
    op.drop_index("ix_incident_tally_place", "incident_tally")
    op.drop_column("incident_tally", "folded")
    op.execute(ADDED_UP)
    op.execute(EMPTIED)
    op.execute(MARKED)
    _index_open(WITH_PLACE)


def downgrade() -> None:
    _index_open([])
    op.add_column(
        "incident_tally",
        sa.Column("folded", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.create_index("ix_incident_tally_place", "incident_tally", ["x", "y"])
    op.create_index(
        "ix_incident_tally_new",
        "incident_tally",
        ["id"],
        postgresql_where=sa.text("NOT folded"),
    )
    op.execute(VERSION_BEFORE)
    op.execute(PUT_BACK)
    op.drop_table("incident_cell")


def _index_open(beside: list[str]) -> None:
    op.drop_index("ix_incident_open", "incident")
    op.create_index(
        "ix_incident_open",
        "incident",
        ["due_at", "status"],
        postgresql_include=beside,
        postgresql_where=sa.text(OPEN),
    )
