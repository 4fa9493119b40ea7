"""Guards in the database: append-only records, and a map version that nobody can forget."""

from alembic import op

revision = "20261121_guards"
down_revision = "20261121_first_schema"
branch_labels = None
depends_on = None

APPEND_ONLY = ("incident_event", "routing_decision")
PUBLISHED = ("area", "release")
ROUTING_READS = (
    "area",
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

# What was published stays as it was: a later release may end it, and nothing else. The rows are
# compared as they are stored, for two shapes that cover the same ground are not the same shape.
REFUSE_REWRITING = """
CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ending timestamptz;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        ending := NEW.valid_to;
        NEW.valid_to := OLD.valid_to;
        IF NEW *= OLD THEN
            NEW.valid_to := ending;
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'what % holds is published: only its valid_to may be set', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
"""

# No trigger runs for the rows that TRUNCATE removes, so that the map's version would stay.
REFUSE_EMPTYING = """
CREATE FUNCTION refuse_emptying() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'routing reads %: it cannot be truncated', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
"""

# The exclusive lock is taken at commit, when the deferred triggers run: decisions that are being
# written hold it shared (see current_map_version), so that none is kept that used the old map.
# The triggers run once a row: the first one of a transaction counts, and leaves word of it in a
# setting that ends with the transaction (or with the savepoint that takes the count back).
NEXT_MAP_VERSION = """
CREATE FUNCTION next_map_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    this_one text := pg_current_xact_id()::text;
BEGIN
    IF current_setting('gridsvc.map_changed_by', true) = this_one THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('gridsvc.map_version'));
    UPDATE map_version SET number = number + 1;
    PERFORM set_config('gridsvc.map_changed_by', this_one, true);
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
    op.execute(REFUSE_REWRITING)
    for table in PUBLISHED:
        op.execute(
            f"CREATE TRIGGER published BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()"
        )
    op.execute("INSERT INTO map_version DEFAULT VALUES")
    op.execute(REFUSE_EMPTYING)
    op.execute(NEXT_MAP_VERSION)
    op.execute(CURRENT_MAP_VERSION)
    for table in ROUTING_READS:
        op.execute(
            "CREATE CONSTRAINT TRIGGER next_map_version"
            f" AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION next_map_version()"
        )
        op.execute(
            f"CREATE TRIGGER not_emptied BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying()"
        )


def downgrade() -> None:
    for table in ROUTING_READS:
        op.execute(f"DROP TRIGGER not_emptied ON {table}")
        op.execute(f"DROP TRIGGER next_map_version ON {table}")
    op.execute("DROP FUNCTION current_map_version()")
    op.execute("DROP FUNCTION next_map_version()")
    op.execute("DROP FUNCTION refuse_emptying()")
    op.execute("DELETE FROM map_version")
    for table in PUBLISHED:
        op.execute(f"DROP TRIGGER published ON {table}")
    op.execute("DROP FUNCTION refuse_rewriting()")
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER append_only ON {table}")
        op.execute(f"DROP TRIGGER append_only_whole ON {table}")
    op.execute("DROP FUNCTION refuse_change()")
