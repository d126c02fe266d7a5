"""Who said what, for the page."""

from typing import Any

from casework.conversations import StoredMessage


def history(messages: list[StoredMessage]) -> list[dict[str, str]]:
    """Who said what, oldest first, as plain lines for a page: `{"who": "you" | "us", "text"}`."""
    lines: list[dict[str, str]] = []
    current: dict[str, Any] | None = None
    for message in messages:
        shown = message.text if message.choice is None else _label_of(message.choice, current)
        if shown:
            lines.append({"who": "you", "text": shown})
        lines += [{"who": "us", "text": reply["text"]} for reply in message.replies]
        current = next((r for r in reversed(message.replies) if r["choices"]), current)
    return lines


def _label_of(choice: str, current: dict[str, Any] | None) -> str:
    labels = {c["id"]: c["label"] for c in current["choices"]} if current else {}
    return str(labels.get(choice, ""))
