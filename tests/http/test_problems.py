"""Every error is a problem document: a stable code and a sentence in the reader's language."""

from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc import errors
from gridsvc.app import create_app
from gridsvc.auth.model import Account
from gridsvc.auth.principal import Role
from gridsvc.db.session import Database
from gridsvc.http.problems import STATUS
from gridsvc.settings import Settings
from tests.fixtures.web import SIGNING_KEY, ClientOf

MEDIA_TYPE = "application/problem+json"


async def fail() -> None:
    message = "the password of the database is hunter2"
    raise RuntimeError(message)


@pytest_asyncio.fixture
async def failing(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application that has a defect."""
    app = create_app(Settings(), database, signing_key=SIGNING_KEY)
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

    @pytest.mark.parametrize(
        ("header", "expected"), [({}, "en"), ({"Accept-Language": "zh"}, "zh")]
    )
    async def test_the_accounts_own_counts_before_the_setting(
        self,
        client_of: ClientOf,
        db: AsyncSession,
        header: dict[str, str],
        expected: str,
    ) -> None:
        client = await client_of(Role.GRID_WORKER)
        await db.execute(update(Account).values(language="en"))
        await db.commit()
        answer = await client.get("/v1/notices", headers=header)
        assert answer.status_code == 403
        assert answer.headers["content-language"] == expected

    @pytest.mark.parametrize("path", ["/login", "/maps/coverage", "/"])
    async def test_every_page_keeps_a_choice(self, client_of: ClientOf, path: str) -> None:
        client = await client_of(Role.COMMAND_CENTRE)
        if path == "/login":
            del client.headers["Authorization"]
        answer = await client.get(f"{path}?lang=en")
        assert answer.status_code == 200
        assert client.cookies["gridsvc_lang"] == "en"
        assert len([c for c in answer.headers.get_list("set-cookie") if "_lang" in c]) == 1

    async def test_an_answer_to_a_program_keeps_none(self, anonymous: httpx.AsyncClient) -> None:
        assert "set-cookie" not in (await anonymous.get("/v1/me?lang=en")).headers
        await anonymous.get("/login?lang=fr")
        assert "gridsvc_lang" not in anonymous.cookies

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


class TestPage:
    """Where a browser asks, a problem is a page."""

    ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

    @pytest.mark.parametrize(("language", "words"), [("zh", "请先登录"), ("en", "Sign in first")])
    async def test_it_says_what_is_wrong_and_leads_back(
        self, anonymous: httpx.AsyncClient, language: str, words: str
    ) -> None:
        answer = await anonymous.get(f"/v1/me?lang={language}", headers={"Accept": self.ACCEPT})
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert words in answer.text
        assert 'href="/"' in answer.text
        assert "<script>" not in answer.text

    @pytest.mark.parametrize(
        ("path", "status"), [("/maps/coverage", 403), ("/maps/coverage?at=abc", 403)]
    )
    async def test_so_it_is_for_the_maps(self, client_of: ClientOf, path: str, status: int) -> None:
        client = await client_of(Role.GRID_WORKER)
        answer = await client.get(path, headers={"Accept": self.ACCEPT})
        assert (answer.status_code, answer.headers["content-language"]) == (status, "zh")
        assert answer.text.startswith("<!doctype html>")

    async def test_a_wrong_date_of_a_map_is_named(self, client_of: ClientOf) -> None:
        client = await client_of(Role.COMMAND_CENTRE)
        path = "/maps/coverage?at=<script>"
        answer = await client.get(path, headers={"Accept": self.ACCEPT})
        assert answer.status_code == 422
        assert "at：必须是日期" in answer.text
        assert "<script>" not in answer.text

    async def test_a_defect_names_the_request(self, failing: httpx.AsyncClient) -> None:
        headers = {"Accept": self.ACCEPT, "X-Request-ID": "abc-1"}
        answer = await failing.get("/defect", headers=headers)
        assert answer.status_code == 500
        assert "abc-1" in answer.text
        assert "hunter2" not in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]

    @pytest.mark.parametrize(
        "accept",
        ["*/*", "application/json", "application/problem+json, text/html;q=0.9", "text/csv", ""],
    )
    async def test_programs_get_the_document(
        self, anonymous: httpx.AsyncClient, accept: str
    ) -> None:
        answer = await anonymous.get("/v1/me", headers={"Accept": accept})
        assert answer.headers["content-type"] == MEDIA_TYPE


class TestLog:
    async def test_a_request_is_one_line_with_the_path_as_it_was_sent(
        self, anonymous: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level("INFO", logger="gridsvc.access"):
            headers = {"X-Request-ID": "abc-1"}
            await anonymous.get("/nothing%0AGET%20/forged?secret=hush", headers=headers)
        (record,) = [line for line in caplog.records if line.name == "gridsvc.access"]
        assert record.getMessage().startswith("GET /nothing%0AGET%20/forged 404 ")
        assert record.getMessage().endswith(" abc-1")
        assert "hush" not in record.getMessage()


async def test_no_redirect_repeats_the_host_of_a_request(anonymous: httpx.AsyncClient) -> None:
    for path in ("/v1/incidents/", "/healthz/", "/maps/coverage/"):
        answer = await anonymous.get(path, headers={"Host": "evil.example"})
        assert answer.status_code == 404
        assert "location" not in answer.headers


class TestCaching:
    @pytest.mark.parametrize(
        "path", ["/", "/login", "/v1/me", "/v1/incidents", "/v1/layers", "/nothing", "/healthz"]
    )
    async def test_what_a_caller_sees_is_kept_nowhere(self, client_of: ClientOf, path: str) -> None:
        answer = await (await client_of(Role.GRID_WORKER)).get(path)
        assert answer.headers["cache-control"] == "private, no-store"

    async def test_nor_is_a_defect(self, failing: httpx.AsyncClient) -> None:
        assert (await failing.get("/defect")).headers["cache-control"] == "private, no-store"

    async def test_what_is_the_same_for_all_may_be_kept(self, anonymous: httpx.AsyncClient) -> None:
        assert "cache-control" not in (await anonymous.get("/assets/pages.css")).headers
        assert "max-age" in (await anonymous.get("/favicon.ico")).headers["cache-control"]


class TestSafeHeaders:
    @pytest.mark.parametrize("path", ["/healthz", "/login", "/nothing", "/assets/pages.css"])
    async def test_every_answer_has_them(self, anonymous: httpx.AsyncClient, path: str) -> None:
        headers = (await anonymous.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert "default-src 'none'" in headers["content-security-policy"]
