"""What changed of which case, for those who watch: told at once, and to who saw it before, too.

A row names the transaction that wrote it. Which transactions somebody has been told of is a
snapshot of PostgreSQL's own: it says so of those, too, that began before and end after others.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261218_live"
down_revision = "20261211_audit_links"
branch_labels = None
depends_on = None

IDS = postgresql.ARRAY(sa.Uuid())
BEFORE = {
    "reporter_id": sa.Uuid(),
    "co_reporter_ids": IDS,
    "lead_id": sa.Uuid(),
    "co_handler_ids": IDS,
    "called_ids": IDS,
    "district": sa.Text(),
    "street": sa.Text(),
    "community": sa.Text(),
    "grid": sa.Text(),
    "sub_estate": sa.Text(),
}
"""What a case's policies read, as it was before the change; null of a new one."""
SHOWN = (
    *("version", "status", "category_id", "location", "due_at", "paused_at", "exempted_at"),
    *("zone_id", *BEFORE),
)
"""What a list shows of a case, or goes by; the rest is the upkeep of reminders."""

KEEP = f"""
CREATE FUNCTION keep_incident_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO incident_change (incident_id, {", ".join(BEFORE)})
    VALUES (NEW.id, {", ".join(f"OLD.{column}" for column in BEFORE)});
    PERFORM pg_notify('gridsvc_live', '');
    RETURN NULL;
END $$
"""  # noqa: S608 - of the names above
# As bytes: where a dump is restored, no operator of PostGIS is found by its name alone.
COMPARED = [f"{column}::bytea" if column == "location" else column for column in SHOWN]
DIFFERS = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in COMPARED)
POLICIES = (
    "SELECT policyname, qual FROM pg_policies WHERE tablename = 'incident' AND cmd = 'SELECT'"
)


def upgrade() -> None:
    op.create_table(
        "incident_change",
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "transaction",
            sa.BigInteger(),
            server_default=sa.text("pg_current_xact_id()::text::bigint"),
            nullable=False,
        ),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, kind, nullable=True) for name, kind in BEFORE.items()),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_incident_change")),
    )
    op.create_index("ix_incident_change_transaction", "incident_change", ["transaction"])
    _tell()
    _secure()


def _tell() -> None:
    op.execute(KEEP)
    for when, condition in {"INSERT": "", "UPDATE": f"WHEN ({DIFFERS})"}.items():
        op.execute(
            f"CREATE TRIGGER told_{when.lower()} AFTER {when} ON incident FOR EACH ROW {condition}"
            " EXECUTE FUNCTION keep_incident_change()"
        )


def _secure() -> None:
    """Let see a change who sees the case, or would have seen it as it was before."""
    op.execute("ALTER TABLE incident_change ENABLE ROW LEVEL SECURITY")
    seen = "EXISTS (SELECT FROM incident WHERE incident.id = incident_id)"
    op.execute(f"CREATE POLICY sees ON incident_change FOR SELECT USING ({seen})")
    for name, rule in op.get_bind().execute(sa.text(POLICIES)).all():
        op.execute(sa.DDL(f"CREATE POLICY saw_{name} ON incident_change FOR SELECT USING ({rule})"))


def downgrade() -> None:
    op.execute("DROP TRIGGER told_update ON incident")
    op.execute("DROP TRIGGER told_insert ON incident")
    op.execute("DROP FUNCTION keep_incident_change()")
    op.drop_table("incident_change")
