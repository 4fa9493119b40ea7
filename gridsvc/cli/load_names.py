"""`gridsvc load-names`: roads and named places, so that an address without coordinates is found."""

import asyncio
from pathlib import Path
from typing import Annotated, Literal

import typer

from geodata.measure import counted
from geodata.read import Columns
from gridsvc.addresses import loading
from gridsvc.cli.configuration import read_settings
from gridsvc.cli.database import opened
from gridsvc.cli.language import in_chinese
from gridsvc.clock.typed import parse_time
from gridsvc.db.clock import utc_now


def load_names(
    file: Annotated[Path, typer.Argument(help="GeoJSON, GeoPackage, Shapefile or GeoParquet.")],
    *,
    kind: Annotated[Literal["road", "place"], typer.Option(help="What its features are.")] = "road",
    layer: Annotated[str | None, typer.Option(help="Layer inside the file.")] = None,
    code: Annotated[str, typer.Option(help="Column with the code.")] = "code",
    name: Annotated[str, typer.Option(help="Column with the name.")] = "name",
    aliases: Annotated[
        str, typer.Option(help="Column with other names, ; between them.")
    ] = "aliases",
    first: Annotated[str, typer.Option(help="Column with a stretch's first number.")] = "first",
    last: Annotated[str, typer.Option(help="Column with its last number.")] = "last",
    parity: Annotated[str, typer.Option(help="Column with odd, even or both.")] = "parity",
    crs: Annotated[
        str | None, typer.Option(help="Coordinate system, where the file has none.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of the attribute table.")] = None,
    valid_from: Annotated[
        str | None, typer.Option(help="Date or time from which it holds; now by default.")
    ] = None,
    replace: Annotated[
        bool, typer.Option(help="End the names of this kind in force then, with their numbers.")
    ] = False,
) -> None:
    """Load names of roads or places with their shapes and house numbers: all of it, or nothing."""
    order = loading.NamesFile(
        path=file,
        kind=kind,
        columns=Columns(code=code, name=name),
        aliases=aliases,
        first=first,
        last=last,
        parity=parity,
        source_layer=layer,
        encoding=encoding,
        crs=crs,
    )
    names, ranges = asyncio.run(_load(order, valid_from, replace=replace))
    typer.echo(
        f"已载入名称 {names} 个、门牌号段 {ranges} 个。"
        if in_chinese()
        else f"{counted(names, 'name')} and {counted(ranges, 'range')} of house numbers loaded."
    )


async def _load(
    order: loading.NamesFile, valid_from: str | None, *, replace: bool
) -> tuple[int, int]:
    settings = read_settings()
    since = utc_now() if valid_from is None else parse_time(valid_from, settings.zone)
    async with opened(settings) as database, database.transaction() as db:
        return await loading.load_names(db, order, valid_from=since, replace=replace)
