"""Indicators: who may read them, a city's own definitions, and periods found by due and closed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261206_indicators"
down_revision = "20261203_audit"
branch_labels = None
depends_on = None

ADDED = {
    "indicators:read": (
        *("city_centre", "command_centre", "district_centre", "evaluator", "shift_leader"),
        "street_centre",
    )
}
GRANT = "UPDATE role SET permissions = array_append(permissions, :it) WHERE code = ANY (:roles)"
REVOKE = "UPDATE role SET permissions = array_remove(permissions, :it)"


def upgrade() -> None:
    when = sa.DateTime(timezone=True)
    op.create_table(
        "indicator_edition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", when, nullable=False),
        sa.Column("valid_to", when, nullable=True),
        sa.Column("recorded_at", when, server_default=sa.text("now()"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("valid_to > valid_from", name=op.f("ck_indicator_edition_validity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_edition")),
        sa.UniqueConstraint("number", name=op.f("uq_indicator_edition_number")),
        postgresql.ExcludeConstraint(
            (sa.literal_column("tstzrange(valid_from, valid_to)"), "&&"),
            name="ex_indicator_edition_one_in_force",
        ),
    )
    op.create_index(
        "ix_incident_times",
        "incident",
        ["due_at", "closed_at"],
        postgresql_using="brin",
        postgresql_with={"autosummarize": "on"},
    )
    for permission, roles in ADDED.items():
        op.execute(sa.text(GRANT).bindparams(it=permission, roles=list(roles)))


def downgrade() -> None:
    for permission in ADDED:
        op.execute(sa.text(REVOKE).bindparams(it=permission))
    op.drop_index("ix_incident_times", table_name="incident")
    op.drop_table("indicator_edition")
