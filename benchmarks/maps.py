"""The map pages of a whole city in a real browser, beside folium's own choropleth of its grids."""

import asyncio
import shutil
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import folium
import psutil  # type: ignore[import-untyped]  # two calls need no types
from playwright.async_api import Browser, Page, Route, async_playwright

from benchmarks import million
from benchmarks.figures import Row
from benchmarks.servers import durable_cluster, web
from geodata.generate.city import City
from geodata.generate.plan import Scale

COUNT = 1_000_000
ROUNDS = 5
PANNED_S = 60
PAGES = {"workload": "/maps/workload?unit=grid&measure=filed", "coverage": "/maps/coverage"}
VENDOR = Path(__file__).parents[1] / "gridsvc" / "web" / "assets" / "vendor" / "leaflet"
DRAWN = "() => performance.getEntriesByName('gridmaps-drawn')[0]?.startTime"
PATHS = """count => {
    if (document.querySelectorAll("path.leaflet-interactive").length < count) return null;
    return new Promise((done) =>
        requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))));
}"""
FRAMES = """() => {
    window.frames_seen = 0;
    const count = () => { window.frames_seen += 1; requestAnimationFrame(count); };
    requestAnimationFrame(count);
}"""


@dataclass(frozen=True, slots=True)
class Seen:
    """One page at its first view, once its shapes have been made."""

    kilobytes: float
    drawn_s: float
    server_s: float = 0.0


def run() -> list[Row]:
    with durable_cluster() as url:
        city, token = million.fill(url, Scale.CITY, COUNT)
        with web(url) as port:
            taken = {name: _server_s(port, path, token) for name, path in PAGES.items()}
            return asyncio.run(_measured(f"http://127.0.0.1:{port}", city, taken))


async def _measured(base: str, city: City, taken: Mapping[str, float]) -> list[Row]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        theirs = await _folium(browser, city)
        rows = []
        for name, path in PAGES.items():
            ours = await _ours(browser, base, path)
            rows += _rows(name, replace(ours, server_s=taken[name]), theirs)
        rows += await _panned(browser, base)
        await browser.close()
    return rows


def _rows(name: str, ours: Seen, theirs: Seen) -> list[Row]:
    return [
        _row(f"{name} page: first view, transferred", "kB", ours.kilobytes, theirs.kilobytes, 1000),
        _row(f"{name} page: server time", "ms", ours.server_s * 1e3, theirs.server_s * 1e3, 100),
        _row(f"{name} page: drawn after", "ms", ours.drawn_s * 1e3, theirs.drawn_s * 1e3, 2000),
    ]


def _row(work: str, unit: str, ours: float, theirs: float, limit: float) -> Row:
    return Row(
        work=f"{work} (at most {limit:,} {unit})",
        size=f"15,329 grids, {COUNT:,} incidents",
        unit=unit,
        ours=round(ours, 1),
        peer="folium's choropleth of the grids",
        theirs=round(theirs, 1),
        ratio=round(theirs / ours, 2),
        goal=round(theirs / limit, 2),
    )


@asynccontextmanager
async def _signed_in(browser: Browser, base: str) -> AsyncIterator[Page]:
    context = await browser.new_context(
        base_url=base, viewport={"width": 1440, "height": 900}, locale="zh-CN"
    )
    tab = await context.new_page()
    await tab.goto("/login")
    await tab.locator("input[name=login]").fill(million.LOGIN)
    await tab.locator("input[name=password]").fill("for measuring only")
    await tab.locator("form button").first.click()
    await tab.wait_for_load_state()
    yield tab
    await context.close()


async def _ours(browser: Browser, base: str, path: str) -> Seen:
    async with _signed_in(browser, base) as tab:  # the first one ever makes the shapes
        await tab.goto(path, timeout=300_000)
        await tab.wait_for_function(DRAWN, timeout=300_000)
    seen = []
    for _ in range(ROUNDS):
        async with _signed_in(browser, base) as tab:
            sizes = await _sizes(tab)
            await tab.goto(path)
            drawn = await tab.wait_for_function(DRAWN, timeout=60_000)
            seen.append((sum(sizes) / 1e3, await drawn.json_value() / 1e3))
    return Seen(*(statistics.median(column) for column in zip(*seen, strict=True)))


def _server_s(port: int, path: str, token: str) -> float:
    """Ask for the page itself, before there is a browser that takes the server's core from it.

    The first answer reads the map, and is not the rule.
    """
    connection = HTTPConnection("127.0.0.1", port, timeout=300)
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}
    taken = []
    for _ in range(1 + 5 * ROUNDS):
        began = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        taken.append(time.perf_counter() - began)
        assert answer.status == 200, path
    connection.close()
    return statistics.median(taken[1:])


async def _sizes(tab: Page) -> list[float]:
    """Give a list that grows by the bytes of each answer as it came over the wire."""
    sizes: list[float] = []
    listener = await tab.context.new_cdp_session(tab)
    await listener.send("Network.enable")
    listener.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    return sizes


async def _folium(browser: Browser, city: City) -> Seen:
    """What folium writes for the same grids; Leaflet is given from here, other links nothing."""
    grids = city.levels["grid"][["code", "name", "geometry"]]
    filed = grids[["code"]].assign(filed=[(7919 * row) % 97 for row in range(len(grids))])
    began = time.perf_counter()
    page = folium.Map(tiles=None)
    layer = folium.Choropleth(
        grids, data=filed, columns=["code", "filed"], key_on="feature.properties.code"
    )
    # Its legend is drawn by a library from elsewhere; without that the page would stop there.
    parts = layer._children  # noqa: SLF001 - folium names no other way
    for legend in [name for name in parts if name.startswith("color_map")]:
        del parts[legend]
    layer.add_to(page)
    west, south, east, north = grids.total_bounds.tolist()
    page.fit_bounds([[south, west], [north, east]])
    html = page.get_root().render()
    made_s = time.perf_counter() - began
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "map.html"
        file.write_text(html, encoding="utf-8")
        tab = await browser.new_page(viewport={"width": 1440, "height": 900})
        await tab.route("http*://**/*", _linked)
        await tab.goto(file.as_uri(), timeout=300_000, wait_until="commit")
        drawn = await tab.wait_for_function(PATHS, arg=len(grids), timeout=300_000)
        drawn_s = await drawn.json_value() / 1e3
        await tab.close()
    return Seen(len(html.encode()) / 1e3, drawn_s, made_s)


async def _linked(route: Route) -> None:
    name = urlsplit(route.request.url).path.rsplit("/", 1)[-1]
    ours = VENDOR / name
    await (route.fulfill(path=ours) if ours.is_file() else route.fulfill(body=""))


async def _panned(browser: Browser, base: str) -> list[Row]:
    """Drag the map about for a minute."""
    async with _signed_in(browser, base) as tab:
        await tab.goto(PAGES["workload"])
        await tab.wait_for_function(DRAWN, timeout=60_000)
        await tab.evaluate(FRAMES)
        began = time.perf_counter()
        while time.perf_counter() - began < PANNED_S:
            for way in (1, -1):
                await tab.mouse.move(500 - way * 150, 500)
                await tab.mouse.down()
                await tab.mouse.move(500 + way * 150, 500 + way * 80, steps=30)
                await tab.mouse.up()
        seconds = time.perf_counter() - began
        frames = await tab.evaluate("window.frames_seen")
        megabytes = max(_renderers()) / 1e6
    size = f"15,329 grids, panned for {PANNED_S} s"
    return [
        Row(
            "frames while panning",
            size,
            "1/s",
            frames / seconds,
            "the goal",
            30,
            frames / seconds / 30,
            1,
        ),
        Row("memory of the page", size, "MB", megabytes, "the goal", 500, 500 / megabytes, 1),
    ]


def _renderers() -> list[float]:
    """What each page's process holds, its part of what is shared included."""
    return [
        child.memory_full_info().pss
        for child in psutil.Process().children(recursive=True)
        if "--type=renderer" in child.cmdline()
    ]
