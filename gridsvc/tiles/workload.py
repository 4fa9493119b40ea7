"""Tiles of how much work lies where: areas with the numbers of `/v1/workload`. Reads only."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Principal
from gridsvc.incidents.search import Filters
from gridsvc.reports.counting import By, Way
from gridsvc.reports.units import Kind, Unit, chosen, units
from gridsvc.reports.workload import read_workload
from gridsvc.settings import Settings

NAME = "workload"
NUMBERS = ("filed", "open", "overdue", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Which work is asked for: of what, and of which time; all of it without."""

    unit: str | None = None
    filters: Filters = field(default_factory=Filters)

    def members(self) -> dict[str, str]:
        """Write it as an address has it."""
        told = {
            "unit": self.unit,
            "category": self.filters.category,
            "from": self.filters.since and self.filters.since.isoformat(),
            "to": self.filters.until and self.filters.until.isoformat(),
        }
        return {name: value for name, value in told.items() if value}


ALL_WORK = Work()


async def unit_of(db: AsyncSession, work: Work) -> Unit:
    """Find the areas that work is counted by: the finest that there are, if none are named."""
    known = await units(db, chinese=True)
    areas = [it for it in known if it.kind in {Kind.LEVEL, Kind.ZONE}]
    return chosen(work.unit, areas, chinese=True)


async def numbers_of(
    db: AsyncSession,
    unit: Unit,
    work: Work,
    *,
    who: Principal,
    now: datetime,
    settings: Settings,
) -> dict[str, list[Any]]:
    """Count what the caller may see; columns in the order of `code`."""
    way = Way(By.ROUTED, now, settings, classed=False)
    load = await read_workload(db, unit, work.filters, way, who=who, now=now)
    columns = load.by_place().over(len(load.places.codes)).columns()
    return {"code": list(load.places.codes)} | {
        name: np.asarray(columns[name]).tolist() for name in NUMBERS
    }
