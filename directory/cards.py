"""A service of a plan as a card: what it is, who runs it, why, when, where, how, what to bring."""

from datetime import datetime
from typing import Any

from directory.eligibility import looks_at
from directory.freshness import freshness
from directory.hours import in_words
from directory.labels import card_word, need_label
from directory.model import Service
from directory.plan import PlanItem
from foundation.clock import to_london


def card(item: PlanItem, *, now: datetime, circumstances: dict[str, Any]) -> dict[str, Any]:
    """The card as data. `uses` names the circumstances that its rules looked at, for the consent preview."""
    service, document = item.service, item.service.document
    address = _address(document)
    return {
        "need_label": ", ".join(need_label(code) for code in item.needs),
        "needs": list(item.needs),
        "service": service.name,
        "service_id": service.id,
        "organisation": service.organisation,
        "why": " ".join(part for part in (service.why, _sentence(item.because)) if part),
        "when": in_words(_schedules(document)),
        "where": address,
        "how": _links(document),
        "bring": list(service.bring),
        "phone": _phone(document),
        "access": service.access,
        "assured": service.assured.isoformat() if service.assured else None,
        "assured_state": freshness(service.assured, to_london(now).date()),
        "uncertain": list(service.uncertain),
        "urgent": service.urgent,
        "uses": sorted(uses(service) & set(circumstances)),
    }


def said_again(shown: dict[str, Any], service: Service | None) -> dict[str, Any]:
    """A card that was made before, with our own words in the language spoken now; None: the service is gone."""
    label = ", ".join(need_label(code) for code in shown["needs"])
    if service is None:
        return {**shown, "need_label": label}
    document = service.document
    return {**shown, "need_label": label, "when": in_words(_schedules(document)), "how": _links(document)}


def uses(service: Service) -> set[str]:
    """The circumstances that decide whether a service fits."""
    return set(looks_at(service))


def _sentence(because: tuple[str, ...]) -> str:
    reasons = [reason.rstrip(".") for reason in because if reason]
    return f"It is {'; '.join(_as_clause(reason) for reason in reasons)}." if reasons else ""


def _as_clause(reason: str) -> str:
    return reason[0].lower() + reason[1:] if reason[:1].isupper() and not reason[1:2].isupper() else reason


def _schedules(document: dict[str, Any]) -> list[dict[str, Any]]:
    found = list(document.get("schedules") or [])
    for place in document.get("service_at_locations") or []:
        found += place.get("schedules") or []
    return found


def _address(document: dict[str, Any]) -> str:
    if (document.get("front_door") or {}).get("confidential_address"):
        return ""
    for place in document.get("service_at_locations") or []:
        for address in (place.get("location") or {}).get("addresses") or []:
            parts = [address.get(key) for key in ("address_1", "address_2", "city", "postal_code")]
            return ", ".join(str(part) for part in parts if part)
    return ""


def _phones(document: dict[str, Any]) -> list[str]:
    phones = list(document.get("phones") or [])
    for contact in document.get("contacts") or []:
        phones += contact.get("phones") or []
    for place in document.get("service_at_locations") or []:
        phones += place.get("phones") or []
    return [str(phone["number"]) for phone in phones if phone.get("number")]


def _phone(document: dict[str, Any]) -> str | None:
    return next(iter(_phones(document)), None)


def _links(document: dict[str, Any]) -> list[dict[str, str]]:
    links = []
    if (url := str(document.get("url") or "")).startswith(("https://", "http://")):
        links.append({"label": card_word("website"), "href": url})
    if number := _phone(document):
        links.append(
            {
                "label": card_word("call", number=number),
                "href": "tel:" + "".join(c for c in number if c.isdigit() or c == "+"),
            }
        )
    return links
