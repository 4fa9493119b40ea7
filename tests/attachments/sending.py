"""Sending files as a phone does, and having them looked at as the job process does."""

import base64
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text

from gridsvc.attachments.cabinet import Cabinet
from gridsvc.attachments.releasing import release
from gridsvc.attachments.taking_in import take_in
from gridsvc.attachments.upkeep import go_on
from gridsvc.db.base import new_id
from gridsvc.db.clock import utc_now
from tests.factories import report_body

TUS = {"Tus-Resumable": "1.0.0"}
JOBS = {"take_in_upload": take_in, "release_attachment": release}
_TAKE = text(
    "DELETE FROM procrastinate_jobs WHERE task_name = ANY(:names)"
    " RETURNING task_name, coalesce(args->>'upload_id', args->>'attachment_id')"
)


def metadata(**said: object) -> str:
    """Write Upload-Metadata."""
    pairs = {name: base64.b64encode(str(text_).encode()).decode() for name, text_ in said.items()}
    return ",".join(f"{name} {text_}" for name, text_ in pairs.items())


async def begin(
    client: httpx.AsyncClient, incident: object, length: int, **said: object
) -> httpx.Response:
    """Begin an upload."""
    given = metadata(incident=incident, **{"filename": "现场.jpg", **said})
    headers = {**TUS, "Upload-Length": str(length), "Upload-Metadata": given}
    return await client.post("/v1/uploads", headers=headers)


async def go_on_from(
    client: httpx.AsyncClient, path: str, content: bytes, *, offset: int = 0, **headers: Any
) -> httpx.Response:
    """Send bytes from an offset on."""
    given = {
        **TUS,
        "Content-Type": "application/offset+octet-stream",
        "Upload-Offset": str(offset),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return await client.patch(path, headers=given, content=content)


async def send(client: httpx.AsyncClient, incident: object, content: bytes, **said: object) -> UUID:
    """Send a whole file."""
    begun = await begin(client, incident, len(content), **said)
    assert begun.status_code == 201, begun.text
    path = begun.headers["Location"]
    sent = await go_on_from(client, path, content)
    assert sent.status_code == 204, sent.text
    return UUID(path.rpartition("/")[2])


async def report(client: httpx.AsyncClient, **changes: Any) -> str:
    """Report an incident in the south-western cell."""
    body = report_body(0.5, 0.5, id=str(new_id()), **changes)
    answer = await client.post("/v1/incidents", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def work(cabinet: Cabinet, now: Callable[[], datetime] = utc_now) -> int:
    """Do the jobs that are due, and those that they enqueue; tells how many there were."""
    await go_on(cabinet)
    done = 0
    while jobs := await _taken(cabinet):
        done += len(jobs)
        for name, of in jobs:
            await JOBS[name](cabinet, UUID(of), now)
    return done


async def _taken(cabinet: Cabinet) -> Sequence[tuple[str, str]]:
    async with cabinet.database.transaction() as db:
        return [(row[0], row[1]) for row in await db.execute(_TAKE, {"names": list(JOBS)})]


async def attach(
    client: httpx.AsyncClient, cabinet: Cabinet, incident: object, content: bytes, **said: object
) -> str:
    """Send a whole file and have it looked at; gives the attachment's address."""
    sent = await send(client, incident, content, **said)
    await work(cabinet)
    return f"/v1/incidents/{incident}/attachments/{sent}"
