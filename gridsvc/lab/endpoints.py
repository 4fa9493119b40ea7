"""The rule lab over HTTP: replays of the past against a draft."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from gridsvc.http.answers import json_answer, problems
from gridsvc.http.content import JsonBody
from gridsvc.http.deps import Now, ReadDb, StateDep, WriteDb
from gridsvc.http.requires import CanPlan
from gridsvc.http.uploads import UNPACKED, SentForm, form_body
from gridsvc.lab import service
from gridsvc.lab.admission import require_admissible
from gridsvc.lab.corrections import corrections
from gridsvc.lab.interval import Interval
from gridsvc.lab.proposals import LEAST, proposals
from gridsvc.lab.schemas import MONTHS, PastIn, ProposalOut, ReplayIn, ReplayOut, ReplayWithResult
from gridsvc.lab.telling import as_replay, with_result

router = APIRouter(prefix="/v1", tags=["lab"], responses=problems(401, 403, 422))


@router.post(
    "/replays",
    status_code=202,
    response_model=ReplayWithResult,
    responses=problems(404, 409, 413, 415),
)
async def begin_replay(
    body: ReplayIn, who: CanPlan, _: JsonBody, db: WriteDb, now: Now
) -> Response:
    """Have past incidents decided by a draft; asked again while under way, it is the same."""
    run = await service.begin(db, body.draft, body.interval(now), who=who, now=now)
    headers = {"Location": f"/v1/replays/{run.id}"}
    return json_answer(with_result(run), status=202, headers=headers)


@router.post(
    "/replays/file",
    status_code=202,
    response_model=ReplayWithResult,
    responses=problems(404, 409, 413, 415),
    openapi_extra=form_body(PastIn),
)
async def begin_replay_of_file(
    who: CanPlan, sent: SentForm, *, state: StateDep, db: WriteDb, now: Now
) -> Response:
    """Have the past matters of a file decided by a draft: CSV, Parquet or GeoPackage.

    The file is kept until the replay has ended, and no longer.
    """
    how = sent.read(PastIn)
    require_admissible(sent.path, most_bytes=UNPACKED * state.settings.max_upload_bytes)
    said = how.said()
    # What is wrong with the whole of it is answered at once; single rows are the job's.
    await asyncio.to_thread(lambda: said.past(sent.path, state.settings.zone).source())
    run = await service.begin_file(db, how.draft, sent.path, said=said, who=who, now=now)
    headers = {"Location": f"/v1/replays/{run.id}"}
    return json_answer(with_result(run), status=202, headers=headers)


@router.get("/replays", response_model=list[ReplayOut])
async def list_replays(
    *,
    who: CanPlan,
    db: ReadDb,
    draft: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
) -> Response:
    """List the replays that the caller asked for, the newest first."""
    found = await service.listed(db, who=who, limit=limit, draft_id=draft)
    return json_answer([as_replay(run) for run in found])


@router.get("/replays/{replay_id}", response_model=ReplayWithResult, responses=problems(404))
async def get_replay(replay_id: UUID, who: CanPlan, db: ReadDb) -> Response:
    """Read how far a replay has come and, once it is done, who would have had what."""
    return json_answer(with_result(await service.get(db, replay_id, who=who)))


@router.delete("/replays/{replay_id}", response_model=ReplayWithResult, responses=problems(404))
async def cancel_replay(replay_id: UUID, who: CanPlan, db: WriteDb, now: Now) -> Response:
    """End a replay; one that has ended stays as it is."""
    return json_answer(with_result(await service.cancel(db, replay_id, who=who, now=now)))


@router.get("/proposals", response_model=list[ProposalOut])
async def list_proposals(
    *,
    who: CanPlan,
    db: ReadDb,
    state: StateDep,
    now: Now,
    months: Annotated[int, Query(ge=1, le=MONTHS)] = 12,
    least: Annotated[int, Query(ge=LEAST, le=1_000_000)] = LEAST,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> Response:
    """Learn from corrections: owners that people chose against the decision, the commonest first.

    Only cases that the caller may see are counted. Nothing is changed.
    """
    since = Interval.last(months, now=now).since
    async with state.heavy:
        found = await corrections(db, since=since, who=who)
        proposed = await asyncio.to_thread(proposals, found, least=least)
    return json_answer(proposed[:limit])
