"""The log of who came, who was refused, who gave whom which rights; tokens for some uses only."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261203_audit"
down_revision = "20261202_process"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column(
            "detail", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_audit_entry_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_at", "audit_entry", ["at", "id"])
    op.create_index("ix_audit_entry_about", "audit_entry", ["about", "at"])
    op.create_index(
        "ix_audit_entry_address",
        "audit_entry",
        ["address", "at"],
        postgresql_where=sa.text("deed = 'sign_in_failed'"),
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_entry"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON audit_entry"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    texts = postgresql.ARRAY(sa.Text())
    op.add_column("credential", sa.Column("permissions", texts, nullable=True))


def downgrade() -> None:
    # A token for some uses only would be one for all.
    op.execute("DELETE FROM credential WHERE permissions IS NOT NULL")
    op.drop_column("credential", "permissions")
    op.drop_table("audit_entry")
