"""What the workload page can count by: the levels and the zone layers that there are."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.levels import TITLES
from gridsvc.areas.repository import layers
from gridsvc.errors import Invalid
from gridsvc.reports.coverage import title
from gridsvc.reports.workload import FINEST_FIRST, Unit


async def units(db: AsyncSession, *, chinese: bool) -> list[Unit]:
    """List the levels that have areas, the finest first, then the zone layers."""
    published = [layer for layer, release in await layers(db) if release is not None]
    by_level = {layer.level: layer for layer in published}
    levels = [by_level[level] for level in FINEST_FIRST if level in by_level]
    zones = [layer for layer in published if layer.kind == "zone"]
    return [
        Unit(layer.name, layer.level, title(layer, chinese=chinese)) for layer in (*levels, *zones)
    ]


def chosen(name: str | None, known: Sequence[Unit], *, chinese: bool) -> Unit:
    """Find the unit that was asked for: the first one if none was.

    Where nothing has been loaded yet it is the grid, of which there is none.
    """
    if name is None:
        level = FINEST_FIRST[0]
        return known[0] if known else Unit(level, level, TITLES[level][0 if chinese else 1])
    found = next((unit for unit in known if unit.layer == name), None)
    if found is None:
        listed = [unit.layer for unit in known]
        raise Invalid(
            "unknown_unit",
            en=f'There is no unit "{name}" to count by; there are: {", ".join(listed) or "none"}.',
            zh=f"没有统计单元“{name}”；可选：{'、'.join(listed) or '无'}。",
            field="unit",
        )
    return found
