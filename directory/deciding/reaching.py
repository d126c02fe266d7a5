"""When and where a service can be reached by one person: the nearest of its places, its hours, and the way there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from directory.deciding.eligibility import SKIPPED
from directory.deciding.travel import getting_there
from directory.geography.distance import Near, nearest, spots_of
from directory.geography.postcodes import Area, look_up
from directory.hours import changes_ahead, hours_of, regular_in_words, state_of
from directory.hours.kept import kept_state

ROUGHLY = 100  # metres: what is kept of a distance must not tell where somebody lives


def reaching(document: dict[str, Any], *, now: datetime, circumstances: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a card that depends on the hour and on where the person lives. Raises NotAPostcode, UnknownPostcode.

    `place` and `metres` are kept so that the words can be made again in another language; `as_of` is `now`.
    """
    area = _home(circumstances)
    near = nearest(spots_of(document), area) if area is not None else None
    kept = {"place": near.place, "metres": round(near.metres / ROUGHLY) * ROUGHLY} if near else {"place": 0}
    return {**kept, "as_of": now.isoformat(), "where": _address(document, kept["place"])} | _in_words(
        document, kept, now
    )


def reaching_again(document: dict[str, Any], shown: Mapping[str, Any]) -> dict[str, Any]:
    """The same words again, in the language spoken now, from a card that holds what `reaching` kept."""
    if "as_of" not in shown:
        return {}
    return _in_words(document, shown, datetime.fromisoformat(shown["as_of"]))


def _in_words(document: dict[str, Any], kept: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    hours = hours_of(document, place=kept["place"])
    near = Near(kept["place"], kept["metres"]) if "metres" in kept else None
    return {
        "when": regular_in_words(hours, now),
        "changes": changes_ahead(hours, now),
        "open_state": kept_state(state_of(hours, now)),
        "getting_there": getting_there(document, near),
    }


def _home(circumstances: Mapping[str, Any]) -> Area | None:
    told = circumstances.get("postcode")
    return None if told in (None, "", SKIPPED) else look_up(str(told))


def _address(document: dict[str, Any], number: int) -> str:
    """The address of that place, or of the first place that has one; nothing for a place that is kept secret."""
    if (document.get("front_door") or {}).get("confidential_address"):
        return ""
    places = document.get("service_at_locations") or []
    for place in [*places[number : number + 1], *places]:
        for address in (place.get("location") or {}).get("addresses") or []:
            parts = [address.get(key) for key in ("address_1", "address_2", "city", "postal_code")]
            return ", ".join(str(part) for part in parts if part)
    return ""
