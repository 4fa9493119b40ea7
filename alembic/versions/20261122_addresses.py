"""Names and house numbers by which a place is found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from gridsvc.db.geometry import ShapelyGeometry

revision = "20261122_addresses"
down_revision = "20261122_assets"
branch_labels = None
depends_on = None

ROUTING_READS = ("house_range", "place_name")
_VALID = sa.literal_column("tstzrange(valid_from, valid_to)")

NAME_GRAMS = r"""
CREATE FUNCTION name_grams(name text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_agg(substr(whole, at, 2))
    FROM (SELECT '^' || lower(regexp_replace(normalize(name, NFKC), '\s', '', 'g')) AS whole) it,
         generate_series(1, length(whole) - 1) AS at
$$
"""


def upgrade() -> None:
    op.execute(NAME_GRAMS)
    op.create_table(
        "place_name",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("geometry", ShapelyGeometry("GEOMETRY"), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('road', 'place')", name=op.f("ck_place_name_kind")),
        sa.CheckConstraint("code <> '' AND name <> ''", name=op.f("ck_place_name_named")),
        sa.CheckConstraint("NOT ST_IsEmpty(geometry)", name=op.f("ck_place_name_not_empty")),
        sa.CheckConstraint("valid_to > valid_from", name=op.f("ck_place_name_validity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_name")),
        postgresql.ExcludeConstraint(
            (sa.column("kind"), "="),
            (sa.column("code"), "="),
            (sa.column("name"), "="),
            (_VALID, "&&"),
            using="gist",
            name="ex_place_name_once",
        ),
    )
    op.create_table(
        "house_range",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("road_code", sa.Text(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("parity", sa.Text(), nullable=False),
        sa.Column("geometry", ShapelyGeometry("GEOMETRY"), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("0 < first AND first <= last", name=op.f("ck_house_range_order")),
        sa.CheckConstraint("parity IN ('odd', 'even', 'both')", name=op.f("ck_house_range_parity")),
        sa.CheckConstraint("NOT ST_IsEmpty(geometry)", name=op.f("ck_house_range_not_empty")),
        sa.CheckConstraint("valid_to > valid_from", name=op.f("ck_house_range_validity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house_range")),
        postgresql.ExcludeConstraint(
            (sa.column("road_code"), "="),
            (sa.column("parity"), "="),
            (sa.literal_column("int4range(first, last, '[]')"), "&&"),
            (_VALID, "&&"),
            using="gist",
            name="ex_house_range_once",
        ),
    )
    for table, index in (("area", "ix_area_name_grams"), ("place_name", "ix_place_name_grams")):
        op.create_index(index, table, [sa.text("name_grams(name)")], postgresql_using="gin")
    for table in ROUTING_READS:
        op.execute(
            "CREATE CONSTRAINT TRIGGER next_map_version"
            f" AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION next_map_version()"
        )
        op.execute(
            f"CREATE TRIGGER not_emptied BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying()"
        )


def downgrade() -> None:
    op.drop_table("house_range")
    op.drop_table("place_name")
    op.drop_index("ix_area_name_grams", table_name="area")
    op.execute("DROP FUNCTION name_grams(text)")
