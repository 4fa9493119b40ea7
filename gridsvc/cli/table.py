"""`gridsvc table`: organisations, categories, responsibilities and workers from CSV files."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.register import (
    put_assignments,
    put_organisations,
    put_responsibilities,
    put_workers,
)
from gridsvc.catalogue.service import publish_scheme
from gridsvc.cli.configuration import read_settings
from gridsvc.cli.database import opened
from gridsvc.cli.times import parse_time
from gridsvc.db.clock import utc_now
from gridsvc.errors import Invalid


class Table(StrEnum):
    """What a CSV file holds."""

    ORGANISATIONS = "organisations"
    CATEGORIES = "categories"
    RESPONSIBILITIES = "responsibilities"
    WORKERS = "workers"
    ASSIGNMENTS = "assignments"


REQUIRED = {
    Table.ORGANISATIONS: ("code", "name", "kind"),
    Table.CATEGORIES: (
        "code",
        "name",
        "major",
        "major_name",
        "kind",
        "limit_value",
        "limit_unit",
    ),
    Table.RESPONSIBILITIES: ("organisation", "layer", "role"),
    Table.WORKERS: ("code", "organisation"),
    Table.ASSIGNMENTS: ("worker", "grid"),
}

Rows = list[dict[str, Any]]


def table(
    what: Annotated[Table, typer.Argument(help="What the file holds.")],
    file: Annotated[Path, typer.Argument(help="CSV in UTF-8 with a head line.")],
    *,
    scheme: Annotated[str, typer.Option(help="Code of the scheme that the categories make.")] = "",
    valid_from: Annotated[
        str | None, typer.Option(help="Date or time from which it holds; now by default.")
    ] = None,
    replace: Annotated[
        bool, typer.Option(help="End the responsibilities that are in force then.")
    ] = False,
) -> None:
    """Load a table: all rows land, or none does."""
    settings = read_settings()
    rows = read_rows(file, REQUIRED[what])
    since = utc_now() if valid_from is None else parse_time(valid_from, settings.zone)

    async def put(db: AsyncSession) -> int:
        match what:
            case Table.ORGANISATIONS:
                return await put_organisations(db, rows)
            case Table.RESPONSIBILITIES:
                return await put_responsibilities(db, rows, valid_from=since, replace=replace)
            case Table.WORKERS:
                return await put_workers(db, rows)
            case Table.ASSIGNMENTS:
                return await put_assignments(db, rows, valid_from=since)
            case Table.CATEGORIES:
                return await _put_categories(db, rows, scheme=scheme, valid_from=since)

    typer.echo(f"{what}: {asyncio.run(_in_transaction(put))}")


async def _in_transaction(put: Callable[[AsyncSession], Awaitable[int]]) -> int:
    async with opened(read_settings()) as database, database.transaction() as db:
        return await put(db)


async def _put_categories(
    db: AsyncSession, rows: Rows, *, scheme: str, valid_from: datetime
) -> int:
    if not scheme:
        raise Invalid(
            "scheme_missing",
            en="Categories make a scheme; name it with --scheme.",
            zh="类别组成一个分类方案；请用 --scheme 指定其代码。",
            field="scheme",
        )
    await publish_scheme(db, scheme, rows, name=scheme, valid_from=valid_from)
    return len(rows)


def read_rows(file: Path, required: tuple[str, ...]) -> Rows:
    """Read a CSV file as text; an empty cell is None."""
    try:
        frame = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise Invalid(
            "unreadable_table",
            en=f"{file.name} is no CSV file in UTF-8: {error}.",
            zh=f"{file.name} 不是 UTF-8 编码的 CSV 文件：{error}。",
            field="file",
        ) from error
    missing = [name for name in required if name not in frame.columns]
    if missing:
        raise Invalid(
            "columns_missing",
            en=f"{file.name} lacks {', '.join(missing)}; it has {', '.join(frame.columns)}.",
            zh=f"{file.name} 缺少列 {'、'.join(missing)}；现有 {'、'.join(frame.columns)}。",
            field="file",
        )
    return [
        {str(name): value.strip() or None for name, value in row.items()}
        for row in frame.to_dict("records")
    ]
