"""Beginning and ending a sitting at the kiosk, how it looks, and who is still there."""

from dataclasses import replace

from starlette.responses import Response

from foundation.languages import ENGLISH, LANGUAGES, speaking
from web.kiosk import sitting as sittings
from web.kiosk.sitting import KioskSitting
from web.kiosk.tiles import load_tiles
from web.kiosk.visitor import FIRST, NOW, Visitor, at_kiosk

LOOKS = ("big", "contrast")


@at_kiosk()
async def first(visitor: Visitor) -> Response:
    """The first page: which language? Where somebody has not finished yet, it asks who is there instead."""
    if visitor.sitting.begun:
        return visitor.go("/kiosk/still")
    return visitor.show("start.html", tiles=load_tiles(), asks_who=visitor.sitting.touched)


@at_kiosk()
async def start(visitor: Visitor) -> Response:
    """Begin a conversation in the language that was touched."""
    form = await visitor.request.form()
    if not visitor.genuine(form):
        return visitor.go(FIRST)
    language = str(form.get("language") or "")
    sitting = await begin(visitor, language if language in LANGUAGES else ENGLISH)
    response = visitor.go(NOW)
    await visitor.edge.in_thread(sittings.write, visitor.edge, response, sitting)
    return response


async def begin(visitor: Visitor, language: str) -> KioskSitting:
    """A new conversation at this kiosk, in the look that was chosen before."""
    edge = visitor.edge
    with speaking(language):
        identity, token, _ = await edge.in_thread(edge.turns.start, sittings.KIOSK)
    return replace(visitor.sitting, conversation=identity, token=token, language=language)


@at_kiosk()
async def look(visitor: Visitor) -> Response:
    """Bigger text or more contrast, on or off, for this sitting."""
    form = await visitor.request.form()
    response = visitor.go(_way_back(str(form.get("back") or "")))
    which = form.get("look")
    if visitor.genuine(form) and which in LOOKS:
        now = visitor.sitting
        turned = replace(now, big=not now.big) if which == "big" else replace(now, contrast=not now.contrast)
        await visitor.edge.in_thread(sittings.write, visitor.edge, response, turned)
    return response


@at_kiosk(counts=False)
async def here(visitor: Visitor) -> Response:
    """Somebody is still there: 204 for the page's script, else the page again; 410 when the sitting has ended."""
    form = await visitor.request.form()
    script = visitor.request.headers.get("sec-fetch-mode") != "navigate"
    if not visitor.sitting.begun or not visitor.genuine(form):
        return Response(status_code=410) if script else visitor.go(FIRST)
    response = Response(status_code=204) if script else visitor.go(NOW)
    await visitor.edge.in_thread(sittings.write, visitor.edge, response, visitor.sitting)
    return response


@at_kiosk(counts=False)
async def still(visitor: Visitor) -> Response:
    """Are you still there? Shows nothing of what was said; without an answer it clears."""
    return visitor.show("still.html") if visitor.sitting.begun else visitor.go(FIRST)


@at_kiosk(counts=False)
async def finish(visitor: Visitor) -> Response:
    """Finish and clear. A plain address too, so that a page without its script can clear itself."""
    response = visitor.go(FIRST)
    await visitor.edge.in_thread(sittings.end, visitor.edge, visitor.request, response)
    return response


@at_kiosk(counts=False)
async def elsewhere(visitor: Visitor) -> Response:
    """Any other address of the kiosk leads to its first page."""
    return visitor.go(FIRST)


def _way_back(path: str) -> str:
    """Only to a page of the kiosk."""
    known = path.startswith((f"{FIRST}/", f"{FIRST}?")) or path == FIRST
    return path if known and "//" not in path and "\\" not in path else FIRST
