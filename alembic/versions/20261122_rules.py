"""Rules and border policies, which routing reads."""

revision = "20261122_rules"
down_revision = "20261121_jobs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
