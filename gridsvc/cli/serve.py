"""`gridsvc migrate`, `serve` and `work`: the schema, the web process, the job process."""

import asyncio
from contextlib import suppress
from socket import socket
from typing import Annotated

import typer
import uvicorn

from gridsvc.app import create_app
from gridsvc.auth.keys import signing_key
from gridsvc.cli.configuration import read_settings
from gridsvc.cli.database import address, require_newest_schema
from gridsvc.cli.logs import write_logs
from gridsvc.db import migrations
from gridsvc.db.session import Database
from gridsvc.live.hub import Hub
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
        config = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            # Our own lines: the request's id instead of the query, and in the process's format.
            access_log=False,
            # Whoever is not trusted could write any address before their own.
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=settings.trusted_proxies,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=10,
        )
        server = _Server(config, app.state.live)
        with suppress(KeyboardInterrupt):  # said by the one who started it, and obeyed
            server.run()
        if not server.started:
            raise typer.Exit(1)


class _Server(uvicorn.Server):
    """Ends the open streams first when it stops: answers are waited for, and they have no end."""

    def __init__(self, config: uvicorn.Config, live: Hub) -> None:
        super().__init__(config)
        self._live = live

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        self._live.stop()
        await super().shutdown(sockets)


def work(
    *, once: Annotated[bool, typer.Option(help="End when nothing is left to do.")] = False
) -> None:
    """Run the job process until it is told to stop."""
    settings = read_settings()
    with address(settings) as url:
        require_newest_schema(url)
        write_logs()
        asyncio.run(run_jobs(url, settings=settings, once=once))
