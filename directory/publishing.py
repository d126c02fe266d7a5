"""What of a service's record may be shown to the world. Everyone who shows or exports services asks here.

Nothing is published because nobody forbade it: a field is published when `feeds.standard` names it. So a column that
somebody adds to their own feed for their staff, the contact of a record's owner, history and evidence stay here.
"""

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from directory.feeds import standard

WITHHELD = "[address withheld]"
POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)
COORDINATES = re.compile(r"-?\d{1,3}\.\d{3,}")
GSS = re.compile(r"[EKNSW]\d{8}")
# Inside what has a free shape (a rule about who it is for), what says who wrote or confirmed it.
PRIVATE = re.compile(r"^_|_by$|owner|internal|private|history|evidence|email|phone", re.IGNORECASE)
# Text that must stay an address to be of use: withheld whole where a part gives the place away.
LINKS = frozenset({"url", "uri", "website", "logo", "schedule_link", "term_uri", "email"})
# Parts of a place that say little alone, and that other text may hold for good reasons.
WIDE = frozenset({"city", "region", "state_province", "country"})
NO_SECRET = WIDE | {"id", "address_type", "location_type", "external_identifier_type"}
NO_SECRET |= {"phones", "schedules", "languages", "attributes", "accessibility", "transportation"}
NO_TEXT = frozenset({"id", "extent", "last_modified"})  # kept as they are: codes, and an instant with its fraction
SHORTEST_SECRET = 4


def public_document(document: dict[str, Any]) -> dict[str, Any] | None:
    """The record as it may be published, a copy; None for a service that is for staff alone.

    A confidential place leaves nothing: no location, no coordinates, no postcode, and its street, its name and its
    register number are withheld wherever the text repeats them. Its phones stay: people have to reach it.
    """
    if not is_public(document):
        return None
    shown = _allowed(document, standard.Service)
    if _says_yes((document.get("front_door") or {}).get("confidential_address")):
        shown = _without_place(document, shown)
    return shown


def is_public(document: dict[str, Any]) -> bool:
    """Whether anything of the record may be shown to the world: it is not for staff alone."""
    ours = document.get("front_door") or {}
    return isinstance(ours, dict) and not _says_yes(ours.get("internal"))  # what we cannot read may have said so


def _says_yes(value: Any) -> bool:
    """A mark that is there and not plainly "no" counts: a mistake in it must not publish anything."""
    return value not in (None, False, 0, "", "false", "False", "no")


def _allowed(value: dict[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    """A copy of `value` with the fields of `model`, and of the models inside it, alone."""
    kept: dict[str, Any] = {}
    fields = standard.fields_of(model)
    for key, part in value.items():
        field = fields.get(key)
        if field is None or part is None:
            continue
        if field.inner is None:
            kept[key] = _free(part)
        elif field.many and isinstance(part, list):
            kept[key] = [_allowed(one, field.inner) for one in part if isinstance(one, dict)]
        elif not field.many and isinstance(part, dict):
            kept[key] = _allowed(part, field.inner)
    return kept


def _free(value: Any) -> Any:
    """A plain value, or one of a free shape without what says who wrote it."""
    if isinstance(value, dict):
        return {key: _free(part) for key, part in value.items() if not PRIVATE.search(str(key))}
    if isinstance(value, list):
        return [_free(part) for part in value]
    return value


def _without_place(document: dict[str, Any], shown: dict[str, Any]) -> dict[str, Any]:
    places = shown.pop("service_at_locations", [])
    phones = [*shown.get("phones", []), *(phone for place in places for phone in _phones_at(place))]
    areas = [area for area in shown.get("service_areas", []) if GSS.fullmatch(str(area.get("extent") or ""))]
    shown.get("front_door", {}).pop("buses", None)  # which stop is near
    if "phones" in shown or phones:
        shown["phones"] = phones
    if "service_areas" in shown:
        shown["service_areas"] = areas
    pattern = _giving_away(document, shown)
    cleaned: dict[str, Any] = _cleaned(shown, pattern)
    return cleaned


def _giving_away(document: dict[str, Any], shown: dict[str, Any]) -> re.Pattern[str]:
    """What must not be read in any text of it: parts of its places, and whatever looks like a place on a map."""
    holders = _places(document)
    known = {_plain(str(text)) for text in (shown.get("name"), shown.get("organization", {}).get("name"))}
    known |= {_plain(text) for place in holders for text in _texts(place, only=WIDE)}
    known |= {_plain(str(area.get("name"))) for area in shown.get("service_areas", [])}
    secrets = sorted({_plain(text) for place in holders for text in _texts(place)} - known, key=len, reverse=True)
    words = [r"\s+".join(map(re.escape, secret.split())) for secret in secrets if len(secret) >= SHORTEST_SECRET]
    found = [rf"(?<!\w){word}(?!\w)" for word in words]
    return re.compile("|".join([*found, POSTCODE.pattern, COORDINATES.pattern]), re.IGNORECASE)


def _phones_at(place: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for holder in (place, place.get("location") or {}, *(place.get("contacts") or [])):
        yield from ({k: v for k, v in phone.items() if not k.endswith("_id")} for phone in holder.get("phones") or [])


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _places(document: dict[str, Any]) -> list[Any]:
    """Every place in the record as it came, whether its field is published or not."""
    holders = [holder for holder in (document, document.get("organization")) if isinstance(holder, dict)]
    found = [holder[key] for holder in holders for key in ("locations", "addresses", "location") if holder.get(key)]
    for holder in holders:
        several = holder.get("service_at_locations")
        found += [at.get("location") for at in several if isinstance(at, dict)] if isinstance(several, list) else []
    return found


def _texts(value: Any, key: str = "", *, only: frozenset[str] = frozenset()) -> Iterator[str]:
    """The texts in a place that may give it away; with `only`, those of these keys instead."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _texts(part, name, only=only)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part, key, only=only)
    elif value not in (None, "", True, False) and (key in only if only else _is_secret(key)):
        text = str(value)
        yield text
        if key.startswith("address"):  # "Elm House, 12 Elm Road": each part alone
            yield from (part.strip() for part in text.split(",") if len(part.split()) > 1)


def _is_secret(key: str) -> bool:
    return key not in NO_SECRET and not key.endswith("_id")


def _cleaned(value: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(value, dict):
        return {
            key: part if key in NO_TEXT or key.endswith("_id") else _cleaned(part, pattern)
            for key, part in value.items()
            if not (key in LINKS and isinstance(part, str) and pattern.search(part))
        }
    if isinstance(value, list):
        return [_cleaned(part, pattern) for part in value]
    return pattern.sub(WITHHELD, value) if isinstance(value, str) else value
