"""Every lookup that depends on time takes `at`, and answers by what was in force then."""

from collections.abc import Iterator
from typing import Any, get_args

import httpx
import pytest
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel

from gridsvc.auth.principal import Role
from tests.factories import at
from tests.fixtures.web import ClientOf
from tests.rules.test_endpoints import PUTS
from tests.test_architecture import PUBLIC, endpoints

HAVE_NO_TIME = {
    "/v1/organisations": "organisations have no versions",
    "/v1/openapi.json": "of this program",
    "/v1/me": "of the caller",
    "/basemap/{name}/{z}/{x}/{y}": "a picture of the ground, as its file has it",
    "/account": "the caller's own, as it is",
    "/account/second-factor": "as above",
    "/v1/accounts": "each with all its appointments, from and to",
    "/v1/accounts/{login}/appointments": "as above",
    "/v1/accounts/{login}/credentials": "those that are good now",
    "/v1/accounts/{login}/identities": "as they are; the audit log tells when they were not",
    "/v1/audit": "what was done, asked for by when",
    "/v1/audit/verify": "every event of a case, with its time",
    "/v1/me/credentials": "those that are good now",
    "/v1/roles": "roles as they are; who had them when, their appointments tell",
    "/briefings": "those that were kept, each of its day",
    "/v1/briefings": "as above",
    "/v1/briefings/{day}": "of the day that is named, as it was kept",
    "/v1/briefings/{day}.pdf": "as above",
    "/v1/notices": "the caller's inbox",
    "/v1/me/mail": "the caller's wishes",
    "/v1/webhooks": "the caller's, as they fare now",
    "/v1/webhooks/{webhook_id}": "as above",
    "/v1/webhooks/{webhook_id}/deliveries": "messages, with their times",
    "/whistles": "as they stand",
    "/whistles/new": "a whistle to be blown",
    "/whistles/{whistle_id}": "as it stands",
    "/maps/whistles/{whistle_id}": "the zones by which it called",
    "/v1/whistles": "as they stand; each event has its time",
    "/v1/whistles/{whistle_id}": "as above",
    "/v1/incidents": "what happened, asked for by when it was reported; each keeps its decisions",
    "/v1/incidents/{incident_id}": "as above",
    "/v1/incidents/{incident_id}/routing": "every decision with its time and its map",
    "/v1/incidents/{incident_id}/routing/map": "the newest decision, by its own map",
    "/v1/incidents/{incident_id}/events": "everything that happened, with its time",
    "/v1/incidents/{incident_id}/similar": "open cases, within hours of it",
    "/v1/incidents/{incident_id}/clock": "by the calendar that set the due time",
    "/v1/incidents/{incident_id}/actions": "what may be done now",
    "/cases/{incident_id}": "the case as it stands, with all that happened to it",
    "/queue": "what waits now",
    "/board": "as things stand, and then as they change",
    "/v1/duty": "who looks after the grids now",
    "/v1/live": "as things stand, and then as they change",
    "/v1/dispatching": "what was dispatched, asked for by when",
    "/v1/process": "by which reports are filed now; each case keeps its own",
    "/v1/layers": "each with its newest release; the next line tells them all",
    "/v1/layers/{layer}/releases": "every release with its validity",
    "/v1/areas/{code}/history": "every version with its validity",
    "/v1/assets/{code}/versions": "every version with its validity",
    "/v1/rules/{code}/versions": "every version with its validity",
    "/v1/borders/{code}/versions": "every version with its validity",
    "/v1/deadline": "`start` is its time",
    "/v1/drafts": "drafts are in force at no time",
    "/v1/drafts/{draft_id}": "as above; what it would do is asked of diff, checks, cases",
    "/v1/drafts/{draft_id}/log": "everything done to it, with its time",
    "/v1/drafts/{draft_id}/areas": "what it holds",
    "/v1/drafts/{draft_id}/rows": "what it holds",
    "/indicators": "as things stand now; GET /v1/indicators/{code} takes `at`",
    "/categories": "every version, with its validity",
    "/categories/{code}/{number}": "the version that is named",
    "/v1/category-schemes": "every version, with its validity",
    "/v1/category-schemes/{code}/workbook": "the version that is named",
    "/v1/drafts/{draft_id}/sheet": "what it holds",
    "/planning": "the desk, as it is",
    "/planning/reroutings/new": "which open cases would move now",
    "/planning/{draft_id}": "the desk, as it is",
    "/planning/{draft_id}/rebase": "what is in force now beside the draft",
    "/planning/{draft_id}/lab": "the desk, as it is",
    "/planning/{draft_id}/rollback": "what would be restored now",
    "/planning/{draft_id}/rows": "what it holds",
    "/planning/{draft_id}/rows/new": "a row to be written",
    "/planning/{draft_id}/rows/{number}": "what it holds",
    "/maps/drafts/{draft_id}": "the map of the draft beside what is in force now",
    "/maps/workload": "draws the areas of now; GET /v1/workload takes `at`",
    "/maps/workload/steps": "as above",
    "/maps/replays/{replay_id}": "what the replay found",
    "/v1/replays": "against the map of now; `gridsvc replay --in-force` takes another time",
    "/v1/replays/{replay_id}": "as above",
    "/v1/proposals": "of the last `months`",
    "/incidents/{incident_id}/attachments": "each with its time; its events say what became of it",
    "/v1/incidents/{incident_id}/attachments": "as above",
    "/v1/incidents/{incident_id}/attachments/{attachment_id}": "as above",
    "/v1/incidents/{incident_id}/attachments/{attachment_id}/file": "as above",
    "/v1/incidents/{incident_id}/attachments/{attachment_id}/metadata": "as above",
    "/v1/incidents/{incident_id}/attachments/{attachment_id}/original": "as above",
    "/v1/incidents/{incident_id}/attachments/{attachment_id}/thumbnails/{size}": "as above",
    "/v1/uploads/{upload_id}": "under way",
    "/v1": "of this program",
    "/v1/conformance": "as above",
    "/v1/tileMatrixSets": "as above",
    "/v1/tileMatrixSets/WebMercatorQuad": "as above",
    "/v1/collections": "what tiles are drawn of now",
    "/v1/collections/{collection}": "as above",
    "/v1/collections/{collection}/tiles": "as above",
    "/v1/collections/{collection}/tiles/WebMercatorQuad": "as above",
    "/v1/collections/{collection}/tiles/WebMercatorQuad/{zoom}/{row}/{column}": "as above",
    "/v1/collections/workload/tiles/WebMercatorQuad/{zoom}/{row}/{column}": "as above",
    "/v1/reroutings": "jobs, with their times",
    "/v1/reroutings/{rerouting_id}": "as above",
}
LOOK_UP_BY_POST = {"/v1/route", "/v1/rules/check"}
TIMES = {"at", "valid_from"}


def query(dependant: Dependant) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for below in dependant.dependencies:
        yield from query(below)


def fields(model: Any) -> Iterator[str]:
    """The names of a body's fields, however deep."""
    if isinstance(model, type) and issubclass(model, BaseModel):
        for name, field in model.model_fields.items():
            yield name
            yield from fields(field.annotation)
    for inner in get_args(model):
        yield from fields(inner)


def takes_time(route: Any) -> bool:
    asked = {*query(route.dependant)}
    for body in route.dependant.body_params:
        asked.update(fields(body.field_info.annotation))
    return bool(asked & TIMES)


LOOKUPS = {
    route.path: takes_time(route)
    for name, route in endpoints()
    if name not in PUBLIC
    if name.startswith("GET ") or (name.startswith("POST ") and route.path in LOOK_UP_BY_POST)
}


@pytest.mark.parametrize("path", sorted(LOOKUPS))
def test_a_lookup_takes_a_time_or_it_is_said_why_not(path: str) -> None:
    assert LOOKUPS[path] != (path in HAVE_NO_TIME)


def test_nothing_is_excused_that_is_not_there() -> None:
    assert HAVE_NO_TIME.keys() - LOOKUPS.keys() == set()


LON, LAT = at(0.5, 0.5)
HERE = {"lon": LON, "lat": LAT, "crs": "wgs84"}
BEFORE, SINCE = "2025-06-01T00:00:00Z", "2026-03-01T00:00:00Z"
"""Before the city of squares began, and since."""


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("areas/locate", HERE),
        ("areas", {"level": "street"}),
        ("areas/S1", {}),
        ("zones", {"layer": "cleaning"}),
        ("zones/Z1", {}),
        ("responsibilities", {}),
        ("categories", {}),
        ("who-owns", {**HERE, "category": "0201"}),
    ],
)
async def test_before_anything_was_in_force_nothing_is_found(
    client_of: ClientOf, path: str, asked: dict[str, Any]
) -> None:
    centre = await client_of(Role.COMMAND_CENTRE)
    then, now = [
        await centre.get(f"/v1/{path}", params={**asked, "at": moment})
        for moment in (BEFORE, SINCE)
    ]
    assert now.status_code == 200, now.text
    assert then.status_code in {200, 404, 422}
    assert then.json() != now.json()


async def test_many_points_are_each_decided_by_their_time(client_of: ClientOf) -> None:
    worker = await client_of(Role.GRID_WORKER)
    point = {"lon": LON, "lat": LAT, "category": "0201"}
    points = [{**point, "at": SINCE}, {**point, "at": BEFORE}]
    answer = await worker.post("/v1/route", json={"crs": "wgs84", "points": points})
    assert answer.json()["code"] == "unknown_category"
    answer = await worker.post("/v1/route", json={"crs": "wgs84", "points": points[:1]})
    assert [one["lead"] for one in answer.json()["answers"]] == ["clean1"]


@pytest.mark.parametrize(("path", "body"), PUTS)
async def test_what_begins_later_is_not_there_before(
    client_of: ClientOf, path: str, body: dict[str, Any]
) -> None:
    planner: httpx.AsyncClient = await client_of(Role.PLANNER)
    since = "2098-01-01T00:00:00Z"
    put = await planner.put(f"/v1/{path}", json={**body, "valid_from": since})
    assert put.status_code == 200, put.text
    what, _, code = path.partition("/")
    found = [
        [one["code"] for one in (await planner.get(f"/v1/{what}", params={"at": moment})).json()]
        for moment in ("2097-12-31T23:59:59Z", since)
    ]
    assert found == [[], [code]]
