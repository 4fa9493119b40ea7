"""How old a password is, whether it must be changed, and sign-ins that are not complete yet."""

import sqlalchemy as sa
from alembic import op

revision = "20261213_signin"
down_revision = "20261207_clocks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    when = sa.DateTime(timezone=True)
    # Nobody knows when a password of before was changed: its age begins now.
    changed = sa.Column(
        "password_changed_at", when, server_default=sa.text("now()"), nullable=False
    )
    must = sa.Column(
        "must_change_password", sa.Boolean(), server_default=sa.false(), nullable=False
    )
    op.add_column("account", changed)
    op.add_column("account", must)
    _kinds("'session', 'bearer', 'partial'")


def _kinds(kinds: str) -> None:
    op.drop_constraint(op.f("ck_credential_kind"), "credential")
    op.create_check_constraint(op.f("ck_credential_kind"), "credential", f"kind IN ({kinds})")


def downgrade() -> None:
    op.execute("DELETE FROM credential WHERE kind = 'partial'")
    _kinds("'session', 'bearer'")
    op.drop_column("account", "must_change_password")
    op.drop_column("account", "password_changed_at")
