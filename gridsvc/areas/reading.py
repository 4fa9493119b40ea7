"""Reading the map for the endpoints."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas import repository
from gridsvc.areas.model import Release
from gridsvc.areas.repository import (
    AreaFilter,
    AreaRow,
    VersionRow,
    areas,
    covering,
    layer_by_name,
    layers,
    organisations,
    responsibilities,
)
from gridsvc.errors import Conflict, NotFound

__all__ = [
    "AreaFilter",
    "AreaRow",
    "VersionRow",
    "areas",
    "covering",
    "history",
    "layers",
    "only",
    "organisations",
    "releases",
    "responsibilities",
]


async def releases(db: AsyncSession, layer: str) -> Sequence[Release]:
    """List the releases of a layer that there is, the newest first."""
    if await layer_by_name(db, layer) is None:
        raise NotFound(en=f'There is no layer "{layer}".', zh=f"没有图层“{layer}”。")
    return await repository.releases(db, layer)


async def only(db: AsyncSession, wanted: AreaFilter, *, geometry: bool, tell_by: str) -> AreaRow:
    """Read the one area that is wanted; several are told apart by a further parameter."""
    found = await areas(db, wanted, geometry=geometry, limit=10)
    if not found:
        raise NotFound(
            en=f'No area "{wanted.code}" was in force at that time.',
            zh=f"当时没有编码为“{wanted.code}”的区域。",
        )
    if len(found) > 1:
        names = sorted({getattr(row, tell_by) or "" for row in found})
        raise Conflict(
            "several_areas",
            en=f'Several areas have the code "{wanted.code}"; say `{tell_by}`: {", ".join(names)}.',
            zh=f"多个区域使用编码“{wanted.code}”；请指定 {tell_by}：{'、'.join(names)}。",
            field=tell_by,
        )
    return found[0]


async def history(db: AsyncSession, code: str, *, layer: str | None) -> Sequence[VersionRow]:
    """List every version of the areas with a code, in every layer or one, the first one first."""
    found = await repository.versions(db, code, layer=layer)
    if not found:
        raise NotFound(
            en=f'No area ever had the code "{code}".', zh=f"从未有过编码为“{code}”的区域。"
        )
    return found
