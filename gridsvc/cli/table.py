"""`gridsvc table`: organisations, categories, duties, workers and rules from spreadsheets."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.measure import counted
from gridsvc.addresses.register import put_house_ranges
from gridsvc.areas.model import LEVELS
from gridsvc.areas.register import (
    put_assignments,
    put_organisations,
    put_responsibilities,
    put_workers,
)
from gridsvc.catalogue.service import publish_scheme
from gridsvc.cli.configuration import read_settings
from gridsvc.cli.database import opened
from gridsvc.cli.language import in_chinese, spoken
from gridsvc.cli.rows import Column, Rows, read_rows
from gridsvc.clock.limit import Unit
from gridsvc.clock.typed import parse_time
from gridsvc.db.clock import utc_now
from gridsvc.errors import Invalid
from gridsvc.rules.book import Sheets
from gridsvc.rules.service import put


class Table(StrEnum):
    """What a spreadsheet holds."""

    ORGANISATIONS = "organisations"
    CATEGORIES = "categories"
    RESPONSIBILITIES = "responsibilities"
    WORKERS = "workers"
    ASSIGNMENTS = "assignments"
    HOUSE_NUMBERS = "house_numbers"
    RULES = "rules"
    BORDERS = "borders"
    SPECIAL_DAYS = "special_days"


_CODE = Column(name="code", unique=True)


def _maybe(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name=name, required=False) for name in names)


COLUMNS: Mapping[Table, Sequence[Column]] = {
    Table.ORGANISATIONS: (
        _CODE,
        Column(name="name"),
        Column(name="name_en", required=False),
        Column(name="kind"),
        Column(name="parent", required=False),
    ),
    Table.CATEGORIES: (
        _CODE,
        Column(name="name"),
        Column(name="name_en", required=False),
        Column(name="major"),
        Column(name="major_name"),
        Column(name="major_name_en", required=False),
        Column(name="kind", allowed=("component", "event")),
        Column(name="limit_value", least=1),
        Column(name="limit_unit", allowed=tuple(Unit)),
    ),
    Table.RESPONSIBILITIES: (
        Column(name="organisation"),
        Column(name="layer"),
        Column(name="area", required=False),
        Column(name="scheme", required=False),
        Column(name="category", required=False),
        Column(name="role", allowed=("lead", "co_handler", "duty")),
        Column(name="priority", required=False, least=0),
    ),
    Table.WORKERS: (
        _CODE,
        Column(name="organisation"),
        Column(name="account", required=False),
    ),
    Table.ASSIGNMENTS: (Column(name="worker"), Column(name="grid")),
    Table.HOUSE_NUMBERS: (
        Column(name="road"),
        Column(name="first", least=1),
        Column(name="last", least=1),
        Column(name="parity", required=False, allowed=("odd", "even", "both")),
        Column(name="level", allowed=LEVELS),
        Column(name="area"),
    ),
    Table.RULES: (
        _CODE,
        Column(name="title"),
        *_maybe("title_en", "scheme", "category", "kind", "hours", "season", "weekdays"),
        *_maybe("special_days", "estate_types", "priority", "layers", "lead", "co_handlers"),
        *_maybe("co_layers"),
    ),
    Table.BORDERS: (
        _CODE,
        Column(name="title"),
        Column(name="title_en", required=False),
        Column(name="kind"),
        Column(name="layer"),
        Column(name="areas"),
        *_maybe("within_m", "road", "shape", "scheme", "category", "priority"),
    ),
    Table.SPECIAL_DAYS: (
        Column(name="list"),
        Column(name="title"),
        Column(name="title_en", required=False),
        Column(name="day"),
    ),
}

_RULES = (Table.RULES, Table.BORDERS, Table.SPECIAL_DAYS)
_REPLACED = (Table.RESPONSIBILITIES, Table.ASSIGNMENTS, Table.HOUSE_NUMBERS, *_RULES)
_DATED = (Table.CATEGORIES, *_REPLACED)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What the command line gives beside the kind of table."""

    rows: Rows
    valid_from: datetime
    replace: bool
    scheme: str


def table(
    what: Annotated[Table, typer.Argument(help="What the file holds.")],
    file: Annotated[Path, typer.Argument(help="CSV or .xlsx, with a head line.")],
    *,
    scheme: Annotated[str, typer.Option(help="Code of the scheme that the categories make.")] = "",
    valid_from: Annotated[
        str | None, typer.Option(help="Date or time from which it holds; now by default.")
    ] = None,
    replace: Annotated[
        bool, typer.Option(help="End what is in force then and not in the file.")
    ] = False,
    encoding: Annotated[
        str | None, typer.Option(help="Of a CSV that is not in UTF-8, such as gb18030.")
    ] = None,
) -> None:
    """Load a table: all rows land, or none does."""
    settings = read_settings()
    _refuse_idle_option("--scheme", given=bool(scheme), what=what, meant=(Table.CATEGORIES,))
    _refuse_idle_option("--replace", given=replace, what=what, meant=_REPLACED)
    _refuse_idle_option("--valid-from", given=valid_from is not None, what=what, meant=_DATED)
    rows = read_rows(file, COLUMNS[what], encoding=encoding)
    since = utc_now() if valid_from is None else parse_time(valid_from, settings.zone)

    given = _Given(rows=rows, valid_from=since, replace=replace, scheme=scheme)
    count = asyncio.run(_in_transaction(what, given))
    typer.echo(
        f"已载入 {what} {count} 行。"
        if in_chinese()
        else f"{counted(count, 'row')} of {what} loaded."
    )


def _refuse_idle_option(option: str, *, given: bool, what: Table, meant: Sequence[Table]) -> None:
    if given and what not in meant:
        listed = ", ".join(meant)
        raise Invalid(
            "idle_option",
            en=f"{option} means nothing for {what}, only for {listed}.",
            zh=f"{option} 对 {what} 无意义，仅用于 {listed}。",
            field=option,
        )


async def _in_transaction(what: Table, given: _Given) -> int:
    async with opened(read_settings()) as database, database.transaction() as db:
        return await _PUTS[what](db, given)


async def _put_categories(db: AsyncSession, given: _Given) -> int:
    if not given.scheme:
        raise Invalid(
            "scheme_missing",
            en="Categories make a scheme; name it with --scheme.",
            zh="类别组成一个分类方案；请用 --scheme 指定其代码。",
            field="scheme",
        )
    await publish_scheme(
        db, given.scheme, given.rows, name=given.scheme, valid_from=given.valid_from
    )
    return len(given.rows)


async def _put_rules(db: AsyncSession, given: _Given, **sheet: Rows) -> int:
    saved = await put(db, Sheets(**sheet), valid_from=given.valid_from, replace=given.replace)
    for finding in saved.warnings:
        typer.echo(f"[{finding.severity}] {finding.code}: {spoken(finding)}")
    return len(given.rows)


_PUTS: Mapping[Table, Callable[[AsyncSession, _Given], Awaitable[int]]] = {
    Table.ORGANISATIONS: lambda db, given: put_organisations(db, given.rows),
    Table.CATEGORIES: _put_categories,
    Table.RESPONSIBILITIES: lambda db, given: put_responsibilities(
        db, given.rows, valid_from=given.valid_from, replace=given.replace
    ),
    Table.WORKERS: lambda db, given: put_workers(db, given.rows),
    Table.ASSIGNMENTS: lambda db, given: put_assignments(
        db, given.rows, valid_from=given.valid_from, replace=given.replace
    ),
    Table.HOUSE_NUMBERS: lambda db, given: put_house_ranges(
        db, given.rows, valid_from=given.valid_from, replace=given.replace
    ),
    Table.RULES: lambda db, given: _put_rules(db, given, rules=given.rows),
    Table.BORDERS: lambda db, given: _put_rules(db, given, borders=given.rows),
    Table.SPECIAL_DAYS: lambda db, given: _put_rules(db, given, special_days=given.rows),
}
