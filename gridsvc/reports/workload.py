"""How much work lies where: the one reading behind the API, its export and the page.

Filed: reported in the period. Of those: open, while somebody still has something to do; overdue,
not handled yet and past the due time; closed, everything that is over. The minutes of handling are
all that passed between the report and the step by which the matter was dealt with; their median is
that of the cases for which there was such a step.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.policy import Permission, ground, may
from gridsvc.auth.principal import Principal
from gridsvc.bulk.points import NONE, Flags, Ints
from gridsvc.catalogue.model import Category, CategoryScheme
from gridsvc.incidents.search import Filters, conditions
from gridsvc.incidents.visibility import visible_to
from gridsvc.reports.counting import Way, gather
from gridsvc.reports.parts import Classes
from gridsvc.reports.places import Parts, Places, places_of
from gridsvc.reports.plates import Ground
from gridsvc.reports.tally import Cases, Table, tabulate
from gridsvc.reports.units import Unit

_GRIDS = Unit("grid", "grid", "")


@dataclass(frozen=True, slots=True)
class Workload:
    """The cases of a period, and the places for which they count."""

    unit: Unit
    places: Places
    cases: Cases
    """Each once."""
    counted: Cases
    """Each as often as it counts: for every worker who looks after its grid."""

    def total(self) -> Table:
        """Count all of them together: one key, or none where there are no cases."""
        return _together(self.cases)

    def elsewhere(self) -> Table:
        """Count those that count for none of the places, in the same way."""
        return _together(self.counted[~self._there()])

    def by_place(self) -> Table:
        """Count by the number of the place."""
        there = self._there()
        return tabulate(self.counted[there], self.counted["place"][there])

    def by_part(self, parts: Ints, count: int) -> Sequence[Table]:
        """Count by place for each of some parts, given which part each counted case is of.

        What is of the part NONE is of no part.
        """
        there, size = self._there() & (parts != NONE), max(1, len(self.places.codes))
        cases = self.counted[there]
        table = tabulate(cases, parts[there] * size + cases["place"])
        begins = np.searchsorted(table.keys, np.arange(count + 1) * size)
        return [
            table.between(begins[part], begins[part + 1], less=part * size) for part in range(count)
        ]

    def _there(self) -> Flags:
        there: Flags = self.counted["place"] != NONE
        return there


def _together(cases: Cases) -> Table:
    return tabulate(cases, np.zeros(len(cases), dtype=np.int64))


def shown(who: Principal) -> Ground:
    """Give the ground that maps show a caller, or else that of the cases which they may read."""
    see = Permission.MAPS_VIEW
    return ground(who, see if may(who, see) else Permission.INCIDENTS_READ)


async def read_workload(
    db: AsyncSession, unit: Unit, filters: Filters, way: Way, *, who: Principal, now: datetime
) -> Workload:
    """Read what the caller may see of the work of a unit's places."""
    places = await places_of(db, unit, at=way.at, ground=shown(who))
    return await workload_of(db, unit, places, filters, way, who=who, now=now)


async def workload_of(
    db: AsyncSession,
    unit: Unit,
    places: Places,
    filters: Filters,
    way: Way,
    *,
    who: Principal,
    now: datetime,
) -> Workload:
    """Read the cases of places that are known already: those of another period."""
    matching = (await conditions(db, filters)) & visible_to(who)
    if places.parts is None:
        cases = await gather(db, unit, places.codes, matching, way, now=now)
        return Workload(unit, places, cases, cases)
    cases = await gather(db, _GRIDS, places.grids, matching, way, now=now)
    return Workload(unit, places, cases, _spread(cases, places.parts))


def _spread(cases: Cases, parts: Parts) -> Cases:
    """Count each case for every place that its grid is a part of, or else for none."""
    order = np.argsort(parts.grid, kind="stable")
    grid, place = parts.grid[order], np.append(parts.place[order], NONE)
    begins, ends = (np.searchsorted(grid, cases["place"], side) for side in ("left", "right"))
    times = np.maximum(ends - begins, 1)
    spread = np.repeat(cases, times)
    later = np.arange(len(spread)) - np.repeat(np.cumsum(times) - times, times)
    found = np.repeat(np.where(ends > begins, begins, len(grid)), times) + later
    spread["place"] = place[found]
    return spread


async def classes(db: AsyncSession, *, chinese: bool = True) -> Classes:
    """Read the major classes, by code; of several schemes that have one, the last one's name."""
    number = func.uuid_hash_extended(Category.id, 0)
    rows = (
        await db.execute(
            select(number, Category.major_code, Category.major_name, Category.major_name_en)
            .join(CategoryScheme, CategoryScheme.id == Category.scheme_id)
            .order_by(CategoryScheme.code, CategoryScheme.version)
        )
    ).all()
    named = {row[1]: row[2] if chinese else row[3] or row[2] for row in rows}
    codes = sorted(named)
    places = {code: place for place, code in enumerate(codes)}
    of_category = {row[0]: places[row[1]] for row in rows}
    return Classes(codes, [named[code] for code in codes], of_category)
