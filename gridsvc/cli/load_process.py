"""`gridsvc load-process`: the closed loop as a city has it, in place of the one that is shipped."""

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
from gridsvc.incidents.process_file import read_process
from gridsvc.incidents.processes import publish_process


def load_process(
    file: Annotated[
        Path, typer.Argument(help="TOML in UTF-8; see gridsvc/incidents/process.toml.")
    ],
    *,
    valid_from: Annotated[
        str | None, typer.Option(help="Date or time from which it holds; now by default.")
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Check it; write nothing.")] = False,
) -> None:
    """Put a process in force: reports from then on follow it, older cases keep theirs."""
    source = _read(file)
    steps = len(list(read_process(source).rules()))
    if dry_run:
        _say(f"{steps} rules, sound; nothing was written.", f"{steps} 条规则，可用；未写入。")
        return
    number = asyncio.run(_load(source, valid_from))
    _say(
        f"Process {number} with {steps} rules: it holds for what is reported from then on.",
        f"流程第 {number} 版（{steps} 条规则）：自生效时起上报的案件适用。",
    )


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(
            "process_unreadable",
            en=f"{file} cannot be read: {error}.",
            zh=f"无法读取 {file}：{error}。",
        ) from error


async def _load(source: str, valid_from: str | None) -> int:
    settings = read_settings()
    since = utc_now() if valid_from is None else parse_time(valid_from, settings.zone)
    async with opened(settings) as database, database.transaction() as db:
        return await publish_process(db, source, valid_from=since)


def _say(en: str, zh: str) -> None:
    typer.echo(zh if in_chinese() else en)
