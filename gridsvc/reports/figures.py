"""The workload as data, for other programs; nothing is drawn."""

import asyncio
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Principal
from gridsvc.errors import Invalid
from gridsvc.http.answers import json_answer, problems
from gridsvc.http.deps import Now, ReadDb, SettingsDep, StateDep
from gridsvc.http.language import Language
from gridsvc.http.noting import note_export
from gridsvc.http.requires import CanReadIncidents
from gridsvc.http.values import Code, Moment
from gridsvc.incidents.search import Filters
from gridsvc.reports.counting import By, Way
from gridsvc.reports.figure_schemas import WorkloadOut
from gridsvc.reports.parts import Each, Steps
from gridsvc.reports.told import Told, as_csv, as_json
from gridsvc.reports.units import Kind, chosen, units
from gridsvc.reports.workload import classes, read_workload, workload_of

router = APIRouter(prefix="/v1", tags=["reports"], responses=problems(401, 403, 422))

Time = Annotated[Moment | None, Query()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What numbers are asked for."""

    unit: str
    filters: Filters
    way: Way
    each: Each | None
    split: bool
    against: Filters | None


async def asked_for(
    *,
    now: Now,
    settings: SettingsDep,
    unit: Annotated[
        Code, Query(description="a level, a zone layer, organisation or worker")
    ] = Kind.ORGANISATION,
    category: Annotated[Code | None, Query(description="minor or major")] = None,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    until: Annotated[Moment | None, Query(alias="to")] = None,
    each: Annotated[Each | None, Query(description="numbers of each step as well")] = None,
    split: Annotated[
        Literal["category"] | None, Query(description="numbers of each major class as well")
    ] = None,
    against_from: Annotated[Moment | None, Query(description="of a second period")] = None,
    against_to: Moment | None = None,
    by: Annotated[By, Query(alias="as")] = By.ROUTED,
    at: Annotated[Moment | None, Query(description="whose map, as reassigned")] = None,
) -> Asked:
    """Read what numbers are asked for."""
    _require_sense(by, at, since, each)
    filters = Filters(category=category, since=since, until=until)
    _require_order(filters, "from", "to")
    return Asked(
        unit=unit,
        filters=filters,
        way=Way(by, at or now, settings),
        each=each,
        split=split is not None,
        against=_second(filters, against_from, against_to),
    )


def _require_sense(by: By, at: datetime | None, since: datetime | None, each: Each | None) -> None:
    if at is not None and by is By.ROUTED:
        raise Invalid(
            "map_not_asked",
            en="As they were routed, incidents count by the maps of then: `at` needs "
            "`as=reassigned`.",
            zh="按当时判责统计不涉及其他时间的地图；使用 at 时请给出 as=reassigned。",
            field="at",
        )
    if each is not None and since is None:
        raise Invalid(
            "from_missing",
            en="Steps begin somewhere: `each` needs `from`.",
            zh="分步统计需要起点：使用 each 时请给出 from。",
            field="from",
        )


def _require_order(filters: Filters, since: str, until: str) -> None:
    if filters.since and filters.until and filters.since >= filters.until:
        raise Invalid(
            "invalid_interval",
            en=f"`{since}` must be before `{until}`.",
            zh=f"{since} 必须早于 {until}。",
            field=since,
        )


def _second(first: Filters, since: datetime | None, until: datetime | None) -> Filters | None:
    """Take the other filters of the first period for the second one."""
    if since is None and until is None:
        return None
    if since is None or until is None:
        raise Invalid(
            "half_a_period",
            en="The second period has two ends: give both `against_from` and `against_to`.",
            zh="对比时段需要同时给出 against_from 和 against_to。",
            field="against_to" if until is None else "against_from",
        )
    second = replace(first, since=since, until=until)
    _require_order(second, "against_from", "against_to")
    return second


@router.get("/workload", response_model=WorkloadOut, responses={200: {"content": {"text/csv": {}}}})
async def workload(
    *,
    request: Request,
    who: CanReadIncidents,
    db: ReadDb,
    now: Now,
    state: StateDep,
    asked: Annotated[Asked, Depends(asked_for)],
    language: Language,
    f: Literal["json", "csv"] = "json",
) -> Response:
    """Count the incidents that the caller may see, for each place of a unit.

    They count as they were routed or, with `as=reassigned`, by the map in force `at` a time, now by
    default. Columns are arrays in the order of `codes`. `open` and `overdue` are those of now.
    """
    async with state.heavy if asked.way.by is By.REASSIGNED else nullcontext():
        told = await _told(db, asked, who=who, now=now, chinese=language == "zh")
    await db.close()
    if f == "json":
        return json_answer(await asyncio.to_thread(as_json, told))
    body = await asyncio.to_thread(as_csv, told)
    await note_export(request, f)
    headers = {"Content-Disposition": 'attachment; filename="workload.csv"'}
    return Response(body, headers=headers, media_type="text/csv; charset=utf-8")


async def _told(
    db: AsyncSession, asked: Asked, *, who: Principal, now: datetime, chinese: bool
) -> Told:
    """Read everything that is to be told."""
    unit = chosen(asked.unit, await units(db, chinese=chinese), chinese=chinese)
    filters = asked.filters
    whole = await read_workload(db, unit, filters, asked.way, who=who, now=now)
    second = None
    if asked.against is not None:
        second = await workload_of(
            db, unit, whole.places, asked.against, asked.way, who=who, now=now
        )
    return Told(
        whole=whole,
        filters=filters,
        way=asked.way,
        now=now,
        steps=_steps(asked, now),
        classes=await classes(db, chinese=chinese) if asked.split else None,
        second=second,
        against=asked.against,
    )


def _steps(asked: Asked, now: datetime) -> Steps | None:
    if asked.each is None or asked.filters.since is None:
        return None
    until = asked.filters.until or now
    return Steps.of(asked.filters.since, until, asked.each, asked.way.settings.zone)
