"""What was asked for, for the queues of those who decide it."""

import sqlalchemy as sa
from alembic import op

revision = "20261214_page"
down_revision = "20261215_numbers_in_texts"
branch_labels = None
depends_on = None

ASKED = "'appeal', 'ask_extension', 'ask_suspension', 'supervise'"


def upgrade() -> None:
    op.create_index(
        "ix_incident_event_asked",
        "incident_event",
        ["incident_id"],
        postgresql_where=sa.text(f"action IN ({ASKED})"),
    )


def downgrade() -> None:
    op.drop_index("ix_incident_event_asked", table_name="incident_event")
