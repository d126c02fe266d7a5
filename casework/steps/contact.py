"""Stage `contact`: how to reach the resident, and what is safe."""

import re

import phonenumbers

from casework.assessment import SKIPPED, Assessment
from casework.replies import Reply, choices
from casework.work import Said, Work, words

ORDINARY = ("name", "phone", "safe_contact")
AT_RISK = ("name", "phone", "safe_contact", "safe_hours")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
MAX_NAME = 80


def begin(work: Work, assessment: Assessment) -> list[Reply]:
    """The first thing that is not known yet about reaching this person; none is left at stage `agreeing`."""
    return _next(assessment)


def answer(work: Work, assessment: Assessment, said: Said, *, skipped: bool) -> list[Reply]:
    """Take one answer; the next question, or nothing when all were asked."""
    key = assessment.asking
    if key is None or key not in AT_RISK:
        return _next(assessment)
    if skipped or said.choice in ("skip", "not_sure"):
        assessment.contact[key] = SKIPPED
    elif key in ("safe_contact", "safe_hours"):
        value = _option(key, said)
        if value is None:
            return [question(assessment, key, error=words(f"contact.error.{key}"))]
        assessment.contact[key] = value
    else:
        read = _name(said.text) if key == "name" else _phone(said.text)
        if read is None:
            return [question(assessment, key, error=words(f"contact.error.{key}"))]
        assessment.contact.update(read)
    return _next(assessment)


def again(assessment: Assessment) -> list[Reply] | None:
    """Ask the contact question before this one again; None when this was the first."""
    answered = [key for key in _keys(assessment) if key in assessment.contact]
    if not answered:
        return None
    assessment.contact.pop(answered[-1])
    assessment.contact.pop("email", None) if answered[-1] == "phone" else None
    return _next(assessment)


def question(assessment: Assessment, key: str, *, error: str | None = None) -> Reply:
    """One question about contact, with why it is asked."""
    options = words.get(f"contact.options.{key}") if words.has(f"contact.options.{key}") else {}
    pairs = [*options.items(), ("skip", words("asking.skip"))]
    kind = "choice" if options else {"name": "name", "phone": "phone"}[key]
    data = {"why": words(f"contact.why.{key}"), "hint": words(f"contact.hint.{key}"), "kind": kind,
            "number": None, "error": error}  # fmt: skip
    return Reply("question", words(f"contact.ask.{key}"), ask=key, choices=choices(pairs), data=data)


def settled(assessment: Assessment) -> dict[str, str]:
    """The contact details without what was skipped; unsaid means the most careful way."""
    kept = {key: value for key, value in assessment.contact.items() if value != SKIPPED}
    if kept.get("phone"):
        kept.setdefault("safe_contact", "call_only")
    return kept


def _keys(assessment: Assessment) -> tuple[str, ...]:
    handoff = (assessment.route or {}).get("kind") == "named_contact"
    keys = AT_RISK if handoff else ORDINARY
    reachable = assessment.contact.get("phone", "") != SKIPPED
    return keys if reachable else tuple(key for key in keys if key in ("name", "phone"))


def _next(assessment: Assessment) -> list[Reply]:
    missing = [key for key in _keys(assessment) if key not in assessment.contact]
    assessment.asking = missing[0] if missing else None
    assessment.stage = "contact" if missing else "agreeing"
    return [question(assessment, missing[0])] if missing else []


def _option(key: str, said: Said) -> str | None:
    options: dict[str, str] = words.get(f"contact.options.{key}")
    if said.choice in options:
        return said.choice
    typed = said.text.strip().casefold()
    return list(options)[0 if typed == "yes" else -1] if typed in ("yes", "no") else None


def _name(text: str) -> dict[str, str] | None:
    name = " ".join(text.split())
    name = re.sub(r"^(my name is|i am|i'm|im|its|it's)\s+", "", name, flags=re.IGNORECASE)
    return {"name": name[:MAX_NAME]} if any(letter.isalpha() for letter in name) else None


def _phone(text: str) -> dict[str, str] | None:
    if email := EMAIL.search(text):
        return {"phone": "", "email": email.group(0)}
    try:
        number = phonenumbers.parse(text, "GB")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    national = number.country_code == 44
    style = phonenumbers.PhoneNumberFormat.NATIONAL if national else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return {"phone": phonenumbers.format_number(number, style)}
