"""Filing conditions, each with its own limit; what a scheme states is never edited."""

import sqlalchemy as sa
from alembic import op

revision = "20261126_conditions"
down_revision = "20261126_replay_file"
branch_labels = None
depends_on = None

UNITS = "'urgent_minute', 'urgent_hour', 'work_minute', 'work_hour', 'work_day', 'natural_day'"
NEVER_CHANGED = ("category", "filing_condition")


def upgrade() -> None:
    op.create_table(
        "filing_condition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=True),
        sa.Column("limit_value", sa.BigInteger(), nullable=False),
        sa.Column("limit_unit", sa.Text(), nullable=False),
        sa.Column("closing", sa.Text(), nullable=True),
        sa.Column("closing_en", sa.Text(), nullable=True),
        sa.Column("lead", sa.Text(), nullable=True),
        sa.Column("supervisor", sa.Text(), nullable=True),
        sa.CheckConstraint("code <> ''", name=op.f("ck_filing_condition_code")),
        sa.CheckConstraint("limit_value > 0", name=op.f("ck_filing_condition_limit")),
        sa.CheckConstraint(f"limit_unit IN ({UNITS})", name=op.f("ck_filing_condition_unit")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_filing_condition_category_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_condition")),
        sa.UniqueConstraint(
            "category_id", "code", name=op.f("uq_filing_condition_category_id_code")
        ),
        sa.UniqueConstraint(
            "category_id", "position", name=op.f("uq_filing_condition_category_id_position")
        ),
        sa.UniqueConstraint("id", "category_id", name=op.f("uq_filing_condition_id_category_id")),
    )
    op.add_column("category_scheme", sa.Column("name_en", sa.Text(), nullable=True))
    op.add_column("category_scheme", sa.Column("numbering", sa.Text(), nullable=True))
    op.add_column("incident", sa.Column("condition_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_incident_condition_id_category_id"),
        "incident",
        "filing_condition",
        ["condition_id", "category_id"],
        ["id", "category_id"],
    )
    _guard()


def _guard() -> None:
    for table in NEVER_CHANGED:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        "CREATE TRIGGER published BEFORE UPDATE OR DELETE ON category_scheme"
        " FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()"
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER next_map_version"
        " AFTER INSERT OR UPDATE OR DELETE ON filing_condition"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION next_map_version()"
    )
    op.execute(
        "CREATE TRIGGER not_emptied BEFORE TRUNCATE ON filing_condition"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying()"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_incident_condition_id_category_id"), "incident", type_="foreignkey")
    op.drop_column("incident", "condition_id")
    op.execute("DROP TRIGGER published ON category_scheme")
    op.execute("DROP TRIGGER append_only ON category")
    op.drop_column("category_scheme", "numbering")
    op.drop_column("category_scheme", "name_en")
    op.drop_table("filing_condition")
