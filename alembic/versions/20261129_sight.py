"""Row-level security: what hangs on an incident is shown to who may see that incident, only.

The policies hold for everybody but the tables' owner: requests act as another role
(`gridsvc.db.viewer`), and say in the setting `gridsvc.sight` what their caller sees
(`gridsvc.auth.sight`). Without that setting nothing is seen.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261129_sight"
down_revision = "20261128_appointments"
branch_labels = None
depends_on = None

AREAS = ("district", "street", "community", "grid", "sub_estate")
HANGING = ("incident_event", "routing_decision")
SECURED = ("incident", *HANGING, "notice")

# Null where there is nothing: a comparison with null is done at once, with an empty list it is not.
SIGHT = """
CREATE FUNCTION sight(what text) RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT array_agg(it) FROM jsonb_array_elements_text(
        nullif(current_setting('gridsvc.sight', true), '')::jsonb -> what) it
$$
"""

# Asked of the few incidents only whose owner is one of those that are seen inside an area.
SEEN_WITHIN = """
CREATE FUNCTION seen_within(
    lead uuid, helpers uuid[],
    district text, street text, community text, grid text, sub_estate text
)
RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT EXISTS (
        SELECT FROM jsonb_to_recordset(current_setting('gridsvc.sight', true)::jsonb -> 'within')
               AS it(level text, code text, owners uuid[])
        WHERE (lead = ANY (it.owners) OR helpers && it.owners)
          AND it.code = CASE it.level
              WHEN 'district' THEN district
              WHEN 'street' THEN street
              WHEN 'community' THEN community
              WHEN 'grid' THEN grid
              WHEN 'sub_estate' THEN sub_estate
          END
    )
$$
"""


def _ids(what: str) -> str:
    """Read a list of what is seen: in a query of its own, which runs once and not for each row."""
    return f"((SELECT sight('{what}')::uuid[])::uuid[])"


def _owned_by(owners: str) -> str:
    return f"lead_id = ANY {owners} OR (co_handler_ids <> '{{}}' AND co_handler_ids && {owners})"


_WITHIN = f"seen_within(lead_id, co_handler_ids, {', '.join(AREAS)})"
# An empty list here: after a null the function would be asked of every row.
_WITHIN_OWNERS = "((SELECT coalesce(sight('owners_within'), '{}')::uuid[])::uuid[])"
SEEN = " OR ".join(
    [
        f"reporter_id = ANY {_ids('reporters')}",
        *(f"{level} = ANY ((SELECT sight('{level}'))::text[])" for level in AREAS),
        _owned_by(_ids("organisations")),
        f"(({_owned_by(_WITHIN_OWNERS)}) AND {_WITHIN})",
    ]
)

# The row's own policy asks whether that incident is seen.
SEEN_WITH = "EXISTS (SELECT FROM incident WHERE incident.id = incident_id)"

HELPERS = """
UPDATE incident SET co_handler_ids = helping.ids
FROM (
    SELECT DISTINCT ON (incident_id) incident_id, ARRAY(
        SELECT o.id FROM jsonb_array_elements(record -> 'co_handlers') it
        JOIN organisation o ON o.code = it ->> 'code'
    ) AS ids
    FROM routing_decision ORDER BY incident_id, decided_at DESC, id DESC
) helping
WHERE helping.incident_id = incident.id AND helping.ids <> '{}'
"""


def upgrade() -> None:
    of_organisations = postgresql.ARRAY(sa.Uuid())
    column = sa.Column("co_handler_ids", of_organisations, server_default="{}", nullable=False)
    op.add_column("incident", column)
    op.execute(HELPERS)
    op.create_index(
        "ix_incident_co_handler_ids",
        "incident",
        ["co_handler_ids"],
        postgresql_using="gin",
        postgresql_where=sa.text("co_handler_ids <> '{}'"),
    )
    op.execute(SIGHT)
    op.execute(SEEN_WITHIN)
    for table in SECURED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY seen ON incident FOR SELECT USING ({SEEN})")
    # It may be held while it is looked at; what is written about it, the service writes.
    op.execute("CREATE POLICY held ON incident FOR UPDATE USING (true) WITH CHECK (false)")
    for table in HANGING:
        op.execute(f"CREATE POLICY seen ON {table} FOR SELECT USING ({SEEN_WITH})")
    op.execute(f"CREATE POLICY told ON notice USING (organisation_id = ANY {_ids('inboxes')})")


def downgrade() -> None:
    op.execute("DROP POLICY told ON notice")
    for table in HANGING:
        op.execute(f"DROP POLICY seen ON {table}")
    op.execute("DROP POLICY held ON incident")
    op.execute("DROP POLICY seen ON incident")
    for table in SECURED:
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute(f"DROP FUNCTION seen_within(uuid, uuid[], {', '.join(['text'] * len(AREAS))})")
    op.execute("DROP FUNCTION sight(text)")
    op.drop_index("ix_incident_co_handler_ids", table_name="incident")
    op.drop_column("incident", "co_handler_ids")
