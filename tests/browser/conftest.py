"""A browser beside the running service."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.base_maps import write_base_maps
from tests.browser.hostile import rename
from tests.browser.visitor import Visitor
from tests.fixtures.cluster import Cluster
from tests.served import Served, city_database, served

# A slow machine is no fault: an expectation fails only where a page will never meet it.
expect.set_options(timeout=30_000)

LONG_AGO = datetime(2024, 3, 12, 9, tzinfo=UTC)

_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium, or the one that GRIDSVC_CHROMIUM names."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("GRIDSVC_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip("no Chromium on this machine (GRIDSVC_CHROMIUM names one)")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=found, args=list(_QUIET))
        yield launched
        await launched.close()


@pytest_asyncio.fixture(scope="session")
async def service(
    cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """The generated city behind a web process; a test takes back what it changes."""
    async with city_database(cluster) as url:
        home = tmp_path_factory.mktemp("home")
        with served(url, home, basemaps=str(write_base_maps(home))) as running:
            yield running


@pytest_asyncio.fixture(scope="session")
async def hostile_service(
    cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """The same city, in which everything has a hostile name."""
    async with city_database(cluster) as url:
        rename(url)
        with served(url, tmp_path_factory.mktemp("home")) as running:
            yield running


@pytest_asyncio.fixture(scope="session")
async def still_service(
    cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """A city in which nothing has happened since a day long ago. Tests only look at it."""
    async with city_database(cluster, until=LONG_AGO) as url:
        with served(url, tmp_path_factory.mktemp("home")) as running:
            yield running


@asynccontextmanager
async def _visiting(browser: Browser, service: Served) -> AsyncIterator[Visitor]:
    async with AsyncExitStack() as windows:
        visitor = Visitor(browser, service.base, windows)
        yield visitor
    assert visitor.faults == []


@pytest_asyncio.fixture
async def visitor(browser: Browser, service: Served) -> AsyncIterator[Visitor]:
    """Somebody who opens pages; at the end nothing may have gone wrong in any of them."""
    async with _visiting(browser, service) as somebody:
        yield somebody


@pytest_asyncio.fixture
async def hostile_visitor(browser: Browser, hostile_service: Served) -> AsyncIterator[Visitor]:
    """The same where everything has a hostile name."""
    async with _visiting(browser, hostile_service) as somebody:
        yield somebody


@pytest_asyncio.fixture
async def still_visitor(browser: Browser, still_service: Served) -> AsyncIterator[Visitor]:
    """The same where nothing happens."""
    async with _visiting(browser, still_service) as somebody:
        yield somebody
