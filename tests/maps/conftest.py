"""Fixtures of the map tests: a district, and a browser that can reach nothing but our assets."""

import base64
import mimetypes
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Route, async_playwright

from tests.maps.frames import District

ASSETS = Path(__file__).resolve().parents[2] / "gridsvc" / "web" / "assets"
SITE = "http://maps.test"
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-abc'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; "
    "base-uri 'none'; form-action 'self'"
)
TILE = base64.b64decode("R0lGODlhAQABAIAAAMLCwgAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==")
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Open = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="session")
def district() -> District:
    return District()


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("GRIDSVC_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip("no Chromium on this machine (GRIDSVC_CHROMIUM names one)")
    if not (ASSETS / "vendor").is_dir():
        pytest.skip("the front-end assets are not in place: run `make assets`")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=list(_QUIET))
        yield browser
        await browser.close()


@pytest.fixture
async def open_page(browser: Browser) -> AsyncIterator[Open]:
    """Give a function that opens HTML; at the end nothing may have gone wrong in any page."""
    faults: list[str] = []

    async def open_page(
        html: str,
        *,
        width: int = 1280,
        height: int = 800,
        policy: str = POLICY,
        scripts: bool = True,
        asked: Callable[[str], bytes | None] = lambda _: None,
    ) -> Page:
        """`asked` gives what the page may read of us besides, by its path."""

        page = await browser.new_page(
            viewport={"width": width, "height": height}, java_script_enabled=scripts
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        page.on("dialog", lambda dialog: faults.append(f"dialog: {dialog.message}"))

        async def answer(route: Route) -> None:
            url = route.request.url
            path = url.removeprefix(f"{SITE}/assets/")
            if url.split("?")[0] == f"{SITE}/":
                headers = {"Content-Security-Policy": policy}
                await route.fulfill(body=html, content_type="text/html", headers=headers)
            elif path != url and (ASSETS / path).is_file():
                kind = mimetypes.guess_type(path)[0]
                await route.fulfill(body=(ASSETS / path).read_bytes(), content_type=kind)
            elif url.startswith(f"{SITE}/tiles/"):
                await route.fulfill(body=TILE, content_type="image/gif")
            elif (body := asked(url.removeprefix(SITE))) is not None:
                await route.fulfill(body=body)
            else:
                faults.append(f"asked for {url}")
                await route.abort()

        await page.route("**/*", answer)
        await page.goto(f"{SITE}/")
        return page

    yield open_page
    for context in browser.contexts:
        await context.close()
    assert faults == []
