"""Uploads by tus 1.0.0: what was told is kept, whatever happens to the line or to the process."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import delete, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.attachments.cabinet import Cabinet
from gridsvc.attachments.receiving import PIECE
from gridsvc.auth.principal import Role
from gridsvc.db.base import new_id
from gridsvc.db.clock import utc_now
from gridsvc.errors import StorageAway
from gridsvc.files.model import Upload
from gridsvc.files.storage import Storage
from tests.attachments.sending import TUS, attach, begin, go_on_from, metadata, report, send
from tests.files.photos import photo
from tests.fixtures.web import ClientOf

CONTENT = bytes(range(256)) * 5_000
LENGTH = len(CONTENT)


async def kept(cabinet: Cabinet, path: str) -> bytes:
    """Read what of an upload is in the storage and in the database."""
    async with cabinet.database.sessions() as db:
        upload = await db.get_one(Upload, path.rpartition("/")[2])
    return await cabinet.storage.joined(upload.keys)


async def offset(client: httpx.AsyncClient, path: str) -> int:
    return int((await client.head(path, headers=TUS)).headers["Upload-Offset"])


@pytest.fixture
async def worker(cabinet: Cabinet, client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.GRID_WORKER)


async def test_a_file_in_pieces(worker: httpx.AsyncClient, cabinet: Cabinet) -> None:
    spoken = (await worker.options("/v1/uploads")).headers
    assert spoken["Tus-Version"] == spoken["Tus-Resumable"] == "1.0.0"
    assert spoken["Tus-Extension"] == "creation,expiration,termination"
    assert spoken["Tus-Max-Size"] == "20971520"

    begun = await begin(worker, new_id(), LENGTH)
    path = begun.headers["Location"]
    assert (begun.status_code, begun.headers["Upload-Offset"]) == (201, "0")
    for start in range(0, LENGTH, 500_000):
        sent = await go_on_from(worker, path, CONTENT[start : start + 500_000], offset=start)
        assert sent.status_code == 204
        assert await offset(worker, path) == min(start + 500_000, LENGTH)
    assert await kept(cabinet, path) == CONTENT
    told = await worker.head(path, headers=TUS)
    assert told.headers["Upload-Length"] == str(LENGTH)
    assert told.headers["Upload-Metadata"].startswith("incident ")
    assert told.headers["Cache-Control"] == "no-store"
    assert told.headers["Upload-Expires"].endswith("GMT")
    assert (await worker.get(path)).json()["state"] == "waiting"


class TestWhatBreaks:
    async def test_what_had_come_over_a_broken_line_is_kept_and_gone_on_with(
        self, worker: httpx.AsyncClient, app: FastAPI, cabinet: Cabinet
    ) -> None:
        path = (await begin(worker, new_id(), LENGTH)).headers["Location"]
        await broken_off(app, worker, path, CONTENT[: PIECE + 7])
        assert await offset(worker, path) == PIECE + 7
        rest = await go_on_from(worker, path, CONTENT[PIECE + 7 :], offset=PIECE + 7)
        assert rest.headers["Upload-Offset"] == str(LENGTH)
        assert await kept(cabinet, path) == CONTENT

    async def test_a_process_that_dies_goes_on_from_what_it_had_told(
        self, worker: httpx.AsyncClient, app: FastAPI, cabinet: Cabinet
    ) -> None:
        """It dies in its second piece, which is written and not told of; another takes over."""
        path = (await begin(worker, new_id(), LENGTH)).headers["Location"]
        app.state.cabinet = replace(cabinet, storage=DyingStorage(lambda: cabinet.storage.store))
        answer = await go_on_from(worker, path, CONTENT)
        assert (answer.status_code, answer.json()["code"]) == (503, "storage_away")
        app.state.cabinet = cabinet
        assert len([it async for it in cabinet.storage.listed("uploads")]) == 2
        assert await offset(worker, path) == PIECE
        await go_on_from(worker, path, CONTENT[PIECE:], offset=PIECE)
        assert await kept(cabinet, path) == CONTENT

    async def test_of_two_that_send_the_same_offset_one_is_told(
        self, worker: httpx.AsyncClient, app: FastAPI, cabinet: Cabinet
    ) -> None:
        path = (await begin(worker, new_id(), 6)).headers["Location"]
        rivals: list[Callable[[], Awaitable[httpx.Response]]] = [
            lambda: go_on_from(worker, path, b"abc")
        ]
        storage = RivalStorage(lambda: cabinet.storage.store, rivals)
        app.state.cabinet = replace(cabinet, storage=storage)
        second = await go_on_from(worker, path, b"xyz")
        assert (second.status_code, second.json()["code"]) == (409, "wrong_offset")
        assert second.json()["offset"] == 3
        assert second.headers["Tus-Resumable"] == "1.0.0"
        assert await kept(cabinet, path) == b"abc"


class DyingStorage(Storage):
    """Writes a second piece and does not live to tell."""

    async def put(self, key: str, content: bytes) -> None:
        there = [it async for it in self.listed("uploads")]
        await super().put(key, content)
        if there:
            raise StorageAway(en="killed", zh="killed")


@dataclass(frozen=True)
class RivalStorage(Storage):
    """While it writes, somebody else sends other bytes of the same offset."""

    rivals: list[Callable[[], Awaitable[httpx.Response]]]

    async def put(self, key: str, content: bytes) -> None:
        await super().put(key, content)
        if self.rivals:
            assert (await self.rivals.pop()()).status_code == 204


async def broken_off(app: FastAPI, client: httpx.AsyncClient, path: str, content: bytes) -> None:
    """Send a part of a body, and then nothing more: httpx itself sends all or nothing."""
    parts: list[dict[str, Any]] = [
        {"type": "http.request", "body": content, "more_body": True},
        {"type": "http.disconnect"},
    ]
    given = {
        b"authorization": client.headers["Authorization"].encode(),
        b"content-type": b"application/offset+octet-stream",
        b"tus-resumable": b"1.0.0",
        b"upload-offset": b"0",
    }
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "PATCH",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": list(given.items()),
    }

    async def receive() -> dict[str, Any]:
        return parts.pop(0)

    async def send_nowhere(_: object) -> None:
        return

    await app(scope, receive, send_nowhere)


PIECES: list[tuple[dict[str, Any], bytes, int, str]] = [
    ({"Upload_Offset": "-1"}, b"abc", 422, "invalid_length"),
    ({"Upload_Offset": "5"}, b"abc", 409, "wrong_offset"),
    ({"Tus_Resumable": "0.2.2"}, b"abc", 412, "unknown_protocol"),
    ({"Content_Type": "image/jpeg"}, b"abc", 415, "wrong_media_type"),
    ({}, bytes(11), 413, "beyond_length"),
]
UPLOADS: list[tuple[dict[str, str], int, str]] = [
    ({"Upload-Length": "0"}, 422, "file_empty"),
    ({"Upload-Length": "x"}, 422, "invalid_length"),
    ({"Upload-Length": "20971521"}, 413, "file_too_large"),
    ({"Upload-Metadata": ""}, 422, "invalid_metadata"),
    ({"Upload-Metadata": "incident x"}, 422, "invalid_metadata"),
    ({"Upload-Metadata": metadata(incident="1")}, 422, "invalid_metadata"),
    ({"Upload-Metadata": "incident " + "A" * 3_000}, 422, "invalid_metadata"),
    ({"Tus-Resumable": ""}, 412, "unknown_protocol"),
]


async def test_what_is_not_taken_says_why(worker: httpx.AsyncClient, cabinet: Cabinet) -> None:
    headers = {**TUS, "Upload-Length": "9", "Upload-Metadata": metadata(incident=new_id())}
    for changes, status, code in UPLOADS:
        answer = await worker.post("/v1/uploads", headers={**headers, **changes})
        assert (answer.status_code, answer.json()["code"]) == (status, code), changes
    path = (await begin(worker, new_id(), 10)).headers["Location"]
    for wrong, content, status, code in PIECES:
        answer = await go_on_from(worker, path, content, **wrong)
        assert (answer.status_code, answer.json()["code"]) == (status, code), wrong
        assert answer.json()["detail_zh"]
    assert await offset(worker, path) == 0
    assert [it async for it in cabinet.storage.listed("")] == []


async def test_the_same_id_begins_one_upload_and_never_takes_an_attachments_place(
    worker: httpx.AsyncClient, cabinet: Cabinet, client_of: ClientOf, db: AsyncSession
) -> None:
    incident, mine = new_id(), new_id()
    paths = [(await begin(worker, incident, 9, id=mine)).headers["Location"] for _ in range(2)]
    assert paths == [f"/v1/uploads/{mine}"] * 2
    other = await begin(worker, incident, 10, id=mine)
    assert (other.status_code, other.json()["code"]) == (409, "different_body")
    address = await attach(worker, cabinet, await report(worker), photo())
    await db.execute(delete(Upload))
    await db.commit()
    stranger = await client_of(Role.COMMAND_CENTRE)
    taken = await begin(stranger, new_id(), 9, id=address.rpartition("/")[2])
    assert (taken.status_code, taken.json()["code"]) == (409, "different_body")


async def test_whose_an_upload_is(
    worker: httpx.AsyncClient, cabinet: Cabinet, client_of: ClientOf, db: AsyncSession
) -> None:
    path = (await begin(worker, new_id(), 9)).headers["Location"]
    stranger = await client_of(Role.COMMAND_CENTRE)
    calls: list[Callable[[], Awaitable[httpx.Response]]] = [
        lambda: stranger.head(path, headers=TUS),
        lambda: stranger.get(path),
        lambda: go_on_from(stranger, path, b"x"),
        lambda: stranger.delete(path, headers=TUS),
    ]
    for call in calls:
        assert (await call()).status_code == 404
    for role in (Role.PLANNER, Role.ADMINISTRATOR, Role.EVALUATOR):
        assert (await begin(await client_of(role), new_id(), 9)).status_code == 403

    await go_on_from(worker, path, b"abc")
    assert (await worker.delete(path, headers=TUS)).status_code == 204
    assert (await worker.head(path, headers=TUS)).status_code == 404
    assert [it async for it in cabinet.storage.listed("uploads")] == []

    late = (await begin(worker, new_id(), 9)).headers["Location"]
    await db.execute(update(Upload).values(expires_at=utc_now() - timedelta(seconds=1)))
    await db.commit()
    answer = await go_on_from(worker, late, b"abc")
    assert (answer.status_code, answer.json()["code"]) == (410, "upload_expired")


async def test_an_incident_takes_so_many_and_the_last_piece_enqueues_the_looking(
    worker: httpx.AsyncClient, db: AsyncSession
) -> None:
    incident = new_id()
    sent = await send(worker, incident, b"abc")
    begun = [await begin(worker, incident, 9) for _ in range(3)]
    assert [it.status_code for it in begun] == [201, 201, 409]
    assert begun[-1].json()["code"] == "too_many_files"
    query = text("SELECT args->>'upload_id' FROM procrastinate_jobs WHERE task_name LIKE 'take%'")
    assert [str(row[0]) for row in await db.execute(query)] == [str(sent)]
