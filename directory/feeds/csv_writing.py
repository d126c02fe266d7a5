"""Services as HSDS tables: one CSV a part of the standard, joined by ids, with a datapackage.json that describes them.

A row belongs to the one thing that holds it: of its keys to parents, that one alone is filled. What several services
share (an organisation, a place, a term) is one row, as the first of them has it. The standard has no table for our own
block: it is one cell of services.csv, as JSON.
"""

import csv
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from pydantic import BaseModel

from directory.feeds import standard
from directory.feeds.cells import made_safe
from directory.feeds.standard import FieldShape, entity_of, fields_of
from directory.feeds.writing import as_uuid

OURS = "front_door"
ABOUT = "datapackage.json"
UNCOUNTED = {"accessibility", "funding"}  # what the standard calls their tables
_TYPES = {"number": "number", "integer": "integer", "boolean": "boolean"}


class Tables(AbstractContextManager["Tables"]):
    """The tables of a folder, being written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open = ExitStack()
        self._files: dict[str, Any] = {}
        self._ids: dict[str, set[str]] = {}

    def __enter__(self) -> Self:
        """Open them, each with its heading."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for name, model in tables().items():
            file: IO[str] = self._open.enter_context((self._folder / name).open("w", encoding="utf-8", newline=""))
            self._files[name] = csv.DictWriter(file, columns_of(model))
            self._files[name].writeheader()
            self._ids[name] = set()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close them, and say what they are."""
        self._open.close()
        if error is None:
            text = json.dumps(datapackage(), ensure_ascii=False, indent=1)
            (self._folder / ABOUT).write_text(text, encoding="utf-8")

    def add(self, service: dict[str, Any]) -> None:
        """Write a service in the standard's form (`writing.as_standard`)."""
        self._add(service, standard.Service, parent=None)

    def _add(self, part: dict[str, Any], model: type[BaseModel], *, parent: tuple[str, str] | None) -> None:
        """Write a part and all inside it. `parent`: the entity and id of what holds it in a list."""
        name, written = table_of(model), str(part["id"])
        if written in self._ids[name]:
            if parent is None:
                return  # shared, and there already
            written = as_uuid(f"{written} of {parent[1]}")
        if written in self._ids[name]:
            return
        self._ids[name].add(written)
        self._files[name].writerow(_row({**part, "id": written}, model, parent))
        for key, shape in fields_of(model).items():
            if shape.inner is None or key == OURS or key not in part:
                continue
            if shape.many:
                for inner in part[key]:
                    self._add(inner, shape.inner, parent=(entity_of(model), written))
            else:
                self._add(part[key], shape.inner, parent=None)


def _row(part: dict[str, Any], model: type[BaseModel], parent: tuple[str, str] | None) -> dict[str, Any]:
    row = {key: part[key] for key in columns_of(model) if key in part}
    for link in _links(model):
        row.pop(link, None)
    if parent and "link_id" in fields_of(model):
        row |= {"link_id": parent[1], "link_entity": parent[0]}
    elif parent:
        row[f"{parent[0]}_id"] = parent[1]
    return {key: _cell(value) for key, value in row.items()}


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)  # a number is no formula, whatever its sign
    return made_safe(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


@cache
def tables() -> dict[str, type[BaseModel]]:
    """The files, and the part of the standard in each."""
    return {table_of(model): model for model in _models(standard.Service, set())}


def _models(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[type[BaseModel]]:
    if model in seen or model is standard.Ours:
        return
    seen.add(model)
    yield model
    for shape in fields_of(model).values():
        if shape.inner:
            yield from _models(shape.inner, seen)


@cache
def table_of(model: type[BaseModel]) -> str:
    """The file of a part: `service_at_locations.csv`."""
    entity = entity_of(model)
    if entity in UNCOUNTED:
        return f"{entity}.csv"
    return f"{entity}es.csv" if entity.endswith("s") else f"{entity}s.csv"


@cache
def columns_of(model: type[BaseModel]) -> tuple[str, ...]:
    """The columns of a part: its values, the keys to what holds it, and our own block."""
    return tuple(key for key, shape in fields_of(model).items() if shape.inner is None or key == OURS)


@cache
def _links(model: type[BaseModel]) -> frozenset[str]:
    """The keys of a part to the things that may hold it in a list."""
    holders = {
        f"{entity_of(holder)}_id"
        for holder in tables().values()
        for shape in fields_of(holder).values()
        if shape.inner is model and shape.many
    }
    return frozenset(holders & set(columns_of(model)))


def datapackage() -> dict[str, Any]:
    """What the tables are, as a Tabular Data Package (specs.frictionlessdata.io) says it."""
    return {
        "name": "front-door-services",
        "title": "Services in Open Referral UK 3.0",
        "profile": "tabular-data-package",
        "resources": [_resource(name, model) for name, model in tables().items()],
    }


def _resource(name: str, model: type[BaseModel]) -> dict[str, Any]:
    fields = [_described(key, fields_of(model)[key]) for key in columns_of(model)]
    return {
        "name": name.removesuffix(".csv"),
        "path": name,
        "profile": "tabular-data-resource",
        "description": (model.__doc__ or "").strip(),
        "encoding": "utf-8",
        "schema": {"fields": fields, "primaryKey": "id", "foreignKeys": list(_foreign_keys(model))},
    }


def _described(key: str, shape: FieldShape) -> dict[str, Any]:
    told: dict[str, Any] = {"name": key, "type": "object" if shape.inner else _TYPES.get(shape.type, "string")}
    limits: dict[str, Any] = {"required": True} if shape.required else {}
    limits |= {"enum": list(shape.choices)} if shape.choices else {}
    return told | ({"constraints": limits} if limits else {})


def _foreign_keys(model: type[BaseModel]) -> Iterator[dict[str, Any]]:
    known = {f"{entity_of(one)}_id": table_of(one).removesuffix(".csv") for one in tables().values()}
    for key in columns_of(model):
        if key in known:
            yield {"fields": key, "reference": {"resource": known[key], "fields": "id"}}
