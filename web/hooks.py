"""The webhooks of those who carry texts: who calls is verified, what they say is stored, and only then acknowledged."""

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Protocol

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from foundation.settings import Settings
from web.providers.base import Arrived, Channel, Hook, NotGenuine, NotReadable, Provider, Receipt
from web.providers.meta import Meta

log = logging.getLogger("frontdoor.hooks")
MEGABYTE = 1024 * 1024
# Meta puts several messages into one call of up to 3 MB (Cloud API, webhooks overview); the others send one message.
LARGEST = {"meta": 3 * MEGABYTE}
# Twilio takes what we answer as instructions. This one says: nothing to do.
NO_INSTRUCTIONS = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


class PostRoom(Protocol):
    """Who stores what came in."""

    async def take_in(self, items: Iterable[Arrived | Receipt]) -> None:
        """Store all of it in one transaction: when this returns, nothing can be lost any more."""
        ...


class Gate(Protocol):
    """What a webhook needs of the edge."""

    settings: Settings
    providers: Mapping[Channel, Provider]
    post: PostRoom


async def handshake(request: Request) -> Response:
    """`GET /hooks/whatsapp`: Meta asks whether the address is ours, and wants its challenge back."""
    provider = _provider(request, "meta")
    if not isinstance(provider, Meta):
        return Response(status_code=404)
    try:
        return PlainTextResponse(provider.greet(request.query_params))
    except NotGenuine:
        return Response(status_code=403)


def receiver(name: str, acknowledge: Callable[[], Response]) -> Callable[[Request], Awaitable[Response]]:
    """The webhook of the provider of this name. What cannot be stored fails aloud, so that it is sent again."""

    async def receive(request: Request) -> Response:
        provider = _provider(request, name)
        if provider is None:
            return Response(status_code=404)
        body = await _body(request, LARGEST.get(name, MEGABYTE))
        if body is None:
            return Response(status_code=413)
        try:
            items = provider.read(_hook(request, body))
        except NotGenuine:
            log.warning("a call of the %s webhook was not genuine", name)
            return Response(status_code=403)
        except NotReadable as error:
            log.warning("a call of the %s webhook could not be read: %s", name, error)
            return Response(status_code=400)
        if items:
            await _gate(request).post.take_in(items)
        return acknowledge()

    return receive


def _gate(request: Request) -> Gate:
    gate: Gate = request.app.state.edge
    return gate


def _provider(request: Request, name: str) -> Provider | None:
    return next((one for one in _gate(request).providers.values() if one.name == name), None)


def _hook(request: Request, body: bytes) -> Hook:
    """The call under the public URL as configured: what a proxy says of itself is not what the provider signed."""
    query = request.scope["query_string"].decode("latin-1")
    url = _gate(request).settings.public_url + request.url.path + (f"?{query}" if query else "")
    return Hook(request.method, url, dict(request.headers), body, dict(request.query_params))


async def _body(request: Request, most: int) -> bytes | None:
    """The raw body; None as soon as it is larger than `most` bytes."""
    parts, size = [], 0
    async for part in request.stream():
        parts.append(part)
        size += len(part)
        if size > most:
            return None
    return b"".join(parts)


def _done() -> Response:
    return Response(status_code=200)


def _no_instructions() -> Response:
    return Response(NO_INSTRUCTIONS, media_type="text/xml")


_notify = receiver("notify", _done)
_twilio = receiver("twilio", _no_instructions)
routes = [
    Route("/hooks/notify", _notify, methods=["POST"]),
    Route("/hooks/notify/receipts", _notify, methods=["POST"]),
    Route("/hooks/twilio", _twilio, methods=["POST"]),
    Route("/hooks/twilio/receipts", _twilio, methods=["POST"]),
    Route("/hooks/whatsapp", handshake, methods=["GET"]),
    Route("/hooks/whatsapp", receiver("meta", _done), methods=["POST"]),
]
