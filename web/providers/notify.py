"""GOV.UK Notify: texts and e-mails by template, replies and receipts by callback.

Sources: https://docs.notifications.service.gov.uk/rest-api.html (send a text message, send an email, get the data
for multiple messages, error codes, callbacks, limits), read in its repository alphagov/notifications-tech-docs of
June 2026; what the callbacks really carry and when they are tried again in alphagov/notifications-api,
`app/celery/service_callback_tasks.py`: a JSON body, `Authorization: Bearer TOKEN`, 5 seconds, and up to 5 more tries
every 5 minutes after a 429, a 5xx or no answer.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from notifications_python_client.authentication import create_jwt_token

from foundation.clock import utc_now
from web.channels.segments import survives_notify
from web.providers.base import (
    Arrived,
    Channel,
    Fate,
    Hook,
    KeyRefused,
    NotGenuine,
    NotReadable,
    Outgoing,
    Receipt,
    Refused,
    TryLater,
    Unsure,
    Why,
)
from web.providers.reading import e164, json_object, same_secret, text_of, time_of
from web.providers.wire import Wire, body_of, in_short, retry_after, server_trouble

log = logging.getLogger("frontdoor.providers")
NOTIFY_URL = "https://api.notifications.service.gov.uk"
# An API key is NAME-SERVICE-SECRET, where the last two are UUIDs of 36 characters (REST API, authorisation header).
KEY_LENGTH = 73
RATE_WINDOW_SECONDS = 60.0
FATES: dict[str, Fate] = {
    "created": "sent",
    "sending": "sent",
    "pending": "sent",
    "sent": "sent",  # to a number abroad: nothing more will be known
    "delivered": "delivered",
    "permanent-failure": "failed",
    "temporary-failure": "failed",
    "technical-failure": "failed",
}
WHYS: dict[str, Why] = {
    "permanent-failure": "not_reachable",
    "temporary-failure": "not_reachable",
    "technical-failure": "other",
}


@dataclass(frozen=True)
class NotifyAccess:
    """What Notify knows us by. `template` is the id of a text template whose whole body is `((placeholder))`.

    `email_template` is the id of an e-mail template with the subject `((subject))` and the message `((message))`.
    `callback_token` is the bearer token that its callbacks bring; `sender` the id of a sender, empty for the service's
    own; `timeout` is in seconds.
    """

    api_key: str = field(repr=False)
    template: str
    callback_token: str = field(repr=False)
    email_template: str = ""
    channels: tuple[Channel, ...] = ("sms",)
    placeholder: str = "message"
    sender: str = ""
    url: str = NOTIFY_URL
    timeout: float = 20.0


class Notify:
    """GOV.UK Notify, for texts and e-mails. It knows no STOP words: keeping the list and saying so is ours."""

    name = "notify"
    answers_stop: tuple[Channel, ...] = ()

    def __init__(self, access: NotifyAccess, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._access = access
        self.channels = access.channels
        self._clock = clock
        self._wire = Wire("GOV.UK Notify", access.url, timeout=access.timeout)

    def read(self, hook: Hook) -> list[Arrived | Receipt]:
        """A text that was received, or a delivery receipt. Raises NotGenuine, NotReadable."""
        scheme, _, token = hook.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not same_secret(token.strip(), self._access.callback_token):
            raise NotGenuine("The bearer token is missing or wrong.")
        body = json_object(hook.body)
        if "source_number" in body:
            return self._received(body)
        if "status" in body:
            return self._receipt(body)
        raise NotReadable("This is neither a received text nor a delivery receipt.")

    def _received(self, body: dict[str, Any]) -> list[Arrived | Receipt]:
        address = e164(text_of(body, "source_number"), region="GB")
        if address is None:
            log.info("a text from a sender that cannot be answered was left")
            return []
        text = text_of(body, "message")
        return [
            Arrived(
                channel="sms",
                provider=self.name,
                provider_id=text_of(body, "id"),
                address=address,
                kind="text" if text.strip() else "empty",
                sent_at=time_of(text_of(body, "date_received")),
                text=text,
            )
        ]

    def _receipt(self, body: dict[str, Any]) -> list[Arrived | Receipt]:
        status = text_of(body, "status")
        fate = FATES.get(status)
        if body.get("notification_type") not in self.channels or fate is None:
            return []
        when = body.get("completed_at") or body.get("sent_at")
        reference = body.get("reference")
        return [
            Receipt(
                provider=self.name,
                provider_id=text_of(body, "id"),
                reference=reference if isinstance(reference, str) else None,
                fate=fate,
                at=time_of(when) if isinstance(when, str) else self._clock(),
                error=status if fate == "failed" else None,
                why=WHYS.get(status),
            )
        ]

    async def send(self, outgoing: Outgoing) -> str:
        """Send one message; Notify's id for it. Raises Refused (at once where letters would be lost) and others."""
        message = self._email(outgoing) if outgoing.channel == "email" else self._text(outgoing)
        message["reference"] = outgoing.reference
        kind = _kind(outgoing)
        response = await self._wire.send(f"/v2/notifications/{kind}", json=message, headers=self._headers())
        if not response.is_success:
            raise self._problem(response)
        identity = body_of(response).get("id")
        if not isinstance(identity, str):
            raise Unsure("GOV.UK Notify took it, but did not say under which id.")
        return identity

    def _text(self, outgoing: Outgoing) -> dict[str, Any]:
        text = outgoing.body.get("text")
        if not isinstance(text, str) or not text.strip():
            raise Refused("There is no text to send.")
        if not survives_notify(text):
            raise Refused("GOV.UK Notify would turn some of its letters into question marks.")
        message = {
            "phone_number": outgoing.to,
            "template_id": self._access.template,
            "personalisation": {self._access.placeholder: text},
        }
        return {**message, "sms_sender_id": self._access.sender} if self._access.sender else message

    def _email(self, outgoing: Outgoing) -> dict[str, Any]:
        told = {"subject": outgoing.body.get("subject"), "message": outgoing.body.get("text")}
        if not all(isinstance(text, str) and text.strip() for text in told.values()):
            raise Refused("There is no subject or no text to send.")
        return {
            "email_address": outgoing.to,
            "template_id": self._access.email_template,
            "personalisation": told,
        }

    async def find(self, outgoing: Outgoing) -> str | None:
        """Notify's id of the message with our reference; None when it has none. Raises TryLater."""
        query = {"reference": outgoing.reference, "template_type": _kind(outgoing)}
        body = await self._wire.look("/v2/notifications", params=query, headers=self._headers())
        try:
            ours = [str(one["id"]) for one in body["notifications"]]
        except (KeyError, TypeError) as error:
            raise TryLater("GOV.UK Notify did not list its messages.") from error
        return ours[0] if ours else None

    async def close(self) -> None:
        """Give the connections back."""
        await self._wire.close()

    def _headers(self) -> dict[str, str]:
        key = self._access.api_key
        token = create_jwt_token(key[-36:], key[-KEY_LENGTH:-37])  # type: ignore[no-untyped-call]
        return {"Authorization": f"Bearer {token}"}

    def _problem(self, response: httpx.Response) -> Refused | TryLater | Unsure:
        """The documented errors. Their type and status stay, their words may change: the words are only passed on."""
        kind, words = _first_error(response)
        status = response.status_code
        if status == 429:
            asked = retry_after(response.headers)
            wait = self._until_midnight() if kind == "TooManyRequestsError" else RATE_WINDOW_SECONDS
            return TryLater(f"GOV.UK Notify: {words}", seconds=wait if asked is None else asked)
        if status >= 500:
            return server_trouble("GOV.UK Notify", response, words=words)
        if status in (401, 403):
            return KeyRefused(f"GOV.UK Notify: {words or status}")
        return Refused(f"GOV.UK Notify: {words or status}")

    def _until_midnight(self) -> float:
        """Seconds until the daily limits are reset: midnight UTC."""
        now = self._clock().astimezone(UTC)
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return (midnight - now).total_seconds()


def _kind(outgoing: Outgoing) -> str:
    return "email" if outgoing.channel == "email" else "sms"


def _first_error(response: httpx.Response) -> tuple[str, str]:
    """The type and the words of `{"status_code", "errors": [{"error", "message"}]}`; empty when it is not that."""
    errors = body_of(response).get("errors")
    if not (isinstance(errors, list) and errors and isinstance(errors[0], dict)):
        return "", ""
    return str(errors[0].get("error", "")), in_short(errors[0].get("message"))
