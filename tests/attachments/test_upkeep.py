"""The scanner decides, what is left over is removed, and what is being written is left alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from gridsvc.attachments.cabinet import Cabinet
from gridsvc.attachments.upkeep import AGE, remove_expired, remove_orphans
from gridsvc.auth.principal import Role
from gridsvc.db.base import new_id
from gridsvc.db.clock import utc_now
from tests.attachments.sending import TUS, attach, begin, go_on_from, report, send, work
from tests.files.photos import photo
from tests.fixtures.web import ClientOf

VIRUS, BROKEN, CLEAN = "sh -c 'exit 1'", "no-such-scanner", "true"


def scanning(cabinet: Cabinet, command: str) -> Cabinet:
    settings = cabinet.settings.model_copy(update={"scanner": command})
    return replace(cabinet, settings=settings)


@pytest.fixture
async def worker(cabinet: Cabinet, client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.GRID_WORKER)


async def keys(cabinet: Cabinet) -> list[str]:
    return [it.key async for it in cabinet.storage.listed("")]


class TestTheScanner:
    async def test_what_it_does_not_clear_is_quarantined_until_it_does(
        self, worker: httpx.AsyncClient, cabinet: Cabinet
    ) -> None:
        found = {
            reason: await attach(worker, scanning(cabinet, command), await report(worker), photo())
            for command, reason in ((VIRUS, "virus_found"), (BROKEN, "scanner_failed"))
        }
        for reason, address in found.items():
            shown = (await worker.get(address)).json()
            assert (shown["state"], shown["reason"]) == ("quarantined", reason)
            assert (shown["file"], shown["thumbnails"]) == (None, None)
            for form in ("file", "thumbnails/small"):
                answer = await worker.get(f"{address}/{form}")
                assert (answer.status_code, answer.json()["code"]) == (
                    409,
                    "attachment_quarantined",
                )
        for _ in range(2):
            await work(scanning(cabinet, CLEAN))
        virus, broken = found.values()
        assert (await worker.get(virus)).json()["state"] == "quarantined"
        assert (await worker.get(broken)).json()["state"] == "ready"
        told = [("report", None), ("attach", None), ("quarantine", "virus_found")]
        assert await actions(worker, virus.split("/")[3]) == told
        assert (await actions(worker, broken.split("/")[3]))[-2:] == [
            ("quarantine", "scanner_failed"),
            ("clear", None),
        ]


async def actions(client: httpx.AsyncClient, incident: str) -> list[tuple[str, Any]]:
    found = (await client.get(f"/v1/incidents/{incident}/events")).json()
    return [(it["action"], it["detail"].get("reason")) for it in found]


class TestLeftOver:
    async def test_uploads_that_wait_too_long_are_removed_with_their_pieces(
        self, worker: httpx.AsyncClient, cabinet: Cabinet
    ) -> None:
        unfinished = (await begin(worker, new_id(), 9)).headers["Location"]
        await go_on_from(worker, unfinished, b"abc")
        await send(worker, new_id(), photo())
        soon = utc_now() + timedelta(days=cabinet.settings.upload_days - 1)
        assert await remove_expired(cabinet, now=soon) == 0
        assert len(await keys(cabinet)) == 2
        assert await remove_expired(cabinet, now=soon + timedelta(days=2)) == 2
        assert await keys(cabinet) == []
        assert (await worker.head(unfinished, headers=TUS)).status_code == 404

    async def test_one_that_has_its_incident_is_never_too_late(
        self, worker: httpx.AsyncClient, cabinet: Cabinet
    ) -> None:
        incident = await report(worker)
        await send(worker, incident, photo())
        assert await remove_expired(cabinet, now=utc_now() + timedelta(days=99)) == 0
        await work(cabinet)
        assert len((await worker.get(f"/v1/incidents/{incident}/attachments")).json()) == 1

    async def test_objects_without_a_row_are_removed_once_they_are_old(
        self, worker: httpx.AsyncClient, cabinet: Cabinet
    ) -> None:
        coming = (await begin(worker, new_id(), 9)).headers["Location"]
        await go_on_from(worker, coming, b"abc")
        await attach(worker, cabinet, await report(worker), photo())
        needed = await keys(cabinet)
        for key in (f"uploads/{new_id()}/0", f"attachments/{new_id()}/original", "uploads/what"):
            await cabinet.storage.put(key, b"x")
        assert await remove_orphans(cabinet, now=utc_now()) == 0
        assert await remove_orphans(cabinet, now=utc_now() + 2 * AGE) == 3
        assert await keys(cabinet) == needed
