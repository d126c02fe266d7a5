"""What the Cloud API's webhook says: several entries, changes, messages and statuses in one call.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages and the
pages below it, one a kind of message. Names and pictures of people are not read.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from web.providers.base import Arrived, Fate, Kind, NotReadable, Receipt, Why
from web.providers.reading import WORDS_OF_MEDIA, e164, epoch_time, json_object, text_of

log = logging.getLogger("frontdoor.providers")
FATES: dict[str, Fate] = {"sent": "sent", "delivered": "delivered", "read": "read", "failed": "failed"}
WHYS: dict[str, Why] = {"131047": "window_closed", "131026": "not_reachable", "131050": "opted_out"}
MEDIA: dict[str, Kind] = {
    "image": "image",
    "video": "image",
    "audio": "voice",
    "voice": "voice",
    "document": "document",
    "sticker": "sticker",
    "reaction": "reaction",
    "contacts": "contact",
}
# Nobody wrote these: a changed number, a message taken back.
NOT_SAID = frozenset({"system", "revoke"})


def read_body(body: bytes, *, phone_number: str) -> list[Arrived | Receipt]:
    """Everything in one call that is for our number. Raises NotReadable when it is not the documented envelope.

    One item that cannot be read does not lose the others: Meta would send the whole call again, for days.
    """
    found: list[Arrived | Receipt] = []
    for value in _values(json_object(body)):
        metadata = value.get("metadata")
        if not isinstance(metadata, dict) or metadata.get("phone_number_id") != phone_number:
            continue
        for message in _dicts(value, "messages"):
            found += _safely(_message, message)
        for status in _dicts(value, "statuses"):
            found += _safely(_status, status)
    return found


def _values(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if body.get("object") != "whatsapp_business_account" or not isinstance(body.get("entry"), list):
        raise NotReadable("This is not a call about a WhatsApp business account.")
    for entry in _dicts(body, "entry"):
        for change in _dicts(entry, "changes"):
            value = change.get("value")
            if change.get("field") == "messages" and isinstance(value, dict):
                yield value


def _dicts(holder: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = holder.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


type Reader = Callable[[dict[str, Any]], Sequence[Arrived | Receipt]]


def _safely(read: Reader, item: dict[str, Any]) -> Sequence[Arrived | Receipt]:
    try:
        return read(item)
    except (NotReadable, KeyError, TypeError, ValueError, AttributeError) as error:
        log.warning("an item of a WhatsApp call could not be read: %s", type(error).__name__)
        return []


def _message(message: dict[str, Any]) -> list[Arrived]:
    kind = text_of(message, "type")
    address = _address(message)
    if kind in NOT_SAID or address is None:
        return []
    at = epoch_time(message.get("timestamp"))
    words = Arrived("whatsapp", "meta", text_of(message, "id"), address, "text", at)
    if kind == "text":
        text = text_of(message["text"], "body")
        return [replace(words, text=text, kind="text" if text.strip() else "empty")]
    if kind == "button":  # a quick reply under one of our templates
        return [replace(words, kind="choice", choice=text_of(message["button"], "payload"), text=_title(message, kind))]
    if kind == "interactive":
        return [_tapped(words, message["interactive"])]
    if kind == "location":
        place = message["location"]
        return [replace(words, kind="location", place=(float(place["latitude"]), float(place["longitude"])))]
    return _media(words, kind, message)


def _title(message: dict[str, Any], kind: str) -> str:
    return str(message[kind].get("text", ""))


def _tapped(words: Arrived, interactive: dict[str, Any]) -> Arrived:
    kind = interactive.get("type")
    if kind not in ("button_reply", "list_reply"):
        return replace(words, kind="unsupported")
    tapped = interactive[kind]
    return replace(words, kind="choice", choice=text_of(tapped, "id"), text=str(tapped.get("title", "")))


def _media(words: Arrived, kind: str, message: dict[str, Any]) -> list[Arrived]:
    media = replace(words, kind=MEDIA.get(kind, "unsupported"))
    content = message.get(kind)
    caption = content.get("caption") if isinstance(content, dict) else None
    if not isinstance(caption, str) or not caption.strip():
        return [media]
    return [media, replace(words, provider_id=words.provider_id + WORDS_OF_MEDIA, text=caption)]


def _address(message: dict[str, Any]) -> str | None:
    """The number; where it is hidden behind a username, the id that Meta gives for this person to us alone."""
    for whom in (message.get("from"), message.get("from_user_id")):
        if isinstance(whom, str) and whom.isdecimal():
            return e164(whom)
        if isinstance(whom, str) and "." in whom:
            return whom
    return None


def _status(status: dict[str, Any]) -> list[Receipt]:
    fate = FATES.get(text_of(status, "status"))
    if fate is None:  # a voice message was played, and what else may come
        return []
    at = epoch_time(status.get("timestamp"))
    reference = status.get("biz_opaque_callback_data")
    receipt = Receipt("meta", text_of(status, "id"), reference if isinstance(reference, str) else None, fate, at)
    if fate != "failed":
        return [receipt]
    errors = _dicts(status, "errors")
    code = str(errors[0].get("code", "failed")) if errors else "failed"
    return [replace(receipt, error=code, why=WHYS.get(code, "other"))]
