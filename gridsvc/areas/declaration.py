"""What a layer is said to be when areas are loaded into it, and what it then is."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.levels import TITLES
from gridsvc.areas.model import LEVELS
from gridsvc.areas.publish import LayerSpec
from gridsvc.areas.repository import layer_by_name
from gridsvc.errors import Invalid

LONGEST_NAME = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a person says of a layer: one of level and zone layer; None where nothing is said."""

    level: str | None = None
    zone_layer: str | None = None
    title: str | None = None
    title_en: str | None = None
    basis: str | None = None
    tiles: bool | None = None
    overlap_allowed: bool | None = None

    @property
    def given(self) -> dict[str, Any]:
        """What is said of the layer itself."""
        told = {
            "title": self.title,
            "title_en": self.title_en,
            "basis": self.basis,
            "tiles": self.tiles,
            "overlap_allowed": self.overlap_allowed,
        }
        return {name: value for name, value in told.items() if value is not None}


async def settle(db: AsyncSession, said: Said) -> LayerSpec:
    """Take the layer as it is declared, or as a new one usually is, with what is said of it."""
    name = _name(said)
    layer = await layer_by_name(db, name)
    usual = LayerSpec.of(layer) if layer else _usual(name, said)
    spec = replace(usual, **said.given)
    if spec.tiles and spec.overlap_allowed:
        raise Invalid(
            "tiles_with_overlap",
            en="Areas that must leave no gap may not overlap; say one of --tiles and "
            "--overlap-allowed.",
            zh="要求无缝覆盖的区域不得重叠；--tiles 与 --overlap-allowed 只能选其一。",
            field="tiles",
        )
    return spec


def _usual(name: str, said: Said) -> LayerSpec:
    title, title_en = TITLES.get(said.level or "", (name, None))
    tiles = said.level not in {None, "sub_estate"} and not said.overlap_allowed
    return LayerSpec(name=name, title=title, title_en=title_en, level=said.level, tiles=tiles)


def _name(said: Said) -> str:
    if (said.level is None) == (said.zone_layer is None):
        raise Invalid(
            "level_or_zone_layer",
            en="Say what the areas are: --level or --zone-layer, one of them.",
            zh="请用 --level 或 --zone-layer 之一说明这些区域是什么。",
            field="level",
        )
    name = said.level or (said.zone_layer or "").strip()
    if said.level is None and name in LEVELS:
        raise Invalid(
            "zone_layer_name",
            en=f'"{name}" is the name of a level; choose another for the zone layer, or load it '
            f"with --level {name}.",
            zh=f"“{name}”是行政级别名；责任区图层请另取名称，或用 --level {name} 载入。",
            field="zone_layer",
        )
    if not 0 < len(name) <= LONGEST_NAME or "/" in name:
        raise Invalid(
            "zone_layer_name",
            en=f"The name of a zone layer has 1 to {LONGEST_NAME} characters and no slash.",
            zh=f"责任区图层名须为 1 至 {LONGEST_NAME} 个字符，且不含斜杠。",
            field="zone_layer",
        )
    return name
