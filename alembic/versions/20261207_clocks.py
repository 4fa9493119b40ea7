"""The clock of a case that was paused or given more time, and reminders that ring once."""

import sqlalchemy as sa
from alembic import op

revision = "20261207_clocks"
down_revision = "20261206_indicators"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)
OPEN = (
    "'reported', 'verifying', 'verified', 'filed', 'arbitration', 'dispatched', 'handling',"
    " 'suspended', 'handled', 'checked'"
)
COLUMNS = (
    ("paused_at", WHEN, None),
    ("clock_turned", sa.Boolean(), sa.false()),
    ("suspended_until", WHEN, None),
    ("alarms_version", sa.BigInteger(), "0"),
    ("exempted_at", WHEN, None),
)
ONCE = "uq_notice_incident_id_sequence_organisation_id"


def upgrade() -> None:
    for name, kind, default in COLUMNS:
        column = sa.Column(name, kind, server_default=default, nullable=default is None)
        op.add_column("incident", column)
    op.create_index(
        "ix_incident_suspended_until",
        "incident",
        ["suspended_until"],
        postgresql_where=sa.text("suspended_until IS NOT NULL"),
    )
    op.create_index(
        "ix_incident_alarms",
        "incident",
        ["id"],
        postgresql_where=sa.text(
            f"alarms_version < version AND (alarms_version > 0 OR status IN ({OPEN}))"
        ),
    )
    op.drop_constraint(op.f(ONCE), "notice")
    columns = ["incident_id", "sequence", "organisation_id", "kind"]
    op.create_unique_constraint(op.f(f"{ONCE}_kind"), "notice", columns)
    _alarms()


def _alarms() -> None:
    op.create_table(
        "alarm",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("rung_at", WHEN, nullable=True),
        sa.CheckConstraint(
            "kind IN ('yellow', 'overdue', 'escalated')", name=op.f("ck_alarm_kind")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_alarm_incident_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
        sa.UniqueConstraint(
            *("incident_id", "clock", "kind", "round"),
            name=op.f("uq_alarm_incident_id_clock_kind_round"),
        ),
    )
    op.create_index(
        "ix_alarm_waiting", "alarm", ["at"], postgresql_where=sa.text("rung_at IS NULL")
    )


def downgrade() -> None:
    op.drop_table("alarm")
    op.drop_constraint(op.f(f"{ONCE}_kind"), "notice")
    op.execute("DELETE FROM notice WHERE kind LIKE '%:%'")
    op.create_unique_constraint(
        op.f(ONCE), "notice", ["incident_id", "sequence", "organisation_id"]
    )
    op.drop_index("ix_incident_alarms", table_name="incident")
    op.drop_index("ix_incident_suspended_until", table_name="incident")
    for name, *_ in reversed(COLUMNS):
        op.drop_column("incident", name)
