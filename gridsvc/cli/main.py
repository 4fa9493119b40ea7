"""Puts the commands together; each lives in a module beside this one."""

from typing import NoReturn

import typer
from sqlalchemy.exc import DBAPIError

from geodata.errors import GeodataError
from gridsvc.cli import (
    calendar,
    cluster,
    demo,
    doctor,
    draft,
    generate,
    load,
    load_assets,
    load_names,
    replay,
    route,
    serve,
    table,
    user,
)
from gridsvc.cli.language import spoken
from gridsvc.db.words import first_line
from gridsvc.errors import GridsvcError, SetupError

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
app.command("load-assets")(load_assets.load_assets)
app.command("load-names")(load_names.load_names)
app.command("table")(table.table)
app.add_typer(calendar.app, name="calendar")
app.command("route")(route.route)
app.command("replay")(replay.replay)
app.add_typer(user.app, name="user")
app.add_typer(cluster.app, name="cluster")
app.add_typer(draft.app, name="draft")


def run() -> None:
    """Run the command line; an error that a person can mend is one sentence, never a traceback."""
    try:
        app()
    except (GridsvcError, GeodataError) as error:
        _end(error)
    except DBAPIError as error:
        said = first_line(error)
        _end(
            SetupError(
                "database_failed",
                en=f"The database did not do it ({said}); nothing of this command was kept.",
                zh=f"数据库未能完成操作（{said}）；本次命令未保存任何内容。",
            )
        )


def _end(error: GridsvcError | GeodataError) -> NoReturn:
    typer.echo(spoken(error), err=True)
    raise SystemExit(1) from None
