"""Puts the commands together; each lives in a module beside this one."""

import typer

from geodata.errors import GeodataError
from gridsvc.cli import cluster, demo, doctor, generate, load, serve, table, user
from gridsvc.cli.language import spoken
from gridsvc.errors import GridsvcError

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Grid-management GIS: who owns an incident, and why.",
)
app.command("doctor")(doctor.doctor)
app.command("demo")(demo.demo)
app.command("migrate")(serve.migrate)
app.command("serve")(serve.serve)
app.command("work")(serve.work)
app.command("generate")(generate.generate)
app.command("load")(load.load)
app.command("table")(table.table)
app.add_typer(user.app, name="user")
app.add_typer(cluster.app, name="cluster")


def run() -> None:
    """Run the command line; an error that a person can mend is one sentence, never a traceback."""
    try:
        app()
    except (GridsvcError, GeodataError) as error:
        typer.echo(spoken(error), err=True)
        raise SystemExit(1) from None
