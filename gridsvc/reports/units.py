"""What work can be counted by: levels and zone layers of the map, organisations, workers' posts."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.levels import TITLES
from gridsvc.areas.repository import layers
from gridsvc.errors import Invalid
from gridsvc.reports.coverage import title

COUNTED_LEVELS = ("grid", "community", "street", "district", "sub_estate")
"""The administrative levels that can be counted by: the finest that tile the city first."""


class Kind(StrEnum):
    """Sorts of units; the name of a unit of the last two is that of its kind."""

    LEVEL = "level"
    ZONE = "zone"
    ORGANISATION = "organisation"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Unit:
    """What incidents are counted by: the areas of one layer, or all of another kind."""

    layer: str
    level: str | None
    """Only where the areas are of one."""
    title: str

    @property
    def kind(self) -> Kind:
        """Of which sort it is."""
        if self.level is not None:
            return Kind.LEVEL
        return Kind(self.layer) if self.layer in _BESIDE else Kind.ZONE


_BESIDE = {Kind.ORGANISATION: ("责任单位", "Owners"), Kind.WORKER: ("网格员岗位", "Workers")}


async def units(db: AsyncSession, *, chinese: bool) -> list[Unit]:
    """List the levels that have areas, the finest first, the zone layers, and what has neither."""
    published = [layer for layer, release in await layers(db) if release is not None]
    by_level = {layer.level: layer for layer in published}
    levels = [by_level[level] for level in COUNTED_LEVELS if level in by_level]
    zones = [it for it in published if it.kind == "zone" and it.name not in _BESIDE]
    return [
        *(Unit(it.name, it.level, title(it, chinese=chinese)) for it in (*levels, *zones)),
        *(Unit(kind, None, titles[0 if chinese else 1]) for kind, titles in _BESIDE.items()),
    ]


def chosen(name: str | None, known: Sequence[Unit], *, chinese: bool) -> Unit:
    """Find the unit that was asked for: the first areas that there are if none was.

    Where nothing has been loaded yet it is the grid, of which there is none.
    """
    if name is None:
        level = COUNTED_LEVELS[0]
        nothing = Unit(level, level, TITLES[level][0 if chinese else 1])
        return next((unit for unit in known if unit.kind not in _BESIDE), nothing)
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
