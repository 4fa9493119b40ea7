"""Photos and files of incidents, and the uploads by which they come.

Who weighs what a file tells of its taking may see that; everybody else sees photos without it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261208_attachments"
down_revision = "20261213_signin"
branch_labels = None
depends_on = None

INSPECT = "attachments:inspect"
ADDED = {
    INSPECT: (
        "city_centre",
        "command_centre",
        "dispatcher",
        "district_centre",
        "shift_leader",
        "street_centre",
        "verifier",
    ),
}
# The incident's own policy says whether it is seen.
SEEN_WITH = "EXISTS (SELECT FROM incident WHERE incident.id = incident_id)"
_WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    _uploads()
    _attachments()
    op.execute("ALTER TABLE attachment ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY seen ON attachment FOR SELECT USING ({SEEN_WITH})")
    may = sa.text(
        "UPDATE role SET permissions = array_append(permissions, :it) WHERE code = ANY(:roles)"
    )
    op.execute(may.bindparams(it=INSPECT, roles=list(ADDED[INSPECT])))


def _uploads() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("admitted", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("pieces", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("state", sa.Text(), server_default="receiving", nullable=False),
        sa.Column("failure", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("begun_at", _WHEN, nullable=False),
        sa.Column("expires_at", _WHEN, nullable=False),
        sa.CheckConstraint(
            "state IN ('receiving', 'received', 'refused', 'done')", name=op.f("ck_upload_state")
        ),
        sa.CheckConstraint(
            "length > 0 AND received BETWEEN 0 AND length", name=op.f("ck_upload_received")
        ),
        sa.CheckConstraint(
            "(failure IS NOT NULL) = (state = 'refused')", name=op.f("ck_upload_failure")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_upload_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    for column in ("account_id", "expires_at", "incident_id"):
        op.create_index(f"ix_upload_{column}", "upload", [column])
    received = sa.text("state = 'received'")
    op.create_index("ix_upload_waiting", "upload", ["id"], postgresql_where=received)


def _attachments() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=True),
        sa.Column("height", sa.BigInteger(), nullable=True),
        sa.Column("told", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), server_default="checking", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("added_at", _WHEN, nullable=False),
        sa.CheckConstraint(
            "state IN ('checking', 'ready', 'quarantined', 'withdrawn')",
            name=op.f("ck_attachment_state"),
        ),
        sa.CheckConstraint(
            "reason IN ('virus_found', 'scanner_failed')", name=op.f("ck_attachment_reason")
        ),
        sa.CheckConstraint("octet_length(sha256) = 32", name=op.f("ck_attachment_sha256")),
        *(
            sa.ForeignKeyConstraint([column], [of], name=op.f(f"fk_attachment_{column}"))
            for column, of in (("account_id", "account.id"), ("incident_id", "incident.id"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index("ix_attachment_incident_id", "attachment", ["incident_id"])
    held = sa.text("state IN ('checking', 'quarantined')")
    op.create_index("ix_attachment_held", "attachment", ["id"], postgresql_where=held)


def downgrade() -> None:
    op.drop_table("attachment")
    op.drop_table("upload")
    gone = sa.text("UPDATE role SET permissions = array_remove(permissions, :it)")
    op.execute(gone.bindparams(it=INSPECT))
