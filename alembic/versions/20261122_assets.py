"""Components and where they stand."""

revision = "20261122_assets"
down_revision = "20261122_rules"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
