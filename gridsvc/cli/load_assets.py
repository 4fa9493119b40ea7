"""`gridsvc load-assets`: a file of components into the register."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer

from gridsvc.assets.loading import Inspection, carry_out, inspect
from gridsvc.assets.source import Load
from gridsvc.assets.staging import take_turn
from gridsvc.cli.configuration import read_settings
from gridsvc.cli.database import opened
from gridsvc.cli.language import say, say_all, spoken
from gridsvc.clock.typed import parse_time
from gridsvc.db.clock import utc_now

State = Literal["intact", "damaged", "missing", "abandoned"]


def load_assets(
    file: Annotated[Path, typer.Argument(help="GeoJSON, GeoPackage, Shapefile or GeoParquet.")],
    *,
    scheme: Annotated[
        str | None, typer.Option(help="Scheme of the classes, where several have one.")
    ] = None,
    category: Annotated[str | None, typer.Option(help="Class of all components.")] = None,
    owner: Annotated[str | None, typer.Option(help="Owner of all components.")] = None,
    maintainer: Annotated[str | None, typer.Option(help="Who keeps them all.")] = None,
    state: Annotated[State | None, typer.Option(help="State of all components.")] = None,
    code_column: Annotated[str | None, typer.Option(help="Column with the code.")] = None,
    name_column: Annotated[str | None, typer.Option(help="Column with the name.")] = None,
    category_column: Annotated[str | None, typer.Option(help="Column with the class.")] = None,
    owner_column: Annotated[str | None, typer.Option(help="Column with the owner.")] = None,
    maintainer_column: Annotated[
        str | None, typer.Option(help="Column with who keeps them.")
    ] = None,
    state_column: Annotated[str | None, typer.Option(help="Column with the state.")] = None,
    layer: Annotated[str | None, typer.Option(help="Layer inside the file.")] = None,
    crs: Annotated[
        str | None, typer.Option(help="Coordinate system, where the file has none.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of the attribute table.")] = None,
    valid_from: Annotated[
        str | None, typer.Option(help="Date or time from which it holds; now by default.")
    ] = None,
    replace: Annotated[
        bool, typer.Option(help="End what is in force of the file's classes and not in it.")
    ] = False,
    dry_run: Annotated[bool, typer.Option(help="Check and compare; write nothing.")] = False,
) -> None:
    """Load components: all rows land, or none does. Nothing in force is edited: it ends."""
    settings = read_settings()
    said = {"category": category, "owner": owner, "maintainer": maintainer, "state": state}
    columns = {
        "code": code_column,
        "name": name_column,
        "category": category_column,
        "owner": owner_column,
        "maintainer": maintainer_column,
        "state": state_column,
    }
    order = partial(
        Load,
        path=file,
        columns={what: name for what, name in columns.items() if name is not None},
        said={what: value for what, value in said.items() if value is not None},
        scheme=scheme,
        layer=layer,
        encoding=encoding,
        crs=crs,
        replace=replace,
        margin_m=settings.outside_margin_m,
    )
    since = None if valid_from is None else parse_time(valid_from, settings.zone)
    asyncio.run(_load(order, since=since, dry_run=dry_run))


async def _load(order: Callable[..., Load], *, since: datetime | None, dry_run: bool) -> None:
    async with opened(read_settings()) as database, database.transaction() as db:
        await take_turn(db)
        # "Now" is read when it is this load's turn: of two at once, the later one is in force.
        now = utc_now()
        inspection = await inspect(db, order(valid_from=since or now))
        _report(inspection)
        inspection.refuse_errors()
        if dry_run:
            say("Nothing was written.", "未写入任何数据。")
        else:
            await carry_out(db, inspection, now=now)


def _report(inspection: Inspection) -> None:
    say_all([f"[{one.severity}] {one.code}: {spoken(one)}" for one in inspection.findings])
    differs = inspection.difference
    if differs is not None:
        say(
            f"{differs.new:,} new, {differs.changed:,} changed, {differs.ended:,} ended, "
            f"{differs.unchanged:,} unchanged.",
            f"新增 {differs.new:,}，变更 {differs.changed:,}，终止 {differs.ended:,}，"
            f"不变 {differs.unchanged:,}。",
        )
    counts = {"components": inspection.count, "errors": len(inspection.errors)}
    typer.echo(json.dumps(counts | inspection.counts))
