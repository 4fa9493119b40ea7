"""Who reported a case as a citizen: sealed, apart from the case, and emptied in time.

Entries of the audit log may be removed once they are older than 180 days; the law wants them until
then.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261209_personal"
down_revision = "20261213_identities"
branch_labels = None
depends_on = None

REVEAL = "reporters:reveal"
ADDED = {
    REVEAL: (
        "acceptor",
        "city_centre",
        "command_centre",
        "department_handler",
        "district_centre",
        "shift_leader",
        "street_centre",
    ),
}
# The incident's own policy says whether it is seen.
SEEN_WITH = "EXISTS (SELECT FROM incident WHERE incident.id = incident_id)"


def upgrade() -> None:
    op.create_table(
        "reporter",
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("anonymised_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "anonymised_at IS NULL OR num_nonnulls(name, phone, address) = 0",
            name=op.f("ck_reporter_anonymised"),
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_reporter_incident_id")
        ),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_reporter")),
    )
    kept = sa.text("anonymised_at IS NULL")
    op.create_index("ix_reporter_kept", "reporter", ["incident_id"], postgresql_where=kept)
    op.execute("ALTER TABLE reporter ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY seen ON reporter FOR SELECT USING ({SEEN_WITH})")
    op.execute("DROP TRIGGER append_only ON audit_entry")
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE ON audit_entry"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER kept BEFORE DELETE ON audit_entry FOR EACH ROW"
        " WHEN (OLD.at > now() - interval '180 days') EXECUTE FUNCTION refuse_change()"
    )
    may = sa.text(
        "UPDATE role SET permissions = array_append(permissions, :it) WHERE code = ANY(:roles)"
    )
    op.execute(may.bindparams(it=REVEAL, roles=list(ADDED[REVEAL])))


def downgrade() -> None:
    op.execute("DROP TRIGGER kept ON audit_entry")
    op.execute("DROP TRIGGER append_only ON audit_entry")
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_entry"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.drop_table("reporter")
    gone = sa.text("UPDATE role SET permissions = array_remove(permissions, :it)")
    op.execute(gone.bindparams(it=REVEAL))
