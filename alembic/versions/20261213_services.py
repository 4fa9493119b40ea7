"""Accounts of programs: an owner, an end, networks; when their tokens were used last."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261213_services"
down_revision = "20261214_page"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)
TEXTS = postgresql.ARRAY(sa.Text())
COLUMNS = (
    ("kind", sa.Text(), "person"),
    ("owner_id", sa.Uuid(), None),
    ("expires_at", WHEN, None),
    ("addresses", TEXTS, sa.text("'{}'")),
)
WHOLE = "owner_id IS NOT NULL AND expires_at IS NOT NULL AND password_hash = '!'"


def upgrade() -> None:
    for name, kind, default in COLUMNS:
        column = sa.Column(name, kind, server_default=default, nullable=default is None)
        op.add_column("account", column)
    op.create_foreign_key(
        op.f("fk_account_owner_id"), "account", "organisation", ["owner_id"], ["id"]
    )
    op.create_check_constraint(op.f("ck_account_kind"), "account", "kind IN ('person', 'service')")
    op.create_check_constraint(
        op.f("ck_account_service"), "account", f"kind = 'person' OR ({WHOLE})"
    )
    op.add_column("credential", sa.Column("last_used_at", WHEN, nullable=True))


def downgrade() -> None:
    # The release before knows no end of them: they end now.
    op.execute(
        "UPDATE account SET disabled_at = coalesce(disabled_at, now()) WHERE kind = 'service'"
    )
    op.drop_column("credential", "last_used_at")
    op.drop_constraint(op.f("ck_account_service"), "account")
    op.drop_constraint(op.f("ck_account_kind"), "account")
    for name, *_ in reversed(COLUMNS):
        op.drop_column("account", name)
