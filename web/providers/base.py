"""What every provider can do for us, in our words: check and read what it sends us, send, and look up what was sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from foundation.errors import FrontDoorError

Channel = Literal["sms", "whatsapp", "email"]
# What came in. Only text, choice and location are read; the rest is answered kindly and not stored. An image is a
# picture or a video. One with words under it arrives as two: the picture, then a text, so that the words are heard.
Kind = Literal[
    "text", "choice", "location", "empty", "voice", "image", "document", "sticker", "reaction", "contact", "unsupported"
]
# What became of what we sent, in the order in which it happens.
Fate = Literal["sent", "delivered", "read", "failed"]
# Why it failed, where that changes what we do next: say it with the template, never write again, try another way.
Why = Literal["window_closed", "opted_out", "not_reachable", "other"]


class NotGenuine(FrontDoorError):
    """The signature, bearer token or verify token is wrong or missing: nothing is read, nothing is stored."""


class NotReadable(FrontDoorError):
    """It is from the provider, but its body is not what the provider documents."""


class Refused(FrontDoorError):
    """The provider will never take this message (a wrong number, a template that is not there): no retry helps."""


class OptedOut(Refused):
    """The resident told the provider to stop (Twilio's 21610): nothing may be sent until they say START."""


class WindowClosed(Refused):
    """WhatsApp's 24 hours since the resident last wrote are over. Send it with `conversing=False`."""


class KeyRefused(Refused):
    """The provider does not accept our key or account: no message will go until somebody puts that right."""


class TryLater(FrontDoorError):
    """Not now: it is busy, down, or was never reached. `seconds` is how long it asked us to wait, if it did."""

    def __init__(self, text: str, *, seconds: float | None = None) -> None:
        super().__init__(text)
        self.seconds = seconds


class Unsure(FrontDoorError):
    """The connection broke after we had sent: the provider may have it or not. Look it up before sending again."""


@dataclass(frozen=True)
class Arrived:
    """One message from a resident. `provider_id` is the provider's own; `address` is E.164 (`+447700900482`).

    A WhatsApp user with a username may hide the number: then `address` is the id that Meta gives for them to us, up to
    131 letters and digits (`GB.13491208655302741918`), and is as good to send to. `choice` is the id of a tapped button
    or row; `place` is (latitude, longitude) of a location in degrees.
    """

    channel: Channel
    provider: str
    provider_id: str
    address: str
    kind: Kind
    sent_at: datetime
    text: str = ""
    choice: str | None = None
    place: tuple[float, float] | None = None


@dataclass(frozen=True)
class Receipt:
    """What became of one message that we sent: by the provider's id, by our own reference, or both.

    `error` is the provider's code or word for a failure; `why` is what that means to us.
    """

    provider: str
    provider_id: str | None
    reference: str | None
    fate: Fate
    at: datetime
    error: str | None = None
    why: Why | None = None


@dataclass(frozen=True)
class Outgoing:
    """One message to send. `reference` is ours: random, without personal data, the same at every attempt.

    `body` is what the channel's renderer made: `{"text": ...}` for texts, `{"subject": ..., "text": ...}` for e-mail,
    a Cloud API message object without `to` for Meta. `conversing` is false when WhatsApp's 24-hour window is over:
    then the provider sends its template.
    `tried_at` is when it was last handed to the provider, for `find`; `written_at` stands in for it.
    """

    channel: Channel
    reference: str
    to: str
    body: Mapping[str, Any]
    language: str = "en"
    conversing: bool = True
    written_at: datetime | None = None
    tried_at: datetime | None = None


@dataclass(frozen=True)
class Hook:
    """One call of a webhook, as it came: the exact public URL, headers in lower case, and the raw body."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, str] = field(default_factory=dict)


class Provider(Protocol):
    """One provider, configured. `name` is notify, twilio or meta; `channels` are those that it carries for us."""

    name: str
    channels: tuple[Channel, ...]
    answers_stop: tuple[Channel, ...]  # where the provider itself confirms a STOP, so that we stay silent

    def read(self, hook: Hook) -> list[Arrived | Receipt]:
        """What a webhook call tells. Raises NotGenuine before anything is read, NotReadable."""
        ...

    async def send(self, outgoing: Outgoing) -> str:
        """Send one message; the provider's id for it. Raises Refused, TryLater, Unsure."""
        ...

    async def find(self, outgoing: Outgoing) -> str | None:
        """The provider's id of this message if it has it, by our reference; None when it has not.

        Raises TryLater when that cannot be told (yet).
        """
        ...

    async def close(self) -> None:
        """Give the connections back."""
        ...
