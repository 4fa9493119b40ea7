"""Asking whose an incident would be, without reporting one."""

import asyncio
from datetime import datetime
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from geodata.crs import Crs, to_wgs84
from gridsvc.http.answers import json_answer, problems
from gridsvc.http.content import JsonBody
from gridsvc.http.deps import Now, ReadDb, StateDep
from gridsvc.http.requires import CanAsk
from gridsvc.http.values import Code, Moment, Text
from gridsvc.routing import batch
from gridsvc.routing.record import record_of
from gridsvc.routing.schemas import CategoryCode, RouteAnswers, RouteRequest, RoutingRecord
from gridsvc.routing.service import Matter, Position, Router

router = APIRouter(prefix="/v1", tags=["routing"], responses=problems(401, 403, 422))

Lon = Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False)]
Lat = Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False)]
Accuracy = Annotated[float, Query(ge=0, le=100_000, allow_inf_nan=False)]


def _router(request: Request) -> Router:
    found: Router = request.app.state.desk.router
    return found


@router.get("/who-owns", response_model=RoutingRecord)
async def who_owns(
    *,
    request: Request,
    _: CanAsk,
    db: ReadDb,
    now: Now,
    lon: Lon,
    lat: Lat,
    crs: Crs,
    category: CategoryCode,
    scheme: Code | None = None,
    accuracy_m: Accuracy = 0.0,
    at: Moment | None = None,
    address: Annotated[Text | None, Query(max_length=500)] = None,
    asset: Annotated[Code | None, Query(description="code of the component")] = None,
) -> Response:
    """Decide whose a matter at a point would be; nothing is written."""
    asked = _router(request)
    x, y = to_wgs84(lon, lat, crs)
    matter = Matter(
        category=category,
        scheme=scheme,
        position=Position(x, y, accuracy_m),
        at=at or now,
        address=address,
        asset=asset,
    )
    answer = await asked.ask(db, await asked.atlas.newest(db), matter)
    return json_answer(record_of(answer))


@router.post("/route", response_model=RouteAnswers, responses=problems(413, 415))
async def route(
    *,
    request: Request,
    _: CanAsk,
    __: JsonBody,
    db: ReadDb,
    state: StateDep,
    now: Now,
    body: RouteRequest,
) -> dict[str, Any]:
    """Decide up to 10,000 points in one call; the answers are in the order of the points."""
    asked = _router(request)
    edition = await asked.atlas.newest(db)
    matters = await asyncio.to_thread(_matters, body, now)
    points = await batch.asked(db, asked, edition, matters)
    # Everything is read: the connection is another's while this one waits and reckons.
    await db.close()
    async with state.heavy:
        answers = await asyncio.to_thread(
            batch.decide_all, edition, points, margin_m=state.settings.outside_margin_m
        )
    return {"map_version": edition.version, "answers": answers}


def _matters(body: RouteRequest, now: datetime) -> list[Matter]:
    """Bring all points to WGS84 at once; what the way back from GCJ-02 repeats is costly."""
    given = np.array([(point.lon, point.lat) for point in body.points])
    lon, lat = to_wgs84(given[:, 0], given[:, 1], body.crs)
    return [
        Matter(
            category=point.category,
            scheme=body.scheme,
            position=Position(x, y, point.accuracy_m or 0.0),
            at=point.at or now,
        )
        for point, x, y in zip(body.points, lon.tolist(), lat.tolist(), strict=True)
    ]
