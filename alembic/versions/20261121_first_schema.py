"""First schema: the map, the catalogue, accounts, incidents, decisions, notices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from gridsvc.db.geometry import ShapelyGeometry

revision = "20261121_first_schema"
down_revision = None
branch_labels = None
depends_on = None

STATUSES = (
    "'filed', 'dispatched', 'handling', 'handled', 'checked', 'closed', 'rejected', 'withdrawn'"
)
LISTED_BY = (
    "category_id",
    "community",
    "district",
    "grid",
    "lead_id",
    "reporter_id",
    "status",
    "street",
    "sub_estate",
    "zone_id",
)
"""What incidents are asked for by, the newest first: each has an index in that order."""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute("CREATE SEQUENCE incident_reference_number")
    op.create_table(
        "category_scheme",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "valid_from",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("code"), "="),
            (sa.literal_column("tstzrange(valid_from, valid_to)"), "&&"),
            using="gist",
            name="ex_category_scheme_one_version_in_force",
        ),
        sa.CheckConstraint("valid_to > valid_from", name=op.f("ck_category_scheme_validity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_scheme")),
        sa.UniqueConstraint("code", "version", name=op.f("uq_category_scheme_code_version")),
    )
    op.create_table(
        "layer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("basis", sa.Text(), server_default="territory", nullable=False),
        sa.Column("tiles", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("overlap_allowed", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint(
            "(kind = 'administrative') = (level IS NOT NULL)", name=op.f("ck_layer_level_of_kind")
        ),
        sa.CheckConstraint("basis IN ('owner', 'territory')", name=op.f("ck_layer_basis")),
        sa.CheckConstraint("kind IN ('administrative', 'zone')", name=op.f("ck_layer_kind")),
        sa.CheckConstraint(
            "level IN ('district', 'street', 'community', 'grid', 'sub_estate')",
            name=op.f("ck_layer_level"),
        ),
        sa.CheckConstraint(
            "NOT (tiles AND overlap_allowed)", name=op.f("ck_layer_tiles_without_overlap")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_layer")),
        sa.UniqueConstraint("level", name=op.f("uq_layer_level")),
        sa.UniqueConstraint("name", name=op.f("uq_layer_name")),
    )
    op.create_table(
        "map_version",
        sa.Column("singleton", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("number", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("singleton", name=op.f("ck_map_version_one_row")),
        sa.PrimaryKeyConstraint("singleton", name=op.f("pk_map_version")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_organisation_not_its_own_parent")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["organisation.id"], name=op.f("fk_organisation_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("code", name=op.f("uq_organisation_code")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("scope_level", sa.Text(), nullable=True),
        sa.Column("scope_code", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), server_default="zh", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("language IN ('zh', 'en')", name=op.f("ck_account_language")),
        sa.CheckConstraint("login = lower(login) AND login <> ''", name=op.f("ck_account_login")),
        sa.CheckConstraint(
            "role IN ('grid_worker', 'command_centre', 'planner', 'administrator')",
            name=op.f("ck_account_role"),
        ),
        sa.CheckConstraint(
            "(scope_level IS NULL) = (scope_code IS NULL)", name=op.f("ck_account_scope")
        ),
        sa.CheckConstraint(
            "scope_level IN ('district', 'street', 'community', 'grid', 'sub_estate')",
            name=op.f("ck_account_scope_level"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_account_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    op.create_table(
        "category",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("major_code", sa.Text(), nullable=False),
        sa.Column("major_name", sa.Text(), nullable=False),
        sa.Column("major_name_en", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("limit_value", sa.BigInteger(), nullable=False),
        sa.Column("limit_unit", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('component', 'event')", name=op.f("ck_category_kind")),
        sa.CheckConstraint(
            "limit_unit IN ('urgent_hour', 'work_hour', 'work_day', 'natural_day')",
            name=op.f("ck_category_unit"),
        ),
        sa.CheckConstraint("limit_value > 0", name=op.f("ck_category_limit")),
        sa.ForeignKeyConstraint(
            ["scheme_id"], ["category_scheme.id"], name=op.f("fk_category_scheme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("scheme_id", "code", name=op.f("uq_category_scheme_id_code")),
    )
    op.create_table(
        "responsibility",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("layer_id", sa.Uuid(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=True),
        sa.Column("scheme", sa.Text(), nullable=True),
        sa.Column("category_code", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("layer_id"), "="),
            (sa.literal_column("coalesce(area_code, '')"), "="),
            (sa.literal_column("coalesce(scheme, '')"), "="),
            (sa.literal_column("coalesce(category_code, '')"), "="),
            (sa.column("role"), "="),
            (sa.column("priority"), "="),
            (sa.literal_column("tstzrange(valid_from, valid_to)"), "&&"),
            where=sa.text("role IN ('lead', 'duty')"),
            using="gist",
            name="ex_responsibility_one_lead",
        ),
        sa.CheckConstraint(
            "role IN ('lead', 'co_handler', 'duty')", name=op.f("ck_responsibility_role")
        ),
        sa.CheckConstraint(
            "(scheme IS NULL) = (category_code IS NULL)",
            name=op.f("ck_responsibility_category_of_scheme"),
        ),
        sa.CheckConstraint("priority >= 0", name=op.f("ck_responsibility_priority")),
        sa.CheckConstraint("valid_to > valid_from", name=op.f("ck_responsibility_validity")),
        sa.ForeignKeyConstraint(
            ["layer_id"], ["layer.id"], name=op.f("fk_responsibility_layer_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_responsibility_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responsibility")),
    )
    op.create_index(
        "ix_responsibility_organisation_id", "responsibility", ["organisation_id"], unique=False
    )
    op.create_table(
        "credential",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('session', 'bearer')", name=op.f("ck_credential_kind")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_credential_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_credential_secret_hash")),
    )
    op.create_index(op.f("ix_credential_account_id"), "credential", ["account_id"], unique=False)
    op.create_table(
        "idempotency_key",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_idempotency_key_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_idempotency_key")),
    )
    op.create_index(
        op.f("ix_idempotency_key_created_at"), "idempotency_key", ["created_at"], unique=False
    )
    op.create_table(
        "release",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("layer_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("area_count", sa.BigInteger(), nullable=False),
        sa.Column(
            "findings",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        postgresql.ExcludeConstraint(
            (sa.column("layer_id"), "="),
            (sa.literal_column("tstzrange(valid_from, valid_to)"), "&&"),
            where=sa.text("valid_from IS NOT NULL"),
            using="gist",
            name="ex_release_one_in_force",
        ),
        sa.CheckConstraint(
            "valid_from IS NOT NULL OR valid_to IS NULL", name=op.f("ck_release_draft")
        ),
        sa.CheckConstraint("valid_to > valid_from", name=op.f("ck_release_validity")),
        sa.ForeignKeyConstraint(["layer_id"], ["layer.id"], name=op.f("fk_release_layer_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["account.id"], name=op.f("fk_release_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("layer_id", "number", name=op.f("uq_release_layer_id_number")),
    )
    op.create_table(
        "worker",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_worker_account_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_worker_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
        sa.UniqueConstraint("account_id", name=op.f("uq_worker_account_id")),
        sa.UniqueConstraint("code", name=op.f("uq_worker_code")),
    )
    op.create_table(
        "area",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("layer_id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_code", sa.Text(), nullable=True),
        sa.Column("geometry", ShapelyGeometry("MULTIPOLYGON"), nullable=False),
        sa.Column("area_m2", sa.Double(), nullable=False),
        sa.Column("population", sa.BigInteger(), nullable=True),
        sa.Column("households", sa.BigInteger(), nullable=True),
        sa.Column("estate_type", sa.Text(), nullable=True),
        sa.Column(
            "attributes",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("layer_id"), "="),
            (sa.column("code"), "="),
            (sa.literal_column("tstzrange(valid_from, valid_to)"), "&&"),
            where=sa.text("valid_from IS NOT NULL"),
            using="gist",
            name="ex_area_one_version_in_force",
        ),
        sa.CheckConstraint("code <> ''", name=op.f("ck_area_code")),
        sa.CheckConstraint("NOT ST_IsEmpty(geometry)", name=op.f("ck_area_not_empty")),
        sa.CheckConstraint("valid_to > valid_from", name=op.f("ck_area_validity")),
        sa.ForeignKeyConstraint(["layer_id"], ["layer.id"], name=op.f("fk_area_layer_id")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_area_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("release_id", "code", name=op.f("uq_area_release_id_code")),
    )
    op.create_index("ix_area_code", "area", ["code"], unique=False)
    op.create_index("ix_area_geometry", "area", ["geometry"], unique=False, postgresql_using="gist")
    op.create_index("ix_area_layer_parent", "area", ["layer_id", "parent_code"], unique=False)
    op.create_table(
        "assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("grid_code", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("worker_id"), "="),
            (sa.column("grid_code"), "="),
            (sa.literal_column("tstzrange(valid_from, valid_to)"), "&&"),
            using="gist",
            name="ex_assignment_once",
        ),
        sa.CheckConstraint("valid_to > valid_from", name=op.f("ck_assignment_validity")),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_assignment_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    op.create_index(op.f("ix_assignment_grid_code"), "assignment", ["grid_code"], unique=False)
    op.create_table(
        "incident",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("location", ShapelyGeometry("POINT"), nullable=True),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reporter_id", sa.Uuid(), nullable=False),
        sa.Column("report_hash", sa.LargeBinary(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("district", sa.Text(), nullable=True),
        sa.Column("street", sa.Text(), nullable=True),
        sa.Column("community", sa.Text(), nullable=True),
        sa.Column("grid", sa.Text(), nullable=True),
        sa.Column("sub_estate", sa.Text(), nullable=True),
        sa.CheckConstraint(f"status IN ({STATUSES})", name=op.f("ck_incident_status")),
        sa.CheckConstraint("version > 0", name=op.f("ck_incident_version")),
        sa.CheckConstraint(
            "outcome IN ('routed', 'ambiguous', 'fallback', 'outside', 'unlocated')",
            name=op.f("ck_incident_outcome"),
        ),
        sa.CheckConstraint(
            "accuracy_m >= 0 AND accuracy_m < 'Infinity'", name=op.f("ck_incident_accuracy")
        ),
        sa.CheckConstraint("octet_length(report_hash) = 32", name=op.f("ck_incident_report_hash")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_incident_category_id")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["organisation.id"], name=op.f("fk_incident_lead_id")),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["account.id"], name=op.f("fk_incident_reporter_id")
        ),
        sa.ForeignKeyConstraint(["zone_id"], ["area.id"], name=op.f("fk_incident_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    for column in LISTED_BY:
        op.create_index(f"ix_incident_{column}_reported", "incident", [column, "reported_at", "id"])
    op.create_index("ix_incident_location", "incident", ["location"], postgresql_using="gist")
    op.create_index(
        "ix_incident_open",
        "incident",
        ["due_at", "status"],
        postgresql_where=sa.text(
            "status IN ('filed', 'dispatched', 'handling', 'handled', 'checked')"
        ),
    )
    op.create_index("ix_incident_reference", "incident", ["reference"])
    op.create_index("ix_incident_reported", "incident", ["reported_at", "id"])
    op.create_table(
        "incident_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("from_status", sa.Text(), nullable=True),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column(
            "detail",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            f"from_status IN ({STATUSES})", name=op.f("ck_incident_event_from_status")
        ),
        sa.CheckConstraint(f"to_status IN ({STATUSES})", name=op.f("ck_incident_event_to_status")),
        sa.CheckConstraint(
            "octet_length(previous_hash) = 32", name=op.f("ck_incident_event_previous_hash")
        ),
        sa.CheckConstraint("octet_length(hash) = 32", name=op.f("ck_incident_event_hash")),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["account.id"], name=op.f("fk_incident_event_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_incident_event_incident_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_event")),
        sa.UniqueConstraint(
            "incident_id", "sequence", name=op.f("uq_incident_event_incident_id_sequence")
        ),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["incident_id", "sequence"],
            ["incident_event.incident_id", "incident_event.sequence"],
            name=op.f("fk_notice_incident_id_sequence"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_notice_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint(
            "incident_id",
            "sequence",
            "organisation_id",
            name=op.f("uq_notice_incident_id_sequence_organisation_id"),
        ),
    )
    op.create_index(
        "ix_notice_organisation_id", "notice", ["organisation_id", "created_at"], unique=False
    )
    op.create_table(
        "routing_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("map_version", sa.BigInteger(), nullable=False),
        sa.Column("record", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('routed', 'ambiguous', 'fallback', 'outside', 'unlocated')",
            name=op.f("ck_routing_decision_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_routing_decision_incident_id")
        ),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["organisation.id"], name=op.f("fk_routing_decision_lead_id")
        ),
        sa.ForeignKeyConstraint(["zone_id"], ["area.id"], name=op.f("fk_routing_decision_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_decision")),
    )
    op.create_index(
        "ix_routing_decision_incident_id",
        "routing_decision",
        ["incident_id", "decided_at"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index("ix_routing_decision_incident_id", table_name="routing_decision")
    op.drop_table("routing_decision")
    op.drop_index("ix_notice_organisation_id", table_name="notice")
    op.drop_table("notice")
    op.drop_table("incident_event")
    op.drop_index("ix_incident_reported", table_name="incident")
    op.drop_index("ix_incident_reference", table_name="incident")
    op.drop_index("ix_incident_open", table_name="incident")
    op.drop_index("ix_incident_location", table_name="incident", postgresql_using="gist")
    for column in LISTED_BY:
        op.drop_index(f"ix_incident_{column}_reported", table_name="incident")
    op.drop_table("incident")
    op.drop_index(op.f("ix_assignment_grid_code"), table_name="assignment")
    op.drop_table("assignment")
    op.drop_index("ix_area_layer_parent", table_name="area")
    op.drop_index("ix_area_geometry", table_name="area", postgresql_using="gist")
    op.drop_index("ix_area_code", table_name="area")
    op.drop_table("area")
    op.drop_table("worker")
    op.drop_table("release")
    op.drop_index(op.f("ix_idempotency_key_created_at"), table_name="idempotency_key")
    op.drop_table("idempotency_key")
    op.drop_index(op.f("ix_credential_account_id"), table_name="credential")
    op.drop_table("credential")
    op.drop_index("ix_responsibility_organisation_id", table_name="responsibility")
    op.drop_table("responsibility")
    op.drop_table("category")
    op.drop_table("account")
    op.drop_table("organisation")
    op.drop_table("map_version")
    op.drop_table("layer")
    op.drop_table("category_scheme")
    op.execute("DROP SEQUENCE incident_reference_number")
