"""The API as an application of its own, to be mounted: it answers in JSON, to any website, and only to reading."""

from urllib.parse import parse_qsl, urlencode

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from foundation.database import Database
from foundation.errors import FrontDoorError
from foundation.settings import Settings
from web.oruk.asking import what_to_send
from web.oruk.catalogue import Catalogue
from web.oruk.routes import router

PATH = "/oruk/v3"
SHOWN = ("ETag", "Last-Modified")
ABOUT = """The public services of this Front Door in the Open Referral UK 3.0 standard, read-only and open to everyone.

Not published: services for staff alone, the addresses of places that must not be known (refuges), and who keeps a
record. A service marked `demonstration` describes a real organisation for a demonstration; do not rely on it.
"""


class Kindly:
    """ASGI middleware for how programs and forms ask: HEAD, and parameters that were not filled in.

    HEAD is answered as GET is (the server leaves the body out); a parameter without a value is as good as none.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http":
            filled = urlencode(parse_qsl(scope["query_string"].decode("latin-1")))
            method = "GET" if scope["method"] == "HEAD" else scope["method"]
            scope = {**scope, "method": method, "query_string": filled.encode()}
        await self._app(scope, receive, send)


def make_api(database: Database, settings: Settings) -> FastAPI:
    """The API over the services of `database`."""
    api = FastAPI(
        title="Front Door: services in Open Referral UK 3.0",
        version="3.0",
        description=ABOUT,
        docs_url=None,  # these pages load programs from other companies' servers; ours is a page of our own
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # a postcode may be in an address
        middleware=[
            Middleware(Kindly),
            Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "HEAD"], expose_headers=SHOWN),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=1),
        ],
        exception_handlers={
            HTTPException: _said,
            RequestValidationError: _not_like_that,
            FrontDoorError: _cannot,
        },
    )
    api.state.catalogue = Catalogue(database)
    api.state.settings = settings
    api.include_router(router)
    return api


def make_ready(api: FastAPI) -> None:
    """Read the services now, so that the first who asks need not wait (5 s with 10,000 services)."""
    catalogue: Catalogue = api.state.catalogue
    catalogue.current()


async def _said(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": str(error.detail)}, status_code=error.status_code, headers=error.headers)


async def _not_like_that(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return JSONResponse({"error": what_to_send(error)}, status_code=400)


async def _cannot(_request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"error": str(error)}, status_code=400)
