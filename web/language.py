"""The language of the pages: a link that chooses it, a cookie that remembers it, and the middleware that speaks it."""

import re

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from casework.again import go_on_in
from casework.conversations import ConversationNotFound
from casework.sittings import let_in
from casework.work import Work
from foundation.clock import utc_now
from foundation.languages import ENGLISH, LANGUAGES, speaking
from web.edge import edge_of

COOKIE = "language"
# A page of ours: one slash, then letters that no browser reads as another host.
OUR_PAGE = re.compile(r"/(?:[A-Za-z0-9_\-][A-Za-z0-9_\-/.]*)?(?:#[a-z\-]+)?")


def language_of(request: Request) -> str:
    """The language that this browser chose, English if none: a key of LANGUAGES."""
    chosen = request.cookies.get(COOKIE, ENGLISH)
    return chosen if chosen in LANGUAGES else ENGLISH


class Speaking:
    """ASGI middleware: everything said while a request is answered is said in the language its browser chose."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with speaking(language_of(Request(scope))):
            await self._app(scope, receive, send)


async def choose(request: Request) -> Response:
    """Go on in this language, here and in the conversation of this browser, on the page that `to` names."""
    code, back = request.path_params["language"], request.query_params.get("to", "/")
    response = RedirectResponse(back if OUR_PAGE.fullmatch(back) else "/", status_code=303)
    if code not in LANGUAGES:
        return response
    edge = edge_of(request)
    if sitting := edge.sittings.chat(request):
        try:
            await edge.in_thread(let_in, edge.database, sitting.conversation, sitting.token)
            work = Work(edge.database, edge.settings.place_folder, sitting.conversation, utc_now())
            await edge.in_thread(go_on_in, work, code)
        except ConversationNotFound:
            pass  # it ended before; the pages still change their language
    # It lasts as long as the browser's window: on a shared computer the next person begins in English.
    response.set_cookie(COOKIE, code, httponly=True, samesite="lax", secure=edge.settings.secure_cookies, path="/")
    return response


routes = [Route("/language/{language}", choose)]
