"""Replays of the past against a draft: jobs whose progress and result are read by who asked."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261124_lab"
down_revision = "20261123_calendars"
branch_labels = None
depends_on = None

UNDER_WAY = "state IN ('waiting', 'running')"


def upgrade() -> None:
    op.create_table(
        "replay",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("total", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("seen", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("result", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("failure", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed', 'cancelled')",
            name=op.f("ck_replay_state"),
        ),
        sa.CheckConstraint("until > since", name=op.f("ck_replay_interval")),
        sa.CheckConstraint(f"({UNDER_WAY}) = (ended_at IS NULL)", name=op.f("ck_replay_ended")),
        sa.CheckConstraint(
            "(state = 'done') = (result IS NOT NULL)", name=op.f("ck_replay_result")
        ),
        sa.CheckConstraint(
            "(state = 'failed') = (failure IS NOT NULL)", name=op.f("ck_replay_failure")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_replay_asked_by")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_replay_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replay")),
    )
    op.create_index("ix_replay_asked", "replay", ["asked_by", "asked_at"], unique=False)
    op.create_index(
        "uq_replay_under_way",
        "replay",
        ["asked_by", "draft_id"],
        unique=True,
        postgresql_where=sa.text(UNDER_WAY),
    )


def downgrade() -> None:
    op.drop_index("uq_replay_under_way", table_name="replay", postgresql_where=sa.text(UNDER_WAY))
    op.drop_index("ix_replay_asked", table_name="replay")
    op.drop_table("replay")
