"""Consent: exactly what one agency would see, part by part, before anybody is asked to say yes."""

from dataclasses import dataclass
from typing import Any

from casework.assessment import Assessment
from casework.work import words
from directory.circumstances import QUESTIONS, short_label, value_label
from directory.labels import agency_label, need_label

NAMED_CONTACT = "named_contact"
CALLS_ARE_SAFE = ("call_text", "call_only")


@dataclass(frozen=True)
class Preview:
    """What `agency` would see: parts to agree to, and the lines of the view, each belonging to a part."""

    agency: str
    label: str
    parts: tuple[tuple[str, str], ...]
    view: tuple[dict[str, str], ...]
    will_not_see: str


def agencies_to_ask(assessment: Assessment) -> list[str]:
    """Whom the resident is asked about: every agency of the visit or that rings them, or the one named contact."""
    if (assessment.route or {}).get("kind") == "named_contact":
        return [NAMED_CONTACT]
    if assessment.waiting:
        return [leg["agency"] for leg in (assessment.plan or {}).get("legs", [])]
    opening = assessment.opening or {}
    return [leg["agency"] for leg in opening.get("legs", [])] + list(opening.get("rest", []))


def rings(assessment: Assessment) -> set[str]:
    """The agencies that may and can ring this person: they agreed to be reached by them, and a call is safe."""
    contact = assessment.contact
    if not contact.get("phone") or contact.get("safe_contact", "call_only") not in CALLS_ARE_SAFE:
        return set()
    return {each["agency"] for each in assessment.consents if each["given"] and "contact" in each["parts"]}


def preview(assessment: Assessment, agency: str) -> Preview:
    """The exact view that `agency` would get. It holds nothing that its part of the plan does not need."""
    everything = agency == NAMED_CONTACT
    served = set(assessment.codes()) if everything else _needs_of(assessment, agency)
    parts: list[tuple[str, str]] = [("contact", words("consent.part_contact"))]
    view = _contact_lines(assessment)
    for need in assessment.needs:
        if need.need in served:
            parts.append((f"need:{need.need}", words("consent.part_need", label=need_label(need.need))))
            said = "; ".join(f"“{quote}”" for quote in need.because) if everything and need.because else ""
            value = " ".join(filter(None, [need_label(need.need), said]))
            view.append({"label": words("consent.line_need"), "value": value, "part": f"need:{need.need}"})
    facts = _facts(assessment, agency, everything=everything)
    if facts:
        parts.append(("circumstances", words("consent.part_circumstances")))
        view += [{**fact, "part": "circumstances"} for fact in facts]
    if everything:
        parts.append(("words", words("consent.part_words")))
        view += [{"label": words("consent.line_words"), "value": said, "part": "words"} for said in assessment.said]
    label = words("consent.named_contact") if everything else agency_label(agency)
    return Preview(agency, label, tuple(parts), tuple(view), _hidden(assessment, served, everything=everything))


def given_view(previewed: Preview, parts: list[str]) -> list[dict[str, str]]:
    """The lines that are left when only `parts` were agreed to."""
    return [line for line in previewed.view if line["part"] in parts]


def _needs_of(assessment: Assessment, agency: str) -> set[str]:
    legs: list[dict[str, Any]] = (assessment.plan or {}).get("legs", [])
    return {code for leg in legs if leg["agency"] == agency for code in leg["needs"]}


def _contact_lines(assessment: Assessment) -> list[dict[str, str]]:
    keys = [key for key in ("name", "phone", "email", "safe_contact", "safe_hours") if assessment.contact.get(key)]
    return [
        {
            "label": words(f"consent.contact.{key}"),
            "value": contact_value(key, assessment.contact[key]),
            "part": "contact",
        }
        for key in keys
    ]


def contact_value(key: str, value: str) -> str:
    """A contact detail as people read it: the safe way and hours in words, the rest as it is."""
    return words(f"contact.short.{value}") if key in ("safe_contact", "safe_hours") else value


def _facts(assessment: Assessment, agency: str, *, everything: bool) -> list[dict[str, str]]:
    legs: list[dict[str, Any]] = (assessment.plan or {}).get("legs", [])
    asked = {code for leg in legs if leg["agency"] == agency for code in leg.get("uses", [])}
    known = assessment.answered()
    return [
        {"label": short_label(code), "value": value_label(code, value)}
        for code, value in known.items()
        if code in QUESTIONS and (everything or code in asked or code == "language")
    ]


def _hidden(assessment: Assessment, served: set[str], *, everything: bool) -> str:
    if everything:
        return words("consent.hidden_from_contact")
    others = [need_label(code).lower() for code in assessment.codes() if code not in served]
    return words("consent.hidden", others=", ".join([*others, ""]) if others else "")
