"""Guards in the database: append-only records, and a map version that nobody can forget."""

from alembic import op

revision = "20261121_guards"
down_revision = "20261121_first_schema"
branch_labels = None
depends_on = None

APPEND_ONLY = ("incident_event", "routing_decision")
ROUTING_READS = (
    "category",
    "category_scheme",
    "layer",
    "organisation",
    "release",
    "responsibility",
)

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""

# The exclusive lock is taken at commit, when the deferred triggers run: decisions that are being
# written hold it shared (see current_map_version), so that none is kept that used the old map.
NEXT_MAP_VERSION = """
CREATE FUNCTION next_map_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('gridsvc.map_version'));
    UPDATE map_version SET number = number + 1;
    RETURN NULL;
END $$
"""

# VOLATILE on purpose: each statement inside sees what was committed while it waited for the lock.
CURRENT_MAP_VERSION = """
CREATE FUNCTION current_map_version() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('gridsvc.map_version'));
    RETURN (SELECT number FROM map_version);
END $$
"""


def upgrade() -> None:
    op.execute(REFUSE_CHANGE)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute("INSERT INTO map_version DEFAULT VALUES")
    op.execute(NEXT_MAP_VERSION)
    op.execute(CURRENT_MAP_VERSION)
    for table in ROUTING_READS:
        op.execute(
            "CREATE CONSTRAINT TRIGGER next_map_version"
            f" AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION next_map_version()"
        )


def downgrade() -> None:
    for table in ROUTING_READS:
        op.execute(f"DROP TRIGGER next_map_version ON {table}")
    op.execute("DROP FUNCTION current_map_version()")
    op.execute("DROP FUNCTION next_map_version()")
    op.execute("DELETE FROM map_version")
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER append_only ON {table}")
        op.execute(f"DROP TRIGGER append_only_whole ON {table}")
    op.execute("DROP FUNCTION refuse_change()")
