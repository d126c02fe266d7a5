"""The JSON API: the same conversation for programs."""

import json
from json import JSONDecodeError
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from casework.conversations import ConversationNotFound
from foundation.errors import FrontDoorError
from web.edge import edge_of

CHANNELS = ("website", "kiosk", "terminal")
MAX_BYTES = 200_000


class NotUnderstood(FrontDoorError):
    """The request's body is not what the API takes. The text says what is."""


async def start(request: Request) -> Response:
    """`POST /api/conversations` `{"channel"}` -> 201 `{"conversation", "token", "replies"}`."""
    body = await _body(request)
    channel = body.get("channel", "website")
    if channel not in CHANNELS:
        raise NotUnderstood(f"Send a channel that is one of: {', '.join(CHANNELS)}.")
    edge = edge_of(request)
    identity, token, replies = await edge.in_thread(edge.turns.start, channel)
    return JSONResponse({"conversation": identity, "token": token, "replies": replies}, status_code=201)


async def say(request: Request) -> Response:
    """`POST /api/conversations/ID/messages` `{"text"}` or `{"choice"}` -> `{"replies", "state"}`.

    `parts` (a list) narrows a consent; `turn` guards a choice against being sent twice. 404 for a conversation
    that is not there and for a token that is not its own, alike.
    """
    body = await _body(request)
    text, choice, parts, turn = body.get("text", ""), body.get("choice"), body.get("parts"), body.get("turn")
    if (
        not isinstance(text, str)
        or not isinstance(choice, str | None)
        or (not text and choice is None and "text" not in body)
    ):
        raise NotUnderstood('Send {"text": "..."} or {"choice": "..."}.')
    if parts is not None and not (isinstance(parts, list) and all(isinstance(part, str) for part in parts)):
        raise NotUnderstood("Send parts as a list of part ids.")
    if not isinstance(turn, int | None):
        raise NotUnderstood("Send turn as a whole number.")
    outcome = await edge_of(request).turns.take(
        request.path_params["conversation"], _token(request), text=text, choice=choice, parts=parts, turn=turn
    )
    return JSONResponse({"replies": outcome.replies, "state": outcome.state})


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise ConversationNotFound("We cannot find that conversation.")
    return token.strip()


async def _body(request: Request) -> dict[str, Any]:
    if int(request.headers.get("content-length") or 0) > MAX_BYTES:
        raise NotUnderstood("That is too long. Send at most 20,000 characters.")
    raw = await request.body()
    if len(raw) > MAX_BYTES:
        raise NotUnderstood("That is too long. Send at most 20,000 characters.")
    try:
        body = json.loads(raw or b"{}")
    except (JSONDecodeError, UnicodeDecodeError) as error:
        raise NotUnderstood("Send the body as JSON.") from error
    if not isinstance(body, dict):
        raise NotUnderstood("Send the body as a JSON object.")
    return body


routes = [
    Route("/api/conversations", start, methods=["POST"]),
    Route("/api/conversations/{conversation}/messages", say, methods=["POST"]),
]
