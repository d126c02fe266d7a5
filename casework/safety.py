"""The safety answers: fixed text by kind of crisis, with numbers from one dated file. Nothing here is generated."""

from pathlib import Path
from typing import Any

from casework.assessment import Assessment
from casework.replies import Reply, choices
from directory.helplines import load_helplines
from foundation.languages import translate
from foundation.words import Words, load_words

_words = Words(Path(__file__).with_name("safety.yml"))
DEFAULT_ROLE = "victim"


def safety_reply(kind: str, role: str | None = None) -> Reply:
    """The safety answer for a crisis of `kind` (and, for violence, the resident's `role` in it)."""
    texts: dict[str, Any] = load_words(_words.path)["kinds"]
    key = kind if kind in texts else f"{kind}.{role or DEFAULT_ROLE}"
    if key not in texts:
        key = f"{kind}.{DEFAULT_ROLE}"
    chosen = texts[key]
    blocks = [_block(**block) for block in chosen["blocks"]]
    english: str = chosen["text"]
    text = translate(english)
    data = {
        "crisis": kind,
        "heading": text,
        "blocks": blocks,
        "kind_words": text,
        "person_heading": _words("person_heading"),
        "person_text": _words("person_text"),
        "wrong": _words("wrong"),
    }
    pairs = [("find_person", _words("find_person")), ("carry_on", _words("carry_on"))]
    return Reply("safety", text, choices=choices(pairs), data=data)


def _block(heading: str, *, urgent: bool, lines: list[str]) -> dict[str, Any]:
    known = load_helplines()
    return {"heading": translate(heading), "urgent": urgent, "lines": [known[name].as_json() for name in lines]}


def record_crisis(assessment: Assessment, kind: str, role: str | None) -> None:
    """Keep that a crisis was answered; it makes this a case for a named contact."""
    assessment.crises.append({"kind": kind, "role": role, "waved_off": False})


def wave_off(assessment: Assessment) -> None:
    """The resident says that the last safety answer was not needed."""
    if assessment.crises:
        assessment.crises[-1]["waved_off"] = True
