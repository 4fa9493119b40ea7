"""`gridsvc load-indicators`: a city's own definitions, in place of those that are shipped."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from gridsvc.cli.configuration import read_settings
from gridsvc.cli.database import opened
from gridsvc.cli.language import in_chinese
from gridsvc.clock.typed import parse_time
from gridsvc.db.clock import utc_now
from gridsvc.errors import Invalid
from gridsvc.indicators.edition_file import read_edition
from gridsvc.indicators.editions import publish_edition


def load_indicators(
    file: Annotated[
        Path, typer.Argument(help="TOML in UTF-8; see gridsvc/indicators/indicators.toml.")
    ],
    *,
    valid_from: Annotated[
        str | None, typer.Option(help="Date or time from which it holds; now by default.")
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Check it; write nothing.")] = False,
) -> None:
    """Put definitions of indicators in force: figures asked for as of then go by them."""
    source = _read(file)
    count = len(read_edition(source).figures())
    if dry_run:
        _say(f"{count} indicators, sound; nothing was written.", f"{count} 项指标，可用；未写入。")
        return
    number = asyncio.run(_load(source, valid_from))
    _say(
        f"Edition {number} with {count} indicators is in force from then on.",
        f"指标定义第 {number} 版（{count} 项）：自生效时起采用。",
    )


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(
            "indicators_unreadable",
            en=f"{file} cannot be read: {error}.",
            zh=f"无法读取 {file}：{error}。",
        ) from error


async def _load(source: str, valid_from: str | None) -> int:
    settings = read_settings()
    since = utc_now() if valid_from is None else parse_time(valid_from, settings.zone)
    async with opened(settings) as database, database.transaction() as db:
        return await publish_edition(db, source, valid_from=since)


def _say(en: str, zh: str) -> None:
    typer.echo(zh if in_chinese() else en)
