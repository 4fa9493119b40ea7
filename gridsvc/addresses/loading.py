"""A file of roads or places as names and house numbers; a place may be in several pieces."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import pandas as pd
import shapely
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.read import Columns, read_places
from gridsvc.addresses.register import put_house_ranges, put_names
from gridsvc.errors import Invalid

_BETWEEN_ALIASES: Final = re.compile(r"[;；、|]")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesFile:
    """A file, what its features are, and which of its columns say what.

    Where `first` and `last` are filled, a feature of a road is the stretch with these numbers.
    """

    path: Path
    kind: str
    """`road` or `place`."""
    columns: Columns = field(default_factory=Columns)
    aliases: str = "aliases"
    first: str = "first"
    last: str = "last"
    parity: str = "parity"
    source_layer: str | None = None
    encoding: str | None = None
    crs: str | None = None


async def load_names(
    db: AsyncSession, file: NamesFile, *, valid_from: datetime, replace: bool
) -> tuple[int, int]:
    """Put a file's names and house numbers in; give how many places and how many ranges."""
    frame = read_places(
        file.path,
        columns=file.columns,
        layer=file.source_layer,
        encoding=file.encoding,
        crs=file.crs,
    )
    rows = [_row(row, file, number) for number, row in enumerate(frame.to_dict("records"), start=1)]
    ranges = [row for row in rows if file.kind == "road" and row["first"] is not None]
    names = await put_names(db, _places(rows), valid_from=valid_from, replace=replace)
    if file.kind == "road":
        await put_house_ranges(db, ranges, valid_from=valid_from, replace=replace)
    return names, len(ranges)


def _row(cells: Mapping[Any, Any], file: NamesFile, number: int) -> dict[str, Any]:
    shape = cells["geometry"]
    if not cells["code"] or not cells["name"] or shape is None or shape.is_empty:
        raise _lacking(number)
    first = _number(cells.get(file.first), file.first, number)
    last = _number(cells.get(file.last), file.last, number)
    return {
        "row": number,
        "kind": file.kind,
        "code": cells["code"],
        "road": cells["code"],
        "name": cells["name"],
        "aliases": [one for one in _BETWEEN_ALIASES.split(cells.get(file.aliases) or "") if one],
        "geometry": shape,
        "first": first,
        "last": first if last is None else last,
        "parity": _parity(cells.get(file.parity), number),
    }


def _lacking(number: int) -> Invalid:
    return Invalid(
        "nameless_place",
        en=f"Row {number} lacks a code, a name or a shape; nothing was loaded. Where roads have no "
        "codes, use their names: --code name.",
        zh=f"第 {number} 行缺少编码、名称或图形；未载入任何数据。道路没有编码时可用名称代替："
        "--code 名称列。",
        field="code",
        row=number,
    )


def _number(value: Any, column: str, number: int) -> int | None:  # noqa: ANN401 - a cell of any type
    if pd.isna(value):
        return None
    try:
        return int(str(value).removesuffix(".0"))
    except ValueError as error:
        raise Invalid(
            "invalid_cell",
            en=f'Row {number}: {column} is "{value}", no house number; nothing was loaded.',
            zh=f"第 {number} 行：{column} 为“{value}”，不是门牌号；未载入任何数据。",
            field=column,
            row=number,
        ) from error


def _parity(value: Any, number: int) -> str:  # noqa: ANN401 - a cell of any type
    said = "both" if pd.isna(value) else str(value)
    if said not in {"odd", "even", "both"}:
        raise Invalid(
            "invalid_cell",
            en=f'Row {number}: the side is "{said}", not odd, even or both; nothing was loaded.',
            zh=f"第 {number} 行：单双号为“{said}”，应为 odd、even 或 both；未载入任何数据。",
            field="parity",
            row=number,
        )
    return said


def _places(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Join the pieces of each place; further names of a code are aliases of its first."""
    by_code = groupby(sorted(rows, key=lambda row: row["code"]), key=lambda row: row["code"])
    return [_joined(list(pieces)) for _, pieces in by_code]


def _joined(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    aliases = [name for piece in pieces for name in (piece["name"], *piece["aliases"])]
    shape = shapely.union_all([piece["geometry"] for piece in pieces])
    merged = shapely.line_merge(shape) if shape.geom_type.endswith("LineString") else shape
    return pieces[0] | {"aliases": aliases, "geometry": merged}
