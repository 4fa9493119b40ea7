"""The job queue's own schema, as procrastinate 3.10.0 brings it and as no other version does."""

import hashlib

from alembic import op
from procrastinate.schema import SchemaManager

revision = "20261121_jobs"
down_revision = "20261121_guards"
branch_labels = None
depends_on = None

# SHA-256 of the library's text. Another version may bring another schema under this revision's
# name: then this migration stops, instead of making what later ones do not expect.
DIGEST = "c70ec4b400a60ad9592787653aae5ae77ae41bf801d56b5bd2712751a07f2009"

DROP_ALL = """
DO $$
DECLARE
    thing record;
BEGIN
    FOR thing IN SELECT tablename AS name FROM pg_tables
        WHERE schemaname = current_schema() AND tablename LIKE 'procrastinate\\_%'
    LOOP
        EXECUTE format('DROP TABLE %I CASCADE', thing.name);
    END LOOP;
    FOR thing IN SELECT p.oid::regprocedure AS name FROM pg_proc p
        WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'procrastinate\\_%'
    LOOP
        EXECUTE format('DROP FUNCTION %s CASCADE', thing.name);
    END LOOP;
    FOR thing IN SELECT typname AS name FROM pg_type
        WHERE typnamespace = current_schema()::regnamespace AND typname LIKE 'procrastinate\\_%'
    LOOP
        EXECUTE format('DROP TYPE %I CASCADE', thing.name);
    END LOOP;
END $$
"""


def upgrade() -> None:
    schema = SchemaManager.get_schema()
    if hashlib.sha256(schema.encode()).hexdigest() != DIGEST:
        message = "procrastinate's schema is another: pin 3.10.0, or write a migration to it"
        raise RuntimeError(message)
    # The driver reads a bare % as a placeholder.
    op.get_bind().exec_driver_sql(schema.replace("%", "%%"))


def downgrade() -> None:
    op.execute(DROP_ALL)
