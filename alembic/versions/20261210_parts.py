"""Cases that are split into parts, each a case of its own."""

import sqlalchemy as sa
from alembic import op

revision = "20261210_parts"
down_revision = "20261213_services"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("incident", sa.Column("parent_id", sa.Uuid(), nullable=True))
    count = sa.Column("part_count", sa.SmallInteger(), server_default="0", nullable=False)
    op.add_column("incident", count)
    op.create_foreign_key(
        op.f("fk_incident_parent_id"), "incident", "incident", ["parent_id"], ["id"]
    )
    op.create_check_constraint(op.f("ck_incident_part_of_another"), "incident", "parent_id <> id")
    op.create_check_constraint(
        op.f("ck_incident_no_part_of_a_part"), "incident", "parent_id IS NULL OR part_count = 0"
    )
    op.create_index(
        "ix_incident_parent_id",
        "incident",
        ["parent_id"],
        postgresql_where=sa.text("parent_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_incident_parent_id", table_name="incident")
    op.drop_constraint(op.f("ck_incident_no_part_of_a_part"), "incident")
    op.drop_constraint(op.f("ck_incident_part_of_another"), "incident")
    op.drop_constraint(op.f("fk_incident_parent_id"), "incident")
    op.drop_column("incident", "part_count")
    op.drop_column("incident", "parent_id")
