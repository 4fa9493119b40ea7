"""A screen on a wall stays signed in for weeks, by a credential that only looks."""

from alembic import op

revision = "20261221_wall"
down_revision = "20261220_tile_units"
branch_labels = None
depends_on = None

KIND = "ck_credential_kind"


def upgrade() -> None:
    _kinds("'session', 'bearer', 'partial', 'wall'")


def downgrade() -> None:
    op.execute("DELETE FROM credential WHERE kind = 'wall'")
    _kinds("'session', 'bearer', 'partial'")


def _kinds(known: str) -> None:
    op.drop_constraint(op.f(KIND), "credential")
    op.create_check_constraint(op.f(KIND), "credential", f"kind IN ({known})")
