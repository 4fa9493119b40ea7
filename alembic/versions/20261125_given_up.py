"""A run over the open cases may fail for good: its job was given up, and it says why."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_given_up"
down_revision = "20261124_lab"
branch_labels = None
depends_on = None

STATES = "state IN ('running', 'done', 'cancelled')"
STATES_WITH_FAILED = "state IN ('running', 'done', 'failed', 'cancelled')"
STATE, FAILURE = "ck_rerouting_state", "ck_rerouting_failure"


def upgrade() -> None:
    kept = postgresql.JSONB(none_as_null=True)
    op.add_column("rerouting", sa.Column("failure", kept, nullable=True))
    op.drop_constraint(op.f(STATE), "rerouting", type_="check")
    op.create_check_constraint(op.f(STATE), "rerouting", STATES_WITH_FAILED)
    op.create_check_constraint(
        op.f(FAILURE), "rerouting", "(state = 'failed') = (failure IS NOT NULL)"
    )


def downgrade() -> None:
    op.drop_constraint(op.f(FAILURE), "rerouting", type_="check")
    op.drop_constraint(op.f(STATE), "rerouting", type_="check")
    op.execute("UPDATE rerouting SET state = 'cancelled' WHERE state = 'failed'")
    op.create_check_constraint(op.f(STATE), "rerouting", STATES)
    op.drop_column("rerouting", "failure")
