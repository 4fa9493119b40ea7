"""A file of past matters is replayed as `gridsvc replay` does it, and nothing of it is kept."""

import asyncio
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import geopandas
import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from shapely import Point
from sqlalchemy import text

from gridsvc import worker
from gridsvc.auth.principal import Role
from gridsvc.db.clock import utc_now
from gridsvc.lab import admission, job
from gridsvc.settings import Settings
from tests.cli.at_the_prompt import Prompt
from tests.factories import at
from tests.live import Live
from tests.planning.desk import Desk

MATTERS = [(0.5, 0.5, "clean1"), (2.5, 0.5, "环卫一所"), (2.5, 1.5, ""), (3.5, 0.5, "someone")]
"""Two lie in what the draft gives to the second zone; the city says itself who owned them."""
COLUMNS = {"lon": "x", "lat": "y", "crs": "wgs84", "category": "kind", "at": "time", "owner": "who"}
BAD = [("a", "b", "", "2026-03-01"), (*at(0.5, 0.5), "0201", "yesterday")]


def csv(codec: str = "utf-8") -> bytes:
    lines = [f"{','.join(map(str, at(x, y)))},0201,2026-03-01,{who}" for x, y, who in MATTERS]
    bad = [f"{','.join(map(str, row))}," for row in BAD]
    return "\n".join(["x,y,kind,time,who", *lines, *bad]).encode(codec)


def parquet(**columns: Any) -> bytes:
    written = io.BytesIO()
    pq.write_table(pa.table(columns), written)
    return written.getvalue()


async def send(
    client: httpx.AsyncClient, draft: object, content: bytes, name: str = "去年.csv", **how: Any
) -> httpx.Response:
    said = {**COLUMNS, **how, "draft": str(draft)}
    return await client.post(
        "/v1/replays/file",
        files={"file": (name, content)},
        data={name: value for name, value in said.items() if value is not None},
    )


async def kept(running: Live) -> int:
    async with running.database.sessions() as db:
        return int(await db.scalar(text("SELECT count(*) FROM replay_piece")) or 0)


async def result(client: httpx.AsyncClient, run: Mapping[str, Any]) -> dict[str, Any]:
    found = (await client.get(f"/v1/replays/{run['id']}")).json()
    assert found["state"] == "done", found
    return dict(found["result"])


async def test_it_finds_what_the_command_finds(
    running: Live,
    planner: httpx.AsyncClient,
    draft: Desk,
    city_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    file, out = tmp_path / "去年.csv", tmp_path / "out.json"
    file.write_bytes(csv())
    options = [part for name, value in COLUMNS.items() for part in (f"--{name}", value)]
    told = await asyncio.to_thread(
        lambda: Prompt(monkeypatch, capsys).run(
            *("replay", draft.draft["id"], str(file), *options, "-o", str(out)),
            GRIDSVC_DATABASE_URL=city_url,
        )
    )
    assert told.code == 0, told.err
    monkeypatch.setattr("gridsvc.lab.keeping.PIECE", 50)
    answer = await send(planner, draft.draft["id"], csv())
    assert answer.status_code == 202, answer.text
    run = answer.json()
    assert (run["state"], run["from"], run["file"]["name"]) == ("waiting", None, "去年.csv")
    assert await kept(running) > 1
    await worker.work(city_url, once=True)
    assert await kept(running) == 0
    found = await result(planner, run)
    assert found == json.loads(out.read_text("utf-8"))
    assert (found["total"], found["changed"], found["bad"]["total"]) == (4, 3, 2)
    assert [(one["line"], one["code"]) for one in found["bad"]["first"]] == [
        (6, "not_a_number"),
        (7, "invalid_time"),
    ]
    done = (await planner.get(f"/v1/replays/{run['id']}")).json()
    assert (done["seen"], done["total"]) == (6, 6)
    page = await planner.get(f"/maps/replays/{run['id']}", params={"lang": "en"})
    assert "Rows that could not be read, left out" in page.text
    lab = await planner.get(f"/planning/{draft.draft['id']}/lab", params={"lang": "en"})
    assert "去年.csv" in lab.text
    assert "Line 7: The time is missing or is none" in lab.text


async def test_every_form_and_encoding(
    planner: httpx.AsyncClient, draft: Desk, city_url: str, tmp_path: Path
) -> None:
    places = [Point(*at(x, y)) for x, y, _ in MATTERS]
    owners = [who or None for *_, who in MATTERS]
    points = geopandas.GeoDataFrame({"who": owners}, geometry=places, crs="EPSG:4326")
    points.to_file(tmp_path / "past.gpkg")
    points.to_parquet(tmp_path / "past.parquet")
    own = {"lon": None, "lat": None, "crs": None, "category": "0201", "at": "2026-03-01"}
    for content, name, how in (
        ((tmp_path / "past.gpkg").read_bytes(), "past.gpkg", own),
        ((tmp_path / "past.parquet").read_bytes(), "past.PARQUET", own),
        (csv("gb18030"), "past.csv", {"encoding": "gb18030"}),
    ):
        answer = await send(planner, draft.draft["id"], content, name, **how)
        assert answer.status_code == 202, answer.text
        await worker.work(city_url, once=True)
        found = await result(planner, answer.json())
        assert (found["total"], found["changed"]) == (4, 3), name


async def test_cancelled_or_failed_it_leaves_nothing(
    running: Live, planner: httpx.AsyncClient, draft: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = (await send(planner, draft.draft["id"], csv())).json()
    other = await send(planner, draft.draft["id"], csv())
    assert (other.status_code, other.json()["code"]) == (409, "replay_runs")
    assert (await planner.delete(f"/v1/replays/{waiting['id']}")).json()["state"] == "cancelled"
    assert await kept(running) == 0
    run = (await send(planner, draft.draft["id"], csv())).json()
    tell = job.Run.tell

    async def cancelling(self: job.Run, seen: int, total: int) -> None:
        await planner.delete(f"/v1/replays/{run['id']}")
        await tell(self, seen, total)

    with monkeypatch.context() as patched:
        patched.setattr(job.Run, "tell", cancelling)
        await job.carry_out(running.database, Settings(), UUID(run["id"]), utc_now)
    assert await kept(running) == 0
    damaged = parquet(x=[1.0] * 9, y=[2.0] * 9)
    damaged = damaged[:4] + bytes(40) + damaged[44:]
    how = {"category": "0201", "at": "2026-03-01", "owner": None}
    run = (await send(planner, draft.draft["id"], damaged, "past.parquet", **how)).json()
    await job.carry_out(running.database, Settings(), UUID(run["id"]), utc_now)
    found = (await planner.get(f"/v1/replays/{run['id']}")).json()
    assert (found["state"], found["failure"]["code"]) == ("failed", "unreadable_points")
    assert await kept(running) == 0


@pytest.mark.parametrize(
    ("name", "content", "how", "code"),
    [
        ("past.geojson", b'{"type": "FeatureCollection"}', {}, "unknown_format"),
        ("past", b"x,y", {}, "unknown_format"),
        ("past.parquet", b"PAR1", {}, "unreadable_points"),
        ("past.parquet", b"x,y\n", {}, "unreadable_points"),
        ("past.gpkg", b"<OGRVRTDataSource>", {}, "unreadable_points"),
        ("past.csv", csv(), {"owner": "whose"}, "columns_missing"),
        ("past.csv", csv(), {"lon": "east"}, "columns_missing"),
        ("past.csv", csv(), {"lon": None}, "no_position"),
        ("past.csv", csv(), {"crs": None}, "no_crs"),
        ("past.csv", csv(), {"crs": "moon"}, "unknown_crs"),
        ("past.csv", csv(), {"at": "whenever"}, "invalid_time"),
        ("past.csv", csv(), {"category": None}, "missing"),
        ("past.csv", csv(), {"months": "3"}, "extra_forbidden"),
        ("past.csv", csv(), {"draft": "x"}, "uuid_parsing"),
    ],
)
async def test_what_makes_no_sense_is_refused_in_words(
    client_of: Any, name: str, content: bytes, how: dict[str, Any], code: str
) -> None:
    planner = await client_of(Role.PLANNER)
    answer = await send(planner, how.pop("draft", uuid4()), content, name, **how)
    assert answer.status_code == 422, answer.text
    said = answer.json()
    assert code in {said["code"], *(one["code"] for one in said.get("errors", ()))}


async def test_a_file_that_swells_or_is_of_no_use_is_refused(
    client_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner = await client_of(Role.PLANNER)
    monkeypatch.setattr(admission, "MOST_ROWS", 1_000)
    many = parquet(x=[1.0] * 2_000, y=[2.0] * 2_000)
    answer = await send(planner, uuid4(), many, "past.parquet")
    assert (answer.status_code, answer.json()["code"]) == (422, "too_large")
    written = io.BytesIO()
    pq.write_table(pa.table({"x": [1.0]}).replace_schema_metadata({"geo": "[]"}), written)
    answer = await send(planner, uuid4(), written.getvalue(), "past.parquet")
    assert (answer.status_code, answer.json()["code"]) == (422, "unreadable_points")
    assert (await send(planner, uuid4(), csv())).status_code == 404
    centre = await client_of(Role.COMMAND_CENTRE)
    assert (await send(centre, uuid4(), csv())).status_code == 403
