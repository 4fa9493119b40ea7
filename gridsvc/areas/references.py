"""What the rows of a table refer to by code, found in the database or refused with the row."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from gridsvc.areas.model import Area, Layer
from gridsvc.errors import Invalid

Thing = TypeVar("Thing")


async def ids_of(
    db: AsyncSession, code: InstrumentedAttribute[str], id_: InstrumentedAttribute[UUID]
) -> dict[str, UUID]:
    """Read the identifiers of a table by code."""
    return {row[0]: row[1] for row in await db.execute(select(code, id_))}


async def areas_from(db: AsyncSession, *, since: datetime) -> set[tuple[str, str]]:
    """List layer and code of every area that is, or will be, in force from a time on."""
    rows = await db.execute(
        select(Layer.name, Area.code)
        .join(Layer, Layer.id == Area.layer_id)
        .where(Area.valid_from.is_not(None), or_(Area.valid_to.is_(None), Area.valid_to > since))
    )
    return {(row[0], row[1]) for row in rows}


async def is_area(db: AsyncSession, level: str, code: str, *, since: datetime) -> bool:
    """Tell whether a level has an area of a code that is, or will be, in force from a time on."""
    named = (
        select(Area.id)
        .join(Layer, Layer.id == Area.layer_id)
        .where(
            Layer.level == level,
            Area.code == code,
            Area.valid_from.is_not(None),
            or_(Area.valid_to.is_(None), Area.valid_to > since),
        )
    )
    return await db.scalar(named.limit(1)) is not None


def refuse_unknown_area(
    areas: set[tuple[str, str]], layer: str, code: str | None, number: int, *, field: str
) -> None:
    """Refuse a row that names an area which a layer does not have; None names none."""
    if code is not None and (layer, code) not in areas:
        raise Invalid(
            "unknown_area",
            en=f'Row {number}: layer "{layer}" has no area "{code}" from that time on; nothing was '
            "loaded.",
            zh=f"第 {number} 行：图层“{layer}”自该时间起没有区域“{code}”，未载入任何数据。",
            field=field,
            row=number,
        )


def known(things: Mapping[str, Thing], code: str | None, number: int, field: str) -> Thing | None:
    """Give what a row names by its code; None names nothing."""
    if code is None:
        return None
    if code not in things:
        raise Invalid(
            f"unknown_{field}",
            en=f'Row {number}: there is no {field} "{code}"; nothing was loaded.',
            zh=f"第 {number} 行：{field}“{code}”不存在，未载入任何数据。",
            field=field,
            row=number,
        )
    return things[code]
