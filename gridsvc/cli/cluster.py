"""`gridsvc cluster`: the private database by hand."""

from typing import Annotated

import typer

from gridsvc.cli.configuration import read_settings
from gridsvc.cli.language import in_chinese
from gridsvc.db.address import ROLE
from gridsvc.db.local import LocalCluster

app = typer.Typer(no_args_is_help=True, help="Start, stop, show or remove the private database.")


@app.command()
def start() -> None:
    """Make the cluster if need be, start it, and print how psql reaches it."""
    address = _cluster().ensure()
    passwords = address.socket_folder.parent / "pgpass"
    typer.echo(
        f"PGPASSFILE={passwords} psql -h 127.0.0.1 -p {address.port} -U {ROLE} {address.database}"
    )


@app.command()
def stop() -> None:
    """Stop the server; its data stay."""
    _cluster().stop()


@app.command()
def status() -> None:
    """Print how far the cluster is."""
    seen = _cluster().status()
    port = f" 127.0.0.1:{seen.port}" if seen.port else ""
    typer.echo(f"{seen.state} {seen.folder}{port}")


@app.command()
def destroy(*, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Stop the server and remove all of its data."""
    cluster = _cluster()
    question = (
        "删除数据库及其全部数据？" if in_chinese() else "Remove the database and all its data?"
    )
    if not yes:
        typer.confirm(f"{question} {cluster.status().folder}", abort=True)
    cluster.destroy()


def _cluster() -> LocalCluster:
    return LocalCluster(read_settings().home / "cluster")
