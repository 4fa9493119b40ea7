"""When a case was dealt with stands beside when it was closed, so that it can be counted."""

import sqlalchemy as sa
from alembic import op

revision = "20261217_handled"
down_revision = "20261218_live"
branch_labels = None
depends_on = None

DEALT_WITH = ("handled", "checked", "closed", "evaluated")
# From the last step that led there from elsewhere, as the program has it from now on.
READ_OFF = """
UPDATE incident SET handled_at = done.at
FROM (
    SELECT incident_id, max(at) AS at FROM incident_event
    WHERE to_status = ANY (:dealt_with) AND NOT coalesce(from_status, '') = ANY (:dealt_with)
    GROUP BY incident_id
) done
WHERE done.incident_id = incident.id AND incident.status = ANY (:dealt_with)
"""


def upgrade() -> None:
    op.add_column("incident", sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(sa.text(READ_OFF).bindparams(dealt_with=[*DEALT_WITH]))


def downgrade() -> None:
    op.drop_column("incident", "handled_at")
