"""Roles are rows, and accounts are appointed to them, for a part of the city and for a time.

What an account was for becomes its first appointment. The columns that said so stay for one release
more: the one before reads them while a new one is started beside it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261128_appointments"
down_revision = "20261127_no_name_grams"
branch_labels = None
depends_on = None

_ASK = ("areas:read", "incidents:read", "routing:ask")
_CENTRE = (*_ASK, "incidents:answer", "incidents:report", "maps:view", "notices:read")
_MANAGE = (*_CENTRE, "incidents:check", "incidents:dispatch")
_ALL = (*_MANAGE, "incidents:handle")

# Code, name, English name, duty, what it sees, permissions.
ROLES = (
    (
        *("grid_worker", "网格员", "grid worker", "cases", "own"),
        (*_ASK, "incidents:answer", "incidents:handle", "incidents:report", "incidents:withdraw"),
    ),
    (
        *("verifier", "核实员", "verifier", "cases", "area"),
        (*_ASK, "incidents:answer", "incidents:check"),
    ),
    ("acceptor", "受理员", "acceptor", "cases", "area", _CENTRE),
    ("shift_leader", "值班长", "shift leader", "cases", "area", _MANAGE),
    (
        *("dispatcher", "派遣员", "dispatcher", "cases", "area"),
        (*_ASK, "incidents:answer", "incidents:dispatch", "maps:view", "notices:read"),
    ),
    (
        *("department_handler", "部门处置员", "department handler", "cases", "organisation"),
        (*_ASK, "incidents:handle", "notices:read"),
    ),
    ("community", "社区", "community", "cases", "area", (*_CENTRE, "incidents:handle")),
    ("street_centre", "街道中心", "street centre", "cases", "area", _ALL),
    ("district_centre", "区级中心", "district centre", "cases", "area", _MANAGE),
    ("city_centre", "市级中心", "city centre", "cases", "area", _MANAGE),
    ("command_centre", "指挥中心", "command centre", "cases", "area", _ALL),
    (
        *("planner", "规划员", "planner", "cases", "area"),
        (*_ASK, "map:activate", "map:plan", "maps:view"),
    ),
    ("evaluator", "评价员", "evaluator", "cases", "area", (*_ASK, "maps:view")),
    ("auditor", "审计员", "auditor", "audit", "area", ("areas:read", "audit:read")),
    ("administrator", "系统管理员", "administrator", "system", "area", ("areas:read",)),
    (
        *("security_administrator", "安全管理员", "security administrator", "security", "area"),
        ("accounts:manage", "areas:read"),
    ),
)
COLUMNS = ("code", "name", "name_en", "duty", "sees", "permissions")

FIRST = """
INSERT INTO appointment (id, account_id, role, organisation_id, level, code, valid_from)
SELECT gen_random_uuid(), id, role, organisation_id, scope_level, scope_code, created_at
FROM account
"""


def upgrade() -> None:
    role = op.create_table(
        "role",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("sees", sa.Text(), nullable=False),
        sa.Column("permissions", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.CheckConstraint("code ~ '^[a-z][a-z0-9_]*$'", name=op.f("ck_role_code")),
        sa.CheckConstraint(
            "duty IN ('audit', 'cases', 'security', 'system')", name=op.f("ck_role_duty")
        ),
        sa.CheckConstraint("sees IN ('area', 'organisation', 'own')", name=op.f("ck_role_sees")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_role")),
    )
    op.bulk_insert(role, [dict(zip(COLUMNS, row, strict=True)) for row in ROLES])
    _appointments()
    op.execute(FIRST)
    op.alter_column("account", "role", nullable=True)


def _appointments() -> None:
    when = sa.DateTime(timezone=True)
    op.create_table(
        "appointment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("valid_from", when, nullable=False),
        sa.Column("valid_to", when, nullable=True),
        sa.Column("recorded_at", when, server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(level IS NULL) = (code IS NULL)", name=op.f("ck_appointment_scope")),
        sa.CheckConstraint(
            "level IN ('district', 'street', 'community', 'grid', 'sub_estate')",
            name=op.f("ck_appointment_level"),
        ),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_appointment_validity")),
        *(
            sa.ForeignKeyConstraint([column], [of], name=op.f(f"fk_appointment_{column}"))
            for column, of in (
                ("account_id", "account.id"),
                ("role", "role.code"),
                ("organisation_id", "organisation.id"),
                ("recorded_by", "account.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        postgresql.ExcludeConstraint(
            ("account_id", "="),
            ("role", "="),
            (sa.literal_column("coalesce(organisation_id::text, '')"), "="),
            (sa.literal_column("coalesce(level || ':' || code, '')"), "="),
            (sa.literal_column("tstzrange(valid_from, valid_to)"), "&&"),
            name="ex_appointment_once",
        ),
    )


# What the release before cannot read goes: what an account has now is more than it knows.
BACK = """
UPDATE account SET role = 'grid_worker', disabled_at = coalesce(disabled_at, now())
WHERE role IS NULL
"""


def downgrade() -> None:
    op.execute(BACK)
    op.alter_column("account", "role", nullable=False)
    op.drop_table("appointment")
    op.drop_table("role")
