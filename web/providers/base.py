"""What every provider can do for us, in our words: check and read what it sends us, send, and look up what was sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from foundation.errors import FrontDoorError

Channel = Literal["sms", "whatsapp"]
# What came in. Only text, choice and location are read; the rest is answered kindly and not stored.
Kind = Literal[
    "text", "choice", "location", "empty", "voice", "image", "document", "sticker", "reaction", "contact", "unsupported"
]
# What became of what we sent, in the order in which it happens.
Fate = Literal["sent", "delivered", "read", "failed"]


class NotGenuine(FrontDoorError):
    """The signature, bearer token or verify token is wrong or missing: nothing is read, nothing is stored."""


class NotReadable(FrontDoorError):
    """It is from the provider, but its body is not what the provider documents."""


class Refused(FrontDoorError):
    """The provider will never take this message (a wrong number, a template that is not there): no retry helps."""


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

    `choice` is the id of a tapped button or row; `place` is (latitude, longitude) of a location in degrees.
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
    """What became of one message that we sent: by the provider's id, by our own reference, or both."""

    provider: str
    provider_id: str | None
    reference: str | None
    fate: Fate
    at: datetime
    error: str | None = None


@dataclass(frozen=True)
class Outgoing:
    """One message to send. `reference` is ours: random, without personal data, the same at every attempt.

    `body` is what the channel's renderer made: `{"text": ...}` for texts, a Cloud API message object without `to`
    for Meta. `conversing` is false when WhatsApp's 24-hour window is over: then the provider sends its template.
    """

    channel: Channel
    reference: str
    to: str
    body: Mapping[str, Any]
    language: str = "en"
    conversing: bool = True
    written_at: datetime | None = None


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
    answers_stop: bool  # whether the provider itself confirms a STOP, so that we stay silent

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
