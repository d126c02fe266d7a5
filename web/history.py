"""Who said what, for the page."""

from collections.abc import Sequence
from typing import Any

from casework.conversations import StoredMessage
from casework.replies import letter_in


def history(messages: Sequence[StoredMessage]) -> list[dict[str, str]]:
    """Who said what, oldest first, as plain lines for a page: `{"who", "text"}`.

    `who` is "you", "us" or, with their first name as `name`, "person".
    """
    lines: list[dict[str, str]] = []
    current: dict[str, Any] | None = None
    for message in messages:
        if name := letter_in(message.replies):
            lines.append({"who": "person", "name": name, "text": message.replies[0]["text"]})
            continue
        shown = message.text if message.choice is None else _label_of(message.choice, current)
        if shown:
            lines.append({"who": "you", "text": shown})
        lines += [{"who": "us", "text": reply["text"]} for reply in message.replies]
        current = next((r for r in reversed(message.replies) if r["choices"]), current)
    return lines


def letters(messages: Sequence[StoredMessage]) -> list[dict[str, Any]]:
    """What resident and named contact have written to each other: lines as in `history`, letters with their `id`."""
    lines: list[dict[str, Any]] = []
    for message in messages:
        if name := letter_in(message.replies):
            lines.append({"who": "person", "name": name, "text": message.replies[0]["text"], "id": message.id})
        elif any(reply["data"].get("passed_on") for reply in message.replies):
            lines.append({"who": "you", "text": message.text})
    return lines


def _label_of(choice: str, current: dict[str, Any] | None) -> str:
    labels = {c["id"]: c["label"] for c in current["choices"]} if current else {}
    return str(labels.get(choice, ""))
