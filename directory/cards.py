"""A service of a plan as a card: what it is, who runs it, why, when, where, how, what to bring."""

from datetime import datetime
from typing import Any

from directory.deciding.eligibility import looks_at
from directory.deciding.plan import PlanItem
from directory.deciding.reaching import reaching, reaching_again
from directory.deciding.suiting import in_words, suiting
from directory.freshness import FRESH, freshness, label
from directory.hours.kept import words_now
from directory.labels import card_word, need_label
from directory.model import Service
from foundation.clock import to_london


def card(item: PlanItem, *, now: datetime, circumstances: dict[str, Any]) -> dict[str, Any]:
    """The card as data. `uses` names the circumstances that its rules looked at, for the consent preview."""
    service, document = item.service, item.service.document
    tier = freshness(service.assured, to_london(now).date(), evidence=service.doubts)
    return {
        "need_label": ", ".join(need_label(code) for code in item.needs),
        "needs": list(item.needs),
        "service": service.name,
        "service_id": service.id,
        "organisation": service.organisation,
        "why": " ".join(part for part in (service.why, _sentence(item.because)) if part),
        **reaching(document, now=now, circumstances=circumstances),
        "how": _links(document),
        "bring": list(service.bring),
        "phone": _phone(document),
        "access": service.access,
        "assured": service.assured.isoformat() if service.assured else None,
        "assured_state": tier,
        "old_facts": label(tier),
        "suits": (notes := list(suiting(service, circumstances).notes)),
        "good_to_know": in_words(notes),
        "uncertain": list(service.uncertain),
        "urgent": service.urgent,
        "uses": sorted(uses(service) & set(circumstances)),
    }


def said_again(shown: dict[str, Any], service: Service | None) -> dict[str, Any]:
    """A card that was made before, with our own words in the language spoken now; None: the service is gone."""
    need = ", ".join(need_label(code) for code in shown["needs"])
    if service is None:
        return {**shown, "need_label": need}
    document = service.document
    own = {
        "need_label": need,
        "how": _links(document),
        "old_facts": label(shown.get("assured_state", FRESH)),
        "good_to_know": in_words(shown.get("suits", ())),
    }
    return {**shown, **own, **reaching_again(document, shown)}


def hours_now(shown: dict[str, Any], now: datetime) -> str:
    """Whether it is open now, in words, from a card that was made some time ago; nothing when nobody can tell."""
    if not shown.get("open_state"):
        return ""
    return words_now(shown["open_state"], now, as_of=datetime.fromisoformat(shown["as_of"]))


def uses(service: Service) -> set[str]:
    """The circumstances that decide whether a service fits."""
    return set(looks_at(service))


def _sentence(because: tuple[str, ...]) -> str:
    reasons = [reason.rstrip(".") for reason in because if reason]
    return f"It is {'; '.join(_as_clause(reason) for reason in reasons)}." if reasons else ""


def _as_clause(reason: str) -> str:
    return reason[0].lower() + reason[1:] if reason[:1].isupper() and not reason[1:2].isupper() else reason


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
