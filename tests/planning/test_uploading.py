"""A whole city's file is larger than other bodies are; what it unpacks to has its limit, too."""

import io
import zipfile
from collections.abc import AsyncIterator
from typing import Any

import geopandas
import httpx
import pytest
import pytest_asyncio

from gridsvc.auth.principal import Role
from gridsvc.settings import Settings
from tests.factories import cell, frame
from tests.live import Live, live
from tests.planning.desk import Desk

SETTINGS = Settings(max_body_bytes=50_000, max_upload_bytes=200_000)


@pytest_asyncio.fixture
async def running(city_url: str) -> AsyncIterator[Live]:
    async with live(city_url, SETTINGS) as found:
        yield found


@pytest_asyncio.fixture
async def desk(running: Live) -> Desk:
    return await Desk.of(await running.client(Role.PLANNER), layer="cleaning")


def zones(note: str = "") -> geopandas.GeoDataFrame:
    return frame(
        ("Z1", "一区", None, cell(0, 0, 2, 2)),
        ("Z2", "二区", None, cell(2, 0, 2, 2)),
        note=[note] * 2,
    )


def parquet(**how: Any) -> bytes:
    written = io.BytesIO()
    zones(**how).to_parquet(written)
    return written.getvalue()


def zipped(size: int) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for suffix in ("shp", "shx", "dbf"):
            archive.writestr(f"zones.{suffix}", bytes(size))
    return written.getvalue()


async def put(
    desk: Desk, content: bytes, file: str = "zones.geojson", **how: Any
) -> httpx.Response:
    headers = {"If-Match": f'"{desk.draft["version"]}"'}
    files = {"file": (file, content)}
    return await desk.client.put(f"{desk.path}/areas", files=files, data=how, headers=headers)


async def test_a_file_may_be_larger_than_another_body(desk: Desk) -> None:
    large = zones("长" * 25_000).to_json(ensure_ascii=False).encode()
    assert SETTINGS.max_body_bytes < len(large) < SETTINGS.max_upload_bytes
    answer = await put(desk, large)
    assert answer.status_code == 200, answer.text
    assert await desk.codes() == ["Z1", "Z2"]


async def test_and_not_of_any_size(desk: Desk) -> None:
    answer = await put(desk, bytes(SETTINGS.max_upload_bytes))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    rows = {"rows": [{"code": "x" * SETTINGS.max_body_bytes}]}
    assert (await desk.try_("PUT", "/rows", rows)).status_code == 413


@pytest.mark.parametrize(
    ("file", "content"),
    [("zones.zip", zipped(400_000)), ("zones.parquet", parquet(note="长" * 200_000))],
)
async def test_a_small_file_that_holds_a_large_one_is_refused(
    desk: Desk, file: str, content: bytes
) -> None:
    assert len(content) < SETTINGS.max_upload_bytes
    answer = await put(desk, content, file)
    assert (answer.status_code, answer.json()["code"]) == (422, "too_large")


async def test_a_stranger_sends_nothing_that_is_read(running: Live, desk: Desk) -> None:
    sent = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += 1
            yield bytes(1_000)

    headers = {"Authorization": "Bearer nobody", "Content-Type": "multipart/form-data; boundary=x"}
    answer = await desk.client.put(f"{desk.path}/areas", content=chunks(), headers=headers)
    assert (answer.status_code, sent) == (401, 0)


@pytest.mark.parametrize(
    ("how", "field"),
    [({"parent_by": "guess"}, "parent_by"), ({"repair": ["x"]}, "repair.0"), ({"code": ""}, None)],
)
async def test_what_is_said_about_it_is_checked(
    desk: Desk, how: dict[str, Any], field: str | None
) -> None:
    answer = await put(desk, zones().to_json().encode(), **how)
    assert answer.status_code == 422
    assert field is None or answer.json()["errors"][0]["field"] == field


async def test_there_must_be_one(desk: Desk) -> None:
    answer = await desk.client.put(
        f"{desk.path}/areas", data={"file": "text"}, headers={"If-Match": '"1"'}
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "file"
