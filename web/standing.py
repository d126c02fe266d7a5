"""What a page of the conversation shows and takes, the same on the website and at a kiosk."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData

from casework.conversations import Conversation, StoredMessage
from casework.replies import letter_in
from casework.work import words
from foundation.plain_text import clean
from web.history import history, letters

TYPED = ("postcode", "phone", "name", "age", "numbers")


@dataclass(frozen=True)
class Sent:
    """One form of the conversation. `parts` is None where no parts were shown; `turn` is the page's own.

    `opening` is the mark of a first page, see Sittings.opening.
    """

    text: str
    choice: str
    parts: list[str] | None
    turn: int | None
    opening: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was written and nothing chosen."""
        return not clean(self.text) and not self.choice


def read_form(form: FormData) -> Sent:
    """What a form says. On a page with both, what was typed is what was meant."""
    text, choice = str(form.get("text") or ""), str(form.get("choice") or "")
    choice = "" if clean(text) else choice
    parts = [str(part) for part in form.getlist("part")] if form.get("parts_shown") and choice == "yes" else None
    turn = str(form.get("turn") or "")
    opening = str(form.get("opening") or "")
    return Sent(text, choice, parts, int(turn) if turn.isdigit() else None, opening)


def standing(conversation: Conversation, messages: Sequence[StoredMessage], *, help_phone: str) -> dict[str, Any]:
    """Where a conversation stands: what was said, what waits for an answer, and what came with it.

    `said_before`, `latest` and `letters` are lines as in web.history; `current` and `notes` are replies as JSON.
    """
    done = [message for message in messages if message.status == "answered"]
    answered = [message for message in done if letter_in(message.replies) is None]
    waiting = [message.text for message in messages if message.status == "waiting"]
    current = conversation.current or result(answered)
    notes = [r for m in answered[-1:] for r in m.replies if r["kind"] == "text" and r is not current]
    trouble = words("trouble", phone=help_phone)
    before = done[: done.index(answered[-1])] if answered else []
    lines = history([*before, *answered[-1:]])
    latest = len(history(before))
    return {
        "said_before": lines[:latest],
        "latest": [line for line in lines[latest:] if line["who"] == "you"]
        + [{"who": "you", "text": text} for text in waiting],
        "current": current,
        "notes": [{"kind": "text", "text": trouble, "choices": [], "data": {"waits": True}}] if waiting else notes,
        "letters": letters(done) + [{"who": "you", "text": text} for text in waiting if text],
        "turn": conversation.turn,
        "language": conversation.language,
        "state": conversation.state,
        "error": ((current or {}).get("data") or {}).get("error"),
    }


def result(messages: Sequence[StoredMessage]) -> dict[str, Any] | None:
    """What a finished conversation shows: its visit, its named contact or its plan."""
    if not messages:
        return None
    for message in reversed(messages):
        for reply in reversed(message.replies):
            if reply["kind"] in ("visit", "handoff", "plan"):
                return reply if message is messages[-1] or reply["kind"] != "plan" else {**reply, "choices": []}
    return None


def is_typed(current: dict[str, Any] | None) -> bool:
    """Whether the answer is written, not chosen."""
    return current is None or current.get("data", {}).get("kind") in TYPED
