"""What all three providers need to read a webhook: secrets compared, bodies parsed, numbers and times understood."""

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import phonenumbers

from web.providers.base import NotReadable

# Added to the provider's id of a picture for the words that came with it: they are a message of their own.
WORDS_OF_MEDIA = ":words"


def same_secret(given: str, ours: str) -> bool:
    """Whether two secrets are equal, in a time that does not tell how nearly."""
    return hmac.compare_digest(given.encode(), ours.encode())


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body. Raises NotReadable."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotReadable("The body is not JSON.") from error
    if not isinstance(found, dict):
        raise NotReadable("The body is not a JSON object.")
    return found


def text_of(data: Mapping[str, Any], name: str) -> str:
    """The text under a name. Raises NotReadable when it is not there."""
    found = data.get(name)
    if not isinstance(found, str):
        raise NotReadable(f"{name} is missing or is not a text.")
    return found


def time_of(text: str) -> datetime:
    """An ISO 8601 time as an aware UTC one; without a zone it is UTC, as Notify documents. Raises NotReadable."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise NotReadable("A time is not in ISO 8601.") from error
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def epoch_time(seconds: object) -> datetime:
    """Seconds since 1970, as a number or a text of one, as an aware UTC time. Raises NotReadable."""
    try:
        return datetime.fromtimestamp(int(str(seconds)), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise NotReadable("A time is not in seconds since 1970.") from error


def e164(number: str, *, region: str | None = None) -> str | None:
    """`number` as E.164 (`+447700900482`); None for what cannot be answered: a short code, a name, a withheld number.

    `region` is where a number without a country is taken to be from; None for numbers that always bring theirs.
    """
    bare = number.strip()
    try:
        parsed = phonenumbers.parse(bare if bare.startswith(("+", "0")) else f"+{bare}", region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
