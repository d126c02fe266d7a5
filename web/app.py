"""The edge as one ASGI application."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from casework.conversations import ConversationNotFound
from casework.retention import retain
from casework.ways import Ways
from casework.work import hub_data
from foundation.clock import utc_now
from foundation.database import Database
from foundation.languages import read_catalogues, speaking, translate
from foundation.memory import settle
from foundation.settings import Settings
from understanding import understand
from web import (
    api,
    calendars,
    chat,
    desk,
    fhir,
    health,
    hooks,
    kiosk,
    language,
    live,
    moving,
    rendering,
    undelivered,
    visits,
    widget,
)
from web.api import NotUnderstood
from web.carrying import Carrying
from web.directory_desk import routes as directory_desk
from web.directory_desk.reminding import remind_owners
from web.dressing import Dressing
from web.edge import Edge
from web.environment import WORDS
from web.headers import SafeHeaders
from web.hub_desk import routes as hub_desk
from web.oruk import page as oruk
from web.oruk.app import make_api, make_ready
from web.post import Post
from web.providers.setup import make_providers
from web.rasa import Rasa
from web.reminding import remind_residents
from web.rolling import roll_rotas_forward
from web.services import routes as services
from web.settling import settle_what_broke
from web.sittings import Sittings
from web.statics import Assets
from web.turns import Turns
from web.waiting import offer_freed_times

log = logging.getLogger("frontdoor.web")
ASSETS = Path(__file__).parent / "assets" / "build"
RETAIN_EVERY_SECONDS = 24 * 3600
PLAIN_PAGES = ("privacy", "accessibility", "about")


def make_app(settings: Settings) -> Starlette:
    """The application for these settings. Models and connections are opened when it starts."""
    database = Database(settings.database_url)
    rasa = Rasa(settings.bot_url, settings.actions_url, timeout_seconds=settings.bot_timeout_seconds)
    hub = hub_data(settings.place_folder)
    providers = make_providers(settings)
    dress = Dressing(database, providers, public_url=settings.own_address)
    turns = Turns(database, rasa, help_phone=str(hub["phone"]), dress=dress, ways=Ways.of(settings))
    post = Post(database, turns, providers, letters=hub.get("postcode_letters", []))
    carry = Carrying(dress, providers, public_url=settings.own_address)
    open_data = make_api(database, settings)
    edge = Edge(settings, database, rasa, turns, Sittings(settings), hub, providers, post, carry)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await edge.in_thread(read_catalogues)  # these and the models: before the first resident comes
        await edge.in_thread(understand, "hello")
        settle()
        always = (
            _keep_our_word(edge),
            remind_owners(edge),
            remind_residents(edge),
            offer_freed_times(edge),
            settle_what_broke(edge),
            roll_rotas_forward(edge),
            kiosk.sweep(edge),
            post.run(),
            post.sender.run(),
        )
        working = [asyncio.create_task(work) for work in (*always, edge.in_thread(make_ready, open_data))]
        yield
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)  # what is half done is leased, and taken up again
        for provider in set(providers.values()):
            await provider.close()
        await rasa.close()
        database.close()

    app = Starlette(
        routes=[
            *chat.routes,
            *live.routes,
            *widget.routes,
            *visits.routes,
            *calendars.routes,
            *fhir.routes,
            *services.routes,
            *desk.routes,
            *undelivered.routes,
            *directory_desk.routes,
            *hub_desk.routes,
            *language.routes,
            *moving.routes,
            *kiosk.routes,
            *hooks.routes,
            *api.routes,
            *health.routes,
            *oruk.routes(open_data),
            *(Route(f"/{name}", _plain(name)) for name in PLAIN_PAGES),
            Mount("/assets", Assets(ASSETS)),
        ],
        middleware=[Middleware(SafeHeaders, widget_origins=settings.widget_origins), Middleware(language.Speaking)],
        exception_handlers={
            ConversationNotFound: _not_found,
            NotUnderstood: _bad_request,
            HTTPException: _http_error,
            Exception: _our_fault,
        },
        lifespan=lifespan,
    )
    app.state.edge = edge
    return app


async def _keep_our_word(edge: Edge) -> None:
    """Delete, once a day, what the privacy page says is deleted by then."""
    settings = edge.settings
    while True:
        try:
            await edge.in_thread(
                retain,
                edge.database,
                now=utc_now(),
                keep_days=settings.keep_days,
                keep_case_days=settings.keep_case_days,
                tracker=settings.trackers,
            )
        except (SQLAlchemyError, sqlite3.Error):
            log.exception("retention did not run; it is tried again tomorrow")
        await asyncio.sleep(RETAIN_EVERY_SECONDS)


def _plain(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def show(request: Request) -> Response:
        return rendering.page(request, f"{name}.html")

    return show


def _is_api(request: Request) -> bool:
    return request.url.path.startswith(("/api/", "/oruk/v3/"))


async def _not_found(request: Request, error: Exception) -> Response:
    return _answer(request, 404, WORDS("sorry.not_found_title"), translate(str(error)))


async def _bad_request(request: Request, error: Exception) -> Response:
    return _answer(request, 400, WORDS("sorry.not_right_title"), translate(str(error)))


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    key = "sorry.not_right" if error.status_code != 404 else "sorry.not_found"
    return _answer(request, error.status_code, WORDS(f"{key}_title"), WORDS(key))


async def _our_fault(request: Request, error: Exception) -> Response:
    log.error(
        "a request to %s failed: %s", request.scope.get("route") or "a page", type(error).__name__, exc_info=error
    )
    phone = request.app.state.edge.hub["phone"]
    with speaking(language.language_of(request)):  # outside the middleware
        return _answer(request, 500, WORDS("sorry.broken_title"), WORDS("sorry.nothing_lost", phone=phone))


def _answer(request: Request, status: int, title: str, text: str) -> Response:
    if _is_api(request):
        return JSONResponse({"error": text}, status_code=status)
    room = "kiosk/" if kiosk.is_kiosk(request) else ""
    return rendering.page(request, f"{room}error.html", status=status, title=title, text=text)
