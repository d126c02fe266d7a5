"""How the models of Open Referral UK are made, and how they are looked at: each field by name, type and format."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

Id = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
Uri = Annotated[str, Field(json_schema_extra={"format": "uri"})]
Email = Annotated[str, Field(json_schema_extra={"format": "email"})]
Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]


def without_nulls(schema: dict[str, Any]) -> None:
    """What is not known is left out, never null: the official schemas refuse null."""
    for key, shape in schema.get("properties", {}).items():
        kinds = [kind for kind in shape.get("anyOf", []) if kind.get("type") != "null"]
        if len(kinds) == 1:
            told = {name: value for name, value in shape.items() if name not in ("anyOf", "default")}
            schema["properties"][key] = {**told, **kinds[0]}


class Part(BaseModel):
    """One object of a record."""

    model_config = ConfigDict(json_schema_extra=without_nulls)

    id: Id


@dataclass(frozen=True)
class FieldShape:
    """One field: its `name`; the model of the objects in it (`inner`, none: a value), in a list when `many`.

    For values, `type`, `format` and `choices` are the words of JSON Schema.
    """

    name: str
    inner: type[BaseModel] | None
    many: bool
    type: str
    format: str
    choices: tuple[str, ...]
    required: bool


@cache
def fields_of(model: type[BaseModel]) -> dict[str, FieldShape]:
    """The fields of `model` by name, in their order."""
    shapes = model.model_json_schema()["properties"]
    return {name: _field(name, field, shapes[name]) for name, field in model.model_fields.items()}


def _field(name: str, field: FieldInfo, shape: dict[str, Any]) -> FieldShape:
    kinds = [kind for kind in (get_args(field.annotation) or (field.annotation,)) if kind is not type(None)]
    many = get_origin(kinds[0]) is list
    held = get_args(kinds[0])[0] if many else kinds[0]
    inner = held if isinstance(held, type) and issubclass(held, BaseModel) else None
    return FieldShape(
        name, inner, many, shape.get("type", ""), shape.get("format", ""), tuple(shape.get("enum", ())),
        field.is_required(),
    )  # fmt: skip


@cache
def entity_of(model: type[BaseModel]) -> str:
    """What the standard calls it: `service_at_location`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", model.__name__).lower()
