"""The widget: one script on a council's page, and the conversation in an isolated frame that needs no cookie.

Every page of the frame answers a form that carries the signed sitting in a hidden field, so nothing stands in an
address and nothing depends on what the browser thinks of cookies in frames. A partitioned cookie, where the browser
keeps one, finds the conversation again on the council's next page. See docs/adr/0006-the-widget-carries-its-sitting.md.
"""

import json
from functools import cache
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from casework.conversations import ConversationNotFound
from casework.sittings import end_sitting, let_in
from casework.work import words
from foundation.languages import ENGLISH, LANGUAGES, speaking, spoken
from web import rendering
from web.chat import context_of, take, told
from web.edge import Edge, edge_of
from web.environment import BUILD, WORDS
from web.headers import EMBED, SOMEWHERE_ELSE
from web.live import stream_to
from web.sittings import CHAT_SECONDS, EMBEDDED, Sitting, sitting_in
from web.standing import Sent, read_form

SCRIPT_SECONDS = 3600
# Sent to the frame alone, out of reach of scripts, and kept apart for each site that shows the widget.
COOKIE = f"{EMBEDDED}={{}}; Path={EMBED}; HttpOnly; Secure; SameSite=None; Partitioned"
FROM_US = ("same-origin", "none", None)  # what a browser says of a form of ours; old ones say nothing


async def script(_request: Request) -> Response:
    """`/widget.js`: what a council's page loads. Any site may load it; only listed ones can show what it opens."""
    headers = {
        "Cache-Control": f"public, max-age={SCRIPT_SECONDS}",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Access-Control-Allow-Origin": "*",
    }
    return Response(_script(), media_type="text/javascript", headers=headers)


@cache
def _script() -> str:
    texts = {}
    for language in LANGUAGES:
        with speaking(language):
            texts[language] = [WORDS(f"widget.{key}") for key in ("open", "close", "new_tab")]
    return (BUILD / "widget.js").read_text().replace("__TEXTS__", json.dumps(texts, ensure_ascii=False))


async def frame(request: Request) -> Response:
    """`GET /embed`: the first page, or the conversation that this browser keeps for the site around the frame."""
    edge = edge_of(request)
    sitting = _sitting(edge, request.cookies.get(EMBEDDED))
    try:
        if sitting is not None:
            await edge.turns.catch_up(sitting.conversation, sitting.token)
            return await _conversation(request, sitting)
    except ConversationNotFound:
        pass  # it ended elsewhere; the frame begins anew
    with speaking(request.query_params.get("language", ENGLISH)):
        return _start(request)


async def send(request: Request) -> Response:
    """`POST /embed`: one form of the frame in, its next page out."""
    edge, form = edge_of(request), await request.form()
    sent = read_form(form)
    with speaking(str(form.get("language") or ENGLISH)):
        if request.headers.get("sec-fetch-site") not in FROM_US:
            return _start(request, error=words("form_too_old"), typed=sent.text)
        sitting = _carried(edge, form)
        if sitting is None and (sent.turn or form.get("look")):
            return _start(request, error=words("form_too_old"), typed=sent.text)
        try:
            return await _answer(request, form, sent, sitting)
        except ConversationNotFound:
            return _start(request, error=words("form_too_old"), typed=sent.text)


async def _answer(request: Request, form: FormData, sent: Sent, sitting: Sitting | None) -> Response:
    edge = edge_of(request)
    if sitting is not None and form.get("look"):
        return await _conversation(request, sitting)
    if sent.empty or sent.parts == []:
        if sitting is None:
            return _start(request, error=WORDS("errors.empty"))
        key = "errors.nothing_chosen" if sent.parts != [] else "errors.nothing_ticked"
        return await _conversation(request, sitting, missing=key)
    return await _conversation(request, await take(edge, sitting, sent, "website"))


async def leave(request: Request) -> Response:
    """`POST /embed/exit`: the sitting ends on the server, and the whole window is somewhere else."""
    edge = edge_of(request)
    if sitting := _carried(edge, await request.form()):
        await edge.in_thread(end_sitting, edge.database, sitting.token)
    response = RedirectResponse(SOMEWHERE_ELSE, status_code=303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


async def events(request: Request) -> Response:
    """`POST /embed/events`: the letters of the conversation that the form carries, as they come."""
    return await stream_to(request, _carried(edge_of(request), await request.form()))


def _carried(edge: Edge, form: FormData) -> Sitting | None:
    return _sitting(edge, str(form.get("sitting") or ""))


def _sitting(edge: Edge, sealed: str | None) -> Sitting | None:
    return sitting_in(edge.sittings.unseal(EMBEDDED, sealed, seconds=CHAT_SECONDS))


def _start(request: Request, *, error: str | None = None, typed: str = "") -> Response:
    """The frame's first page, in the language spoken now. What was typed is given back."""
    page = _page(request, "embed/start.html", status=400 if error else 200, error=error, typed=typed)
    if EMBEDDED in request.cookies:
        page.headers.append("Set-Cookie", COOKIE.format("") + "; Max-Age=0")
    return page


async def _conversation(request: Request, sitting: Sitting, *, missing: str | None = None) -> Response:
    """The conversation as it stands, in its own language. Raises ConversationNotFound."""
    edge = edge_of(request)
    conversation = await edge.in_thread(let_in, edge.database, sitting.conversation, sitting.token)
    with speaking(conversation.language):
        context = await edge.in_thread(context_of, edge, sitting)
        if missing:
            context["error"] = told(context, missing)
        sealed = edge.sittings.seal(EMBEDDED, [sitting.conversation, sitting.token])
        page = _page(request, "conversation.html", status=400 if missing else 200, carried=sealed, **context)
    page.headers.append("Set-Cookie", COOKIE.format(sealed))
    return page


def _page(request: Request, template: str, *, status: int, **context: Any) -> Response:
    hosts = " ".join(edge_of(request).settings.widget_origins)
    frame = {"base": "embed/base.html", "here": EMBED, "hosts": hosts, "language": spoken(), "csrf": ""}
    return rendering.page(request, template, status=status, **{**context, **frame})


routes = [
    Route("/widget.js", script),
    Route(EMBED, frame),
    Route(EMBED, send, methods=["POST"]),
    Route(f"{EMBED}/exit", leave, methods=["POST"]),
    Route(f"{EMBED}/events", events, methods=["POST"]),
]
