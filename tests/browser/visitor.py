"""Somebody at a browser that can reach nothing but the service."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page, Response, Route

from tests.served import PASSWORDS

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
# A violation is told here as well as on the console, which a later version might leave off.
_WATCH = "addEventListener('securitypolicyviolation', e => console.error('CSP: ' + e.blockedURI))"


@dataclass  # Playwright leaves marks of its own on bound methods: no slots.
class Visitor:
    """Somebody at a browser, and what has gone wrong in any of their pages."""

    browser: Browser
    base: str
    windows: AsyncExitStack
    faults: list[str] = field(default_factory=list)

    async def open(
        self,
        path: str,
        *,
        login: str | None = None,
        language: str = "zh",
        size: dict[str, int] | None = None,
    ) -> Page:
        """Open a page in a window of its own, signed in if a login is given."""
        context = await self.windows.enter_async_context(
            self._window(language=language, size=size or DESK)
        )
        tab = await context.new_page()
        if login is not None:
            await tab.goto("/login")
            await sign_in(tab, login, PASSWORDS[login])
        await tab.goto(path)
        return tab

    @asynccontextmanager
    async def _window(
        self, *, language: str, size: dict[str, int]
    ) -> AsyncIterator[BrowserContext]:
        context = await self.browser.new_context(
            base_url=self.base,
            locale=LOCALES[language],
            viewport={"width": size["width"], "height": size["height"]},
        )
        await context.add_init_script(_WATCH)
        await context.route("**/*", self._answer)
        context.on("page", self._watch)
        context.on("response", self._read_policy)
        yield context
        await context.close()

    async def _answer(self, route: Route) -> None:
        asked = urlsplit(route.request.url)
        if f"{asked.scheme}://{asked.netloc}" == self.base:
            await route.continue_()
        else:
            self.faults.append(f"asked for {route.request.url}")
            await route.abort()

    def _read_policy(self, answer: Response) -> None:
        """No page may run what is not a file of ours or carries no nonce."""
        if answer.request.resource_type != "document" or 300 <= answer.status < 400:
            return
        policy = answer.headers.get("content-security-policy", "")
        if not policy.startswith("default-src 'none'") or "unsafe" in policy:
            self.faults.append(f"the policy of {answer.url}: {policy or 'none'}")

    def _watch(self, tab: Page) -> None:
        tab.on("pageerror", lambda error: self.faults.append(str(error)))
        tab.on("dialog", lambda dialog: self.faults.append(f"dialog: {dialog.message}"))
        tab.on(
            "console",
            lambda line: self.faults.append(line.text) if line.type == "error" else None,
        )


async def sign_in(tab: Page, login: str, password: str) -> None:
    """Fill in the login form and send it."""
    await tab.locator("input[name=login]").fill(login)
    await tab.locator("input[name=password]").fill(password)
    await tab.locator("form button").click()
    await tab.wait_for_load_state()


async def overflow(tab: Page) -> int:
    """By how many pixels the page is wider than its window."""
    wider: int = await tab.evaluate("document.scrollingElement.scrollWidth - innerWidth")
    return max(0, wider)


async def drawn_pixels(tab: Page) -> int:
    """How many pixels of the map's canvas are not empty."""
    await tab.wait_for_function("() => performance.getEntriesByName('gridmaps-drawn').length")
    count: int = await tab.evaluate(
        """() => {
            const canvas = document.querySelector(".leaflet-container canvas");
            const all = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            let drawn = 0;
            for (let i = 3; i < all.data.length; i += 4) drawn += all.data[i] > 0;
            return drawn;
        }"""
    )
    return count
