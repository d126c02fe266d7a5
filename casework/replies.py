"""The structured reply: what is to be said, before any channel has dressed it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

KINDS = ("text", "question", "needs", "plan", "openings", "consent", "visit", "handoff", "safety")


@dataclass(frozen=True)
class Choice:
    """Something to tap or number: a stable `id` and the `label` that a person sees."""

    id: str
    label: str


@dataclass(frozen=True)
class Reply:
    """One thing that Front Door says. `kind` is one of KINDS; `ask` is the circumstance a question is about."""

    kind: str
    text: str
    ask: str | None = None
    choices: tuple[Choice, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The reply as the JSON API, the action server and the renderers carry it."""
        return {
            "kind": self.kind,
            "text": self.text,
            "ask": self.ask,
            "choices": [{"id": choice.id, "label": choice.label} for choice in self.choices],
            "data": self.data,
        }


def choices(pairs: Iterable[tuple[str, str]]) -> tuple[Choice, ...]:
    """Choices from (id, label) pairs."""
    return tuple(Choice(id, label) for id, label in pairs)


def waits(reply: dict[str, Any]) -> bool:
    """Whether this reply (as JSON) waits for the resident to do something."""
    return bool(reply["choices"]) or reply["kind"] in ("question", "needs", "openings", "consent")


def letter_in(replies: list[dict[str, Any]]) -> str | None:
    """Who wrote it, when these replies of a stored message are a letter; None when they are the computer's."""
    data = replies[0]["data"] if len(replies) == 1 else {}
    return str(data["from"]) if data.get("letter") else None
