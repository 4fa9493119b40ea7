"""`gridsvc load-categories`: a city's table of categories, compared before it takes effect."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.cli.configuration import read_settings
from gridsvc.cli.database import opened
from gridsvc.cli.language import in_chinese, say, say_all, spoken
from gridsvc.clock.typed import parse_time
from gridsvc.db.clock import utc_now
from gridsvc.errors import Invalid
from gridsvc.schemes.consequences import concerns
from gridsvc.schemes.proposal import Proposal, Wanted, propose
from gridsvc.schemes.service import put_in_force
from gridsvc.schemes.telling import counts, told_change, told_concern


def load_categories(
    file: Annotated[Path, typer.Argument(help=".xlsx, its cells merged or not, or CSV.")],
    *,
    scheme: Annotated[str, typer.Option(help="Code of the scheme that it is a version of.")],
    valid_from: Annotated[
        str | None, typer.Option(help="Date or time from which it holds; now by default.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name of the scheme.")] = None,
    name_en: Annotated[str | None, typer.Option(help="Its name in English.")] = None,
    kind: Annotated[
        Literal["component", "event"] | None,
        typer.Option(help="What sheets hold that do not say so."),
    ] = None,
    numbering: Annotated[
        str | None, typer.Option(help="Order of the event majors: see docs/categories.md.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Of a CSV that is not in UTF-8, such as gb18030.")
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Compare; write nothing.")] = False,
) -> None:
    """Put the next version of a category scheme in force: all rows land, or none does."""
    settings = read_settings()
    since = None if valid_from is None else parse_time(valid_from, settings.zone)
    wanted = Wanted(
        scheme=scheme,
        file=file,
        encoding=encoding,
        kind=kind,
        name=name,
        name_en=name_en,
        numbering=numbering,
    )
    try:
        asyncio.run(_load(wanted, since, dry_run=dry_run))
    except Invalid as error:
        _list_faults(error)
        raise


def _list_faults(error: Invalid) -> None:
    listed = error.detail.get("errors", [])
    if isinstance(listed, list):
        say_all([fault["zh" if in_chinese() else "en"] for fault in listed])


async def _load(wanted: Wanted, since: datetime | None, *, dry_run: bool) -> None:
    async with opened(read_settings()) as database, database.transaction() as db:
        if dry_run:
            await _tell(db, await propose(db, wanted), at=since or utc_now())
            say("Nothing was written.", "未写入任何数据。")
            return
        proposal, version = await put_in_force(db, wanted, valid_from=since, base=None)
        await _tell(db, proposal, at=version.valid_from)
        say(
            f"Version {version.version} of {version.code}: {len(proposal.entries)} categories in "
            f"force from {version.valid_from:%Y-%m-%d %H:%M %Z} on.",
            f"{version.code} 第 {version.version} 版：{len(proposal.entries)} 个类别，"
            f"自 {version.valid_from:%Y-%m-%d %H:%M %Z} 起生效。",
        )


async def _tell(db: AsyncSession, proposal: Proposal, *, at: datetime) -> None:
    say_all([spoken(remark) for remark in proposal.remarks])
    if proposal.follows is not None:
        say_all([spoken(told_change(change)) for change in proposal.changes])
    found = await concerns(db, proposal, at=at, counting=True)
    say_all([spoken(told_concern(concern)) for concern in found])
    typer.echo(spoken(counts(proposal.changes)))
