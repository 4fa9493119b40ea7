"""Names are found in memory: the indexes over their pairs of characters go, and their function."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_names_in_memory"
down_revision = "20261125_given_up"
branch_labels = None
depends_on = None

NAME_GRAMS = r"""
CREATE FUNCTION name_grams(name text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_agg(substr(whole, at, 2))
    FROM (SELECT '^' || lower(regexp_replace(normalize(name, NFKC), '\s', '', 'g')) AS whole) it,
         generate_series(1, length(whole) - 1) AS at
$$
"""
INDEXES = (("area", "ix_area_name_grams"), ("place_name", "ix_place_name_grams"))


def upgrade() -> None:
    for table, index in INDEXES:
        op.drop_index(index, table_name=table)
    op.execute("DROP FUNCTION name_grams(text)")


def downgrade() -> None:
    op.execute(NAME_GRAMS)
    for table, index in INDEXES:
        op.create_index(index, table, [sa.text("name_grams(name)")], postgresql_using="gin")
