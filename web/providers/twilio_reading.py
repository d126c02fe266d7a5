"""What Twilio's webhooks say: messages (texts and WhatsApp) and what became of ours, as forms, signed.

Source: https://www.twilio.com/docs/messaging/guides/webhook-request. `ProfileName` and the places that Twilio guesses
from a number (`FromCity` and the like) are not read.
"""

from dataclasses import replace
from datetime import datetime
from urllib.parse import parse_qs, parse_qsl

from starlette.datastructures import ImmutableMultiDict
from twilio.request_validator import RequestValidator

from web.providers.base import Arrived, Channel, Fate, Hook, Kind, NotGenuine, NotReadable, Receipt, Why
from web.providers.reading import WORDS_OF_MEDIA, e164

REFERENCE = "reference"
WHATSAPP = "whatsapp:"
MOST_FIELDS = 1000
FATES: dict[str, Fate] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "failed": "failed",
    "undelivered": "failed",
    "canceled": "failed",
}
# Unreachable, unknown and landline handsets; a WhatsApp number that is not there.
WHYS: dict[str, Why] = {
    "21610": "opted_out",
    "21211": "not_reachable",
    "21614": "not_reachable",
    "30003": "not_reachable",
    "30005": "not_reachable",
    "30006": "not_reachable",
    "63016": "window_closed",
    "63024": "not_reachable",
}
type Form = ImmutableMultiDict[str, str]
# The first letters of a file's type, in the order in which they are tried.
MEDIA: tuple[tuple[str, Kind], ...] = (
    ("audio/", "voice"),
    ("image/", "image"),
    ("video/", "image"),
    ("text/vcard", "contact"),
    ("text/x-vcard", "contact"),
    ("application/", "document"),
    ("text/", "document"),
)


def read_hook(hook: Hook, *, token: str, now: datetime) -> list[Arrived | Receipt]:
    """What one webhook call tells; Twilio gives no times, so `now` stands for them. Raises NotGenuine, NotReadable.

    The signature covers the URL exactly as it was configured at Twilio, with its query, and every field of the form,
    empty ones too.
    """
    try:
        fields = parse_qsl(hook.body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise NotGenuine("The form cannot be read, so its signature cannot be right.") from error
    form: Form = ImmutableMultiDict(fields)
    signature = hook.headers.get("x-twilio-signature", "")
    if not RequestValidator(token).validate(hook.url, form, signature):
        raise NotGenuine("The signature is missing or wrong.")
    return _receipt(hook, form, now) if "MessageStatus" in form else _message(form, now)


def _message(form: Form, now: datetime) -> list[Arrived | Receipt]:
    sender, identity = form.get("From", ""), form.get("MessageSid")
    if not identity:
        raise NotReadable("MessageSid is missing.")
    channel: Channel = "whatsapp" if sender.startswith(WHATSAPP) else "sms"
    address = _address(sender.removeprefix(WHATSAPP), channel)
    if address is None:
        return []
    text = form.get("Body", "")
    words = Arrived(channel, "twilio", identity, address, "text", now, text)
    tapped = form.get("ButtonPayload") or form.get("ListId")
    if tapped:
        title = form.get("ButtonText") or form.get("ListTitle") or text
        return [replace(words, kind="choice", choice=tapped, text=title)]
    place = _place(form)
    if place:
        return [replace(words, kind="location", place=place, text="")]
    if form.get("NumMedia", "0") not in ("", "0"):
        media = replace(words, kind=_media(form.get("MediaContentType0", "")), text="")
        return [media, replace(words, provider_id=identity + WORDS_OF_MEDIA)] if text.strip() else [media]
    return [words if text.strip() else replace(words, kind="empty")]


def _address(sender: str, channel: Channel) -> str | None:
    """Where an answer goes: a number in E.164 or a WhatsApp id. None for short codes and names."""
    if sender.startswith("+"):
        return e164(sender)
    return sender if channel == "whatsapp" and "." in sender else None


def _place(form: Form) -> tuple[float, float] | None:
    try:
        return float(form["Latitude"]), float(form["Longitude"])
    except (KeyError, ValueError):
        return None


def _media(kind: str) -> Kind:
    return next((ours for start, ours in MEDIA if kind.lower().startswith(start)), "unsupported")


def _receipt(hook: Hook, form: Form, now: datetime) -> list[Arrived | Receipt]:
    fate = FATES.get(form["MessageStatus"])
    if fate is None:  # accepted, scheduled, queued, sending: on its way, and we knew
        return []
    identity = form.get("MessageSid")
    if not identity:
        raise NotReadable("MessageSid is missing.")
    references = parse_qs(hook.url.partition("?")[2]).get(REFERENCE, [])
    error = (form.get("ErrorCode") or form["MessageStatus"]) if fate == "failed" else None
    why: Why | None = WHYS.get(error, "other") if error else None
    return [Receipt("twilio", identity, references[0] if references else None, fate, now, error, why)]
