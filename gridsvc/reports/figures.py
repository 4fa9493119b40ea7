"""The workload as data, for other programs; nothing is drawn."""

from contextlib import nullcontext
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel

from gridsvc.errors import Invalid
from gridsvc.http.answers import json_answer, problems
from gridsvc.http.deps import Now, ReadDb, SettingsDep, StateDep
from gridsvc.http.requires import CanReadIncidents
from gridsvc.http.values import Code, Moment
from gridsvc.incidents.search import Filters
from gridsvc.reports.counting import By, Way, counts
from gridsvc.reports.units import chosen, units

router = APIRouter(prefix="/v1", tags=["reports"], responses=problems(401, 403, 422))


class CountOut(BaseModel):
    code: str | None
    """Of the area or the organisation; None for what has none."""
    filed: int
    open: int
    overdue: int
    closed: int


class WorkloadOut(BaseModel):
    unit: str | None
    counted: Literal["routed", "reassigned"]
    map_of: datetime | None
    """The time whose map the incidents were assigned to."""
    total: int
    counts: list[CountOut]


@router.get("/workload", response_model=WorkloadOut)
async def workload(
    *,
    who: CanReadIncidents,
    db: ReadDb,
    now: Now,
    state: StateDep,
    settings: SettingsDep,
    unit: Annotated[Code | None, Query()] = None,
    category: Annotated[Code | None, Query()] = None,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    until: Annotated[Moment | None, Query(alias="to")] = None,
    by: Annotated[By, Query(alias="as")] = By.ROUTED,
    at: Moment | None = None,
) -> Response:
    """Count the incidents that the caller may see, by organisation or by area of a `unit`.

    A unit is a level or a zone layer. Incidents count as they were routed or, with
    `as=reassigned`, by the map in force `at` a time, now by default.
    """
    _require_sense(by, at)
    filters = Filters(category=category, since=since, until=until)
    way = Way(by, at or now, settings)
    async with state.heavy if by is By.REASSIGNED else nullcontext():
        known = await units(db, chinese=True) if unit is not None else []
        asked = None if unit is None else chosen(unit, known, chinese=True)
        found = await counts(db, asked, filters, way, who=who, now=now)
    return json_answer(
        {
            "unit": unit,
            "counted": by,
            "map_of": way.at if by is By.REASSIGNED else None,
            "total": sum(one.filed for one in found),
            "counts": found,
        }
    )


def _require_sense(by: By, at: datetime | None) -> None:
    if at is not None and by is By.ROUTED:
        raise Invalid(
            "map_not_asked",
            en="As they were routed, incidents count by the maps of then: `at` needs "
            "`as=reassigned`.",
            zh="按当时判责统计不涉及其他时间的地图；使用 at 时请给出 as=reassigned。",
            field="at",
        )
