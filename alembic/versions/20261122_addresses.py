"""Names and house numbers by which a place is found."""

revision = "20261122_addresses"
down_revision = "20261122_assets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
