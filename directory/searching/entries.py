"""A service as what the index has of it: texts by weight, each a column."""

from collections.abc import Iterator
from typing import Any

from directory.labels import need_label
from directory.model import Service, read_service
from directory.publishing import public_document

# A word in a service's name says more of it than one in what happens there.
MEETS = "meets"
WEIGHTS = {"name": 8.0, MEETS: 5.0, "organisation": 4.0, "terms": 3.0, "description": 2.0, "why": 1.5, "rest": 1.0}


def need_word(need: str) -> str:
    """The word that stands for a need in the index: no text has it."""
    return f"need:{need}"


def texts_of(service: Service) -> dict[str, str]:
    """The texts of each column but `MEETS`. Where a refuge is, is in none of them."""
    service = _without_its_place(service)
    document = service.document
    return {
        "name": f"{service.name} {document.get('alternate_name') or ''}",
        "organisation": service.organisation,
        "terms": " . ".join(_terms(service)),
        "description": str(document.get("description") or ""),
        "why": service.why,
        "rest": " . ".join((service.what_happens, *_wordings(service), *_places(service))),
    }


def meets_of(service: Service) -> list[str]:
    """The words that stand for its needs, as often as they are what it is for."""
    return [need_word(meets.need) for meets in service.meets for _ in range(meets.strength)]


def _without_its_place(service: Service) -> Service:
    if not (service.document.get("front_door") or {}).get("confidential_address"):
        return service
    shown = public_document(service.document)
    return read_service(shown or {**service.document, "service_at_locations": []})  # none: for staff alone


def _terms(service: Service) -> Iterator[str]:
    document = service.document
    for need in service.by_need:
        yield need_label(need)
    for meets in service.meets:
        yield (meets.detail or "").replace("_", " ")
    for attribute in _dicts(document.get("attributes")):
        yield str((attribute.get("taxonomy_term") or {}).get("name") or attribute.get("value") or "")
    for language in _dicts(document.get("languages")):
        yield str(language.get("name") or "")


def _wordings(service: Service) -> Iterator[str]:
    yield str(service.document.get("eligibility_description") or "")
    for rule in service.rules:
        yield str(rule.get("says") or "")
    for eligibility in _dicts(service.document.get("eligibilitys")):
        yield str(eligibility.get("eligibility") or "")


def _places(service: Service) -> Iterator[str]:
    for at in _dicts(service.document.get("service_at_locations")):
        location = at.get("location") or {}
        yield str(location.get("name") or "")
        for address in _dicts(location.get("addresses")):
            yield f"{address.get('address_1') or ''} {address.get('city') or ''}"


def _dicts(values: Any) -> list[dict[str, Any]]:
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []
