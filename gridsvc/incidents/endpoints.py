"""Incidents over HTTP. Each signature says who may call."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from gridsvc.auth.principal import Principal
from gridsvc.errors import Invalid
from gridsvc.http.answers import json_answer, problems
from gridsvc.http.content import JsonBody
from gridsvc.http.deps import Now, ReadDb, ServiceDb, WriteDb
from gridsvc.http.formats import MEDIA_TYPES, Format, WantedFormat
from gridsvc.http.idempotency import IdempotencyKey
from gridsvc.http.noting import note_export
from gridsvc.http.problems import problem
from gridsvc.http.query import BboxQuery, CursorQuery
from gridsvc.http.requires import CanAct, CanAnswer, CanReadIncidents, CanReport
from gridsvc.http.sealing import box_for
from gridsvc.http.values import Code, Moment
from gridsvc.http.versions import VersionRead
from gridsvc.incidents import answers, reading, reporters, service, transitions
from gridsvc.incidents.clock_schemas import ClockOut
from gridsvc.incidents.export import as_csv, as_feature, as_json
from gridsvc.incidents.kin import kin_of
from gridsvc.incidents.lifecycle import Status
from gridsvc.incidents.schemas import (
    AnswerRequest,
    EventOut,
    IncidentPage,
    IncidentReceipt,
    IncidentReport,
    IncidentWhole,
    RoutingOut,
    TransitionRequest,
)
from gridsvc.incidents.search import Filters, Listed, Page
from gridsvc.incidents.timing import timing
from gridsvc.personal.contact import PURPOSE, Named

router = APIRouter(prefix="/v1/incidents", tags=["incidents"])


@router.post(
    "",
    status_code=201,
    response_model=IncidentReceipt,
    responses={
        200: {"model": IncidentReceipt, "description": "The same report came before."},
        **problems(401, 403, 409, 413, 415, 422),
    },
)
async def report(
    *,
    body: IncidentReport,
    who: CanReport,
    _: JsonBody,
    db: ServiceDb,
    now: Now,
    request: Request,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Report an incident; the answer says who owns it and why."""
    contact = body.contact()
    named = Named(contact, box_for(request, PURPOSE)) if contact else None
    sent = service.Sent(body.report(), body.id, idempotency_key, named)
    receipt = await service.report(db, request.app.state.desk, sent, who=who, now=now)
    return json_answer(
        receipt.body,
        status=201 if receipt.created else 200,
        headers={"Location": f"/v1/incidents/{receipt.body['id']}", "ETag": '"1"'},
    )


@router.get(
    "",
    response_model=IncidentPage,
    responses={
        200: {"content": {"application/geo+json": {}, "text/csv": {}}},
        **problems(401, 403, 406, 422),
    },
)
async def list_incidents(
    *,
    request: Request,
    who: CanReadIncidents,
    db: ReadDb,
    wanted: WantedFormat,
    bbox: BboxQuery,
    cursor: CursorQuery,
    zone: Annotated[Code | None, Query(description="code of a zone")] = None,
    layer: Annotated[Code | None, Query(description="zone layer, of `zone` or of any")] = None,
    area: Annotated[Code | None, Query(description="code of an area of any level")] = None,
    status: Annotated[list[Status] | None, Query()] = None,
    category: Annotated[Code | None, Query(description="minor or major")] = None,
    since: Annotated[Moment | None, Query(alias="from", description="reported at or after")] = None,
    until: Annotated[Moment | None, Query(alias="to", description="reported before")] = None,
    merged_into: Annotated[UUID | None, Query(description="merged into this case")] = None,
    parent: Annotated[UUID | None, Query(description="parts of this case")] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> Response:
    """List the incidents that the caller may see, the newest first, page by page."""
    if since is not None and until is not None and since >= until:
        raise Invalid(
            "invalid_interval",
            en="`from` must be before `to`.",
            zh="from 必须早于 to。",
            field="from",
        )
    filters = Filters(
        bbox=bbox,
        zone=zone,
        layer=layer,
        area=area,
        status=tuple(status or ()),
        category=category,
        since=since,
        until=until,
        merged_into=merged_into,
        parent=parent,
    )
    page = await reading.page(db, filters, who=who, limit=limit, after=cursor)
    if wanted is not Format.JSON:
        # One connection at a time: with two, all could be held by those who wait for another.
        await db.close()
        await note_export(request, wanted.value, cases=len(page.rows))
    return _page(page, wanted)


def _page(page: Page, wanted: Format) -> Response:
    following = page.next.text() if page.next else None
    headers = {"Content-Type": MEDIA_TYPES[wanted], "Vary": "Accept"}
    if following:
        headers["X-Next-Cursor"] = following
    if wanted is Format.CSV:
        headers["Content-Disposition"] = 'attachment; filename="incidents.csv"'
        return Response(as_csv(page.rows), headers=headers)
    if wanted is Format.GEOJSON:
        features = [as_feature(row) for row in page.rows]
        body = {"type": "FeatureCollection", "features": features, "next": following}
        return json_answer(body, headers=headers)
    return json_answer(
        {"incidents": [as_json(row) for row in page.rows], "next": following}, headers=headers
    )


@router.get("/{incident_id}", response_model=IncidentWhole, responses=problems(401, 403, 404, 422))
async def get_incident(
    request: Request, incident_id: UUID, who: CanReadIncidents, db: ReadDb
) -> Response:
    """Read one incident. Its ETag is what a change must be made to."""
    row = await reading.one(db, incident_id, who=who)
    return await _whole(request, row, who, db=db)


async def _whole(request: Request, row: Listed, who: Principal, *, db: ReadDb) -> Response:
    """Answer with an incident, its reporter, its files, and the cases that belong to it."""
    made = row.incident.id
    body = {
        **as_json(row),
        "reporter": await reporters.masked(db, made, box=box_for(request, PURPOSE)),
        "attachments": await reading.attachments(db, made),
        "kin": await kin_of(db, row.incident, who=who),
    }
    return json_answer(body, headers={"ETag": f'"{row.incident.version}"'})


@router.get(
    "/{incident_id}/routing", response_model=RoutingOut, responses=problems(401, 403, 404, 422)
)
async def get_routing(incident_id: UUID, who: CanReadIncidents, db: ReadDb) -> Response:
    """Read the stored decisions: who owns it and why, by the map that was in force."""
    found = await reading.routing(db, incident_id, who=who)
    return json_answer(found.body, headers={"ETag": f'"{found.version}"'})


@router.get(
    "/{incident_id}/events", response_model=list[EventOut], responses=problems(401, 403, 404, 422)
)
async def get_events(incident_id: UUID, who: CanReadIncidents, db: ReadDb) -> list[EventOut]:
    """Read everything that happened to an incident, the first event first."""
    events = await reading.events(db, incident_id, who=who)
    return [
        EventOut(
            sequence=event.sequence,
            at=event.at,
            action=event.action,
            from_status=Status(event.from_status) if event.from_status else None,
            to_status=Status(event.to_status),
            note=event.note,
            detail=event.detail,
            hash=event.hash.hex(),
        )
        for event in events
    ]


@router.get("/{incident_id}/clock", responses=problems(401, 403, 404, 422))
async def get_clock(
    *, request: Request, incident_id: UUID, who: CanReadIncidents, db: ReadDb, now: Now
) -> ClockOut:
    """Read how the incident's clocks stand, of all stages, with an account of every minute."""
    found = await timing(db, incident_id, request.app.state.desk, who=who, now=now)
    return ClockOut.of(found)


@router.post(
    "/{incident_id}/transitions",
    response_model=IncidentWhole,
    responses=problems(401, 403, 404, 409, 412, 413, 415, 422, 428),
)
async def transition(
    *,
    request: Request,
    incident_id: UUID,
    body: TransitionRequest,
    who: CanAct,
    _: JsonBody,
    version: VersionRead,
    db: WriteDb,
    now: Now,
) -> Response:
    """Take an action. Which of them the caller may take says the table of transitions."""
    step = transitions.Step(body.action, body.said(), version)
    desk = request.app.state.desk
    row = await transitions.transition(db, incident_id, step, desk=desk, who=who, now=now)
    return await _whole(request, row, who, db=db)


@router.post(
    "/{incident_id}/routing/answer",
    response_model=RoutingOut,
    responses=problems(401, 403, 404, 409, 412, 413, 415, 422, 428),
)
async def answer_question(
    *,
    request: Request,
    incident_id: UUID,
    body: AnswerRequest,
    who: CanAnswer,
    _: JsonBody,
    version: VersionRead,
    db: WriteDb,
    now: Now,
) -> Response:
    """Answer the question that a decision asks; the same answer again changes nothing."""
    given = answers.Given(body.option, version, who, now)
    found = await answers.answer(db, incident_id, given, request.app.state.desk)
    if found.asked_anew:
        return _asked_anew(request, found.decided)
    return json_answer(found.decided.body, headers={"ETag": f'"{found.decided.version}"'})


def _asked_anew(request: Request, found: reading.Decided) -> Response:
    """Say that the map asks something else by now. Returned, not raised: what it asks is kept."""
    answer = problem(
        request,
        409,
        "Conflict",
        code="question_changed",
        en="The map has changed since this was asked. The case was decided anew: answer the"
        " question in `question`, if there is one.",
        zh="提问之后地图已变更，案件已按现行地图重新判责；如 question 中有新问题，请据此回答。",
        question=found.body["routing"]["question"],
        version=found.version,
    )
    answer.headers["ETag"] = f'"{found.version}"'
    return answer
