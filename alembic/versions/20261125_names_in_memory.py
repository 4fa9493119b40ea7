"""Names are found in memory: the indexes over their pairs of characters go.

Their function stays for one release more: the one before still calls it, and goes on running while
a new one is started beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261125_names_in_memory"
down_revision = "20261125_given_up"
branch_labels = None
depends_on = None

INDEXES = (("area", "ix_area_name_grams"), ("place_name", "ix_place_name_grams"))


def upgrade() -> None:
    for table, index in INDEXES:
        op.drop_index(index, table_name=table)


def downgrade() -> None:
    for table, index in INDEXES:
        op.create_index(index, table, [sa.text("name_grams(name)")], postgresql_using="gin")
