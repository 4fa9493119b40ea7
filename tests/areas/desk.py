"""A desk at which areas are loaded, and the layers that come to it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.loading import Inspection, Load, carry_out, inspect
from gridsvc.areas.model import Area, Layer, Release
from gridsvc.areas.publish import LayerSpec
from tests.factories import cell, frame

LATER = datetime(2026, 3, 1, tzinfo=UTC)
DISTRICTS = LayerSpec(
    name="district", title="区", title_en="district", level="district", tiles=True
)
STREETS = LayerSpec(name="street", title="街道", title_en="street", level="street", tiles=True)
GRIDS = LayerSpec(name="grid", title="网格", title_en="grid", level="grid", tiles=True)
ESTATES = LayerSpec(name="sub_estate", title="小区", level="sub_estate")
HEATING = LayerSpec(name="heating", title="供热")


def two_streets(**extras: list[Any]) -> geopandas.GeoDataFrame:
    """The two streets of the city of squares, with the border a cell farther west."""
    return frame(
        ("S1", "甲街道", "D1", cell(0, 0, 1, 2)),
        ("S2", "乙街道", "D1", cell(1, 0, 3, 2)),
        **extras,
    )


class Desk:
    """Somebody with files, a folder for them, and a session."""

    def __init__(self, db: AsyncSession, folder: Path) -> None:
        self.db, self.folder = db, folder

    async def look(
        self, areas: geopandas.GeoDataFrame, spec: LayerSpec, **options: Any
    ) -> Inspection:
        file = self.folder / "areas.gpkg"
        areas.to_file(file)
        options = {"valid_from": LATER} | options
        return await inspect(self.db, Load(path=file, spec=spec, **options))

    async def load(self, areas: geopandas.GeoDataFrame, spec: LayerSpec, **options: Any) -> Release:
        return await carry_out(self.db, await self.look(areas, spec, **options))

    async def count(self, table: Any) -> int:
        return int((await self.db.execute(select(func.count()).select_from(table))).scalar_one())

    async def areas(self, layer: str, *columns: Any, release: int = 1) -> Sequence[tuple[Any, ...]]:
        rows = await self.db.execute(
            select(*columns)
            .join(Layer, Layer.id == Area.layer_id)
            .join(Release, Release.id == Area.release_id)
            .where(Layer.name == layer, Release.number == release)
            .order_by(Area.code)
        )
        return [tuple(row) for row in rows]

    async def validity(self, layer: str) -> dict[int, tuple[datetime | None, datetime | None]]:
        rows = await self.db.execute(
            select(Release.number, Release.valid_from, Release.valid_to)
            .join(Layer, Layer.id == Release.layer_id)
            .where(Layer.name == layer)
        )
        return {number: (since, until) for number, since, until in rows}


def faults(inspection: Inspection) -> set[str]:
    return {finding.code.value for finding in inspection.findings}
