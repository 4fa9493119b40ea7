"""Drafts of the map, and what became of them."""

revision = "20261122_drafts"
down_revision = "20261122_addresses"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
