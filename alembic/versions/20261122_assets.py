"""Components and where they stand."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from gridsvc.db.geometry import ShapelyGeometry

revision = "20261122_assets"
down_revision = "20261122_rules"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asset",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("category_code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("geometry", ShapelyGeometry("GEOMETRY"), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("maintainer_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), server_default="intact", nullable=False),
        sa.Column(
            "attributes",
            postgresql.JSONB(),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("code ~ '^[0-9]{16}$'", name=op.f("ck_asset_code")),
        sa.CheckConstraint(
            "state IN ('intact', 'damaged', 'missing', 'abandoned')", name=op.f("ck_asset_state")
        ),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_asset_validity")),
        sa.CheckConstraint("NOT ST_IsEmpty(geometry)", name=op.f("ck_asset_not_empty")),
        sa.CheckConstraint(
            "GeometryType(geometry) <> 'GEOMETRYCOLLECTION'", name=op.f("ck_asset_one_kind")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_asset_owner_id")),
        sa.ForeignKeyConstraint(
            ["maintainer_id"], ["organisation.id"], name=op.f("fk_asset_maintainer_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["account.id"], name=op.f("fk_asset_recorded_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["account.id"], name=op.f("fk_asset_ended_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
        postgresql.ExcludeConstraint(
            (sa.column("code"), "="),
            (sa.literal_column("tstzrange(valid_from, valid_to)"), "&&"),
            using="gist",
            name="ex_asset_one_version_in_force",
        ),
    )
    op.create_index("ix_asset_code", "asset", ["code"])
    op.create_index("ix_asset_geometry", "asset", ["geometry"], postgresql_using="gist")
    op.create_index("ix_asset_owner_id", "asset", ["owner_id", "code"])
    op.execute(
        "CREATE TRIGGER only_ended BEFORE UPDATE OR DELETE ON asset"
        " FOR EACH ROW EXECUTE FUNCTION refuse_all_but_ending()"
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER next_map_version AFTER INSERT OR UPDATE OR DELETE ON asset"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION next_map_version()"
    )
    op.execute(
        "CREATE TRIGGER not_emptied BEFORE TRUNCATE ON asset"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying()"
    )


def downgrade() -> None:
    op.drop_table("asset")
