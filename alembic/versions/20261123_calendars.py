"""Working calendars, which due times are reckoned by; limits may be given in minutes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261123_calendars"
down_revision = "20261122_outcomes"
branch_labels = None
depends_on = None

PUBLISHED = ("calendar_use", "calendar_version")
# A due time counts as part of a decision: none is kept that used a superseded calendar.
READ_BY_REPORTS = ("calendar_day", "calendar_use", "calendar_version")

UNITS = "'urgent_hour', 'work_hour', 'work_day', 'natural_day'"
UNITS_WITH_MINUTES = (
    "'urgent_minute', 'urgent_hour', 'work_minute', 'work_hour', 'work_day', 'natural_day'"
)


def upgrade() -> None:
    op.create_table(
        "work_calendar",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.CheckConstraint("code <> ''", name=op.f("ck_work_calendar_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_calendar")),
        sa.UniqueConstraint("code", name=op.f("uq_work_calendar_code")),
    )
    op.create_table(
        "calendar_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("calendar_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        *_validity("calendar_version"),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("hours", postgresql.JSONB(), nullable=False),
        sa.Column("workday_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("horizon", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "workday_minutes BETWEEN 1 AND 1440", name=op.f("ck_calendar_version_workday")
        ),
        _of_calendar("calendar_version"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_version")),
        sa.UniqueConstraint(
            "calendar_id", "number", name=op.f("uq_calendar_version_calendar_id_number")
        ),
        _one_in_force("calendar_version", sa.column("calendar_id")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('holiday', 'workday')", name=op.f("ck_calendar_day_kind")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["calendar_version.id"], name=op.f("fk_calendar_day_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "calendar_use",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("calendar_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("area_code", sa.Text(), nullable=True),
        *_validity("calendar_use"),
        sa.CheckConstraint(
            "(level IS NULL) = (area_code IS NULL)", name=op.f("ck_calendar_use_area_of_level")
        ),
        sa.CheckConstraint(
            "level IN ('district', 'street', 'community', 'grid', 'sub_estate')",
            name=op.f("ck_calendar_use_level"),
        ),
        _of_calendar("calendar_use"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_calendar_use_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_use")),
        _one_in_force(
            "calendar_use",
            sa.literal_column("coalesce(organisation_id::text, '')"),
            sa.literal_column("coalesce(level, '')"),
            sa.literal_column("coalesce(area_code, '')"),
        ),
    )
    for table in PUBLISHED:
        op.execute(
            f"CREATE TRIGGER published BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()"
        )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON calendar_day"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    for table in READ_BY_REPORTS:
        op.execute(
            "CREATE CONSTRAINT TRIGGER next_map_version"
            f" AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION next_map_version()"
        )
        op.execute(
            f"CREATE TRIGGER not_emptied BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying()"
        )
    _allow_units(UNITS_WITH_MINUTES)


def _validity(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("valid_to > valid_from", name=op.f(f"ck_{table}_validity")),
    )


def _of_calendar(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["calendar_id"], ["work_calendar.id"], name=op.f(f"fk_{table}_calendar_id")
    )


def _one_in_force(table: str, *what: sa.ColumnElement) -> postgresql.ExcludeConstraint:
    return postgresql.ExcludeConstraint(
        *((one, "=") for one in what),
        (sa.literal_column("tstzrange(valid_from, valid_to)"), "&&"),
        using="gist",
        name=f"ex_{table}_one_in_force",
    )


def _allow_units(units: str) -> None:
    name = op.f("ck_category_unit")
    op.drop_constraint(name, "category")
    op.create_check_constraint(name, "category", f"limit_unit IN ({units})")


def downgrade() -> None:
    for table in ("calendar_use", "calendar_day", "calendar_version", "work_calendar"):
        op.drop_table(table)
    _allow_units(UNITS)
