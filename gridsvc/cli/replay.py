"""`gridsvc replay`: what a draft would have decided in the past."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.measure import counted
from gridsvc.cli.configuration import read_settings
from gridsvc.cli.database import opened
from gridsvc.cli.draft import OPERATOR
from gridsvc.cli.language import in_chinese, spoken
from gridsvc.cli.paper import require_form, told, write
from gridsvc.cli.progress import bar
from gridsvc.clock.typed import parse_time
from gridsvc.db.clock import utc_now
from gridsvc.errors import Invalid
from gridsvc.lab.file import Found, PastFile
from gridsvc.lab.interval import Interval
from gridsvc.lab.said import SaidOfPast
from gridsvc.lab.schemas import MONTHS
from gridsvc.lab.service import refuse_unless_open
from gridsvc.lab.telling import result_of
from gridsvc.lab.trial import Trial, names_of
from gridsvc.planning import repository
from gridsvc.planning.model import Draft
from gridsvc.planning.replay import Order
from gridsvc.planning.replay import replay as replay_past
from gridsvc.settings import Settings

Share = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which draft, and when it would come into force."""

    settings: Settings
    draft: UUID
    at: datetime


def replay(
    draft: Annotated[UUID, typer.Argument(help="The draft, as `draft list` prints it.")],
    file: Annotated[
        Path | None, typer.Argument(help="Past matters: CSV, Parquet, GeoPackage or GeoJSON.")
    ] = None,
    *,
    months: Annotated[
        int | None, typer.Option(min=1, max=MONTHS, help="The last months of the incidents here.")
    ] = None,
    since: Annotated[str | None, typer.Option("--from", help="Or what occurred since.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="And before; now by default.")] = None,
    lon: Annotated[str | None, typer.Option(help="Column of longitudes or eastings.")] = None,
    lat: Annotated[str | None, typer.Option(help="Column of latitudes or northings.")] = None,
    crs: Annotated[
        str | None, typer.Option(help="Coordinate system, where the file has none.")
    ] = None,
    category: Annotated[
        str | None, typer.Option(help="Column of category codes, or one code for all.")
    ] = None,
    at: Annotated[
        str | None, typer.Option(help="Column of times, or one date or time for all.")
    ] = None,
    owner: Annotated[
        str | None, typer.Option(help="Column of who owned it: code or name of an organisation.")
    ] = None,
    scheme: Annotated[str | None, typer.Option(help="Scheme of the categories.")] = None,
    accuracy: Annotated[str | None, typer.Option(help="Column of accuracies in metres.")] = None,
    layer: Annotated[str | None, typer.Option(help="Layer inside the file.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of a CSV file.")] = None,
    in_force: Annotated[
        str | None, typer.Option(help="When the draft would come into force; now by default.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Write it all to .json, .xlsx or .html.")
    ] = None,
) -> None:
    """Decide past incidents, or those of a file, by the map with and without a draft."""
    settings, now = read_settings(), utc_now()
    if out is not None:
        require_form(out)
    asked = _Asked(settings, draft, parse_time(in_force, settings.zone) if in_force else now)
    if file is None:
        result = _of_incidents(asked, _interval(settings, months, since, until, now=now), now=now)
    else:
        _refuse_interval(months, since, until)
        said = SaidOfPast(
            lon=lon,
            lat=lat,
            crs=crs,
            category=_needed("category", category),
            at=_needed("at", at),
            accuracy=accuracy,
            owner=owner,
            scheme=scheme,
            layer=layer,
            encoding=encoding,
        )
        result = _of_file(asked, said.past(file, settings.zone), scheme)
    for line in told(result, chinese=in_chinese()):
        typer.echo(line)
    if out is not None:
        write(result, out, title=str(file or draft))


def _of_incidents(asked: _Asked, interval: Interval, *, now: datetime) -> dict[str, Any]:
    async def run(tell: Share) -> dict[str, Any]:
        async def said(done: int, total: int) -> None:
            tell(done / total if total else 1.0)

        async with opened(asked.settings) as database, database.sessions() as db:
            # One view of everything: what is reported meanwhile is not half counted.
            await db.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            order = Order(
                draft=await _open_draft(db, asked.draft),
                at=asked.at,
                since=interval.since,
                until=interval.until,
                who=OPERATOR,
                now=now,
                settings=asked.settings,
            )
            return result_of(await replay_past(db, order, said), await names_of(db))

    with bar() as tell:
        return asyncio.run(run(tell))


def _of_file(asked: _Asked, past: PastFile, scheme: str | None) -> dict[str, Any]:
    maps, found = asyncio.run(_maps(asked)), Found()
    with bar() as tell:
        for until, so_far in maps.steps(past, scheme=scheme):
            tell(until)
            found = so_far
    _tell_bad(found)
    return maps.result(found)


async def _maps(asked: _Asked) -> Trial:
    async with opened(asked.settings) as database, database.sessions() as db:
        draft = await _open_draft(db, asked.draft)
        return await Trial.of(db, draft, at=asked.at, settings=asked.settings)


async def _open_draft(db: AsyncSession, draft_id: UUID) -> Draft:
    draft = await repository.get(db, draft_id)
    refuse_unless_open(draft)
    return draft


def _tell_bad(found: Found) -> None:
    bad = found.bad.total()
    if bad:
        typer.echo(
            f"{bad} 行无法读取，未计入；前几行为："
            if in_chinese()
            else f"{counted(bad, 'row')} could not be read and {'is' if bad == 1 else 'are'} left"
            " out; the first are:",
            err=True,
        )
    for row in found.listed:
        typer.echo(f"{row.line}: {spoken(row)}", err=True)


def _interval(
    settings: Settings, months: int | None, since: str | None, until: str | None, *, now: datetime
) -> Interval:
    first, last = (parse_time(text, settings.zone) if text else None for text in (since, until))
    return Interval.asked(months, first, last, now=now)


def _refuse_interval(*given: object) -> None:
    if any(one is not None for one in given):
        raise Invalid(
            "interval",
            en="--months, --from and --to are for the incidents here; of a file all rows count.",
            zh="--months、--from、--to 用于系统内的案件；文件中的各行全部计入。",
            field="months",
        )


def _needed(name: str, value: str | None) -> str:
    if value is None:
        raise Invalid(
            "option_missing",
            en=f"A file needs --{name}: a column, or one value for all rows.",
            zh=f"回放文件须给出 --{name}：列名，或所有行共用的值。",
            field=name,
        )
    return value
