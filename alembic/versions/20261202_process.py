"""The closed loop as data: a city's own process, and who takes its further steps."""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261202_process"
down_revision = "20261129_sight"
branch_labels = None
depends_on = None

BEFORE = (
    "'filed', 'dispatched', 'handling', 'handled', 'checked', 'closed', 'rejected', 'withdrawn'"
)
STATUSES = (
    "'reported', 'verifying', 'verified', 'filed', 'arbitration', 'dispatched', 'handling',"
    " 'suspended', 'handled', 'checked', 'closed', 'evaluated', 'invalidated', 'merged',"
    " 'rejected', 'withdrawn'"
)
OPEN_BEFORE = "'filed', 'dispatched', 'handling', 'handled', 'checked'"
OPEN = (
    "'reported', 'verifying', 'verified', 'filed', 'arbitration', 'dispatched', 'handling',"
    " 'suspended', 'handled', 'checked'"
)
COLUMNS = (
    ("incident", "status"),
    ("incident_event", "from_status"),
    ("incident_event", "to_status"),
)

# What the shipped roles may do besides; a role of a city's own is the city's to change.
ADDED = {
    "incidents:approve": (
        *("shift_leader", "street_centre", "district_centre", "city_centre", "command_centre"),
    ),
    "incidents:arbitrate": ("district_centre", "city_centre", "command_centre"),
    "incidents:evaluate": ("evaluator", "city_centre", "command_centre"),
    "incidents:file": (
        *("acceptor", "shift_leader", "community", "street_centre", "district_centre"),
        *("city_centre", "command_centre"),
    ),
}


def upgrade() -> None:
    op.create_table(
        "process",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("valid_to > valid_from", name=op.f("ck_process_validity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process")),
        sa.UniqueConstraint("number", name=op.f("uq_process_number")),
        postgresql.ExcludeConstraint(
            (sa.literal_column("tstzrange(valid_from, valid_to)"), "&&"),
            name="ex_process_one_in_force",
        ),
    )
    op.add_column("incident", sa.Column("process_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_incident_process_id"), "incident", "process", ["process_id"], ["id"]
    )
    _allow(STATUSES, open_=OPEN)
    _guard()
    for permission, roles in ADDED.items():
        _change_roles(sa.func.array_append, permission, roles)


def _allow(statuses: str, *, open_: str) -> None:
    for table, column in COLUMNS:
        name = op.f(f"ck_{table}_{column}")
        op.drop_constraint(name, table)
        op.create_check_constraint(name, table, f"{column} IN ({statuses})")
    op.drop_index("ix_incident_open", "incident")
    op.create_index(
        "ix_incident_open",
        "incident",
        ["due_at", "status"],
        postgresql_where=sa.text(f"status IN ({open_})"),
    )


def _guard() -> None:
    op.execute(
        "CREATE TRIGGER published BEFORE UPDATE OR DELETE ON process"
        " FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()"
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER next_map_version AFTER INSERT OR UPDATE OR DELETE ON process"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION next_map_version()"
    )
    op.execute(
        "CREATE TRIGGER not_emptied BEFORE TRUNCATE ON process"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying()"
    )


def _change_roles(
    change: Callable[..., sa.ColumnElement], permission: str, roles: tuple[str, ...]
) -> None:
    role = sa.table("role", sa.column("code"), sa.column("permissions"))
    changed = change(role.c.permissions, permission)
    op.execute(role.update().where(role.c.code.in_(roles)).values(permissions=changed))


def downgrade() -> None:
    for permission, roles in ADDED.items():
        _change_roles(sa.func.array_remove, permission, roles)
    _allow(BEFORE, open_=OPEN_BEFORE)
    op.drop_constraint(op.f("fk_incident_process_id"), "incident")
    op.drop_column("incident", "process_id")
    op.drop_table("process")
