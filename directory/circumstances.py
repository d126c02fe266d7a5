"""The questions about circumstances: what is asked, why, and what the answers are."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foundation.words import load_words

FILE = Path(__file__).with_name("circumstances.yml")


@dataclass(frozen=True)
class Question:
    """One circumstance. `kind` is choice, postcode, age or numbers; `asked_for` the needs it matters to ("any")."""

    code: str
    kind: str
    short: str
    text: str
    hint: str
    why: str
    choices: tuple[tuple[str, str], ...]
    values: tuple[tuple[str, str], ...]
    asked_for: frozenset[str] | None
    weight: float

    def matters_to(self, needs: list[str]) -> bool:
        """Whether it is worth asking somebody with these needs."""
        return self.asked_for is None or bool(self.asked_for & set(needs))


def _read() -> dict[str, Question]:
    found = {}
    for code, row in load_words(FILE).items():
        choices = tuple((str(id), str(label)) for id, label in (row.get("choices") or {}).items())
        values = tuple((str(id), str(label)) for id, label in (row.get("values") or {}).items())
        asked = row["asked_for"]
        found[code] = Question(
            code, row["kind"], row["short"], row.get("text", ""), row.get("hint", ""), row.get("why", ""), choices,
            values or choices, None if asked == "any" else frozenset(asked), float(row.get("weight", 1.0)),
        )  # fmt: skip
    return found


QUESTIONS: dict[str, Question] = _read()


def value_label(code: str, value: Any) -> str:
    """A value as people read it: `council` is "The council"."""
    labels = dict(QUESTIONS[code].values) if code in QUESTIONS else {}
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return labels.get(str(value), str(value))
