"""Briefings of the city are kept, one a day, and told of."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261219_briefing"
down_revision = "20261216_cells"
branch_labels = None
depends_on = None

ONCE = "uq_notice_briefing_day_organisation_id"
ABOUT = "ck_notice_about"


def upgrade() -> None:
    # Nothing of it is granted to the role of requests: it tells of the whole city.
    op.create_table(
        "briefing",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_briefing")),
    )
    op.add_column("notice", sa.Column("briefing_day", sa.Date(), nullable=True))
    op.create_foreign_key(
        op.f("fk_notice_briefing_day"), *("notice", "briefing", ["briefing_day"], ["day"])
    )
    op.create_unique_constraint(op.f(ONCE), "notice", ["briefing_day", "organisation_id"])
    _about("incident_id, whistle_id, briefing_day")


def _about(columns: str) -> None:
    op.drop_constraint(op.f(ABOUT), "notice")
    op.create_check_constraint(op.f(ABOUT), "notice", f"num_nonnulls({columns}) = 1")


def downgrade() -> None:
    op.execute(
        "DELETE FROM mail USING notice WHERE notice.id = notice_id AND briefing_day IS NOT NULL"
    )
    op.execute("DELETE FROM notice WHERE briefing_day IS NOT NULL")
    _about("incident_id, whistle_id")
    op.drop_constraint(op.f(ONCE), "notice")
    op.drop_column("notice", "briefing_day")
    op.drop_table("briefing")
