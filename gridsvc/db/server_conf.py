"""The private cluster's configuration as text: who may connect, and a small machine's sizes."""

import os
from pathlib import Path

CONF_NAME = "gridsvc.conf"

HBA = """\
# Written by gridsvc: whoever connects knows a password from the file pgpass, which has mode 0600.
local all all              scram-sha-256
host  all all 127.0.0.1/32 scram-sha-256
"""

_FIXED = {
    "cluster_name": "gridsvc",
    "listen_addresses": "127.0.0.1",
    "max_connections": "100",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "1GB",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    # PostGIS's cost figures set it off, and compiling takes longer than any query of ours.
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Errors at the start are recognised by their English words.
    "lc_messages": "C",
}
_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
_THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # A plan that a test looks at must not depend on the minute in which rows were last counted.
    "autovacuum": "off",
}


def server_conf(port: int, *, socket_folder: Path, durable: bool) -> str:
    """Write the server's settings; ALTER SYSTEM still has the last word over them."""
    settings = {
        "port": str(port),
        "unix_socket_directories": str(socket_folder),
        **_FIXED,
        **_memory(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20),
        **(_DURABLE if durable else _THROWAWAY),
    }
    lines = [f"{name} = {_quoted(value)}" for name, value in settings.items()]
    return "\n".join(["# Written by gridsvc at every start: use ALTER SYSTEM.", *lines, ""])


def port_in(conf: str) -> int | None:
    """Read back the port of last time."""
    ports = [line.split("'")[1] for line in conf.splitlines() if line.startswith("port = ")]
    return int(ports[0]) if ports else None


def _memory(total_mb: int) -> dict[str, str]:
    """Leave most of the machine's memory to the service and to the file cache."""
    return {
        "shared_buffers": f"{min(max(total_mb // 8, 64), 1024)}MB",
        "effective_cache_size": f"{max(total_mb // 2, 128)}MB",
    }


def _quoted(value: str) -> str:
    doubled = value.replace("'", "''")
    return f"'{doubled}'"
