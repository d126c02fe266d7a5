"""The page for people who write programs: the OpenAPI document, made readable without a single script."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from web import rendering
from web.oruk.app import PATH

_WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "object",
}


@dataclass(frozen=True)
class Shape:
    """What a value is: a word, the part of the standard that it leads to (none: ""), whether there are several."""

    word: str
    part: str = ""
    many: bool = False


@dataclass(frozen=True)
class Field:
    """One parameter or one field."""

    name: str
    about: str
    shape: Shape
    required: bool


@dataclass(frozen=True)
class Operation:
    """One address: what it is for, what it takes, what it answers. `answers`: code, what it means, its shape."""

    path: str
    about: str
    takes: tuple[Field, ...]
    answers: tuple[tuple[str, str, Shape], ...]


@dataclass(frozen=True)
class Part:
    """One kind of object in the answers."""

    name: str
    about: str
    fields: tuple[Field, ...]


class WithoutSlash:
    """ASGI application: the API's first address without the slash at its end, so that nobody is sent round."""

    def __init__(self, api: ASGIApp) -> None:
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the address with the slash does."""
        root = scope.get("root_path", "") + PATH
        await self._api({**scope, "path": f"{root}/", "root_path": root}, receive, send)


def routes(api: FastAPI) -> list[BaseRoute]:
    """The API at its address, and the page about it."""
    return [Route(f"{PATH}/docs", _show(api)), Route(PATH, WithoutSlash(api)), Mount(PATH, api)]


def _show(api: FastAPI) -> Callable[[Request], Awaitable[Response]]:
    async def docs(request: Request) -> Response:
        document = api.openapi()
        operations, parts = list(operations_in(document)), list(parts_in(document))
        return rendering.page(request, "oruk/docs.html", operations=operations, parts=parts, api=PATH)

    return docs


def operations_in(document: dict[str, Any]) -> Iterator[Operation]:
    """The addresses of an OpenAPI document, in its order."""
    for path, methods in document["paths"].items():
        told = methods["get"]
        answers = (
            (code, answer["description"], _shape(_schema_of(answer))) for code, answer in told["responses"].items()
        )
        yield Operation(
            path,
            told.get("description", ""),
            tuple(_parameter(one) for one in told.get("parameters", [])),
            tuple(answer for answer in answers if answer[0] != "422"),  # FastAPI's own; ours is 400
        )


def parts_in(document: dict[str, Any]) -> Iterator[Part]:
    """The objects of an OpenAPI document, by name."""
    for name, schema in sorted(document["components"]["schemas"].items()):
        if name in ("HTTPValidationError", "ValidationError"):
            continue
        needed = schema.get("required", [])
        fields = (
            Field(key, told.get("description", ""), _shape(told), key in needed)
            for key, told in schema.get("properties", {}).items()
        )
        yield Part(name, schema.get("description", ""), tuple(fields))


def _schema_of(answer: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return schema


def _parameter(told: dict[str, Any]) -> Field:
    return Field(told["name"], told.get("description", ""), _shape(told["schema"]), bool(told["required"]))


def _shape(schema: dict[str, Any]) -> Shape:
    for kind in schema.get("anyOf", []):
        if kind.get("type") != "null":
            return _shape(kind)
    if "$ref" in schema:
        return Shape("", schema["$ref"].rpartition("/")[2])
    if schema.get("type") == "array":
        inner = _shape(schema.get("items", {}))
        return Shape(inner.word, inner.part, many=True)
    if "enum" in schema:
        return Shape(", ".join(str(choice) for choice in schema["enum"]))
    return Shape(schema.get("format") or _WORDS.get(schema.get("type", ""), ""))
