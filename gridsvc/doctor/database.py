"""Checks of the database: is it there, does it answer, what does it let us do, is it up to date."""

import math

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from gridsvc.db import clock, migrations
from gridsvc.db.binaries import OLDEST_POSTGIS, OLDEST_POSTGRESQL, dotted, find_installation
from gridsvc.db.local import LocalCluster, State
from gridsvc.db.making import EXTENSIONS
from gridsvc.db.viewer import VIEWER, refused
from gridsvc.db.words import first_line
from gridsvc.doctor.finding import Finding, right, skipped, wrong
from gridsvc.errors import SetupError
from gridsvc.settings import Settings

TOLERATED_SKEW_S = 5.0
PATIENCE_S = 5

_EXTENSIONS = """
    SELECT v.name, v.version, v.installed,
           v.installed OR r.rolsuper OR (v.trusted AND has_database_privilege(d.name, 'CREATE'))
    FROM pg_available_extensions e
    JOIN pg_available_extension_versions v ON v.name = e.name
     AND v.version = coalesce(e.installed_version, e.default_version)
    CROSS JOIN (SELECT current_database() AS name) d
    JOIN pg_roles r ON r.rolname = current_user
    WHERE e.name = ANY(%s)
"""
_VIEWER = """
    SELECT current_user,
           EXISTS (SELECT FROM pg_roles
                   WHERE rolname = %(role)s AND pg_has_role(current_user, oid, 'MEMBER')),
           (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user)
           AND NOT EXISTS (SELECT FROM pg_roles WHERE rolname = %(role)s)
"""


def examine(settings: Settings) -> list[Finding]:
    """Examine the database that the settings name, or the private cluster."""
    if settings.database_url:
        return _server(settings.database_url)
    return [_installation(), *_cluster(LocalCluster(settings.home / "cluster"))]


def _installation() -> Finding:
    try:
        found = find_installation()
    except SetupError as error:
        return wrong("postgresql", en=error.en, zh=error.zh)
    seen = f"PostgreSQL {dotted(found.version)}, PostGIS {dotted(found.postgis or ())}"
    return right(
        "postgresql", en=f"{seen} in {found.programs}", zh=f"{seen}，位于 {found.programs}"
    )


def _cluster(cluster: LocalCluster) -> list[Finding]:
    try:
        status = cluster.status()
        if status.state is State.RUNNING:
            return _server(cluster.ensure().tcp_url)
    except SetupError as error:
        return [wrong("cluster", en=error.en, zh=error.zh)]
    en, zh = _AT_REST[status.state]
    return [skipped("cluster", en=en.format(status.folder), zh=zh.format(status.folder))]


_AT_REST = {
    State.ABSENT: (
        "There is no cluster in {} yet: `make demo` makes it.",
        "{} 中尚无数据库：`make demo` 会创建。",
    ),
    State.HALF_MADE: (
        "Making the cluster in {} was broken off: the next start mends that.",
        "{} 中的数据库创建被中断：下次启动时会自动修复。",
    ),
    State.STOPPED: (
        "The cluster in {} is stopped: `gridsvc cluster start` starts it.",
        "{} 中的数据库已停止：`gridsvc cluster start` 可启动。",
    ),
}


def _server(url: str) -> list[Finding]:
    try:
        with psycopg.connect(url, connect_timeout=PATIENCE_S) as connection:
            found = [_version(connection), _clock(connection), _rights(connection)]
            found.append(_viewer(connection))
            found += _extensions(connection)
    except psycopg.Error as error:
        said = first_line(error)
        return [
            wrong(
                "database",
                en=f"The database does not answer ({said}): start it, or correct"
                " GRIDSVC_DATABASE_URL.",
                zh=f"数据库没有响应（{said}）：请启动数据库，或更正 GRIDSVC_DATABASE_URL。",
            )
        ]
    return [*found, _schema(url)]


def _version(connection: psycopg.Connection) -> Finding:
    number = connection.info.server_version
    seen = f"{number // 10_000}.{number % 10_000}"
    if number >= OLDEST_POSTGRESQL * 10_000:
        return right("database", en=f"PostgreSQL {seen} answers", zh=f"PostgreSQL {seen} 有响应")
    return wrong(
        "database",
        en=f"The server is PostgreSQL {seen}: upgrade it to {OLDEST_POSTGRESQL} or newer.",
        zh=f"服务器为 PostgreSQL {seen}：请升级到 {OLDEST_POSTGRESQL} 或更高版本。",
    )


def _clock(connection: psycopg.Connection) -> Finding:
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    skew = abs((row[0] - clock.utc_now()).total_seconds()) if row else math.inf
    if skew <= TOLERATED_SKEW_S:
        return right("clock", en="The clocks agree", zh="时钟一致")
    return wrong(
        "clock",
        en=f"The database's clock differs from this machine's by {skew:.0f} s: set both by NTP.",
        zh=f"数据库与本机时钟相差 {skew:.0f} 秒：请用 NTP 校准两者。",
    )


def _rights(connection: psycopg.Connection) -> Finding:
    asked = "SELECT current_user, has_schema_privilege('public', 'CREATE')"
    row = connection.execute(asked).fetchone()
    role, may = row or ("?", False)
    if may:
        return right("rights", en=f"{role} may make tables", zh=f"{role} 可以建表")
    return wrong(
        "rights",
        en=f"{role} may not make tables: GRANT CREATE, USAGE ON SCHEMA public TO {role}.",
        zh=f"{role} 无权建表：请执行 GRANT CREATE, USAGE ON SCHEMA public TO {role}。",
    )


def _viewer(connection: psycopg.Connection) -> Finding:
    row = connection.execute(_VIEWER, {"role": VIEWER}).fetchone()
    owner, member, may_make = row or ("?", False, False)
    if member:
        return right("viewer", en=f"Requests read as {VIEWER}", zh=f"请求以角色 {VIEWER} 读取数据")
    if may_make:
        return right("viewer", en=f"{owner} may make {VIEWER}", zh=f"{owner} 可以创建 {VIEWER}")
    said = refused(owner)
    return wrong("viewer", en=said.en, zh=said.zh)


def _extensions(connection: psycopg.Connection) -> list[Finding]:
    rows = connection.execute(_EXTENSIONS, [list(EXTENSIONS)]).fetchall()
    there = {name: (version, installed, may) for name, version, installed, may in rows}
    return [_extension(name, *there.get(name, ("", False, False))) for name in EXTENSIONS]


def _extension(name: str, version: str, installed: bool, may: bool) -> Finding:  # noqa: FBT001 - a row of the database
    if not version:
        return wrong(
            name,
            en=f"The server has no extension {name}: install its package on the server's machine.",
            zh=f"服务器缺少扩展 {name}：请在服务器上安装相应软件包。",
        )
    if name == "postgis" and tuple(map(int, version.split(".")[:2])) < OLDEST_POSTGIS:
        return wrong(
            name,
            en=f"PostGIS {version} is too old: upgrade it to {dotted(OLDEST_POSTGIS)} or newer.",
            zh=f"PostGIS {version} 版本过低：请升级到 {dotted(OLDEST_POSTGIS)} 或更高版本。",
        )
    if not installed and not may:
        return wrong(
            name,
            en=f"The extension is not installed: as a superuser, run CREATE EXTENSION {name}.",
            zh=f"扩展尚未安装：请以超级用户执行 CREATE EXTENSION {name}。",
        )
    return right(name, en=f"{name} {version}", zh=f"{name} {version}")


def _schema(url: str) -> Finding:
    wanted = migrations.newest()
    try:
        seen = migrations.current(url)
    except SQLAlchemyError as error:
        return wrong(
            "schema",
            en=f"The schema cannot be read ({first_line(error)}): see the server's log.",
            zh=f"无法读取表结构（{first_line(error)}）：请查看服务器日志。",
        )
    if seen == wanted:
        return right("schema", en=f"The schema is at {seen}", zh=f"表结构版本为 {seen}")
    return wrong(
        "schema",
        en=f"The schema is at {seen or 'nothing'}, not at {wanted}: run `gridsvc migrate`.",
        zh=f"表结构版本为 {seen or '空'}，而不是 {wanted}：请运行 `gridsvc migrate`。",
    )
