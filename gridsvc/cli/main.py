"""Puts the commands together; each lives in a module beside this one.

Only the module of the command that is asked for is imported: all of them take seconds.
"""

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import NoReturn

import typer
from sqlalchemy.exc import DBAPIError

from geodata.errors import GeodataError
from gridsvc.cli.language import spoken
from gridsvc.db.words import first_line
from gridsvc.errors import GridsvcError, SetupError

COMMANDS: Mapping[str, str] = {
    "doctor": "doctor",
    "demo": "demo",
    "migrate": "serve",
    "serve": "serve",
    "work": "serve",
    "generate": "generate",
    "load": "load",
    "load-assets": "load_assets",
    "load-categories": "load_categories",
    "load-indicators": "load_indicators",
    "load-names": "load_names",
    "load-process": "load_process",
    "table": "table",
    "calendar": "calendar",
    "route": "route",
    "replay": "replay",
    "user": "user",
    "audit": "audit",
    "cluster": "cluster",
    "draft": "draft",
}
"""The module of each, in which it is a function of its name or an `app` of several."""


def command_line(asked: str | None = None) -> typer.Typer:
    """Make the command line: of the command that is asked for or, if there is none such, of all."""
    app = typer.Typer(
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        help="Grid-management GIS: who owns an incident, and why.",
    )
    app.callback()(_nothing_first)
    for name in [name for name in COMMANDS if name == asked] or COMMANDS:
        module = import_module(f"gridsvc.cli.{COMMANDS[name]}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(getattr(module, name.replace("-", "_")))
    return app


def _nothing_first() -> None:
    # With this, a command line of one command asks for the command's name, too.
    pass


def run() -> None:
    """Run the command line; an error that a person can mend is one sentence, never a traceback."""
    asked = next((word for word in sys.argv[1:] if not word.startswith("-")), None)
    try:
        command_line(asked)()
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
