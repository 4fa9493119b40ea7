"""Names and house numbers put in from tables: all rows land or none does."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.addresses.model import HouseRange, PlaceName
from gridsvc.addresses.repository import holds
from gridsvc.areas.model import Area, Layer
from gridsvc.areas.repository import in_force
from gridsvc.db.base import new_id
from gridsvc.errors import Conflict, Invalid

Rows = Sequence[Mapping[str, Any]]


async def put_names(
    db: AsyncSession, rows: Rows, *, valid_from: datetime, replace: bool = False
) -> int:
    """Add named places from a time on: kind, code, name, aliases, geometry in WGS84.

    `replace` ends all names of the same kinds that are in force then.
    """
    kinds = {row["kind"] for row in rows}
    if replace:
        await _end(db, PlaceName, at=valid_from, kinds=kinds)
    values = [
        {
            "id": new_id(),
            "kind": row["kind"],
            "code": row["code"],
            "name": name,
            "geometry": row["geometry"],
            "valid_from": valid_from,
        }
        for row in rows
        for name in _names(row)
    ]
    await _insert(db, PlaceName, values)
    return len(rows)


def _names(row: Mapping[str, Any]) -> Iterator[str]:
    """List a place's name and its aliases, each once."""
    yield from dict.fromkeys([row["name"], *(row.get("aliases") or ())])


async def put_house_ranges(
    db: AsyncSession, rows: Rows, *, valid_from: datetime, replace: bool = False
) -> int:
    """Add house numbers from a time on: road, first, last, parity, and where they lie.

    That is a `geometry`, or an area in force by its `level` and code (`area`). `row` is the number
    of each in its file, where not every row of that has numbers. `replace` ends all that are in
    force then.
    """
    roads = await _road_codes(db, at=valid_from)
    values = [
        {
            "id": new_id(),
            "road_code": _known_road(roads, row["road"], number),
            "first": int(row["first"]),
            "last": _last(row, number),
            "parity": row.get("parity") or "both",
            "geometry": row.get("geometry") or await _shape(db, row, number, at=valid_from),
            "valid_from": valid_from,
        }
        for number, row in ((row.get("row", at), row) for at, row in enumerate(rows, start=1))
    ]
    if replace:
        await _end(db, HouseRange, at=valid_from)
    await _insert(db, HouseRange, values)
    return len(values)


async def _road_codes(db: AsyncSession, *, at: datetime) -> set[str]:
    found = await db.scalars(
        select(PlaceName.code).where(PlaceName.kind == "road", holds(PlaceName, at)).distinct()
    )
    return set(found)


def _known_road(roads: set[str], code: str, number: int) -> str:
    if code not in roads:
        raise Invalid(
            "unknown_road",
            en=f'Row {number}: there is no road "{code}" at that time; load the roads first; '
            "nothing was loaded.",
            zh=f"第 {number} 行：该时间没有编码为“{code}”的道路；请先载入道路；未载入任何数据。",
            field="road",
            row=number,
        )
    return code


def _last(row: Mapping[str, Any], number: int) -> int:
    first, last = int(row["first"]), int(row["last"])
    if not 0 < first <= last:
        raise Invalid(
            "numbers_reversed",
            en=f"Row {number}: house numbers go from 1 up, the first before the last, not from "
            f"{first} to {last}; nothing was loaded.",
            zh=f"第 {number} 行：门牌号应从 1 起且起号不大于止号，现为 {first} 至 {last}；"
            "未载入任何数据。",
            field="last",
            row=number,
        )
    return last


async def _shape(db: AsyncSession, row: Mapping[str, Any], number: int, *, at: datetime) -> Any:  # noqa: ANN401 - shapely has no types
    level, code = row.get("level"), row.get("area")
    shape = await db.scalar(
        select(Area.geometry)
        .join(Layer, Layer.id == Area.layer_id)
        .where(Layer.level == level, Area.code == code, in_force(Area, at))
    )
    if shape is None:
        raise Invalid(
            "unknown_area",
            en=f'Row {number}: no {level or "level"} has a code "{code or ""}" at that time; '
            "nothing was loaded.",
            zh=f"第 {number} 行：该时间“{level or '未指明级别'}”没有编码“{code or ''}”；"
            "未载入任何数据。",
            field="area",
            row=number,
        )
    return shape


async def _end(
    db: AsyncSession,
    table: type[PlaceName | HouseRange],
    *,
    at: datetime,
    kinds: set[str] | None = None,
) -> None:
    """End what is in force at a time."""
    own = [PlaceName.kind.in_(kinds)] if kinds else []
    if await db.scalar(select(table.id).where(table.valid_from == at, *own).limit(1)):
        raise Conflict(
            "names_exist",
            en=f"Some already begin at {at.isoformat()}, so that --replace would end them before "
            "they held; choose another time with --valid-from.",
            zh=f"已有自 {at.isoformat()} 起生效的记录，--replace 会使其从未生效；"
            "请用 --valid-from 另选时间。",
            field="valid_from",
        )
    await db.execute(update(table).where(holds(table, at), *own).values(valid_to=at))


async def _insert(
    db: AsyncSession, table: type[PlaceName | HouseRange], values: list[dict[str, Any]]
) -> None:
    if not values:
        return
    try:
        await db.execute(insert(table), values)
    except IntegrityError as error:
        if f"ex_{table.__tablename__}_once" not in str(error.orig):
            raise
        raise Conflict(
            "name_taken",
            en="A name or a house number would hold twice at one time; nothing was loaded. Load "
            "with --replace to end what is in force.",
            zh="同一时间内有重复的名称或门牌号，未载入任何数据。如需替换现行数据，请用 --replace。",
        ) from error
