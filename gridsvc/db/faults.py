"""Every way in which the private cluster can go wrong, as one sentence with its mend.

Not where faults are found: `binaries`, `account`, `local` look, and say it in these words.
"""

from enum import StrEnum

from gridsvc.errors import SetupError


class Fault(StrEnum):
    """What a person has to mend on this machine; the value is the error's stable code."""

    POSTGRESQL_MISSING = "postgresql_missing"
    POSTGRESQL_TOO_OLD = "postgresql_too_old"
    POSTGIS_MISSING = "postgis_missing"
    POSTGIS_TOO_OLD = "postgis_too_old"
    OTHER_MAJOR = "other_major"
    NO_ACCOUNT = "no_account"
    FOLDER_NOT_WRITABLE = "folder_not_writable"
    NOT_OURS = "not_ours"
    OF_ANOTHER_USER = "of_another_user"
    UNREACHABLE = "unreachable"
    DISK_FULL = "disk_full"
    PORT_TAKEN = "port_taken"
    OTHER_PORT = "other_port"
    SERVER_FAILED = "server_failed"

    def error(self, **seen: object) -> SetupError:
        """Make the error, with what was seen put into its sentences."""
        en, zh = _SENTENCES[self]
        return SetupError(self.value, en=en.format(**seen), zh=zh.format(**seen))


_SENTENCES: dict[Fault, tuple[str, str]] = {
    Fault.POSTGRESQL_MISSING: (
        (
            "PostgreSQL is not installed here: run `make setup`, or set GRIDSVC_DATABASE_URL to a"
            " server that has PostGIS."
        ),
        (
            "本机没有安装 PostgreSQL：请运行 `make setup`，或将 GRIDSVC_DATABASE_URL 指向带 PostGIS"
            " 的服务器。"
        ),
    ),
    Fault.POSTGRESQL_TOO_OLD: (
        (
            "PostgreSQL {found} is too old, {needed} or newer is needed: run `make setup`, which"
            " installs it or says how to."
        ),
        (
            "PostgreSQL {found} 版本过低，需要 {needed} 或更高版本：请运行 `make setup`，"
            "它会安装或说明如何安装。"
        ),
    ),
    Fault.POSTGIS_MISSING: (
        (
            "PostgreSQL {found} is here without PostGIS: run `make setup`, or install its PostGIS"
            " package."
        ),
        (
            "已有 PostgreSQL {found}，但缺少 PostGIS：请运行 `make setup`，或安装对应的 PostGIS"
            " 软件包。"
        ),
    ),
    Fault.POSTGIS_TOO_OLD: (
        (
            "PostGIS {found} is too old, {needed} or newer is needed: run `make setup`, which"
            " installs it or says how to."
        ),
        (
            "PostGIS {found} 版本过低，需要 {needed} 或更高版本：请运行 `make setup`，"
            "它会安装或说明如何安装。"
        ),
    ),
    Fault.OTHER_MAJOR: (
        (
            "The cluster in {folder} was made by PostgreSQL {made_by}, which is not installed"
            " (found: {found}): install postgresql-{made_by} with its PostGIS again, or start over"
            " with `make demo-reset`."
        ),
        (
            "{folder} 中的数据库由 PostgreSQL {made_by} 创建，而本机没有该版本（现有：{found}）："
            "请重新安装 postgresql-{made_by} 及其 PostGIS，或用 `make demo-reset` 重新开始。"
        ),
    ),
    Fault.NO_ACCOUNT: (
        (
            "PostgreSQL refuses to run as root, and no user gridsvc could be made for it"
            " ({reason}): make one with `useradd --system gridsvc`."
        ),
        (
            "PostgreSQL 不能以 root 身份运行，且无法为其创建用户 gridsvc（{reason}）："
            "请运行 `useradd --system gridsvc`。"
        ),
    ),
    Fault.FOLDER_NOT_WRITABLE: (
        (
            "{folder} cannot be written ({reason}): give yourself the right to it, or set"
            " GRIDSVC_HOME to another folder."
        ),
        "无法写入 {folder}（{reason}）：请授予写权限，或将 GRIDSVC_HOME 设为其他目录。",
    ),
    Fault.NOT_OURS: (
        (
            "{folder} holds something that gridsvc did not make: move it away, or set GRIDSVC_HOME"
            " to another folder."
        ),
        "{folder} 中有并非 gridsvc 创建的内容：请将其移走，或将 GRIDSVC_HOME 设为其他目录。",
    ),
    Fault.OF_ANOTHER_USER: (
        (
            "The cluster in {folder} belongs to {owner}: run this as {owner} or root, or set"
            " GRIDSVC_HOME to another folder."
        ),
        (
            "{folder} 中的数据库属于用户 {owner}：请以 {owner} 或 root 运行，或将 GRIDSVC_HOME"
            " 设为其他目录。"
        ),
    ),
    Fault.UNREACHABLE: (
        (
            "PostgreSQL runs as {account}, who cannot get to {folder}: open the way with"
            " `chmod o+x {closed}`, or set GRIDSVC_HOME to another folder."
        ),
        (
            "PostgreSQL 以 {account} 身份运行，但该用户无法进入 {folder}：请运行"
            " `chmod o+x {closed}`，或将 GRIDSVC_HOME 设为其他目录。"
        ),
    ),
    Fault.DISK_FULL: (
        (
            "The disk that holds {folder} is full: free at least {needed_mb} MB there, or set"
            " GRIDSVC_HOME to a folder on another disk."
        ),
        (
            "{folder} 所在磁盘空间不足：请至少腾出 {needed_mb} MB，或将 GRIDSVC_HOME"
            " 设到其他磁盘上的目录。"
        ),
    ),
    Fault.PORT_TAKEN: (
        (
            "Port {port} of 127.0.0.1 is used by another program: stop that one, or choose another"
            " port."
        ),
        "127.0.0.1 的端口 {port} 已被其他程序占用：请停止该程序，或换一个端口。",
    ),
    Fault.OTHER_PORT: (
        (
            "The cluster already runs on port {running}, not on {asked}: use that one, or run"
            " `gridsvc cluster stop` first."
        ),
        (
            "数据库已在端口 {running} 运行，而不是 {asked}：请使用该端口，或先运行"
            " `gridsvc cluster stop`。"
        ),
    ),
    Fault.SERVER_FAILED: (
        "PostgreSQL's {action} failed: {last} (the whole of it: {log}).",
        "PostgreSQL 的 {action} 失败：{last}（完整日志：{log}）。",
    ),
}
