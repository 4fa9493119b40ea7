"""What a stranger can reach: the doors that are open on purpose, and nothing else."""

import re
from urllib.parse import quote
from uuid import UUID

import httpx
import pytest

from tests.test_architecture import PUBLIC, endpoints

GUARDED = sorted(name for name, _ in endpoints() if name not in PUBLIC)
BAD_KEYS = ["Bearer", "Bearer x", "Basic d29ya2VyOnB3", "Token x", "bearer \x7f", "é"]


def address(path: str) -> str:
    """Fill in the path: what is guarded is so whether the thing is there or not."""
    with_ids = re.sub(r"\{\w+_id\}", str(UUID(int=7)), path)
    return re.sub(r"\{\w+\}", "S1", with_ids)


def is_page(path: str) -> bool:
    """Whether a stranger is led to the login, and back."""
    pages = (
        "/account",
        "/board",
        "/briefings",
        "/cases",
        "/categories",
        "/incidents",
        "/indicators",
        "/maps",
        "/planning",
        "/queue",
        "/whistles",
    )
    return path.startswith(pages) or path.endswith("/map")


@pytest.mark.parametrize("endpoint", GUARDED)
async def test_a_stranger_is_refused(anonymous: httpx.AsyncClient, endpoint: str) -> None:
    method, _, path = endpoint.partition(" ")
    answer = await anonymous.request(method, address(path))
    if is_page(path):
        following = quote(address(path), safe="")
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            f"/login?following={following}",
        )
    else:
        assert answer.status_code == 401


@pytest.mark.parametrize("endpoint", GUARDED)
async def test_so_is_one_with_a_bad_key(anonymous: httpx.AsyncClient, endpoint: str) -> None:
    method, _, path = endpoint.partition(" ")
    for authorization in BAD_KEYS:
        headers = [(b"Authorization", authorization.encode())]
        answer = await anonymous.request(method, address(path), headers=headers)
        assert answer.status_code == (303 if is_page(path) else 401), authorization


async def test_the_start_page_leads_a_stranger_to_the_login(anonymous: httpx.AsyncClient) -> None:
    answer = await anonymous.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/v1/openapi.json"])
async def test_the_description_of_the_api_is_not_public(
    anonymous: httpx.AsyncClient, path: str
) -> None:
    assert (await anonymous.get(path)).status_code in {401, 404}


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../app.py",
        "/assets/%2e%2e/app.py",
        "/assets/..%2fapp.py",
        "/assets/%2fetc/passwd",
        "/assets//etc/passwd",
        "/assets/",
    ],
)
async def test_assets_are_all_that_the_folder_gives(
    anonymous: httpx.AsyncClient, path: str
) -> None:
    assert (await anonymous.get(path)).status_code == 404
