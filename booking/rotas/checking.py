"""Whether a rota can be: every rule for itself, and all of them together. Plain values in, plain words out."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from booking.errors import RotaNotReadable
from booking.hub import Hub
from booking.rotas.recurring import EARLIEST, LATEST, happens, read_rrule
from booking.rotas.rules import CLOSED, EXTRA, HUB, KINDS, LEAVE, SESSION, WORKS, Person, Rotas, Rule, minutes_of
from booking.tables import INTERPRETERS

SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
LANGUAGE = re.compile(r"[a-z]{2,3}")
MOST_RULES, MOST_OF_ONE, MOST_EXCEPTED = 5000, 60, 400
_LOOK_AHEAD = timedelta(days=800)


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a rota may name: the agencies of its hub, and its rooms."""

    agencies: Collection[str]
    rooms: Collection[str]
    hub: str

    @classmethod
    def of(cls, hub: Hub, rooms: Collection[str] | None = None) -> "Known":
        """What `hub.yml` names; `rooms`: those that the desk has, where they differ."""
        there = rooms if rooms is not None else [room.id for room in hub.rooms]
        return cls(agencies=[*hub.agencies, INTERPRETERS], rooms=there, hub=hub.name)


def checked(rule: Rule) -> Rule:
    """The rule in its one way of writing it. Raises ValueError, in plain words, when it cannot be."""
    if rule.kind not in KINDS:
        raise ValueError(f"kind is “{rule.kind}”, it must be one of {', '.join(KINDS)}")
    _check_whom(rule)
    _check_hours(rule)
    _check_days(rule)
    repeat = read_rrule(rule.rrule, first=rule.first_day, start=rule.span[0])
    if "COUNT=" in repeat.rrule and rule.last_day:
        raise ValueError("say how many times (COUNT) or until when, not both")
    last = min(filter(None, (rule.last_day, repeat.until)), default=None)
    if rule.kind in (LEAVE, CLOSED) and not last and not repeat.rrule:
        raise ValueError(f"{rule.kind} needs a first and a last day")
    if rule.kind == EXTRA and not repeat.rrule:
        last = last or rule.first_day
    rule = replace(rule, rrule=repeat.rrule, last_day=last, except_days=tuple(sorted(set(rule.except_days))))
    if last and rule.first_day and last < rule.first_day:
        raise ValueError(f"it ends on {last.isoformat()}, before it starts on {rule.first_day.isoformat()}")
    if last and rule.first_day and not happens(rule.rrule, rule.first_day, rule.first_day, last):
        raise ValueError(f"the rule {rule.rrule} never happens between its first and its last day")
    return rule


def check_rota(rota: Rotas, known: Known, *, today: date) -> None:
    """Check people and rules with each other. Raises RotaNotReadable, naming the first place that is wrong."""
    if len(rota.rules) > MOST_RULES:
        raise RotaNotReadable(f"The rota has {len(rota.rules)} lines. It can have {MOST_RULES} at most.")
    people = {person.id: person for person in rota.people}
    for person in rota.people:
        check_person(person, known)
    for number, rule in enumerate(rota.rules):
        if rule.adviser and rule.adviser not in people:
            raise RotaNotReadable(f"{_capital(rota.place_of(number))}: there is no adviser “{rule.adviser}”.")
        if rule.room and rule.room not in known.rooms:
            raise RotaNotReadable(f"{_capital(rota.place_of(number))}: “{rule.room}” is no room of {known.hub}.")
    for kind in (WORKS, SESSION):
        _check_overlaps(rota, kind, today)


def check_person(person: Person, known: Known) -> None:
    """Raises RotaNotReadable when somebody cannot be as they are told."""
    if not SLUG.fullmatch(person.id):
        raise RotaNotReadable(f"The adviser “{person.id}” must be small letters, numbers, - and _.")
    if person.agency not in known.agencies:
        raise RotaNotReadable(f"The rota names “{person.agency}”, which is no agency of {known.hub}.")
    wrong = [code for code in sorted(person.languages) if not LANGUAGE.fullmatch(code)]
    if wrong:
        raise RotaNotReadable(f"{person.id}: “{wrong[0]}” is no language code such as pl.")
    if [skill for skill in person.skills if not SLUG.fullmatch(skill)]:
        raise RotaNotReadable(f"{person.id}: skills must be small letters, numbers, - and _.")
    if person.agency == INTERPRETERS and not person.languages:
        raise RotaNotReadable(f"{person.id} is an interpreter: say for which languages.")
    if not (person.by_phone or person.in_person):
        raise RotaNotReadable(f"{person.id} is there neither in person nor by phone.")
    if not 0 < len(person.label) <= 120:
        raise RotaNotReadable(f"{person.id} needs a label of up to 120 letters, such as Work coach A.")


def _check_whom(rule: Rule) -> None:
    if rule.kind in (WORKS, LEAVE, EXTRA):
        if not SLUG.fullmatch(rule.adviser):
            raise ValueError(f"adviser is “{rule.adviser}”, it must be small letters, numbers, - and _")
    elif rule.kind == CLOSED and rule.room:
        if not SLUG.fullmatch(rule.room):
            raise ValueError(f"room is “{rule.room}”, it must be small letters, numbers, - and _")
    elif rule.whom != HUB:
        raise ValueError(f"{rule.kind} is for the hub{' or a room' if rule.kind == CLOSED else ''}, not for an adviser")
    if len(rule.note) > 120:
        raise ValueError("the note is longer than 120 letters")
    if rule.kind == SESSION and not rule.note:
        raise ValueError("a session needs a name")


def _check_hours(rule: Rule) -> None:
    if rule.kind in (WORKS, EXTRA, SESSION) and not (rule.start and rule.end):
        raise ValueError(f"{rule.kind} needs a start and an end")
    if bool(rule.start) != bool(rule.end):
        raise ValueError("start and end go together: give both, or none for all day")
    if rule.start and minutes_of(rule.start) >= minutes_of(rule.end):
        raise ValueError(f"start ({rule.start}) must be before end ({rule.end})")


def _check_days(rule: Rule) -> None:
    days = [day for day in (rule.first_day, rule.last_day, *rule.except_days) if day]
    for day in days:
        if not EARLIEST <= day <= LATEST:
            raise ValueError(f"{day.isoformat()} is not between {EARLIEST.year} and {LATEST.year}")
    if len(rule.except_days) > MOST_EXCEPTED:
        raise ValueError(f"it has more than {MOST_EXCEPTED} days on which it does not hold")
    if rule.kind in (LEAVE, EXTRA, CLOSED) and not rule.first_day:
        raise ValueError(f"{rule.kind} needs a first day")


def _check_overlaps(rota: Rotas, kind: str, today: date) -> None:
    of_whom: dict[str, list[int]] = {}
    for number, rule in enumerate(rota.rules):
        if rule.kind == kind:
            of_whom.setdefault(rule.whom, []).append(number)
    for whom, numbers in of_whom.items():
        if len(numbers) > MOST_OF_ONE:
            raise RotaNotReadable(f"{whom.partition(':')[2] or whom} has more than {MOST_OF_ONE} rules of work.")
        numbers.sort(key=lambda number: rota.rules[number].span)
        for index, earlier in enumerate(numbers):
            for later in numbers[index + 1 :]:
                day = _meet(rota.rules[earlier], rota.rules[later], today)
                if day:
                    _refuse_overlap(rota, sorted((earlier, later)), day)


def _refuse_overlap(rota: Rotas, pair: Sequence[int], day: date) -> None:
    one, other = (rota.place_of(number) for number in pair)
    who = rota.rules[pair[0]]
    raise RotaNotReadable(
        f"{_capital(one)} and {other} overlap for {who.adviser or 'the hub'} on {day.isoformat()}. "
        "Change one of them: nobody can be there twice."
    )


def _meet(one: Rule, other: Rule, today: date) -> date | None:
    """The first day, from `today`, on which two rules hold at one time."""
    if max(one.span[0], other.span[0]) >= min(one.span[1], other.span[1]):
        return None
    low = max(filter(None, (today, one.first_day, other.first_day)))
    high = min(filter(None, (low + _LOOK_AHEAD, one.last_day, other.last_day)))
    if high < low:
        return None
    both = happens(one.rrule, one.first_day, low, high) & happens(other.rrule, other.first_day, low, high)
    return min((day for day in both if one.in_force(day) and other.in_force(day)), default=None)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
