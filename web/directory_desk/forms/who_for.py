"""Who a service is for: rules are taken away one by one, and a new one is made in two steps, without a script."""

from typing import Any

from starlette.datastructures import FormData

from directory.circumstances import QUESTIONS
from directory.records.parts import get
from directory.records.saying import rule_line
from foundation.languages import translate
from web.directory_desk.forms.reading import PartForm, Read, Values, text

RULES, NOT_FOR = "front_door.eligibility", "front_door.not_for"
OLDEST = 130
NEW = ("about", "way", "min", "max", "says", "source")
IN_YEARS = frozenset({"age_band", "children_ages"})
# Where people live has a part of its own; a language is no reason to shut anybody out.
LEFT_OUT = frozenset({"postcode", "language", "access_needs"})


def subjects() -> dict[str, str]:
    """What a rule can look at: the circumstances that people are asked about, by their names."""
    return {
        code: translate(one.short)
        for code, one in QUESTIONS.items()
        if code not in LEFT_OUT and (one.choices or code in IN_YEARS)
    }


def _shown(document: dict[str, Any]) -> Values:
    return _values(document, dict.fromkeys(NEW, ""), [], [])


def _values(document: dict[str, Any], new: dict[str, str], ticked: list[str], away: list[str]) -> Values:
    rules = [
        {"key": f"{path}:{number}", "line": rule_line(rule), "not_for": path == NOT_FOR}
        for path in (RULES, NOT_FOR)
        for number, rule in enumerate(get(document, path) or [])
    ]
    about = QUESTIONS.get(new["about"])
    choices = {} if about is None else {id: translate(label) for id, label in about.choices}
    return {
        "rules": rules, "away": away, "new": new, "ticked": ticked, "subjects": subjects(),
        "question": translate(about.text) if about else "", "choices": choices,
        "in_years": new["about"] in IN_YEARS,
    }  # fmt: skip


def _read(form: FormData, document: dict[str, Any]) -> Read:
    new = {name: text(form, name, longest=300) for name in NEW}
    if new["about"] not in subjects():
        new["about"] = ""
    ticked, away = [str(one) for one in form.getlist("values")], [str(one) for one in form.getlist("away")]
    read = Read(_values(document, new, ticked, away))
    for path in (RULES, NOT_FOR):
        rules = get(document, path) or []
        read.changes[path] = [rule for number, rule in enumerate(rules) if f"{path}:{number}" not in away]
    # The first step only chooses what the rule looks at: there are no more boxes yet.
    if new["about"] and "says" in form:
        read.changes[RULES] = [*read.changes[RULES], _rule(new, ticked, read.problems)]
    return read


def _rule(new: dict[str, str], ticked: list[str], problems: dict[str, str]) -> dict[str, Any]:
    condition: dict[str, Any] = _years(new, problems) if new["about"] in IN_YEARS else _answers(new, ticked, problems)
    rule = {"about": new["about"], **condition, "says": new["says"], "source": new["source"]}
    if not new["says"]:
        problems["says"] = translate("Write who it is for in plain words, such as “for council tenants”.")
    if not new["source"]:
        problems["source"] = translate("Write where this rule is from, such as a page of your website.")
    return rule


def _years(new: dict[str, str], problems: dict[str, str]) -> dict[str, int]:
    limits: dict[str, int] = {}
    for key in ("min", "max"):
        if new[key].isascii() and new[key].isdigit() and int(new[key]) <= OLDEST:
            limits[key] = int(new[key])
        elif new[key]:
            problems[key] = translate("Write a number of years, such as 18.")
    if not limits and not problems:
        problems["min"] = translate("Write the youngest age, the oldest, or both.")
    if limits.get("min", 0) > limits.get("max", OLDEST):
        problems["max"] = translate("The oldest age is below the youngest.")
    return limits


def _answers(new: dict[str, str], ticked: list[str], problems: dict[str, str]) -> dict[str, list[str]]:
    wanted = [id for id, _ in QUESTIONS[new["about"]].choices if id in ticked]
    if not wanted:
        problems["values"] = translate("Tick at least one answer.")
    return {"none_of" if new["way"] == "none_of" else "any_of": wanted}


who_for = PartForm(_shown, _read)
