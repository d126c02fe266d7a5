"""One rule of the rota in a form: what was typed is kept, and what is wrong is said beside its box."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from starlette.datastructures import FormData

from booking.rotas.checking import checked
from booking.rotas.recurring import read_rrule
from booking.rotas.rules import CLOSED, EXTRA, HUB, KINDS, LEAVE, SESSION, WORKS, Rule
from foundation.languages import marked, translate
from foundation.plain_text import clean
from foundation.telling import in_words
from web.hub_desk.asked import text
from web.hub_desk.saying import WEEKDAYS, weekly_of
from web.typed import read_day, read_time

REPEATS = {
    "daily": marked("Every day"),
    "weekly": marked("Every week on the days ticked below"),
    "second": marked("Every second week on the days ticked below"),
    "own": marked("By a rule of my own (RRULE)"),
}
OF_PERSON = (WORKS, LEAVE, EXTRA)
type Values = dict[str, Any]


@dataclass
class Read:
    """A form as it was read: what was typed, the rule that it makes, and a sentence for each box that is wrong."""

    values: Values
    rule: Rule | None = None
    problems: dict[str, str] = field(default_factory=dict)


def shown(rule: Rule) -> Values:
    """What the boxes hold for a rule."""
    weekly = weekly_of(rule.rrule)
    repeat = "daily" if not rule.rrule else {1: "weekly", 2: "second"}.get(weekly[0], "own") if weekly else "own"
    return {
        "kind": rule.kind,
        "whom": rule.whom,
        "first": rule.first_day.isoformat() if rule.first_day else "",
        "last": rule.last_day.isoformat() if rule.last_day else "",
        "start": rule.start,
        "end": rule.end,
        "repeat": repeat,
        "weekdays": weekly[1] if weekly else [],
        "rrule": rule.rrule if repeat == "own" else "",
        "except": "\n".join(day.isoformat() for day in rule.except_days),
        "note": rule.note,
    }


def fresh(kind: str, whom: str) -> Values:
    """The boxes of a new rule."""
    known = kind if kind in KINDS else ""
    return {"kind": known, "whom": whom, "repeat": "weekly" if known in (WORKS, SESSION) else "daily", "weekdays": []}


def read(form: FormData, *, whose: set[str], hub: str, before: Rule | None = None) -> Read:
    """The rule that a form makes; `whose` are the people, rooms and "hub" that there are."""
    values = _typed(form)
    found = Read(values)
    _check_who(found, whose)
    hours, days = _read_hours(found), _read_days(found)
    rrule, excepted = _read_repeat(found), _read_excepted(found)
    if found.problems:
        return found
    rule = Rule(
        id=before.id if before else "", hub=hub, kind=values["kind"], whom=values["whom"], first_day=days[0],
        last_day=days[1], start=hours[0], end=hours[1], rrule=rrule, except_days=excepted, note=values["note"],
    )  # fmt: skip
    try:
        found.rule = checked(rule)
    except ValueError as error:
        found.problems["kind"] = _sentence(error)
    return found


def _typed(form: FormData) -> Values:
    values: Values = {name: text(form, name, longest=600) for name in ("kind", "whom", "first", "last", "start", "end")}
    return values | {
        "repeat": text(form, "repeat"),
        "weekdays": [day for day in WEEKDAYS if day in form.getlist("weekday")],
        "rrule": text(form, "rrule", longest=600),
        "except": clean(str(form.get("except") or ""))[:6000],
        "note": text(form, "note", longest=600),
    }


def _check_who(found: Read, whose: set[str]) -> None:
    kind, whom = found.values["kind"], found.values["whom"]
    if whom not in whose:
        found.problems["whom"] = translate("Choose who or what this is for.")
    if kind not in KINDS:
        found.problems["kind"] = translate("Choose what this is.")
    if kind in OF_PERSON and whom in whose and not whom.startswith("adviser:"):
        found.problems["whom"] = translate("Choose a person: only people work, are away or have extra hours.")
    if kind == SESSION and whom in whose and whom != HUB:
        found.problems["whom"] = translate("Choose the whole hub: a hub session is for everybody.")
    if kind == CLOSED and whom.startswith("adviser:"):
        found.problems["whom"] = translate("Choose the hub or a room. A person is away, not closed.")
    if kind == SESSION and not found.values["note"]:
        found.problems["note"] = translate("Give the session a name, such as Tuesday hub session.")
    if len(found.values["note"]) > 120:
        found.problems["note"] = translate("Write a note of 120 letters at most.")


def _read_hours(found: Read) -> tuple[str, str]:
    kind = found.values["kind"]
    typed = {name: found.values[name] for name in ("start", "end")}
    if not any(typed.values()):
        if kind in (WORKS, EXTRA, SESSION):
            found.problems["start"] = translate("Write from when to when, such as 9am and 4:30pm.")
        return "", ""
    read = {name: read_time(value) or "" for name, value in typed.items()}
    for name in ("start", "end"):
        if not read[name]:
            found.problems[name] = translate("Write a time, such as 9am, 9:30 or 17:00.")
    if all(read.values()) and read["start"] >= read["end"]:
        found.problems["end"] = translate("The end comes before the start. Write 5pm or 17:00 for the afternoon.")
    return read["start"], read["end"]


def _read_days(found: Read) -> tuple[date | None, date | None]:
    days: dict[str, date | None] = {}
    for name in ("first", "last"):
        typed = found.values[name]
        days[name] = read_day(typed) if typed else None
        if typed and days[name] is None:
            found.problems[name] = translate("Write a day, such as 25/12/2026.")
    first, last = days["first"], days["last"]
    if first and last and last < first:
        found.problems["last"] = translate("The last day comes before the first day.")
    if found.values["kind"] in (LEAVE, EXTRA, CLOSED) and not found.values["first"]:
        found.problems["first"] = translate("Write the first day.")
    if found.values["kind"] in (LEAVE, CLOSED) and found.values["repeat"] == "daily" and not found.values["last"]:
        found.problems["last"] = translate("Write the last day. It may be the same as the first.")
    return first, last


def _read_repeat(found: Read) -> str:
    values = found.values
    if values["repeat"] not in REPEATS:
        found.problems["repeat"] = translate("Choose how often.")
    if values["repeat"] == "own":
        return _read_own(found)
    if values["repeat"] not in ("weekly", "second"):
        return ""
    if not values["weekdays"]:
        found.problems["weekday"] = translate("Tick at least one day of the week.")
    if values["repeat"] == "second" and not values["first"]:
        found.problems["first"] = translate("Write the first day: every second week is counted from it.")
    interval = "INTERVAL=2;" if values["repeat"] == "second" else ""
    return f"FREQ=WEEKLY;{interval}BYDAY={','.join(values['weekdays'])}"


def _read_own(found: Read) -> str:
    typed = str(found.values["rrule"])
    if not typed:
        found.problems["rrule"] = translate("Write the rule, such as FREQ=MONTHLY;BYDAY=1TU.")
        return ""
    try:
        return read_rrule(typed, first=read_day(found.values["first"])).rrule and typed
    except ValueError as error:
        found.problems["rrule"] = _sentence(error)
        return ""


def _read_excepted(found: Read) -> tuple[date, ...]:
    days = [read_day(word) for word in found.values["except"].replace(",", " ").split()]
    if None in days:
        found.problems["except"] = translate("Write one day a line, such as 25/12/2026.")
    return tuple(sorted({day for day in days if day is not None}))


def _sentence(error: ValueError) -> str:
    told = in_words(error)
    return f"{told[:1].upper()}{told[1:].rstrip('.')}."
