"""Meta's WhatsApp Cloud API: messages with buttons and lists, templates, statuses by webhook.

Sources (read in the versions of May to August 2026): under
https://developers.facebook.com/documentation/business-messaging/whatsapp/ the pages webhooks/reference/messages,
messages/interactive-reply-buttons-messages, messages/interactive-list-messages, business-scoped-user-ids and
support/error-codes; https://developers.facebook.com/docs/graph-api/webhooks/getting-started for the handshake and the
signature.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from foundation.clock import utc_now
from web.providers.base import (
    Arrived,
    Channel,
    Hook,
    KeyRefused,
    NotGenuine,
    Outgoing,
    Receipt,
    Refused,
    TryLater,
    Unsure,
    WindowClosed,
)
from web.providers.meta_reading import read_body
from web.providers.reading import same_secret
from web.providers.wire import Wire, body_of, in_short, retry_after, server_trouble

META_URL = "https://graph.facebook.com"
# Introduced on 18 February 2026, there until 29 July 2028 (https://developers.facebook.com/docs/graph-api/changelog).
API_VERSION = "v25.0"
# So long a status may still come that tells whether a message was taken.
STATUSES_COME_WITHIN = timedelta(minutes=5)
# Error codes, by what they mean to us. All others refuse this one message.
BUSY = frozenset({1, 2, 4, 80007, 130429, 131000, 131016, 131048, 131056, 131057, 133004})
OUR_ACCOUNT = frozenset({0, 3, 10, 190, *range(200, 300), 368, 131005, 131031, 131042})
WINDOW_CLOSED = 131047
PAIR_RATE = 131056
PAIR_SECONDS = 6.0  # one message to one person every six seconds, when the allowance for a burst is used up


@dataclass(frozen=True)
class MetaAccess:
    """What Meta knows us by. `phone_number` is the id of our number, not the number.

    `app_secret` signs its webhooks; `verify_token` is ours, for the handshake. `template` opens a conversation again
    after 24 hours; `languages` gives Meta's code for each of our languages; `en` must be there.
    """

    token: str = field(repr=False)
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    phone_number: str
    template: str
    languages: Mapping[str, str] = field(default_factory=lambda: {"en": "en_GB"})
    url: str = META_URL
    timeout: float = 20.0


class Meta:
    """WhatsApp by Meta itself. STOP is for us to hear."""

    name = "meta"
    channels: tuple[Channel, ...] = ("whatsapp",)
    answers_stop: tuple[Channel, ...] = ()

    def __init__(self, access: MetaAccess, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._access = access
        self._clock = clock
        self._path = f"/{API_VERSION}/{access.phone_number}/messages"
        self._wire = Wire("WhatsApp", access.url, timeout=access.timeout)

    def greet(self, query: Mapping[str, str]) -> str:
        """The answer to Meta's handshake: its challenge. Raises NotGenuine when the verify token is not ours."""
        known = same_secret(query.get("hub.verify_token", ""), self._access.verify_token)
        if query.get("hub.mode") != "subscribe" or not known:
            raise NotGenuine("The verify token is missing or wrong.")
        return query.get("hub.challenge", "")

    def read(self, hook: Hook) -> list[Arrived | Receipt]:
        """Messages and statuses, several in one call. Raises NotGenuine, NotReadable."""
        digest = hmac.new(self._access.app_secret.encode(), hook.body, hashlib.sha256).hexdigest()
        if not same_secret(hook.headers.get("x-hub-signature-256", ""), f"sha256={digest}"):
            raise NotGenuine("The signature is missing or wrong.")
        return read_body(hook.body, phone_number=self._access.phone_number)

    async def send(self, outgoing: Outgoing) -> str:
        """Send one message; Meta's id for it. Raises WindowClosed, KeyRefused and the rest."""
        message = self._addressed(outgoing) | (dict(outgoing.body) if outgoing.conversing else self._template(outgoing))
        headers = {"Authorization": f"Bearer {self._access.token}"}
        response = await self._wire.send(self._path, json=message, headers=headers)
        if not response.is_success:
            raise _problem(response)
        try:
            return str(body_of(response)["messages"][0]["id"])
        except (KeyError, IndexError, TypeError) as error:
            raise Unsure("WhatsApp took it, but did not say under which id.") from error

    async def find(self, outgoing: Outgoing) -> str | None:
        """Meta cannot be asked. A status with our reference may tell, for five minutes: TryLater. Then None."""
        handed = outgoing.tried_at or outgoing.written_at
        left = handed + STATUSES_COME_WITHIN - self._clock() if handed else timedelta()
        if left > timedelta():
            raise TryLater("WhatsApp may still tell whether it has it.", seconds=left.total_seconds())
        return None

    async def close(self) -> None:
        """Give the connections back."""
        await self._wire.close()

    def _addressed(self, outgoing: Outgoing) -> dict[str, Any]:
        whom = "to" if outgoing.to.startswith("+") else "recipient"  # a number, or an id that Meta gave us
        return {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            whom: outgoing.to,
            "biz_opaque_callback_data": outgoing.reference,
        }

    def _template(self, outgoing: Outgoing) -> dict[str, Any]:
        languages = self._access.languages
        code = languages.get(outgoing.language, languages["en"])
        return {"type": "template", "template": {"name": self._access.template, "language": {"code": code}}}


def _problem(response: httpx.Response) -> Refused | TryLater | Unsure:
    """The Graph API's `{"error": {"code", "message", "error_data": {"details"}}}`, by its code, as Meta advises."""
    error = body_of(response).get("error")
    error = error if isinstance(error, dict) else {}
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else None
    code = error["code"] if isinstance(error.get("code"), int) else None
    words = in_short(details or error.get("message"))
    said = f"WhatsApp {code}: {words}" if words else f"WhatsApp answered {response.status_code}."
    if code in BUSY or response.status_code == 429:
        wait = PAIR_SECONDS if code == PAIR_RATE else None
        return TryLater(said, seconds=retry_after(response.headers) or wait)
    if response.status_code >= 500:
        return server_trouble("WhatsApp", response, words=words)
    if code == WINDOW_CLOSED:
        return WindowClosed(said)
    return KeyRefused(said) if code in OUR_ACCOUNT or response.status_code == 401 else Refused(said)
