"""`gridsvc migrate`, `serve` and `work`: the schema, the web process, the job process."""

import asyncio
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from gridsvc.app import create_app
from gridsvc.cli.configuration import read_settings
from gridsvc.cli.database import address, require_newest_schema
from gridsvc.cli.logs import write_logs
from gridsvc.db import migrations
from gridsvc.db.session import Database
from gridsvc.settings import Settings
from gridsvc.worker import work as run_jobs

STATEMENT_TIMEOUT_S = 30
"""Of the web process: whoever asked has long gone by then."""


def migrate() -> None:
    """Bring the database to the newest schema."""
    with address(read_settings()) as url:
        migrations.upgrade(url)
        typer.echo(migrations.current(url))


def serve() -> None:
    """Run the web process until it is told to stop."""
    settings = read_settings()
    with address(settings) as url:
        require_newest_schema(url)
        write_logs()
        database = Database.connect(
            url, pool_size=settings.database_pool, statement_timeout_s=STATEMENT_TIMEOUT_S
        )
        app = create_app(settings, database, signing_key=signing_key(settings))
        uvicorn.run(
            app,
            host=settings.host,
            port=settings.port,
            # Our own lines: the request's id instead of the query, and in the process's format.
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=10,
        )


def work(
    *, once: Annotated[bool, typer.Option(help="End when nothing is left to do.")] = False
) -> None:
    """Run the job process until it is told to stop."""
    settings = read_settings()
    with address(settings) as url:
        require_newest_schema(url)
        write_logs()
        asyncio.run(run_jobs(url, settings=settings, once=once))


def signing_key(settings: Settings) -> str:
    """Give the key that signs session cookies: the setting's, or the one kept in `home`."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    return _kept_key(settings.key_file)


def _kept_key(file: Path) -> str:
    """Read the kept key, made on the first use; of several that start at once, all get the same."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(dir=file.parent)  # 0600, its maker's only
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(made, file)
        Path(made).unlink()
    return file.read_text(encoding="ascii").strip()
