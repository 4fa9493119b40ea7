"""Webhooks and their messages; who may have them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261211_notify"
down_revision = "20261213_second_factor"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)
ADDED = {"webhooks:manage": ("city_centre", "command_centre", "district_centre")}
GRANT = "UPDATE role SET permissions = array_append(permissions, :it) WHERE code = ANY (:roles)"
REVOKE = "UPDATE role SET permissions = array_remove(permissions, :it)"

OWN = "account_id = ANY ((SELECT sight('account')::uuid[])::uuid[])"
# The row's own policy asks whose webhook that is.
OF_OWN = "EXISTS (SELECT FROM webhook WHERE webhook.id = webhook_id)"


def upgrade() -> None:
    _webhooks()
    _deliveries()
    for table, whose in (("webhook", OWN), ("webhook_delivery", OF_OWN)):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own ON {table} USING ({whose})")
    for permission, roles in ADDED.items():
        op.execute(sa.text(GRANT).bindparams(it=permission, roles=list(roles)))


def _webhooks() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_webhook_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_index(op.f("ix_webhook_account_id"), "webhook", ["account_id"])


def _deliveries() -> None:
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("tried_at", WHEN, nullable=True),
        sa.Column("ended_at", WHEN, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'done', 'dead', 'withheld')",
            name=op.f("ck_webhook_delivery_state"),
        ),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["webhook.id"],
            name=op.f("fk_webhook_delivery_webhook_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_webhook_delivery_incident_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint(
            *("webhook_id", "incident_id", "sequence", "kind"),
            name=op.f("uq_webhook_delivery_webhook_id_incident_id_sequence_kind"),
        ),
    )
    op.create_index(
        "ix_webhook_delivery_state",
        "webhook_delivery",
        ["webhook_id", "state", "created_at", "id"],
    )
    op.create_index("ix_webhook_delivery_ended_at", "webhook_delivery", ["ended_at"])
    op.create_index(
        "ix_webhook_delivery_waiting",
        "webhook_delivery",
        ["id"],
        postgresql_where=sa.text("state = 'waiting'"),
    )


def downgrade() -> None:
    for permission in ADDED:
        op.execute(sa.text(REVOKE).bindparams(it=permission))
    op.drop_table("webhook_delivery")
    op.drop_table("webhook")
