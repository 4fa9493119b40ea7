"""Whistles: who is called where and for what, when they came, what they did; who sees it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261212_whistles"
down_revision = "20261208_attachments"
branch_labels = None
depends_on = None

ADDED = {"whistles:call": ("city_centre", "command_centre", "district_centre", "street_centre")}
GRANT = "UPDATE role SET permissions = array_append(permissions, :it) WHERE code = ANY (:roles)"
REVOKE = "UPDATE role SET permissions = array_remove(permissions, :it)"

WHEN = sa.DateTime(timezone=True)
IDS = postgresql.ARRAY(sa.Uuid())
SECURED = ("whistle", "whistle_call", "whistle_event", "whistle_alarm")

# The codes of the areas that are seen, as a whistle names them.
SIGHT_PLACES = """
CREATE FUNCTION sight_places() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT array_agg(level || '/' || code)
    FROM unnest(ARRAY['district', 'street', 'community', 'grid', 'sub_estate']) level,
         unnest(sight(level)) code
$$
"""
# Whoever may see what an organisation owns, somewhere, sees what it is called to.
CALLABLE = "((SELECT array_cat(sight('organisations'), sight('owners_within'))::uuid[])::uuid[])"
CALLED = f"called_ids <> '{{}}' AND called_ids && {CALLABLE}"
SEEN = " OR ".join(
    [
        "areas && ((SELECT sight_places())::text[])",
        f"organisation_id = ANY {CALLABLE}",
        f"called_ids && {CALLABLE}",
        # The incident's own policies ask whether that is seen.
        "EXISTS (SELECT FROM incident WHERE incident.id = incident_id)",
    ]
)
SEEN_WITH = "EXISTS (SELECT FROM whistle WHERE whistle.id = whistle_id)"


def upgrade() -> None:
    op.execute("CREATE SEQUENCE whistle_reference_number")
    _whistles()
    _calls()
    _events()
    _alarms()
    _notices()
    _incidents()
    op.execute(SIGHT_PLACES)
    for table in SECURED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY seen ON whistle FOR SELECT USING ({SEEN})")
    op.execute("CREATE POLICY held ON whistle FOR UPDATE USING (true) WITH CHECK (false)")
    for table in ("whistle_call", "whistle_event"):
        op.execute(f"CREATE POLICY seen ON {table} FOR SELECT USING ({SEEN_WITH})")
    for permission, roles in ADDED.items():
        op.execute(sa.text(GRANT).bindparams(it=permission, roles=list(roles)))


def _whistles() -> None:
    op.create_table(
        "whistle",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("radius_m", sa.Float(), nullable=False),
        sa.Column("areas", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("caller_id", sa.Uuid(), nullable=False),
        sa.Column("called_ids", IDS, nullable=False),
        sa.Column("called_at", WHEN, nullable=False),
        sa.Column("ended_at", WHEN, nullable=True),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('daily', 'emergency', 'hard')", name="kind"),
        sa.CheckConstraint("state IN ('running', 'ended', 'cancelled')", name="state"),
        sa.CheckConstraint("(state = 'running') = (ended_at IS NULL)", name="ended"),
        sa.CheckConstraint("version > 0", name="version"),
        sa.CheckConstraint("radius_m > 0 AND radius_m < 'Infinity'", name="radius"),
        sa.CheckConstraint("cardinality(called_ids) > 0", name="called"),
        sa.CheckConstraint("octet_length(request_hash) = 32", name="request_hash"),
        *(
            sa.ForeignKeyConstraint([column], [of], name=op.f(f"fk_whistle_{column}"))
            for column, of in (
                ("incident_id", "incident.id"),
                ("organisation_id", "organisation.id"),
                ("caller_id", "account.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_whistle")),
    )
    op.execute("ALTER TABLE whistle ADD COLUMN ground geometry(GEOMETRY, 4326) NOT NULL")
    op.create_index("ix_whistle_called_at", "whistle", ["called_at", "id"])
    for column in ("areas", "called_ids"):
        op.create_index(f"ix_whistle_{column}", "whistle", [column], postgresql_using="gin")
    for column in ("incident_id", "organisation_id"):
        op.create_index(f"ix_whistle_{column}", "whistle", [column])
    op.create_index(
        "uq_whistle_running",
        "whistle",
        ["incident_id"],
        unique=True,
        postgresql_where=sa.text("state = 'running'"),
    )


def _calls() -> None:
    op.create_table(
        "whistle_call",
        sa.Column("whistle_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("zones", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("due", WHEN, nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("reported_in_at", WHEN, nullable=True),
        sa.Column("presence", sa.Text(), nullable=True),
        sa.Column("given_at", WHEN, nullable=True),
        sa.Column("signed_off_at", WHEN, nullable=True),
        sa.Column("released_at", WHEN, nullable=True),
        sa.Column("part", sa.Text(), nullable=True),
        sa.Column("documents", IDS, server_default="{}", nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=True),
        sa.Column("score_note", sa.Text(), nullable=True),
        sa.CheckConstraint("presence IN ('here', 'unsure', 'away')", name="presence"),
        sa.CheckConstraint("(presence IS NULL) = (reported_in_at IS NULL)", name="reported_in"),
        sa.CheckConstraint("(given_at IS NULL) = (part IS NULL)", name="part"),
        sa.CheckConstraint("signed_off_at IS NULL OR given_at IS NOT NULL", name="signed_off"),
        sa.CheckConstraint("num_nonnulls(signed_off_at, released_at) < 2", name="over"),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name="score"),
        sa.ForeignKeyConstraint(
            ["whistle_id"], ["whistle.id"], name=op.f("fk_whistle_call_whistle_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_whistle_call_organisation_id")
        ),
        sa.PrimaryKeyConstraint("whistle_id", "organisation_id", name=op.f("pk_whistle_call")),
    )
    op.create_index("ix_whistle_call_organisation_id", "whistle_call", ["organisation_id"])


def _events() -> None:
    op.create_table(
        "whistle_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("whistle_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.SmallInteger(), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column(
            "detail", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("octet_length(previous_hash) = 32", name="previous_hash"),
        sa.CheckConstraint("octet_length(hash) = 32", name="hash"),
        *(
            sa.ForeignKeyConstraint([column], [of], name=op.f(f"fk_whistle_event_{column}"))
            for column, of in (
                ("whistle_id", "whistle.id"),
                ("actor_id", "account.id"),
                ("organisation_id", "organisation.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_whistle_event")),
        sa.UniqueConstraint(
            "whistle_id", "sequence", name=op.f("uq_whistle_event_whistle_id_sequence")
        ),
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON whistle_event"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON whistle_event"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _alarms() -> None:
    op.create_table(
        "whistle_alarm",
        sa.Column("whistle_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("rung_at", WHEN, nullable=True),
        sa.CheckConstraint("kind IN ('yellow', 'overdue', 'escalated')", name="kind"),
        sa.ForeignKeyConstraint(
            ["whistle_id", "organisation_id"],
            ["whistle_call.whistle_id", "whistle_call.organisation_id"],
            name=op.f("fk_whistle_alarm_whistle_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint(
            *("whistle_id", "organisation_id", "kind"), name=op.f("pk_whistle_alarm")
        ),
    )
    op.create_index(
        "ix_whistle_alarm_waiting",
        "whistle_alarm",
        ["at"],
        postgresql_where=sa.text("rung_at IS NULL"),
    )


ONCE = "uq_notice_whistle_id_sequence_organisation_id_kind"


def _notices() -> None:
    op.add_column("notice", sa.Column("whistle_id", sa.Uuid(), nullable=True))
    op.alter_column("notice", "incident_id", nullable=True)
    op.create_foreign_key(
        op.f("fk_notice_whistle_id_sequence"),
        *("notice", "whistle_event", ["whistle_id", "sequence"], ["whistle_id", "sequence"]),
    )
    op.create_check_constraint(
        op.f("ck_notice_about"), "notice", "num_nonnulls(incident_id, whistle_id) = 1"
    )
    columns = ["whistle_id", "sequence", "organisation_id", "kind"]
    op.create_unique_constraint(op.f(ONCE), "notice", columns)


def _incidents() -> None:
    column = sa.Column("called_ids", IDS, server_default="{}", nullable=False)
    op.add_column("incident", column)
    op.create_index(
        "ix_incident_called_ids",
        "incident",
        ["called_ids"],
        postgresql_using="gin",
        postgresql_where=sa.text("called_ids <> '{}'"),
    )
    # Beside the policy that is there: what either shows is seen.
    op.execute(f"CREATE POLICY called ON incident FOR SELECT USING ({CALLED})")


def downgrade() -> None:
    for permission in ADDED:
        op.execute(sa.text(REVOKE).bindparams(it=permission))
    op.execute("DROP POLICY called ON incident")
    op.execute("DELETE FROM notice WHERE whistle_id IS NOT NULL")
    op.drop_constraint(op.f("ck_notice_about"), "notice")
    op.drop_constraint(op.f(ONCE), "notice")
    op.drop_column("notice", "whistle_id")
    op.alter_column("notice", "incident_id", nullable=False)
    op.drop_index("ix_incident_called_ids", table_name="incident")
    op.drop_column("incident", "called_ids")
    for table in ("whistle_alarm", "whistle_event", "whistle_call", "whistle"):
        op.drop_table(table)
    op.execute("DROP FUNCTION sight_places()")
    op.execute("DROP SEQUENCE whistle_reference_number")
