"""A file with all its bytes becomes an attachment of its incident, or is refused with a reason."""

from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from gridsvc.attachments.cabinet import Cabinet
from gridsvc.attachments.upkeep import go_on
from gridsvc.auth.principal import Role
from gridsvc.db.base import new_id
from tests.attachments.sending import attach, begin, report, send, work
from tests.factories import report_body
from tests.files.photos import MAKER, PLACE, bomb, photo, telling_photo
from tests.fixtures.web import ClientOf


@pytest.fixture
async def worker(cabinet: Cabinet, client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.GRID_WORKER)


async def events(client: httpx.AsyncClient, incident: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get(f"/v1/incidents/{incident}/events")).json()
    return found


async def test_the_story_of_a_photo(
    worker: httpx.AsyncClient, cabinet: Cabinet, client_of: ClientOf
) -> None:
    incident, content = await report(worker), telling_photo()
    address = await attach(worker, cabinet, incident, content)
    shown = (await worker.get(f"/v1/incidents/{incident}")).json()
    (listed,) = shown["attachments"]
    assert listed == (await worker.get(address)).json()
    assert [listed] == (await worker.get(address.rpartition("/")[0])).json()
    assert (listed["name"], listed["kind"], listed["state"]) == ("现场.jpg", "jpeg", "ready")
    assert (listed["width"], listed["height"], listed["bytes"]) == (48, 64, len(content))

    added = (await events(worker, incident))[-1]
    assert (added["action"], added["detail"]["attachment"]) == ("attach", listed["id"])
    assert added["from_status"] == added["to_status"] == shown["status"]
    assert shown["version"] == 2

    saved = await worker.get(listed["file"])
    assert MAKER.encode() not in saved.content
    assert b"Exif" not in saved.content
    assert saved.headers["Content-Type"] == "image/jpeg"
    assert saved.headers["Content-Disposition"] == (
        "attachment; filename*=UTF-8''%E7%8E%B0%E5%9C%BA.jpg"
    )
    assert saved.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert saved.headers["X-Content-Type-Options"] == "nosniff"
    small = await worker.get(listed["thumbnails"]["small"])
    with Image.open(BytesIO(small.content)) as picture:
        assert picture.size == (48, 64)

    centre = await client_of(Role.COMMAND_CENTRE)
    told = (await centre.get(f"{address}/metadata")).json()
    assert (told["make"], told["lon"], told["lat"]) == (MAKER, *PLACE)
    assert (await centre.get(f"{address}/original")).content == content
    auditor = await client_of(Role.AUDITOR)
    noted = (await auditor.get("/v1/audit", params={"deed": "inspected"})).json()["entries"]
    looks = [(it["by"], it["about"].rpartition("/")[2]) for it in noted]
    assert sorted(looks) == [(Role.COMMAND_CENTRE, "metadata"), (Role.COMMAND_CENTRE, "original")]
    for private in ("original", "metadata"):
        assert (await worker.get(f"{address}/{private}")).status_code == 403


async def test_a_photo_that_comes_before_its_report_waits_for_it(
    worker: httpx.AsyncClient, cabinet: Cabinet
) -> None:
    incident = str(new_id())
    sent = await send(worker, incident, photo())
    await work(cabinet)
    assert (await worker.get(f"/v1/uploads/{sent}")).json()["state"] == "waiting"
    await worker.post("/v1/incidents", json=report_body(0.5, 0.5, id=incident))
    await go_on(cabinet)
    assert [await work(cabinet) for _ in range(2)] == [2, 0]  # looked at, then drawn, each once
    assert (await worker.get(f"/v1/uploads/{sent}")).json()["state"] == "attached"
    found = (await worker.get(f"/v1/incidents/{incident}/attachments")).json()
    assert [it["id"] for it in found] == [str(sent)]
    assert [it["action"] for it in await events(worker, incident)] == ["report", "attach"]
    assert [it.key async for it in cabinet.storage.listed("uploads")] == []


async def test_a_stranger_adds_nothing_and_learns_nothing(
    worker: httpx.AsyncClient, cabinet: Cabinet, client_of: ClientOf
) -> None:
    incident = await report(worker)
    stranger = await client_of(Role.GRID_WORKER, login="stranger")
    for of in (incident, str(new_id())):
        begun = await begin(stranger, of, 9)
        assert begun.status_code == 201
        state = (await stranger.get(begun.headers["Location"])).json()
        assert (state["state"], state["incident"]) == ("receiving", of)
    sent = await send(stranger, incident, photo())
    await work(cabinet)
    assert (await stranger.get(f"/v1/uploads/{sent}")).json()["state"] == "waiting"
    assert (await worker.get(f"/v1/incidents/{incident}/attachments")).json() == []


REFUSED = {
    "kind_not_taken": b"<html><script>alert(1)</script></html>",
    "picture_damaged": b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
    "too_many_pixels": bomb(20_000),
}


async def test_what_is_refused_says_why_leaves_nothing_and_stops_nothing(
    worker: httpx.AsyncClient, cabinet: Cabinet
) -> None:
    incident = await report(worker)
    sent = {code: await send(worker, incident, it) for code, it in REFUSED.items()}
    await work(cabinet)
    for code, upload in sent.items():
        found = (await worker.get(f"/v1/uploads/{upload}")).json()
        assert (found["state"], found["failure"]["code"]) == ("refused", code)
        assert found["failure"]["zh"]
    assert (await worker.get(f"/v1/incidents/{incident}/attachments")).json() == []
    assert [it async for it in cabinet.storage.listed("")] == []


async def test_more_than_an_incident_takes_are_refused_when_they_meet_it(
    worker: httpx.AsyncClient, cabinet: Cabinet, client_of: ClientOf
) -> None:
    """Two people who send at once are each below the limit."""
    incident, centre = await report(worker), await client_of(Role.COMMAND_CENTRE)
    sent = [(who, await send(who, incident, photo())) for who in (worker, centre) for _ in "12"]
    await work(cabinet)
    states = [(await who.get(f"/v1/uploads/{it}")).json()["state"] for who, it in sent]
    assert sorted(states) == ["attached"] * 3 + ["refused"]


async def test_a_case_that_has_ended_keeps_its_end(
    worker: httpx.AsyncClient, cabinet: Cabinet
) -> None:
    """A phone was without a network for days."""
    incident = await report(worker)
    ending = {"action": "withdraw", "note": "重复上报"}
    path = f"/v1/incidents/{incident}/transitions"
    ended = (await worker.post(path, json=ending, headers={"If-Match": '"1"'})).json()
    await attach(worker, cabinet, incident, photo())
    shown = (await worker.get(f"/v1/incidents/{incident}")).json()
    assert shown["closed_at"] == ended["closed_at"] is not None
    assert len(shown["attachments"]) == 1


async def test_one_that_is_withdrawn_is_listed_and_not_given_out(
    worker: httpx.AsyncClient, cabinet: Cabinet, client_of: ClientOf
) -> None:
    incident = await report(worker)
    address = await attach(worker, cabinet, incident, photo())
    handler = await client_of(Role.DISPATCHER)
    refused = await handler.post(f"{address}/withdrawal", json={"note": "路人"})
    assert refused.status_code == 403
    blank = await worker.post(f"{address}/withdrawal", json={"note": " "})
    assert (blank.status_code, blank.json()["code"]) == (422, "note_required")
    for _ in range(2):
        gone = (await worker.post(f"{address}/withdrawal", json={"note": "路人"})).json()
        assert (gone["state"], gone["file"], gone["thumbnails"]) == ("withdrawn", None, None)
    answer = await worker.get(f"{address}/file")
    assert (answer.status_code, answer.json()["code"]) == (409, "attachment_withdrawn")
    assert [it["action"] for it in await events(worker, incident)] == ["report", "attach", "detach"]


async def test_a_step_shows_attachments_of_its_own_case_that_are_ready(
    cabinet: Cabinet, client_of: ClientOf
) -> None:
    centre = await client_of(Role.COMMAND_CENTRE)
    mine, other = await report(centre), await report(centre)
    ready = (await attach(centre, cabinet, mine, photo())).rpartition("/")[2]
    elsewhere = (await attach(centre, cabinet, other, photo())).rpartition("/")[2]
    gone = await attach(centre, cabinet, mine, photo())
    await centre.post(f"{gone}/withdrawal", json={"note": "路人"})
    unready = await send(centre, mine, photo())
    etag = (await centre.get(f"/v1/incidents/{mine}")).headers["ETag"]
    path, refusal = f"/v1/incidents/{mine}/transitions", {"action": "refuse", "reason": "not_ours"}

    async def refuse(*documents: object) -> httpx.Response:
        body = {**refusal, "documents": [str(it) for it in documents]}
        return await centre.post(path, json=body, headers={"If-Match": etag})

    for document, code in {
        new_id(): "unknown_document",
        elsewhere: "unknown_document",
        unready: "unknown_document",
        gone.rpartition("/")[2]: "document_not_ready",
    }.items():
        answer = await refuse(ready, document)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (await refuse(ready)).status_code == 200
    assert (await events(centre, mine))[-1]["detail"]["documents"] == [ready]
