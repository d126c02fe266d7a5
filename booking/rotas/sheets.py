"""A rota as a sheet (CSV): one line a rule, with who they are on each line. Today's nine columns, and some more."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date

from booking.errors import RotaNotReadable, RuleWrong
from booking.rotas.checking import NO_ID, SLUG, checked
from booking.rotas.repeating import WEEKDAYS
from booking.rotas.rules import CLOSED, HUB, SESSION, WORKS, Person, Rotas, Rule
from foundation.languages import marked
from foundation.telling import Told

COLUMNS = ("adviser", "agency", "label", "kind", "weekdays", "start", "end", "from", "until")
MORE_COLUMNS = ("rrule", "except", "room", "skills", "languages", "by_phone", "in_person", "note")
NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WORKING_WEEK = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
_TIME = re.compile(r"(\d{1,2}):(\d{2})(:00)?")  # 9:00 and 09:00:00 are what spreadsheets make of 09:00
# What Python's reader of CSV says of a line; the rest of it is not ours to translate.
_NOT_CSV = (marked("unexpected end of data"), marked("line contains NUL"), marked("',' expected after '\"'"))
_YES, _NO = ("yes", "true", "1"), ("no", "false", "0")
_OF_PERSON = ("agency", "skills", "languages", "by_phone", "in_person")


def read_sheet(text: str, hub: str) -> Rotas:
    """The rota in a sheet, for the hub with that id. Raises RotaNotReadable, naming the first line that is wrong."""
    rules: list[Rule] = []
    places: list[Told] = []
    people: dict[str, tuple[int, dict[str, str]]] = {}
    read = False
    for line, row in _rows(text):
        read = True
        try:
            if row["adviser"]:
                _gather(people, row, line)
            if row["kind"] or not row["adviser"]:
                rules.append(_rule(row, hub))
                places.append(Told("line {line}", {"line": line}))
        except ValueError as error:
            raise RotaNotReadable("Line {line} of the rota is wrong: {why}.", line=line, why=error) from error
    if not read:
        raise RotaNotReadable("The rota has no lines.")
    return Rotas(people=tuple(_people(people)), rules=tuple(rules), places=tuple(places))


def write_sheet(rota: Rotas) -> str:
    """The sheet that `read_sheet` reads back."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=[*COLUMNS, *MORE_COLUMNS], lineterminator="\n")
    writer.writeheader()
    people = {person.id: person for person in rota.people}
    for rule in rota.rules:
        person = people.get(rule.adviser)
        writer.writerow((_of_person(person) if person else {}) | _of_rule(rule))
    with_rules = {rule.adviser for rule in rota.rules}
    writer.writerows(_of_person(person) for person in rota.people if person.active and person.id not in with_rules)
    return out.getvalue()


def weekly(names: str) -> str:
    """`Mon Tue` as an RRULE; all seven are every day. Raises ValueError."""
    days = names.split()
    unknown = [name for name in days if name not in NAMES]
    if unknown:
        raise RuleWrong("“{name}” is not one of {names}", name=unknown[0], names=" ".join(NAMES))
    numbers = sorted({NAMES.index(name) for name in days})
    return "" if len(numbers) == 7 else "FREQ=WEEKLY;BYDAY=" + ",".join(WEEKDAYS[number] for number in numbers)


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        heading = [name.strip() for name in reader.fieldnames or ()]
        _check_heading(heading)
        reader.fieldnames = heading
        for row in reader:
            if None in row:
                raise RotaNotReadable(
                    "Line {line} of the rota is wrong: {why}.",
                    line=reader.line_num,
                    why=Told("it has more cells than columns"),
                )
            told = {name: (row.get(name) or "").strip() for name in (*COLUMNS, *MORE_COLUMNS)}
            if any(told.values()):
                yield reader.line_num, told
    except csv.Error as error:
        raise RotaNotReadable(
            "Line {line} of the rota cannot be read: {why}.", line=reader.line_num, why=Told(str(error))
        ) from error


def _check_heading(heading: list[str]) -> None:
    columns = {"columns": ",".join(COLUMNS), "more": ",".join(MORE_COLUMNS)}
    needs = Told("It needs: {columns}, and may have: {more}.", columns)
    if not any(heading):
        raise RotaNotReadable("The rota is empty. {needs}", needs=needs)
    if missing := [name for name in COLUMNS if name not in heading]:
        raise RotaNotReadable("The rota has no column {missing}. {needs}", missing=", ".join(missing), needs=needs)
    if unknown := [name for name in heading if name not in COLUMNS and name not in MORE_COLUMNS]:
        told = marked("The rota has a column “{name}”, which we do not know. {needs}")
        raise RotaNotReadable(told, name=unknown[0], needs=needs)
    if len(set(heading)) < len(heading):
        raise RotaNotReadable("The rota has two columns of one name.")


def _rule(row: dict[str, str], hub: str) -> Rule:
    kind = row["kind"]
    if row["adviser"]:
        whom = f"adviser:{row['adviser']}"
    elif kind in (SESSION, CLOSED):
        whom = f"room:{row['room']}" if row["room"] and kind == CLOSED else HUB
    else:
        raise RuleWrong("it names no adviser") if kind else RuleWrong("it names no adviser and has no kind")
    if row["weekdays"] and row["rrule"]:
        raise RuleWrong("give weekdays or rrule, not both")
    every_day = WORKING_WEEK if kind in (WORKS, SESSION) else ""
    rule = Rule(
        kind=kind, whom=whom, hub=hub, start=_time(row["start"]), end=_time(row["end"]),
        rrule=weekly(row["weekdays"]) if row["weekdays"] else row["rrule"] or every_day,
        first_day=_day(row["from"]), last_day=_day(row["until"]),
        except_days=tuple(filter(None, map(_day, row["except"].replace(",", " ").split()))),
        note=row["label"] or row["note"] if kind == SESSION else row["note"],
    )  # fmt: skip
    return checked(rule).with_id()


def _time(text: str) -> str:
    match = _TIME.fullmatch(text)
    return f"{match[1]:>02}:{match[2]}" if match else text


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise RuleWrong("“{text}” is no date such as 2026-11-26", text=text) from error


def _gather(people: dict[str, tuple[int, dict[str, str]]], row: dict[str, str], line: int) -> None:
    """What a line says of its person. Lines that say nothing leave it to others; two may not say different things."""
    for name in ("adviser", "agency"):
        if not SLUG.fullmatch(row[name]) and (name == "adviser" or row[name] or row["adviser"] not in people):
            raise RuleWrong(NO_ID, name=name, text=row[name])
    before, told = people.setdefault(row["adviser"], (line, {}))
    for name in _OF_PERSON:
        if row[name] and told.setdefault(name, row[name]) != row[name]:
            raise RuleWrong(
                "{adviser} has {name} “{text}” here and “{other}” in line {line}",
                adviser=row["adviser"], name=name, text=row[name], other=told[name], line=before,
            )  # fmt: skip
    told["label"] = row["label"] or told.get("label", "")
    _flag(told.get("by_phone", ""), otherwise=False)
    _flag(told.get("in_person", ""), otherwise=True)


def _people(gathered: dict[str, tuple[int, dict[str, str]]]) -> Iterator[Person]:
    for name, (_line, told) in gathered.items():
        yield Person(
            id=name, agency=told["agency"], label=told["label"] or name,
            skills=frozenset(told.get("skills", "").split()), languages=frozenset(told.get("languages", "").split()),
            by_phone=_flag(told.get("by_phone", ""), otherwise=False),
            in_person=_flag(told.get("in_person", ""), otherwise=True),
        )  # fmt: skip


def _flag(text: str, *, otherwise: bool) -> bool:
    if text.lower() not in (*_YES, *_NO, ""):
        raise RuleWrong("“{text}” must be yes or no", text=text)
    return text.lower() in _YES if text else otherwise


def _of_person(person: Person) -> dict[str, str]:
    return {
        "adviser": person.id, "agency": person.agency, "label": person.label,
        "skills": " ".join(sorted(person.skills)), "languages": " ".join(sorted(person.languages)),
        "by_phone": "yes" if person.by_phone else "no", "in_person": "yes" if person.in_person else "no",
    }  # fmt: skip


def _of_rule(rule: Rule) -> dict[str, str]:
    days = rule.rrule.removeprefix("FREQ=WEEKLY;BYDAY=").split(",")
    plain = rule.rrule.startswith("FREQ=WEEKLY;BYDAY=") and set(days) <= set(WEEKDAYS)
    weekdays = [NAMES[WEEKDAYS.index(day)] for day in days] if plain else NAMES if not rule.rrule else ()
    told = {
        "kind": rule.kind, "weekdays": " ".join(weekdays), "start": rule.start, "end": rule.end,
        "from": rule.first_day.isoformat() if rule.first_day else "",
        "until": rule.last_day.isoformat() if rule.last_day else "",
        "rrule": "" if plain else rule.rrule, "except": " ".join(day.isoformat() for day in rule.except_days),
        "room": rule.room, "note": rule.note,
    }  # fmt: skip
    return told | {"label": rule.note, "note": ""} if rule.kind == SESSION else told
