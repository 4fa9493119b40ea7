"""The web process is put together here, and nowhere else."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles

import gridsvc
from gridsvc import tables
from gridsvc.addresses import endpoints as addresses
from gridsvc.areas import endpoints as areas
from gridsvc.assets import endpoints as assets
from gridsvc.attachments import endpoints as attachments
from gridsvc.attachments import pages as attachment_pages
from gridsvc.attachments import upload_endpoints as uploads
from gridsvc.attachments.cabinet import Cabinet
from gridsvc.basemaps import endpoints as basemaps
from gridsvc.basemaps.reading import read_basemaps
from gridsvc.briefings import endpoints as briefings
from gridsvc.briefings import pages as briefing_pages
from gridsvc.calendars import endpoints as calendars
from gridsvc.casework import case_pages, queue_pages
from gridsvc.catalogue import endpoints as catalogue
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.files.storage import Storage
from gridsvc.http import health, problems
from gridsvc.http.allowance import Allowance
from gridsvc.http.compressing import Compressing
from gridsvc.http.language import KeepsLanguage
from gridsvc.http.limiting import AddressLimit
from gridsvc.http.middleware import BodyLimit, RequestLine
from gridsvc.http.state import State
from gridsvc.incidents import dispatching_endpoints as dispatching
from gridsvc.incidents import endpoints as incidents
from gridsvc.incidents import hot_spot_endpoints as hot_spots
from gridsvc.incidents import option_endpoints as options
from gridsvc.incidents import process_endpoints as process
from gridsvc.incidents import reporter_endpoints as reporters
from gridsvc.incidents import similar_endpoints as similar
from gridsvc.incidents.service import Desk
from gridsvc.indicators import endpoints as indicators
from gridsvc.indicators import pages as indicator_pages
from gridsvc.lab import endpoints as lab
from gridsvc.lab import pages as lab_pages
from gridsvc.live import endpoints as live
from gridsvc.live import figure_endpoints as live_figures
from gridsvc.live import pages as live_pages
from gridsvc.live.hub import Hub
from gridsvc.mail import endpoints as mail
from gridsvc.notices import endpoints as notices
from gridsvc.people import access_endpoints as people_access
from gridsvc.people import credential_endpoints as people_credentials
from gridsvc.people import endpoints as people
from gridsvc.people import log_endpoints as people_log
from gridsvc.planning import confirm_pages as planning_confirm_pages
from gridsvc.planning import endpoints as planning
from gridsvc.planning import pages as planning_pages
from gridsvc.planning import row_endpoints as planning_rows
from gridsvc.planning import row_pages as planning_row_pages
from gridsvc.proof import endpoints as proof
from gridsvc.reports import endpoints as reports
from gridsvc.reports import figures
from gridsvc.reports.ready import make_ready
from gridsvc.routing import endpoints as routing
from gridsvc.routing.following import follow, renew
from gridsvc.routing.service import Router
from gridsvc.rules import endpoints as rules
from gridsvc.schemes import endpoints as schemes
from gridsvc.schemes import pages as scheme_pages
from gridsvc.search import endpoints as search
from gridsvc.settings import Settings
from gridsvc.signin import account_pages, provider_pages, second_factor_pages, step_pages
from gridsvc.signin import endpoints as signin
from gridsvc.signin import pages as signin_pages
from gridsvc.signin.providers import read_providers
from gridsvc.tiles import endpoints as tiles
from gridsvc.tiles import tile_endpoints as tile
from gridsvc.tiles.service import Memory
from gridsvc.web import endpoints as web
from gridsvc.web.page import LoginNeededError, login_address
from gridsvc.web.templates import problem_page
from gridsvc.webhooks import endpoints as webhooks
from gridsvc.whistles import endpoints as whistles
from gridsvc.whistles import pages as whistle_pages
from gridsvc.whistles.limits import Limits

MODULES = (
    tile,
    incidents,
    health,
    signin,
    signin_pages,
    step_pages,
    provider_pages,
    account_pages,
    second_factor_pages,
    people,
    people_access,
    people_credentials,
    people_log,
    proof,
    addresses,
    areas,
    assets,
    calendars,
    catalogue,
    rules,
    routing,
    options,
    case_pages,
    queue_pages,
    similar,
    hot_spots,
    live,
    live_figures,
    live_pages,
    indicators,
    indicator_pages,
    process,
    dispatching,
    reporters,
    attachments,
    uploads,
    attachment_pages,
    notices,
    mail,
    webhooks,
    whistles,
    whistle_pages,
    planning,
    planning_rows,
    planning_pages,
    planning_row_pages,
    planning_confirm_pages,
    lab,
    lab_pages,
    schemes,
    scheme_pages,
    reports,
    figures,
    basemaps,
    tiles,
    search,
    briefings,
    briefing_pages,
    web,
)
"""Every module with endpoints. Their routes are tried in turn: first what is asked most often."""

ASSETS = Path(__file__).parent / "web" / "assets"

__all__ = ["create_app", "equip", "tables"]


def create_app(settings: Settings, database: Database, *, signing_key: str) -> FastAPI:
    """Put the web process together. The caller makes the database and says which key signs."""
    app = FastAPI(
        title="gridsvc",
        version=gridsvc.__version__,
        summary="Who owns an incident and why, answered in the response that files it.",
        lifespan=_lifespan,
        # The description needs a login like everything else; the web process serves it itself.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        # A redirect would repeat whatever host the request names.
        redirect_slashes=False,
    )
    equip(app, settings, database, signing_key=signing_key)
    problems.install(app, page=problem_page)
    app.add_exception_handler(LoginNeededError, _to_login)
    app.add_middleware(Compressing)
    app.add_middleware(BodyLimit, limit=settings.max_body_bytes)
    app.add_middleware(KeepsLanguage)
    app.add_middleware(AddressLimit)
    app.add_middleware(RequestLine)
    for module in MODULES:
        # The routes themselves: FastAPI would look for one twice in a router that it includes.
        app.router.routes.extend(module.router.routes)
    app.mount("/assets", StaticFiles(directory=ASSETS), name="assets")
    return app


def equip(app: FastAPI, settings: Settings, database: Database, *, signing_key: str) -> None:
    """Give an application the parts that its requests share, all of them new."""
    app.state.gridsvc = State(
        settings,
        database,
        signing_key,
        accounts=Allowance(settings.requests_per_account),
        addresses=Allowance(settings.requests_per_address),
    )
    app.state.desk = Desk.of(settings)
    app.state.providers = read_providers(settings)
    app.state.basemaps = read_basemaps(settings)
    app.state.tiles = Memory()
    app.state.cabinet = Cabinet(database, Storage.of(settings), settings)
    app.state.whistle_limits = Limits.of(settings)
    app.state.live = Hub(database, utc_now)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    state: State = app.state.gridsvc
    router: Router = app.state.desk.router
    await _warm(state, router)
    tasks = [
        asyncio.create_task(it)
        for it in (
            follow(state.database, partial(renew, router), utc_now),
            follow(state.database, make_ready, utc_now),
            app.state.live.run(),
        )
    ]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    await state.database.close()
    app.state.basemaps.close()


async def _warm(state: State, router: Router) -> None:
    """Compile the map before the first call needs it."""
    await renew(router, state.database, now=utc_now())
    # The map is large and lives as long as the process: the collector need not walk it each time.
    gc.collect()
    gc.freeze()


async def _to_login(_: Request, error: Exception) -> RedirectResponse:
    assert isinstance(error, LoginNeededError)  # noqa: S101 - registered for this class only
    return RedirectResponse(login_address(error.following), 303)
