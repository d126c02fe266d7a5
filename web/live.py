"""Letters reach an open page by themselves, as server-sent events of the page's own sitting."""

import json
from collections.abc import AsyncIterator

from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from casework.conversations import Conversation, ConversationNotFound
from casework.letters import Letter
from casework.sittings import let_in
from foundation.languages import speaking, translate
from web.edge import Edge, edge_of
from web.sittings import Sitting
from web.streams import HEARTBEAT_SECONDS, TooManyStreams

RETRY_SECONDS = 30
LARGEST_ID = 2**31 - 1
SENDING_SECONDS = 20  # a page that takes nothing for so long is gone
NEVER_KEPT = {"Cache-Control": "no-store"}


async def events(request: Request) -> Response:
    """`GET /chat/events`: the letters of this browser's conversation after `Last-Event-ID`, as they come."""
    return await stream_to(request, edge_of(request).sittings.chat(request))


async def stream_to(request: Request, sitting: Sitting | None) -> Response:
    """The stream of a sitting: 404 when it opens nothing, 503 with Retry-After when too many listen."""
    edge = edge_of(request)
    if sitting is None or await edge.in_thread(_still_open, edge, sitting) is None:
        return Response(status_code=404, headers=NEVER_KEPT)
    try:
        edge.streams.check(sitting.conversation)
    except TooManyStreams as error:
        later = {"Retry-After": str(RETRY_SECONDS), **NEVER_KEPT}
        return JSONResponse({"error": str(error)}, status_code=503, headers=later)
    events = _events(edge, sitting, _last_seen(request))
    return EventSourceResponse(events, ping=HEARTBEAT_SECONDS, send_timeout=SENDING_SECONDS, sep="\n")


async def _events(edge: Edge, sitting: Sitting, after: int) -> AsyncIterator[dict[str, str]]:
    """Whoever left gets nothing more: the sitting is asked again before every letter and at every heartbeat."""
    stream = edge.streams.open(sitting.conversation, after)
    try:
        async for letter in edge.streams.letters(stream):
            conversation = await edge.in_thread(_still_open, edge, sitting)
            if conversation is None:
                yield {"event": "left", "data": ""}
                return
            if letter is not None:
                yield _event(letter, conversation.language)
        if stream.gave_way:
            yield {"event": "elsewhere", "data": ""}
    finally:
        edge.streams.close(stream)


def _event(letter: Letter, language: str) -> dict[str, str]:
    with speaking(language):
        who = translate("%(name)s said") % {"name": letter.sender}
    return {"id": str(letter.id), "event": "letter", "data": json.dumps({"who": who, "text": letter.text})}


def _still_open(edge: Edge, sitting: Sitting) -> Conversation | None:
    try:
        return let_in(edge.database, sitting.conversation, sitting.token)
    except ConversationNotFound:
        return None


def _last_seen(request: Request) -> int:
    given = request.headers.get("last-event-id", "")
    return min(int(given), LARGEST_ID) if given.isascii() and given.isdigit() and len(given) < 12 else 0


routes = [Route("/chat/events", events)]
