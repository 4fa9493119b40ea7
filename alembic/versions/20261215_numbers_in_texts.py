"""Telephone numbers that are written into a report's text are sealed like its reporter.

The case and its events keep the text without them: an event cannot be made to forget.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261215_numbers_in_texts"
down_revision = "20261211_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reporter", sa.Column("description", sa.LargeBinary(), nullable=True))
    _emptied("name, phone, address, description")


def downgrade() -> None:
    _emptied("name, phone, address")
    op.drop_column("reporter", "description")


def _emptied(parts: str) -> None:
    op.drop_constraint(op.f("ck_reporter_anonymised"), "reporter")
    op.create_check_constraint(
        op.f("ck_reporter_anonymised"),
        "reporter",
        f"anonymised_at IS NULL OR num_nonnulls({parts}) = 0",
    )
