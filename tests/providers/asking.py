"""What tests of providers share: one message to send, one way to try it, a webhook call as our edge would see it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from tests.providers.fakes import Call
from web.providers.base import Channel, Hook, Outgoing, Provider

ANNA = "+447700900482"
REFERENCE = "5f0c2a9be1d84c7730aa61f2"
EDGE = "https://help.example.org"
# Seconds: long enough for a busy machine; short where the fake takes a message and never answers.
PATIENT, HASTY = 20.0, 1.5


def text_to_anna(
    text: str = "Your visit is on Monday.", *, channel: Channel = "sms", body: dict[str, Any] | None = None, **more: Any
) -> Outgoing:
    """A message to her, with our reference."""
    return Outgoing(channel, REFERENCE, ANNA, body or {"text": text}, **more)


def ask[T](provider: Provider, act: Callable[[Provider], Awaitable[T]]) -> T:
    """What a provider says, in a loop of its own; its connections are given back."""

    async def run() -> T:
        try:
            return await act(provider)
        finally:
            await provider.close()

    return asyncio.run(run())


def send(provider: Provider, outgoing: Outgoing | None = None) -> str:
    """Send one message."""
    return ask(provider, lambda it: it.send(outgoing or text_to_anna()))


def find(provider: Provider, outgoing: Outgoing | None = None) -> str | None:
    """Look one up."""
    return ask(provider, lambda it: it.find(outgoing or text_to_anna()))


def hook_of(call: Call, *, url: str | None = None) -> Hook:
    """The call as our edge hands it on."""
    headers = {name.lower(): value for name, value in call.headers.items()}
    return Hook("POST", url or call.url, headers, call.body)


def at(text: str) -> datetime:
    """A time written in ISO 8601."""
    return datetime.fromisoformat(text)
