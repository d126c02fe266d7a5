"""What the Cloud API refuses in a message. Limits: the pages messages/interactive-reply-buttons-messages,
messages/interactive-list-messages and messages/text-messages of Meta's WhatsApp documentation, of May 2026."""

from collections.abc import Iterator
from typing import Any

Part = dict[str, Any]
TEXT, BUTTON_BODY, LIST_BODY, HEADER, FOOTER = 4096, 1024, 4096, 60, 60
BUTTONS, BUTTON_TITLE, BUTTON_ID = 3, 20, 256
SECTIONS, ROWS, ROW_TITLE, ROW_DESCRIPTION, ROW_ID, LIST_BUTTON = 10, 10, 24, 72, 200, 20


def problems(message: Part) -> list[str]:
    """What is wrong with a message object, in Meta's manner; nothing for one that it takes."""
    kind = message.get("type")
    if kind == "text":
        return list(_between(message.get("text", {}).get("body"), "text.body", 1, TEXT))
    if kind == "interactive":
        return list(_interactive(message.get("interactive", {})))
    return [] if kind == "template" else [f"type {kind} is not one of those we send"]


def offered(message: Part) -> dict[str, str]:
    """What can be tapped: label by id."""
    action = message.get("interactive", {}).get("action", {})
    buttons = {one["reply"]["id"]: one["reply"]["title"] for one in action.get("buttons", [])}
    return buttons | {row["id"]: row["title"] for section in action.get("sections", []) for row in section["rows"]}


def words(message: Part) -> str:
    """Everything on it that is for reading, a line each."""
    inside = message.get("interactive", {})
    parts = [
        inside.get("header", {}).get("text", ""),
        message.get("text", {}).get("body", "") or inside.get("body", {}).get("text", ""),
        inside.get("footer", {}).get("text", ""),
    ]
    return "\n".join(part for part in parts if part)


def _interactive(inside: Part) -> Iterator[str]:
    kind, action = inside.get("type"), inside.get("action", {})
    yield from _between(
        inside.get("body", {}).get("text"), "body.text", 1, LIST_BODY if kind == "list" else BUTTON_BODY
    )
    if "header" in inside:
        yield from _between(inside["header"].get("text"), "header.text", 1, HEADER)
    if "footer" in inside:
        yield from _between(inside["footer"].get("text"), "footer.text", 1, FOOTER)
    if kind == "button":
        yield from _buttons(action.get("buttons", []))
    elif kind == "list":
        yield from _list(action)
    elif kind == "cta_url":
        parameters = action.get("parameters", {})
        yield from _between(parameters.get("display_text"), "display_text", 1, BUTTON_TITLE)
        if not str(parameters.get("url", "")).startswith("http"):
            yield "action.parameters.url is not a link"
    else:
        yield f"interactive.type {kind} is not one of those we send"


def _buttons(buttons: list[Part]) -> Iterator[str]:
    replies = [button.get("reply", {}) for button in buttons if button.get("type") == "reply"]
    if not 1 <= len(replies) == len(buttons) <= BUTTONS:
        yield f"1 to {BUTTONS} reply buttons are allowed"
    for reply in replies:
        yield from _between(reply.get("title"), "button title", 1, BUTTON_TITLE)
        yield from _between(reply.get("id"), "button id", 1, BUTTON_ID)
    yield from _unlike([reply.get("id") for reply in replies], "button ids")
    yield from _unlike([reply.get("title") for reply in replies], "button titles")


def _list(action: Part) -> Iterator[str]:
    sections = action.get("sections", [])
    rows = [row for section in sections for row in section.get("rows", [])]
    yield from _between(action.get("button"), "action.button", 1, LIST_BUTTON)
    if not 1 <= len(sections) <= SECTIONS or not 1 <= len(rows) <= ROWS:
        yield f"1 to {SECTIONS} sections with 1 to {ROWS} rows in all are allowed"
    for section in sections:
        if len(sections) > 1 or "title" in section:
            yield from _between(section.get("title"), "section title", 1, ROW_TITLE)
    for row in rows:
        yield from _between(row.get("title"), "row title", 1, ROW_TITLE)
        yield from _between(row.get("id"), "row id", 1, ROW_ID)
        if "description" in row:
            yield from _between(row["description"], "row description", 1, ROW_DESCRIPTION)
    yield from _unlike([row.get("id") for row in rows], "row ids")


def _between(text: Any, name: str, least: int, most: int) -> Iterator[str]:
    if not isinstance(text, str) or not least <= len(text.strip() and text) <= most:
        yield f"{name} must have {least} to {most} characters"


def _unlike(values: list[Any], name: str) -> Iterator[str]:
    if len(set(values)) != len(values):
        yield f"{name} must differ"
