"""tipg beside us: in an environment of its own, for nothing of it belongs to the project."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from benchmarks.servers import free_port, running

ROOT = Path(__file__).resolve().parents[1]
PINS = Path(__file__).with_name("requirements-tipg.txt")
PLACE = ROOT / ".tools" / "tipg"


def installed() -> Path:
    """Install what is pinned, once, and give its Python."""
    python, stamp = PLACE / "bin" / "python", PLACE / "installed-from"
    if not stamp.exists() or stamp.read_bytes() != PINS.read_bytes():
        subprocess.run([sys.executable, "-m", "venv", "--clear", PLACE], check=True)
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
        subprocess.run([*pip, "--require-hashes", "--requirement", str(PINS)], check=True)
        stamp.write_bytes(PINS.read_bytes())
    return python


@contextmanager
def tipg(url: str, tables: Sequence[str]) -> Iterator[int]:
    """tipg on some tables, told to leave nothing out of a tile: of itself it stops at 10,000."""
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": _by_network(url),
        "TIPG_DB_TABLES": "[" + ",".join(f'"public.{name}"' for name in tables) + "]",
        "TIPG_DB_DATETIME_EXTENT": "false",
        "TIPG_DB_SPATIAL_EXTENT": "false",
        "TIPG_CATALOG_TTL": "0",
        "TIPG_MAX_FEATURES_PER_TILE": "2000000",
        "PYTHONPATH": "",
    }
    command = [str(installed()), "-m", "uvicorn", "tipg.main:app", "--no-access-log"]
    command += ["--port", str(port), "--log-level", "warning"]
    with running(command, environment, port):
        yield port


def _by_network(url: str) -> str:
    """Write an address as tipg reads them: with a host, and no socket."""
    told = conninfo_to_dict(url)
    return "postgresql://{user}:{password}@127.0.0.1:{port}/{dbname}".format(**told)
