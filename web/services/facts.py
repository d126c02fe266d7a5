"""A service as its page and its line in a list show it: facts in words, nothing decided here."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from directory.deciding.travel import getting_there
from directory.freshness import FRESH, freshness, label
from directory.hours import OPEN, UNKNOWN, changes_ahead, hours_of, regular_in_words, state_in_words
from directory.labels import need_label
from directory.model import Service, read_service
from directory.publishing import public_document
from directory.searching.opening import states_of
from foundation.clock import to_london
from web.environment import WORDS

LONGEST_LINE = 220  # letters of a description in a list


def public_service(document: dict[str, Any], doubts: tuple[date, ...]) -> Service | None:
    """A service as the world may see it; None when it is for staff alone. Raises ServiceBroken."""
    shown = public_document(document)
    return replace(read_service(shown), doubts=doubts) if shown else None


def line(service: Service, document: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """What a list says of a service. `service` is what may be published; `document` is the whole record."""
    return {
        "id": service.id,
        "name": service.name,
        "organisation": service.organisation,
        "text": _shortened(str(service.document.get("description") or service.why)),
        "opening": _opening(document, now),
        "phone": next((phone["number"] for phone in _phones(service.document)), None),
        "doubt": _doubt(service, now),
    }


def facts(service: Service, document: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """What the page of a service says. `service` is what may be published; `document` is the whole record.

    Hours, buses and distances are worked out from the whole record, which tells no more of it.
    """
    shown = service.document
    website = str(shown.get("url") or "")
    times = _times(document, now)
    return {
        "id": service.id,
        "name": service.name,
        "organisation": service.organisation,
        "organisation_text": (shown.get("organization") or {}).get("description"),
        "text": shown.get("description"),
        "why": service.why,
        "needs": [need_label(need) for need in service.by_need],
        "phones": _phones(shown),
        "website": website if website.startswith(("https://", "http://")) else None,
        "email": shown.get("email"),
        "times": times,
        "access": WORDS(f"services.access.{service.access}") if WORDS.has(f"services.access.{service.access}") else "",
        "how_to": shown.get("application_process"),
        "places": _places(shown, times),
        "secret_place": bool((shown.get("front_door") or {}).get("confidential_address")),
        "discreet": "domestic_abuse" in service.by_need,
        "way": getting_there(document, None),
        "areas": [str(area["name"]) for area in shown.get("service_areas") or [] if area.get("name")],
        "who_for": _who_for(service),
        "what_happens": service.what_happens,
        "bring": list(service.bring),
        "costs": _costs(shown),
        "waiting": shown.get("wait_time"),
        "languages": [str(one["name"]) for one in shown.get("languages") or [] if one.get("name")],
        "interpreters": shown.get("interpretation_services"),
        "uncertain": list(service.uncertain),
        "alert": shown.get("alert"),
        "assured": service.assured,
        "doubt": _doubt(service, now),
    }


def _doubt(service: Service, now: datetime) -> str:
    tier = freshness(service.assured, to_london(now).date(), evidence=service.doubts)
    return "" if tier == FRESH else label(tier)


def _who_for(service: Service) -> list[str]:
    """Who it is for: what its rules say in words, then what the record says itself."""
    document = service.document
    told = [str(rule["says"]) for rule in service.rules if rule.get("says")]
    told.append(str(document.get("eligibility_description") or ""))
    return list(dict.fromkeys(text.strip() for text in told if text.strip()))


def _phones(document: dict[str, Any]) -> list[dict[str, str]]:
    places = document.get("service_at_locations") or []
    holders = [document, *(document.get("contacts") or []), *places, *(at.get("location") or {} for at in places)]
    found: dict[str, dict[str, str]] = {}
    for phone in (phone for holder in holders for phone in holder.get("phones") or []):
        if phone.get("number"):
            number = str(phone["number"])
            found.setdefault(number, {"number": number, "note": str(phone.get("description") or "")})
    return list(found.values())


def _opening(document: dict[str, Any], now: datetime) -> str:
    """How it stands now, at the place that is open if there is one; nothing where nobody knows."""
    states = sorted(states_of(document, now), key=lambda state: state.state != OPEN)
    return state_in_words(states[0], now) if states[0].state != UNKNOWN else ""


def _times(document: dict[str, Any], now: datetime) -> list[dict[str, Any]]:
    """When it is open: once where that is the same at all its places, else a time for each."""
    found: list[dict[str, Any]] = []
    for number, state in enumerate(states_of(document, now)):
        hours = hours_of(document, place=number)
        told = {"hours": regular_in_words(hours, now), "changes": changes_ahead(hours, now)}
        found.append({**told, "now": state_in_words(state, now) if state.state != UNKNOWN else ""})
    return found[:1] if all(one == found[0] for one in found) else found


def _places(document: dict[str, Any], times: list[dict[str, Any]]) -> list[dict[str, Any]]:
    places = []
    for number, at in enumerate(document.get("service_at_locations") or []):
        location = at.get("location") or {}
        for address in (location.get("addresses") or [])[:1]:
            keys = ("address_1", "address_2", "city", "postal_code")
            parts = [location.get("name"), *(address.get(key) for key in keys)]
            access = [str(one["description"]) for one in location.get("accessibility") or [] if one.get("description")]
            told = list(dict.fromkeys(str(part) for part in parts if part))
            own = times[number] if number < len(times) and len(times) > 1 else None
            places.append({"address": ", ".join(told), "access": access, "times": own})
    return places


def _costs(document: dict[str, Any]) -> list[str]:
    told = [document.get("fees_description"), document.get("fees")]
    told += [cost.get("option") or cost.get("amount_description") for cost in document.get("cost_options") or []]
    return list(dict.fromkeys(str(text) for text in told if text))


def _shortened(text: str) -> str:
    """As many whole words as a list has room for."""
    if len(text) <= LONGEST_LINE:
        return text
    return text[:LONGEST_LINE].rsplit(" ", 1)[0].rstrip(",;: ") + "…"
