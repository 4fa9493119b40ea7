"""A replay may be of a file, which is kept in pieces until the replay has ended."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261126_replay_file"
down_revision = "20261125_names_in_memory"
branch_labels = None
depends_on = None

ASKED = "ck_replay_asked"
INTERVAL = ("since", "until")


def upgrade() -> None:
    op.add_column("replay", sa.Column("file", postgresql.JSONB(none_as_null=True), nullable=True))
    for name in INTERVAL:
        op.alter_column("replay", name, nullable=True)
    op.create_check_constraint(
        op.f(ASKED), "replay", "num_nulls(since, until) = num_nonnulls(file) * 2"
    )
    op.create_table(
        "replay_piece",
        sa.Column("replay_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["replay_id"], ["replay.id"], name=op.f("fk_replay_piece_replay_id")
        ),
        sa.PrimaryKeyConstraint("replay_id", "number", name=op.f("pk_replay_piece")),
    )


def downgrade() -> None:
    op.drop_table("replay_piece")
    op.drop_constraint(op.f(ASKED), "replay", type_="check")
    # The release before knows replays of a time only.
    op.execute("DELETE FROM replay WHERE file IS NOT NULL")
    for name in INTERVAL:
        op.alter_column("replay", name, nullable=False)
    op.drop_column("replay", "file")
