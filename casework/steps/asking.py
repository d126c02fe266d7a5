"""Stage `asking`: the circumstances that can still change the plan, one at a time."""

from typing import Any

from casework.assessment import SKIPPED, Assessment, hear
from casework.replies import Reply, choices
from casework.steps import planning
from casework.work import Said, Work, words
from directory.circumstances import QUESTIONS
from directory.geography.postcodes import NotAPostcode, UnknownPostcode, is_known, look_up
from directory.labels import need_label
from understanding import read_answer

MAX_QUESTIONS = 6
NONE = "none"


def begin(work: Work, assessment: Assessment) -> list[Reply]:
    """The first question, or none: then the stage is `planning` and the plan can be made."""
    return _next(work, assessment)


def answer(work: Work, assessment: Assessment, said: Said, *, skipped: bool) -> list[Reply]:
    """Take the answer to `assessment.asking`; the next question, or nothing when all is known that matters."""
    code = assessment.asking
    if code is None:
        return _next(work, assessment)
    extra = _overheard(assessment, code, said)
    value, error = (SKIPPED, None) if skipped else _read(code, said)
    if error is not None and code not in assessment.notes:
        assessment.notes[code] = said.text
        return [*extra, question(assessment, code, error=error)]
    if value is None:  # kept in their own words, for the people who will help
        assessment.notes[code] = said.text
        value = SKIPPED
    elif code in assessment.notes and value != SKIPPED:
        del assessment.notes[code]
    assessment.circumstances[code] = value
    assessment.asked.append(code)
    return [*extra, *_next(work, assessment)]


def again(assessment: Assessment) -> list[Reply]:
    """Take the last answer back and ask that question again."""
    code = assessment.asked.pop()
    assessment.circumstances.pop(code, None)
    assessment.notes.pop(code, None)
    assessment.stage, assessment.asking = "asking", code
    return [question(assessment, code)]


def question(assessment: Assessment, code: str, *, error: str | None = None) -> Reply:
    """The question about one circumstance, with why it is asked."""
    q = QUESTIONS[code].spoken()
    pairs = [*q.choices]
    if q.kind == "choice":
        pairs.append(("not_sure", words("asking.not_sure")))
    pairs.append(("skip", words("asking.skip")))
    data = {"why": q.why, "hint": q.hint, "kind": q.kind, "number": len(assessment.asked) + 1, "error": error}
    return Reply("question", q.text, ask=code, choices=choices(pairs), data=data)


def _next(work: Work, assessment: Assessment) -> list[Reply]:
    assessment.asking = None
    if len(assessment.asked) < MAX_QUESTIONS:
        assessment.asking = planning.next_circumstance(work, assessment)
    assessment.stage = "planning" if assessment.asking is None else "asking"
    return [] if assessment.asking is None else [question(assessment, assessment.asking)]


def _overheard(assessment: Assessment, code: str, said: Said) -> list[Reply]:
    """A need that comes out in an answer is not lost."""
    if said.choice or not said.needs() or len(said.text.split()) < 4:
        return []
    new = hear(assessment, said.text, said.heard)
    if not new:
        return []
    return [Reply("text", words("asking.also_heard", labels=", ".join(need_label(n) for n in new)))]


def _read(code: str, said: Said) -> tuple[Any, str | None]:
    """(value, None), or (None, error to show), or (None, None) when it cannot be read as any of the answers."""
    if said.choice in ("skip", "not_sure"):
        return SKIPPED, None
    ids = [id for id, _ in QUESTIONS[code].choices]
    if said.choice in ids:
        return said.choice, None
    text = said.text.strip()
    text = NONE if text.casefold() == words("typed.none") else text
    if code == "postcode":
        return _postcode(text, said)
    value = read_answer(code, text)
    return (said.heard.get("circumstances", {}).get(code) if value is None else value), None


def _postcode(text: str, said: Said) -> tuple[Any, str | None]:
    told = [text, read_answer("postcode", text), said.heard.get("circumstances", {}).get("postcode")]
    for candidate in told:
        if candidate and is_known(str(candidate)):
            return look_up(str(candidate)).postcode, None
    try:
        return look_up(text).postcode, None
    except (NotAPostcode, UnknownPostcode) as error:
        return None, str(error)
