"""`gridsvc audit`: whether anything was changed behind the service's back."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

import typer

from gridsvc.cli.configuration import read_settings
from gridsvc.cli.database import opened
from gridsvc.cli.language import in_chinese, spoken
from gridsvc.clock.typed import parse_time
from gridsvc.db.clock import utc_now
from gridsvc.errors import Invalid
from gridsvc.proof.cases import Sought, Tally
from gridsvc.proof.findings import Finding
from gridsvc.proof.log import LogTally, examine_log
from gridsvc.proof.service import named, no_such_case
from gridsvc.proof.service import verify as verify_all
from gridsvc.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Check what was written down.")


@app.callback()
def _nothing_first() -> None:
    # With this, the one command is asked for by its name.
    pass


@app.command()
def verify(
    *,
    incident: Annotated[str | None, typer.Option(help="One case: its id or reference.")] = None,
    since: Annotated[
        str | None, typer.Option(help="Only cases to which something has happened since.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="Print a digest of all that had happened before.")
    ] = None,
    digest: Annotated[
        str | None, typer.Option(help="The digest that `--until` printed when it was asked first.")
    ] = None,
) -> None:
    """Hash every event anew and compare each case with its events; 1 if anything differs."""
    settings = read_settings()
    sought = _sought(settings, incident, since, until, digest=digest)
    began, tally = time.perf_counter(), Tally()
    log = LogTally()
    faults = asyncio.run(_verify(settings, sought, tally, log))
    took = time.perf_counter() - began
    rate = tally.events / took
    whistles = (f" and {tally.whistles} whistles", f"、{tally.whistles} 次吹哨")
    en, zh = whistles if tally.whistles else ("", "")
    _say(
        f"{tally.cases} cases{en} with {tally.events} events in {took:.1f} s"
        f" ({rate:,.0f} a second), {log.links} entries of the audit log; faults: {faults}.",
        f"共 {tally.cases} 个案件{zh}、{tally.events} 条事件，用时 {took:.1f} 秒"
        f"（每秒 {rate:,.0f} 条）；审计日志 {log.links} 条；问题 {faults} 处。",
    )
    same = until is None or _is_same(tally.digest, digest)
    raise typer.Exit(0 if same and not faults else 1)


def _sought(
    settings: Settings,
    incident: str | None,
    since: str | None,
    until: str | None,
    *,
    digest: str | None,
) -> Sought:
    sought = replace(
        named(incident) if incident else Sought(),
        since=parse_time(since, settings.zone) if since else None,
        until=parse_time(until, settings.zone) if until else None,
    )
    if (until and sought.narrowed) or (digest and not until):
        raise Invalid(
            "digest_of_all",
            en="A digest is of all cases until a time: --digest needs --until, and neither goes"
            " with --incident or --since.",
            zh="摘要针对某一时刻之前的全部案件：--digest 须与 --until 同用，"
            "且不能与 --incident 或 --since 同用。",
            field="until",
        )
    return sought


async def _verify(settings: Settings, sought: Sought, tally: Tally, log: LogTally) -> int:
    """Print each fault as it is found; give how many there were."""
    async with opened(settings) as database, database.sessions() as db:
        faults = await _tell(verify_all(db, sought, tally))
        if not sought.narrowed:
            days = settings.log_days
            kept_since = utc_now() - timedelta(days=days) if days else None
            faults += await _tell(examine_log(db, log, kept_since=kept_since))
    if not tally.events and not faults and (sought.incident or sought.reference):
        raise no_such_case()
    return faults


async def _tell(findings: AsyncGenerator[Finding, None]) -> int:
    faults = 0
    async with aclosing(findings) as found:
        async for finding in found:
            faults += 1
            typer.echo(spoken(finding))
    return faults


def _is_same(digest: str, wanted: str | None) -> bool:
    _say(f"Digest: {digest}", f"摘要：{digest}")
    if wanted in {None, digest}:
        return True
    _say(
        f"It was {wanted}: something from before that time was changed since.",
        f"此前为 {wanted}：该时刻之前的内容此后被改动过。",
    )
    return False


def _say(en: str, zh: str) -> None:
    typer.echo(zh if in_chinese() else en)
