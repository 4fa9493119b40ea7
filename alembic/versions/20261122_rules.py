"""Rules, border policies and special days, which routing reads."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from gridsvc.db.geometry import ShapelyGeometry

revision = "20261122_rules"
down_revision = "20261121_jobs"
branch_labels = None
depends_on = None

ROUTING_READS = ("border_policy", "routing_rule", "special_day")

# What was in force stays as it was: it may be ended, by somebody, and nothing else. The rows are
# compared as they are stored, as `refuse_rewriting` does for what is published.
REFUSE_ALL_BUT_ENDING = """
CREATE FUNCTION refuse_all_but_ending() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ended record := NEW;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        NEW.valid_to := OLD.valid_to;
        NEW.ended_at := OLD.ended_at;
        NEW.ended_by := OLD.ended_by;
        IF NEW *= OLD THEN
            RETURN ended;
        END IF;
    END IF;
    RAISE EXCEPTION 'what % holds was in force: it may only be ended', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
"""


def upgrade() -> None:
    op.create_table(
        "routing_rule",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("scheme", sa.Text(), nullable=True),
        sa.Column("category_code", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("hours", sa.Text(), nullable=True),
        sa.Column("season", sa.Text(), nullable=True),
        sa.Column("weekdays", sa.Text(), nullable=True),
        sa.Column("special_days", sa.Text(), nullable=True),
        sa.Column("estate_types", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("priority", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("layers", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("co_handler_ids", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("co_layers", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        *_versioned("routing_rule"),
        sa.CheckConstraint("kind IN ('component', 'event')", name=op.f("ck_routing_rule_kind")),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["organisation.id"], name=op.f("fk_routing_rule_lead_id")
        ),
        *_about_a_category("routing_rule"),
        _one_version_in_force("routing_rule", "code"),
    )
    op.create_table(
        "border_policy",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("areas", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("within_m", sa.Float(), server_default="0", nullable=False),
        sa.Column("road", sa.Text(), nullable=True),
        sa.Column("shape", ShapelyGeometry("MULTIPOLYGON"), nullable=True),
        sa.Column("scheme", sa.Text(), nullable=True),
        sa.Column("category_code", sa.Text(), nullable=True),
        sa.Column("priority", sa.SmallInteger(), server_default="0", nullable=False),
        *_versioned("border_policy"),
        sa.CheckConstraint(
            "kind IN ('side', 'parity', 'exception', 'joint')", name=op.f("ck_border_policy_kind")
        ),
        sa.CheckConstraint("cardinality(areas) > 0", name=op.f("ck_border_policy_areas")),
        sa.CheckConstraint("within_m >= 0", name=op.f("ck_border_policy_within_m")),
        *_about_a_category("border_policy"),
        _one_version_in_force("border_policy", "code"),
    )
    op.create_table(
        "special_day",
        sa.Column("list_code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        *_versioned("special_day"),
        sa.CheckConstraint("list_code <> ''", name=op.f("ck_special_day_list_code")),
        _one_version_in_force("special_day", "list_code", "day"),
    )
    op.execute(REFUSE_ALL_BUT_ENDING)
    for table in ROUTING_READS:
        _guard(table)


def _versioned(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    now = sa.text("now()")
    return (
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f(f"ck_{table}_validity")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["account.id"], name=op.f(f"fk_{table}_recorded_by")
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["account.id"], name=op.f(f"fk_{table}_ended_by")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _about_a_category(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.CheckConstraint("code <> ''", name=op.f(f"ck_{table}_code")),
        sa.CheckConstraint("priority >= 0", name=op.f(f"ck_{table}_priority")),
        sa.CheckConstraint(
            "(scheme IS NULL) = (category_code IS NULL)",
            name=op.f(f"ck_{table}_category_of_scheme"),
        ),
    )


def _one_version_in_force(table: str, *columns: str) -> postgresql.ExcludeConstraint:
    return postgresql.ExcludeConstraint(
        *((sa.column(column), "=") for column in columns),
        (sa.literal_column("tstzrange(valid_from, valid_to)"), "&&"),
        using="gist",
        name=f"ex_{table}_one_version_in_force",
    )


def _guard(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER only_ended BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_all_but_ending()"
    )
    op.execute(
        f"CREATE CONSTRAINT TRIGGER next_map_version AFTER INSERT OR UPDATE OR DELETE ON {table}"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION next_map_version()"
    )
    op.execute(
        f"CREATE TRIGGER not_emptied BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying()"
    )


def downgrade() -> None:
    for table in ROUTING_READS:
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_all_but_ending()")
