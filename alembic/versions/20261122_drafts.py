"""Drafts of the map, what becomes of them, and how every process hears of a new map."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from gridsvc.db.geometry import ShapelyGeometry

revision = "20261122_drafts"
down_revision = "20261122_addresses"
branch_labels = None
depends_on = None

# As before, and one thing more: what has not begun may be withdrawn whole, and is a draft again.
# The lock is the one under which decisions are written: from the look at the clock until the
# commit none is, so that no decision is left that used what was withdrawn.
REFUSE_REWRITING = """
CREATE OR REPLACE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    beginning timestamptz;
    ending timestamptz;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        beginning := NEW.valid_from;
        ending := NEW.valid_to;
        NEW.valid_to := OLD.valid_to;
        IF beginning IS NULL AND ending IS NULL THEN
            PERFORM pg_advisory_xact_lock(hashtext('gridsvc.map_version'));
            IF OLD.valid_from > clock_timestamp() THEN
                NEW.valid_from := OLD.valid_from;
            END IF;
        END IF;
        IF NEW *= OLD THEN
            NEW.valid_from := beginning;
            NEW.valid_to := ending;
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'what % holds is published: only its valid_to may be set', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
"""

REFUSE_REWRITING_BEFORE = """
CREATE OR REPLACE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ending timestamptz;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        ending := NEW.valid_to;
        NEW.valid_to := OLD.valid_to;
        IF NEW *= OLD THEN
            NEW.valid_to := ending;
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'what % holds is published: only its valid_to may be set', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
"""

# Who listens reads the map before the next report needs it. A notification may be lost with its
# connection: what keeps a superseded map from being used is current_map_version, not this.
TELL_MAP_VERSION = """
CREATE FUNCTION tell_map_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('gridsvc_map', NEW.number::text);
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "rerouting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="running", nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_id", sa.Uuid(), nullable=True),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("changed", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "(state = 'running') = (ended_at IS NULL)", name=op.f("ck_rerouting_ended")
        ),
        sa.CheckConstraint(
            "state IN ('running', 'done', 'cancelled')", name=op.f("ck_rerouting_state")
        ),
        sa.ForeignKeyConstraint(
            ["started_by"], ["account.id"], name=op.f("fk_rerouting_started_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rerouting")),
    )
    op.create_index(
        "uq_rerouting_running",
        "rerouting",
        ["state"],
        unique=True,
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("layer_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("base_release_id", sa.Uuid(), nullable=True),
        sa.Column("base_rows", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("rows", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column(
            "codes", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column(
            "accepted", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("activated_by", sa.Uuid(), nullable=True),
        sa.Column("release_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'layer') = (layer_id IS NOT NULL)", name=op.f("ck_draft_layer_of_kind")
        ),
        sa.CheckConstraint("(kind = 'layer') = (rows IS NULL)", name=op.f("ck_draft_rows_of_kind")),
        sa.CheckConstraint(
            "(state = 'activated') = (valid_from IS NOT NULL)", name=op.f("ck_draft_activated")
        ),
        sa.CheckConstraint(
            "kind IN ('layer', 'responsibilities', 'rules', 'borders')", name=op.f("ck_draft_kind")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'activated', 'discarded')", name=op.f("ck_draft_state")
        ),
        sa.ForeignKeyConstraint(
            ["activated_by"], ["account.id"], name=op.f("fk_draft_activated_by")
        ),
        sa.ForeignKeyConstraint(
            ["base_release_id"], ["release.id"], name=op.f("fk_draft_base_release_id")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_draft_created_by")),
        sa.ForeignKeyConstraint(["layer_id"], ["layer.id"], name=op.f("fk_draft_layer_id")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_draft_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
    )
    op.create_index("ix_draft_created_at", "draft", ["created_at", "id"], unique=False)
    op.create_table(
        "draft_area",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_code", sa.Text(), nullable=True),
        sa.Column("geometry", ShapelyGeometry("MULTIPOLYGON"), nullable=False),
        sa.Column("population", sa.BigInteger(), nullable=True),
        sa.Column("households", sa.BigInteger(), nullable=True),
        sa.Column("estate_type", sa.Text(), nullable=True),
        sa.Column(
            "attributes", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.CheckConstraint("code <> ''", name=op.f("ck_draft_area_code")),
        sa.CheckConstraint("NOT ST_IsEmpty(geometry)", name=op.f("ck_draft_area_not_empty")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_draft_area_draft_id")),
        sa.PrimaryKeyConstraint("draft_id", "code", name=op.f("pk_draft_area")),
    )
    op.create_table(
        "draft_edit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column(
            "detail", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_draft_edit_actor_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_draft_edit_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_edit")),
        sa.UniqueConstraint("draft_id", "sequence", name=op.f("uq_draft_edit_draft_id_sequence")),
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON draft_edit"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON draft_edit"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(REFUSE_REWRITING)
    op.execute(TELL_MAP_VERSION)
    op.execute(
        "CREATE TRIGGER told AFTER UPDATE ON map_version"
        " FOR EACH ROW EXECUTE FUNCTION tell_map_version()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER told ON map_version")
    op.execute("DROP FUNCTION tell_map_version()")
    op.execute(REFUSE_REWRITING_BEFORE)
    op.drop_table("draft_edit")
    op.drop_table("draft_area")
    op.drop_index("ix_draft_created_at", table_name="draft")
    op.drop_table("draft")
    op.drop_index(
        "uq_rerouting_running",
        table_name="rerouting",
        postgresql_where=sa.text("state = 'running'"),
    )
    op.drop_table("rerouting")
