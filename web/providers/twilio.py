"""Twilio: texts and WhatsApp messages by its Messages API, both announced at the same webhooks.

Sources: https://www.twilio.com/docs/messaging/api/message-resource (create, list, statuses),
https://www.twilio.com/docs/messaging/guides/webhook-request and
https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks (what the webhooks carry),
https://www.twilio.com/docs/usage/webhooks/webhooks-security (the signature, over the exact URL),
https://www.twilio.com/docs/api/errors (21211, 21610, 21614, 20429, 30003-30006, 63016, 63024),
https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out (STOP and START are answered by Twilio on long codes).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

import httpx

from foundation.clock import utc_now
from web.providers.base import (
    Arrived,
    Channel,
    Hook,
    KeyRefused,
    OptedOut,
    Outgoing,
    Receipt,
    Refused,
    TryLater,
    Unsure,
    WindowClosed,
)
from web.providers.twilio_reading import REFERENCE, read_hook
from web.providers.wire import Wire, body_of, in_short, retry_after, server_trouble

TWILIO_URL = "https://api.twilio.com"
LONGEST_BODY = 1600
# Their clock and ours may differ by so much when a message is looked up.
CLOCK_SLACK = timedelta(minutes=1)
PAGE = 100
OPTED_OUT, WINDOW_CLOSED, TOO_MANY = 21610, 63016, 20429


@dataclass(frozen=True)
class TwilioAccess:
    """What Twilio knows us by. `text_from` and `whatsapp_from` are our numbers in E.164, or a Messaging Service (`MG`).

    `channels` are those that it carries. `receipts_url` is the public URL of our receipts webhook. `templates` gives
    the content id (`HX...`) of the message that opens a WhatsApp conversation again, by language; `en` must be there.
    `answers_stop` is whether Twilio confirms a STOP that came by text, as it does unless its support turned that off.
    """

    account: str
    token: str = field(repr=False)
    receipts_url: str
    channels: tuple[Channel, ...] = ("sms",)
    text_from: str = ""
    whatsapp_from: str = ""
    templates: Mapping[str, str] = field(default_factory=dict)
    answers_stop: bool = True
    url: str = TWILIO_URL
    timeout: float = 20.0


class Twilio:
    """Twilio, for texts, WhatsApp, or both."""

    name = "twilio"

    def __init__(self, access: TwilioAccess, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._access = access
        self._clock = clock
        self.channels = access.channels
        # On WhatsApp nobody but we hears a STOP.
        self.answers_stop: tuple[Channel, ...] = ("sms",) if "sms" in access.channels and access.answers_stop else ()
        self._path = f"/2010-04-01/Accounts/{access.account}/Messages.json"
        self._wire = Wire(
            "Twilio", access.url, timeout=access.timeout, auth=httpx.BasicAuth(access.account, access.token)
        )

    def read(self, hook: Hook) -> list[Arrived | Receipt]:
        """A message, or what became of one of ours. Raises NotGenuine, NotReadable."""
        return read_hook(hook, token=self._access.token, now=self._clock())

    async def send(self, outgoing: Outgoing) -> str:
        """Send one message; Twilio's id for it. Raises OptedOut, WindowClosed and the rest."""
        form = self._parties(outgoing) | self._content(outgoing)
        form["StatusCallback"] = f"{self._access.receipts_url}?{urlencode({REFERENCE: outgoing.reference})}"
        response = await self._wire.send(self._path, data=form)
        if not response.is_success:
            raise _problem(response)
        identity = body_of(response).get("sid")
        if not isinstance(identity, str):
            raise Unsure("Twilio took it, but did not say under which id.")
        return identity

    async def find(self, outgoing: Outgoing) -> str | None:
        """The newest message to this number with these very words since it was written. Raises TryLater.

        Twilio keeps no reference of ours that it can be asked for, so the words have to do: of two equal messages to
        one number, the second is taken for sent when the first was. Callers send one at a time to a number.
        """
        parties = self._parties(outgoing)
        query = {"To": parties["To"], "PageSize": str(PAGE)}
        if "From" in parties:
            query["From"] = parties["From"]
        body = await self._wire.look(self._path, params=query)
        listed = body.get("messages")
        if not isinstance(listed, list):
            raise TryLater("Twilio did not list its messages.")
        since = (outgoing.written_at or outgoing.tried_at or self._clock()) - CLOCK_SLACK
        words = outgoing.body.get("text") if outgoing.conversing or outgoing.channel == "sms" else None
        return next((str(one["sid"]) for one in listed if _is_it(one, words=words, since=since)), None)

    async def close(self) -> None:
        """Give the connections back."""
        await self._wire.close()

    def _parties(self, outgoing: Outgoing) -> dict[str, str]:
        ours = self._access.whatsapp_from if outgoing.channel == "whatsapp" else self._access.text_from
        prefix = "whatsapp:" if outgoing.channel == "whatsapp" else ""
        to = {"To": f"{prefix}{outgoing.to}"}
        return to | ({"MessagingServiceSid": ours} if ours.startswith("MG") else {"From": f"{prefix}{ours}"})

    def _content(self, outgoing: Outgoing) -> dict[str, str]:
        if outgoing.channel == "whatsapp" and not outgoing.conversing:
            templates = self._access.templates
            return {"ContentSid": templates.get(outgoing.language, templates["en"])}
        text = outgoing.body.get("text")
        if not isinstance(text, str) or not text.strip():
            raise Refused("There is no text to send.")
        if len(text) > LONGEST_BODY:
            raise Refused(f"It is longer than the {LONGEST_BODY} characters that Twilio takes.")
        # Sent as it is: Twilio would swap letters to save segments, and the words are how we find it again.
        return {"Body": text, "SmartEncoded": "false"}


def _is_it(one: Mapping[str, Any], *, words: object, since: datetime) -> bool:
    """Whether a listed message is the one we look for; a template's words are Twilio's, so its time has to do."""
    try:
        made = parsedate_to_datetime(str(one["date_created"]))
        made = made.replace(tzinfo=UTC) if made.tzinfo is None else made
        ours = str(one["direction"]).startswith("outbound")
        return ours and made >= since and (words is None or str(one["body"]).strip() == str(words).strip())
    except (KeyError, TypeError, ValueError) as error:
        raise TryLater("Twilio's list of messages could not be read.") from error


def _problem(response: httpx.Response) -> Refused | TryLater | Unsure:
    """Twilio's `{"code", "message", "status"}` as one of our errors."""
    body = body_of(response)
    code, words = body.get("code"), in_short(body.get("message"))
    said = f"Twilio {code}: {words}" if code else f"Twilio answered {response.status_code}."
    if response.status_code == 429 or code == TOO_MANY:
        return TryLater(said, seconds=retry_after(response.headers))
    if response.status_code >= 500:
        return server_trouble("Twilio", response, words=words)
    if response.status_code in (401, 403):
        return KeyRefused(said)
    if code == OPTED_OUT:
        return OptedOut(said)
    return WindowClosed(said) if code == WINDOW_CLOSED else Refused(said)
