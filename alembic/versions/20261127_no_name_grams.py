"""Names are matched in memory: nothing calls the function of their pairs of characters any more.

The extension pg_trgm, which was asked for once, stays where it is: it is the administrator's.
"""

from alembic import op

revision = "20261127_no_name_grams"
down_revision = "20261126_conditions"
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


def upgrade() -> None:
    op.execute("DROP FUNCTION name_grams(text)")


def downgrade() -> None:
    op.execute(NAME_GRAMS)
