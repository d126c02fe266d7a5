"""Keys that lead nowhere, keys that are there twice, and parts that belong to another record."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel

from directory.feeds.standard import FieldShape, Service, entity_of, fields_of


def problems(document: dict[str, Any]) -> Iterator[str]:
    """Empty keys to a parent are no mistake where the part lies inside that parent: what is inside it is its own."""
    yield from _organisation(document)
    yield from _inside(document, Service, str(document.get("id")))


def _organisation(document: dict[str, Any]) -> Iterator[str]:
    organisation, key = document.get("organization"), document.get("organization_id")
    if not organisation:
        named = f"organization_id is {key!r}, and the feed has no such organisation" if key else "no organization_id"
        yield f"The service names no organisation ({named})."
    elif not str(organisation.get("name") or "").strip():
        yield "The service names no organisation: it has no name."
    elif not str(organisation.get("id") or "").strip():
        yield f"The organisation {organisation['name']!r} has no id."
    elif key and key != organisation["id"]:
        yield f"organization_id is {key!r}, but the organisation in the record is {organisation['id']!r}."


def _inside(parent: dict[str, Any], model: type[BaseModel], service_id: str) -> Iterator[str]:
    entity, inner = entity_of(model), _holders(model)
    link = f"{entity}_id"
    for key, held in parent.items():
        field = inner.get(key)
        if field is None or field.inner is None or not held:
            continue
        parts: list[dict[str, Any]] = held if field.many else [held]
        if len(parts) > 1:
            yield from _twice(key, parts)
        for part in parts:
            if part.get("service_id") or part.get(link):
                yield from _belongs(part, key, {"service_id": service_id, link: parent.get("id")})
            if key == "service_at_locations":
                yield from _leads_somewhere(part)
            elif key == "attributes":
                yield from _of_what(part, entity, parent.get("id"))
            yield from _inside(part, field.inner, service_id)


@cache
def _holders(model: type[BaseModel]) -> dict[str, FieldShape]:
    """The fields of `model` that hold other parts."""
    return {key: field for key, field in fields_of(model).items() if field.inner and key != "front_door"}


def _twice(key: str, parts: list[dict[str, Any]]) -> Iterator[str]:
    counted = Counter(str(part["id"]) for part in parts if part.get("id"))
    for id, count in counted.items():
        if count > 1:
            yield f"{key} has the id {id!r} {count} times; each needs its own."


def _belongs(part: dict[str, Any], key: str, parents: dict[str, Any]) -> Iterator[str]:
    for link, wanted in parents.items():
        if part.get(link) and wanted and str(part[link]) != str(wanted):
            yield f"A part of {key} has {link} {part[link]!r}, but lies inside {wanted!r}."


def _leads_somewhere(at: dict[str, Any]) -> Iterator[str]:
    location, key = at.get("location"), at.get("location_id")
    if not location:
        named = f"location_id is {key!r}, and the feed has no such location" if key else "no location_id"
        yield f"A place where the service is given is missing ({named})."
    elif key and location.get("id") and key != location["id"]:
        yield f"location_id is {key!r}, but the location beside it is {location['id']!r}."


def _of_what(attribute: dict[str, Any], entity: str, owner: Any) -> Iterator[str]:
    link, of = attribute.get("link_id"), attribute.get("link_entity") or entity
    if link and owner and of == entity and str(link) != str(owner):
        yield f"An attribute has link_id {link!r}, but lies inside {owner!r}."
