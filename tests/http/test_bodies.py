"""What a body may be: JSON that is said to be JSON, of a size that can be read."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role
from gridsvc.settings import Settings
from tests.factories import report_body
from tests.fixtures.web import token_of

POSTS = ["/v1/incidents", f"/v1/incidents/{UUID(int=7)}/transitions", "/v1/route", "/v1/tokens"]
JSON = {"Content-Type": "application/json"}


@pytest_asyncio.fixture
async def worker(app: FastAPI, db: AsyncSession) -> AsyncIterator[httpx.AsyncClient]:
    """A client that sees a defect of ours as a 500, as real clients do."""
    token = await token_of(db, "worker", Role.GRID_WORKER)
    await db.commit()
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://test", headers=headers
    ) as made:
        yield made


class TestType:
    @pytest.mark.parametrize("path", POSTS)
    @pytest.mark.parametrize(
        "given",
        [
            "application/x-www-form-urlencoded",
            "text/plain",
            "application/xml",
            "application/jsonx",
            "multipart/form-data; boundary=x",
            None,
        ],
    )
    async def test_anything_but_json_is_refused(
        self, worker: httpx.AsyncClient, path: str, given: str | None
    ) -> None:
        headers = {"Content-Type": given} if given else {}
        content = orjson.dumps(report_body(0.5, 0.5))
        answer = await worker.post(path, content=content, headers=headers)
        assert answer.status_code == 415
        assert answer.json()["code"] == "wrong_media_type"
        assert answer.json()["errors"][0]["field"] == "Content-Type"

    @pytest.mark.parametrize("given", ["application/json; charset=utf-8", "Application/JSON"])
    async def test_json_may_be_written_in_any_case_and_with_parameters(
        self, worker: httpx.AsyncClient, given: str
    ) -> None:
        content = orjson.dumps(report_body(0.5, 0.5))
        headers = {"Content-Type": given}
        answer = await worker.post("/v1/incidents", content=content, headers=headers)
        assert answer.status_code == 201

    @pytest.mark.parametrize("path", POSTS[:3])
    async def test_a_stranger_is_told_to_sign_in_first(
        self, anonymous: httpx.AsyncClient, path: str
    ) -> None:
        answer = await anonymous.post(path, content=b"x", headers={"Content-Type": "text/plain"})
        assert answer.status_code == 401


class TestContent:
    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(b"", id="nothing"),
            pytest.param(b"{", id="broken off"),
            pytest.param(b"null", id="null"),
            pytest.param(b"[]", id="a list"),
            pytest.param(b'"text"', id="text"),
            pytest.param(b"\xff\xfe", id="no utf-8"),
            pytest.param(b'{"description": "\xff"}', id="no utf-8 inside"),
            pytest.param(b"[" * 100_000, id="too deep"),
            pytest.param(b'{"a":' * 50_000 + b"1" + b"}" * 50_000, id="too deep but whole"),
            pytest.param(b'{"location": {"lon": ' + b"9" * 5000 + b"}}", id="an endless number"),
            pytest.param(b'{"\\ud800": 1}', id="half a character as a name"),
            pytest.param(b'{"description": "\\ud800"}', id="half a character"),
            pytest.param(b'{"category": {"\\ud800": 1}}', id="half a character further in"),
        ],
    )
    async def test_what_is_no_report_is_refused(
        self, worker: httpx.AsyncClient, content: bytes
    ) -> None:
        answer = await worker.post("/v1/incidents", content=content, headers=JSON)
        assert answer.status_code in {400, 422}
        problem = answer.json()
        assert problem["code"] in {"invalid", "unreadable"}
        assert problem["detail_zh"] != problem["detail_en"]


class TestSize:
    @pytest.fixture
    def limit(self) -> int:
        return Settings().max_body_bytes

    async def test_an_announced_body_above_the_limit_is_not_read(
        self, worker: httpx.AsyncClient, limit: int
    ) -> None:
        answer = await worker.post("/v1/incidents", content=b" " * (limit + 1), headers=JSON)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")

    async def test_an_unannounced_one_is_read_no_further(
        self, worker: httpx.AsyncClient, limit: int
    ) -> None:
        sent = 0

        async def chunks() -> AsyncIterator[bytes]:
            nonlocal sent
            for _ in range(100):
                sent += limit // 10
                yield b" " * (limit // 10)

        answer = await worker.post("/v1/incidents", content=chunks(), headers=JSON)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert sent <= limit * 1.2

    @pytest.mark.parametrize("announced", ["-1", "many", "1e9", "٣"])
    async def test_a_length_that_is_none_is_not_believed(
        self, worker: httpx.AsyncClient, limit: int, announced: str
    ) -> None:
        headers: Any = [
            ("Content-Type", "application/json"),
            ("Content-Length", announced.encode()),
        ]
        answer = await worker.post("/v1/incidents", content=b" " * (limit + 1), headers=headers)
        assert answer.status_code == 413

    async def test_a_form_is_limited_too(self, anonymous: httpx.AsyncClient, limit: int) -> None:
        answer = await anonymous.post("/login", data={"login": "x" * (limit + 1)})
        assert answer.status_code == 413
