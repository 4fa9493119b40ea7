"""The tiles of files over HTTP: to whom, how long they are kept, and how they are compressed."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from pmtiles.tile import TileType

from gridsvc.auth.principal import Role
from gridsvc.basemaps.reading import read_basemaps
from gridsvc.settings import Settings
from tests.basemaps.files import write_mbtiles, write_pmtiles
from tests.fixtures.web import ClientOf

PNG, MVT = b"\x89PNG", b"\x1a\x02\x78\x02"


@pytest_asyncio.fixture
async def worker(
    app: FastAPI, client_of: ClientOf, tmp_path: Path
) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody of a deployment with a file of pictures and one of vector tiles."""
    write_mbtiles(tmp_path / "a.mbtiles", {(3, 6, 3): PNG}, format="png")
    write_pmtiles(tmp_path / "b.pmtiles", {(3, 6, 3): MVT}, TileType.MVT)
    file = tmp_path / "basemaps.toml"
    tables = [("pictures", "a.mbtiles"), ("streets", "b.pmtiles")]
    file.write_text(
        "\n".join(
            f'[[basemap]]\nname = "{name}"\nkind = "file"\npath = "{tmp_path / path}"'
            for name, path in tables
        )
    )
    app.state.basemaps = read_basemaps(Settings(basemaps=file))
    yield await client_of(Role.GRID_WORKER)
    app.state.basemaps.close()


async def test_a_picture_is_kept_by_its_version_and_asked_for_again_without(
    worker: httpx.AsyncClient, app: FastAPI
) -> None:
    version = app.state.basemaps.served["pictures"].version
    kept = await worker.get(f"/basemap/pictures/3/6/3?v={version}")
    assert (kept.status_code, kept.content) == (200, PNG)
    assert kept.headers["Content-Type"] == "image/png"
    assert "immutable" in kept.headers["Cache-Control"]
    for asked in ("", "?v=older"):
        fresh = await worker.get(f"/basemap/pictures/3/6/3{asked}")
        assert fresh.headers["Cache-Control"] == "private, no-cache"
        headers = {"If-None-Match": fresh.headers["ETag"]}
        again = await worker.get(f"/basemap/pictures/3/6/3{asked}", headers=headers)
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("accepted", "encoding"), [("gzip, br", "gzip"), ("*", "gzip"), ("gzip;q=0", None), ("", None)]
)
async def test_vector_tiles_leave_as_the_client_takes_them(
    worker: httpx.AsyncClient, accepted: str, encoding: str | None
) -> None:
    tile = await worker.get("/basemap/streets/3/6/3", headers={"Accept-Encoding": accepted})
    assert tile.content == MVT
    assert tile.headers.get("Content-Encoding") == encoding
    assert tile.headers["Vary"] == "Accept-Encoding"
    assert tile.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("pictures/3/6/2", 204),
        ("pictures/3/8/3", 204),
        ("streets/30/0/0", 204),
        ("nothing/3/6/3", 404),
        ("pictures/31/0/0", 422),
        ("pictures/3/-1/0", 422),
        ("pictures/3/6/three", 422),
        ("pictures/3/6/99999999999999999999999", 204),
    ],
)
async def test_what_is_not_there_is_said(worker: httpx.AsyncClient, path: str, status: int) -> None:
    answer = await worker.get(f"/basemap/{path}")
    assert answer.status_code == status
