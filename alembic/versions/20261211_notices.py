"""Notices that can be put into words by themselves; who wishes which of them by e-mail."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261211_notices"
down_revision = "20261209_personal"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)
COLUMNS = (("action", sa.Text()), ("reference", sa.Text()), ("due_at", WHEN))

OF_CASES = """
UPDATE notice SET reference = i.reference, due_at = i.due_at,
    action = CASE WHEN kind LIKE '%:%' THEN NULL ELSE e.action END
FROM incident i, incident_event e
WHERE i.id = notice.incident_id AND e.incident_id = i.id AND e.sequence = notice.sequence
"""
OF_WHISTLES = """
UPDATE notice SET reference = w.reference,
    action = CASE WHEN notice.kind LIKE 'whistle:%' THEN split_part(notice.kind, ':', 2) END
FROM whistle w WHERE w.id = notice.whistle_id
"""

OWN = "account_id = ANY ((SELECT sight('account')::uuid[])::uuid[])"


def upgrade() -> None:
    for name, kind in COLUMNS:
        op.add_column("notice", sa.Column(name, kind, nullable=True))
    op.execute(OF_CASES)
    op.execute(OF_WHISTLES)
    op.create_table(
        "mail_wish",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("topics", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_mail_wish_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_mail_wish")),
    )
    _mail()
    for table in ("mail_wish", "mail"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own ON {table} USING ({OWN})")


def _mail() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("tried_at", WHEN, nullable=True),
        sa.Column("ended_at", WHEN, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'done', 'dead', 'withheld')", name=op.f("ck_mail_state")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_mail_account_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_mail_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("account_id", "notice_id", name=op.f("uq_mail_account_id_notice_id")),
    )
    op.create_index("ix_mail_ended_at", "mail", ["ended_at"])
    op.create_index(
        "ix_mail_waiting", "mail", ["id"], postgresql_where=sa.text("state = 'waiting'")
    )


def downgrade() -> None:
    op.drop_table("mail")
    op.drop_table("mail_wish")
    for name, _ in reversed(COLUMNS):
        op.drop_column("notice", name)
