"""Every error is a problem document: a stable code and a sentence in the reader's language."""

from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from gridsvc import errors
from gridsvc.http.problems import STATUS

MEDIA_TYPE = "application/problem+json"


async def fail() -> None:
    message = "the password of the database is hunter2"
    raise RuntimeError(message)


@pytest_asyncio.fixture
async def failing(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application that has a defect."""
    app.add_api_route("/defect", fail, methods=["GET", "POST"])
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as made:
        yield made


class TestForm:
    @pytest.mark.parametrize(
        ("method", "path", "status", "code"),
        [
            ("GET", "/nothing/here", 404, "not_found"),
            ("GET", "/assets/nothing.js", 404, "not_found"),
            ("DELETE", "/healthz", 405, "method_not_allowed"),
            ("GET", "/v1/incidents", 401, "not_authenticated"),
            ("GET", "/defect", 500, "internal"),
        ],
    )
    async def test_it_has_all_members(
        self, failing: httpx.AsyncClient, method: str, path: str, status: int, code: str
    ) -> None:
        answer = await failing.request(method, path)
        assert answer.status_code == status
        assert answer.headers["content-type"] == MEDIA_TYPE
        problem = answer.json()
        assert problem["status"] == status
        assert problem["code"] == code
        assert problem["type"] == f"urn:gridsvc:problem:{code}"
        assert problem["instance"] == path
        assert problem["title"]
        assert problem["detail"] == problem["detail_zh"] != problem["detail_en"]

    async def test_a_wrong_method_is_told_the_right_ones(
        self, anonymous: httpx.AsyncClient
    ) -> None:
        assert (await anonymous.delete("/healthz")).headers["allow"] == "GET"

    async def test_a_stranger_is_told_how_to_sign_in(self, anonymous: httpx.AsyncClient) -> None:
        assert (await anonymous.get("/v1/me")).headers["www-authenticate"] == "Bearer"

    def test_every_error_of_ours_has_its_status(self) -> None:
        ours = [kind for kind in vars(errors).values() if isinstance(kind, type)]
        own = [
            k for k in ours if issubclass(k, errors.GridsvcError) and k is not errors.GridsvcError
        ]
        assert len(own) > 10
        assert all(any(issubclass(k, known) for known, _, _ in STATUS) for k in own)


class TestDefect:
    async def test_it_tells_nothing_of_the_inside(self, failing: httpx.AsyncClient) -> None:
        answer = await failing.get("/defect")
        assert "hunter2" not in answer.text
        assert "Traceback" not in answer.text

    async def test_it_names_the_request_and_keeps_the_safe_headers(
        self, failing: httpx.AsyncClient
    ) -> None:
        answer = await failing.get("/defect", headers={"X-Request-ID": "abc-1"})
        assert answer.json()["request_id"] == "abc-1"
        assert answer.headers["x-request-id"] == "abc-1"
        assert answer.headers["x-content-type-options"] == "nosniff"


class TestLanguage:
    @pytest.mark.parametrize(
        ("query", "header", "language"),
        [
            ("", None, "zh"),
            ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
            ("", "en-GB,en;q=0.9", "en"),
            ("", "fr,de;q=0.9,en;q=0.1", "en"),
            ("", "en;q=0.2, zh-TW;q=0.9", "zh"),
            ("", "zh;q=0, en", "en"),
            ("", "fr", "zh"),
            ("", "EN", "en"),
            ("", ";;,q=x,", "zh"),
            ("?lang=en", "zh", "en"),
            ("?lang=zh", "en", "zh"),
            ("?lang=fr", "en", "en"),
        ],
    )
    async def test_the_detail_is_in_the_readers_language(
        self, anonymous: httpx.AsyncClient, query: str, header: str | None, language: str
    ) -> None:
        headers = {"Accept-Language": header} if header else {}
        answer = await anonymous.get(f"/v1/me{query}", headers=headers)
        assert answer.headers["content-language"] == language
        assert answer.json()["detail"] == answer.json()[f"detail_{language}"]

    async def test_a_choice_made_in_the_browser_counts(self, anonymous: httpx.AsyncClient) -> None:
        anonymous.cookies.set("gridsvc_lang", "en")
        answer = await anonymous.get("/v1/me", headers={"Accept-Language": "zh"})
        assert answer.headers["content-language"] == "en"


class TestRequestId:
    async def test_a_clients_own_is_given_back(self, anonymous: httpx.AsyncClient) -> None:
        answer = await anonymous.get("/healthz", headers={"X-Request-ID": "Phone-1.2_3"})
        assert answer.headers["x-request-id"] == "Phone-1.2_3"

    @pytest.mark.parametrize("given", [None, "", "x" * 65, "a b", "a;b", "é", "<script>"])
    async def test_one_that_could_spoil_a_log_is_replaced(
        self, anonymous: httpx.AsyncClient, given: str | None
    ) -> None:
        headers = [] if given is None else [(b"X-Request-ID", given.encode())]
        answer = await anonymous.get("/healthz", headers=headers)
        assert UUID(answer.headers["x-request-id"]).version == 7

    async def test_two_requests_have_two(self, anonymous: httpx.AsyncClient) -> None:
        answers = [await anonymous.get("/healthz") for _ in range(2)]
        assert len({answer.headers["x-request-id"] for answer in answers}) == 2


class TestSafeHeaders:
    @pytest.mark.parametrize("path", ["/healthz", "/login", "/nothing", "/assets/pages.css"])
    async def test_every_answer_has_them(self, anonymous: httpx.AsyncClient, path: str) -> None:
        headers = (await anonymous.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert "default-src 'none'" in headers["content-security-policy"]
