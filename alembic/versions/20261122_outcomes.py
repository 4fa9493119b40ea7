"""A rule that cannot be followed is an outcome of its own."""

from alembic import op

revision = "20261122_outcomes"
down_revision = "20261122_drafts"
branch_labels = None
depends_on = None

TABLES = ("incident", "routing_decision")
BEFORE = "'routed', 'ambiguous', 'fallback', 'outside', 'unlocated'"
AFTER = f"{BEFORE}, 'rule_failed'"


def upgrade() -> None:
    _allow(AFTER)


def downgrade() -> None:
    _allow(BEFORE)


def _allow(outcomes: str) -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_outcome")
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_outcome CHECK (outcome IN ({outcomes}))"
        )
