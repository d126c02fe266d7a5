"""What every kiosk page has in common: who is there, in which language, and that nothing is kept."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from foundation.languages import speaking
from web import rendering
from web.edge import Edge, edge_of
from web.kiosk import sitting as sittings
from web.kiosk.screens import shorten
from web.kiosk.sitting import KioskSitting

FIRST, NOW = "/kiosk", "/kiosk/now"


@dataclass(frozen=True)
class Visitor:
    """One request of the person at the kiosk. `page` counts the parts of what does not fit on one screen, from 1."""

    request: Request
    edge: Edge
    sitting: KioskSitting

    @property
    def page(self) -> int:
        """The part that is asked for."""
        asked = self.request.query_params.get("page", "")
        return int(asked) if asked.isdecimal() and len(asked) < 3 else 1

    def show(self, template: str, *, status: int = 200, **context: object) -> Response:
        """A page of the kiosk."""
        settings = self.edge.settings
        values = {
            "sitting": self.sitting,
            "mark": sittings.form_mark(self.edge, self.sitting),
            "idle_seconds": settings.kiosk_idle_seconds,
            "countdown_seconds": settings.kiosk_countdown_seconds,
            "saver_seconds": settings.kiosk_saver_seconds,
            "keyboard": settings.kiosk_keyboard,
            "page": self.page,
            "pages": 1,
            "here": self.request.url.path,
            "asks_who": True,
            "shorten": shorten,
            **context,
        }
        return rendering.page(self.request, f"kiosk/{template}", status=status, **values)

    def genuine(self, form: FormData) -> bool:
        """Whether a form came from one of this sitting's own pages."""
        sent = form.get("mark")
        return isinstance(sent, str) and hmac.compare_digest(sent, sittings.form_mark(self.edge, self.sitting))

    def go(self, path: str, **query: object) -> Response:
        """Show another page of the kiosk."""
        return RedirectResponse(f"{path}?{urlencode(query)}" if query else path, status_code=303)


def is_kiosk(request: Request) -> bool:
    """Whether a request comes from a screen of the kiosk."""
    path = request.url.path
    return path == FIRST or path.startswith(f"{FIRST}/")


type Handler = Callable[[Visitor], Awaitable[Response]]
type Endpoint = Callable[[Request], Awaitable[Response]]


def at_kiosk(*, counts: bool = True, begun: bool = False) -> Callable[[Handler], Endpoint]:
    """Make a handler an endpoint. `counts`: somebody did something; `begun`: only for a sitting that has begun."""

    def wrap(handler: Handler) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            edge = edge_of(request)
            visitor = Visitor(request, edge, await edge.in_thread(sittings.read, edge, request))
            if begun and not visitor.sitting.begun:
                return _private(RedirectResponse(FIRST, status_code=303))
            with speaking(visitor.sitting.language):
                response = _private(await handler(visitor))
            if counts and visitor.sitting.touched and "set-cookie" not in response.headers:
                await edge.in_thread(sittings.write, edge, response, visitor.sitting)
            return response

        endpoint.__doc__ = handler.__doc__
        return endpoint

    return wrap


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
