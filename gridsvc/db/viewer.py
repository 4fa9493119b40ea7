"""The role as which requests read: no owner of tables, so that row-level security holds for it.

The policies are the migrations'; what they ask for is set for each transaction by
`gridsvc.auth.confining`. A role belongs to a server, not to a database: all databases of a server
share this one, which may do nothing by itself but what each of them grants it.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from gridsvc.errors import SetupError

VIEWER = "gridsvc_viewer"
_READ, _CHANGE, _ALL = "SELECT", "SELECT, UPDATE", "SELECT, INSERT, UPDATE, DELETE"
LIMITED: Mapping[str, str | None] = {
    "alarm": None,
    "alembic_version": None,
    "attachment": _READ,
    "audit_entry": "INSERT",
    "audit_link": None,
    "briefing": None,
    "credential": None,
    "idempotency_key": None,
    "identity": None,
    "incident": _CHANGE,
    "incident_change": _READ,
    "incident_cell": None,
    "incident_event": _READ,
    "incident_in_shares": _READ,
    "incident_share": _READ,
    "incident_tally": _READ,
    "mail": _READ,
    "notice": _CHANGE,
    "process": _READ,
    "recovery_code": None,
    "reporter": _READ,
    "routing_decision": _READ,
    "second_factor": None,
    "tile_shape": _READ,
    "upload": None,
    "webhook_delivery": _CHANGE,
    "whistle": _CHANGE,
    "whistle_alarm": None,
    "whistle_call": _READ,
    "whistle_event": _READ,
}
"""The tables with which requests may not do everything; the rows are another matter."""

_IS_MEMBER = text("SELECT pg_has_role(oid, 'MEMBER') FROM pg_roles WHERE rolname = :role")
_LACKING = text(
    """
    SELECT relname, c.oid::regclass::text, relkind = 'S'
    FROM pg_class c
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'S')
      AND pg_has_role(relowner, 'USAGE')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
      AND NOT CASE relkind WHEN 'S' THEN has_sequence_privilege(:role, c.oid, 'USAGE')
                           ELSE has_table_privilege(:role, c.oid, 'SELECT, INSERT') END
    """
)


def require_viewer(connection: Connection) -> None:
    """Make the role if it is missing, or say who has to."""
    member = connection.scalar(_IS_MEMBER, {"role": VIEWER})
    if member:
        return
    try:
        with connection.begin_nested():
            if member is None:
                connection.execute(text(f"CREATE ROLE {VIEWER} NOLOGIN"))
            connection.execute(text(f"GRANT {VIEWER} TO CURRENT_USER"))
    except ProgrammingError as error:
        raise refused(str(connection.scalar(text("SELECT current_user")))) from error


def refused(owner: str) -> SetupError:
    """Say what an administrator of the server has to do."""
    statements = f"CREATE ROLE {VIEWER} NOLOGIN; GRANT {VIEWER} TO {owner};"
    return SetupError(
        "no_viewer",
        en=f"The role {VIEWER}, as which requests read, is missing, and {owner} may not make it:"
        f" as the server's administrator, run {statements}",
        zh=f"缺少请求读取数据所用的角色 {VIEWER}，而 {owner} 无权创建："
        f"请以数据库管理员执行 {statements}",
    )


def grant(connection: Connection) -> None:
    """Let the role at the tables and sequences that it may not touch yet."""
    for name, quoted, is_sequence in connection.execute(_LACKING, {"role": VIEWER}):
        rights = "USAGE, SELECT" if is_sequence else LIMITED.get(name, _ALL)
        kind = "SEQUENCE" if is_sequence else "TABLE"
        if rights is not None:
            connection.execute(text(f"GRANT {rights} ON {kind} {quoted} TO {VIEWER}"))
