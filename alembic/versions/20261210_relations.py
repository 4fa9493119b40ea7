"""Cases that are merged into others: who reported them sees what they were merged into."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261210_relations"
down_revision = "20261211_notify"
branch_labels = None
depends_on = None

REPORTERS = "((SELECT sight('reporters')::uuid[])::uuid[])"
JOINED = f"(co_reporter_ids <> '{{}}' AND co_reporter_ids && {REPORTERS})"


def upgrade() -> None:
    of_people = postgresql.ARRAY(sa.Uuid())
    op.add_column(
        "incident",
        sa.Column("co_reporter_ids", of_people, server_default="{}", nullable=False),
    )
    op.add_column("incident", sa.Column("merged_into", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_incident_merged_into"), "incident", "incident", ["merged_into"], ["id"]
    )
    op.create_check_constraint(
        op.f("ck_incident_merged_into_another"), "incident", "merged_into <> id"
    )
    op.create_index(
        "ix_incident_co_reporter_ids",
        "incident",
        ["co_reporter_ids"],
        postgresql_using="gin",
        postgresql_where=sa.text("co_reporter_ids <> '{}'"),
    )
    op.create_index(
        "ix_incident_merged_into",
        "incident",
        ["merged_into"],
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    # Of several policies that allow, any one is enough.
    op.execute(f"CREATE POLICY seen_joined ON incident FOR SELECT USING {JOINED}")


def downgrade() -> None:
    op.execute("DROP POLICY seen_joined ON incident")
    op.drop_index("ix_incident_merged_into", table_name="incident")
    op.drop_index("ix_incident_co_reporter_ids", table_name="incident")
    op.drop_constraint(op.f("ck_incident_merged_into_another"), "incident")
    op.drop_constraint(op.f("fk_incident_merged_into"), "incident")
    op.drop_column("incident", "merged_into")
    op.drop_column("incident", "co_reporter_ids")
