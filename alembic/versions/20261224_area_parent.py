"""What lies below some areas is found by their codes, in whatever layer it is.

Without an index of its own each level was looked for among all areas: half a second for a district.
"""

from alembic import op

revision = "20261224_area_parent"
down_revision = "20261223_shares"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_area_parent_code", "area", ["parent_code"])


def downgrade() -> None:
    op.drop_index("ix_area_parent_code", "area")
