"""The questions about circumstances: what is asked, why, and what the answers are; in English until they are said."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from foundation.languages import translate
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

    def spoken(self) -> Self:
        """The same question with its texts in the language spoken now."""
        return replace(
            self,
            short=translate(self.short),
            text=translate(self.text),
            hint=translate(self.hint),
            why=translate(self.why),
            choices=_translated(self.choices),
            values=_translated(self.values),
        )


def _translated(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((id, translate(label)) for id, label in pairs)


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
    """A value as people read it: `council` is "The council", in the language spoken now."""
    labels = dict(QUESTIONS[code].values) if code in QUESTIONS else {}
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return translate(labels[str(value)]) if str(value) in labels else str(value)


def short_label(code: str) -> str:
    """A circumstance in a word or two: `tenure` is "Home"."""
    return translate(QUESTIONS[code].short)
