"""Keys that lead nowhere, keys that are there twice, and parts that belong to another record."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel

from directory.feeds.standard import FieldShape, Service, entity_of, fields_of
from foundation.telling import Told


def problems(document: dict[str, Any]) -> Iterator[Told]:
    """Empty keys to a parent are no mistake where the part lies inside that parent: what is inside it is its own."""
    yield from _organisation(document)
    yield from _inside(document, Service, str(document.get("id")))


def _organisation(document: dict[str, Any]) -> Iterator[Told]:
    organisation, key = document.get("organization"), document.get("organization_id")
    if not organisation and key:
        yield Told(
            "The service names no organisation (organization_id is {id}, and the feed has no such organisation).",
            {"id": repr(key)},
        )
    elif not organisation:
        yield Told("The service names no organisation (no organization_id).")
    elif not str(organisation.get("name") or "").strip():
        yield Told("The service names no organisation: it has no name.")
    elif not str(organisation.get("id") or "").strip():
        yield Told("The organisation {name} has no id.", {"name": repr(organisation["name"])})
    elif key and key != organisation["id"]:
        yield Told(
            "organization_id is {id}, but the organisation in the record is {other}.",
            {"id": repr(key), "other": repr(organisation["id"])},
        )


def _inside(parent: dict[str, Any], model: type[BaseModel], service_id: str) -> Iterator[Told]:
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


def _twice(key: str, parts: list[dict[str, Any]]) -> Iterator[Told]:
    counted = Counter(str(part["id"]) for part in parts if part.get("id"))
    for id, count in counted.items():
        if count > 1:
            yield Told(
                "{key} has the id {id} {count} times; each needs its own.", {"key": key, "id": repr(id), "count": count}
            )


def _belongs(part: dict[str, Any], key: str, parents: dict[str, Any]) -> Iterator[Told]:
    for link, wanted in parents.items():
        if part.get(link) and wanted and str(part[link]) != str(wanted):
            yield Told(
                "A part of {key} has {link} {id}, but lies inside {wanted}.",
                {"key": key, "link": link, "id": repr(part[link]), "wanted": repr(wanted)},
            )


def _leads_somewhere(at: dict[str, Any]) -> Iterator[Told]:
    location, key = at.get("location"), at.get("location_id")
    if not location and key:
        yield Told(
            "A place where the service is given is missing (location_id is {id}, and the feed has no such location).",
            {"id": repr(key)},
        )
    elif not location:
        yield Told("A place where the service is given is missing (no location_id).")
    elif key and location.get("id") and key != location["id"]:
        yield Told(
            "location_id is {id}, but the location beside it is {other}.",
            {"id": repr(key), "other": repr(location["id"])},
        )


def _of_what(attribute: dict[str, Any], entity: str, owner: Any) -> Iterator[Told]:
    link, of = attribute.get("link_id"), attribute.get("link_entity") or entity
    if link and owner and of == entity and str(link) != str(owner):
        yield Told("An attribute has link_id {id}, but lies inside {owner}.", {"id": repr(link), "owner": repr(owner)})
