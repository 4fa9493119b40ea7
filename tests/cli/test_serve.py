"""`gridsvc serve` writes what it does to standard error: one line for each request, by its id."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import uvicorn
from starlette.responses import PlainTextResponse

from gridsvc.cli import serve


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def get(base: str, path: str, process: subprocess.Popen[str]) -> httpx.Response:
    for _ in range(600):
        assert process.poll() is None, "the web process ended at once"
        try:
            return httpx.get(base + path, headers={"Authorization": "Bearer hush"})
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the web process did not come up")


def test_a_request_and_a_defect_are_found_by_their_id(fresh_url: str, tmp_path: Path) -> None:
    port = free_port()
    settings = {
        "GRIDSVC_DATABASE_URL": fresh_url,
        "GRIDSVC_HOME": str(tmp_path),
        "GRIDSVC_PORT": str(port),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "gridsvc", "serve"],
        env=os.environ | settings,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    base = f"http://127.0.0.1:{port}"
    missing = get(base, "/nothing%0Ahere?secret=hush", process)
    with psycopg.connect(fresh_url) as connection:
        connection.execute("ALTER TABLE credential RENAME TO hidden")
    failed = get(base, "/v1/me", process)
    process.terminate()
    _, log = process.communicate(timeout=60)
    assert (missing.status_code, failed.status_code) == (404, 500)
    lines = [line for line in log.splitlines() if missing.headers["x-request-id"] in line]
    assert len(lines) == 1
    assert " INFO gridsvc.access GET /nothing%0Ahere 404 " in lines[0]
    told = [line for line in log.splitlines() if failed.json()["request_id"] in line]
    assert sorted(line.split()[1] for line in told) == ["ERROR", "INFO"]
    assert log.count(" ERROR ") == 1
    assert "hush" not in log


PROXIES = (
    ("", "192.0.2.1", "127.0.0.1"),
    ("127.0.0.1", "192.0.2.1", "192.0.2.1"),
    ("127.0.0.1", "203.0.113.9, 192.0.2.1", "192.0.2.1"),
    ("127.0.0.1, 10.0.0.0/8", "192.0.2.1, 10.1.2.3", "192.0.2.1"),
    ("10.0.0.0/8", "192.0.2.1", "127.0.0.1"),
)
"""Who is trusted, what a request from 127.0.0.1 says, and where it is then taken to come from."""


async def test_only_a_trusted_proxy_says_where_a_request_came_from(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIDSVC_DATABASE_URL", database_url)
    monkeypatch.setenv("GRIDSVC_HOME", str(tmp_path))
    monkeypatch.setattr(serve, "write_logs", lambda: None)
    made: list[uvicorn.Config] = []

    def run(server: uvicorn.Server) -> None:
        made.append(server.config)
        server.started = True

    monkeypatch.setattr(uvicorn.Server, "run", run)
    for trusted, said, seen in PROXIES:
        monkeypatch.setenv("GRIDSVC_TRUSTED_PROXIES", trusted)
        await asyncio.to_thread(serve.serve)
        config = made[-1]
        config.app = tell_address
        config.load()
        transport = httpx.ASGITransport(app=config.loaded_app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            answer = await client.get("/", headers={"X-Forwarded-For": said})
        assert answer.text == seen, (trusted, said)


async def tell_address(scope: Any, _: Any, send: Any) -> None:
    await PlainTextResponse(scope["client"][0])(scope, _, send)
