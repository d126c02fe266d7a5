"""Whether a rota can be: every rule for itself, and all of them together. Plain values in, plain words out."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from booking.errors import RotaNotReadable, RuleWrong
from booking.hub import Hub
from booking.rotas.recurring import EARLIEST, LATEST, happens, read_rrule
from booking.rotas.rules import CLOSED, EXTRA, HUB, KINDS, LEAVE, SESSION, WORKS, Person, Rotas, Rule, minutes_of
from booking.tables import INTERPRETERS
from foundation.languages import marked
from foundation.telling import Told

SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
NO_ID = marked("{name} is “{text}”, it must be small letters, numbers, - and _")
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
        raise RuleWrong("kind is “{kind}”, it must be one of {kinds}", kind=rule.kind, kinds=", ".join(KINDS))
    _check_whom(rule)
    _check_hours(rule)
    _check_days(rule)
    repeat = read_rrule(rule.rrule, first=rule.first_day, start=rule.span[0])
    if "COUNT=" in repeat.rrule and rule.last_day:
        raise RuleWrong("say how many times (COUNT) or until when, not both")
    last = min(filter(None, (rule.last_day, repeat.until)), default=None)
    if rule.kind in (LEAVE, CLOSED) and not last and not repeat.rrule:
        raise RuleWrong("{kind} needs a first and a last day", kind=rule.kind)
    if rule.kind == EXTRA and not repeat.rrule:
        last = last or rule.first_day
    rule = replace(rule, rrule=repeat.rrule, last_day=last, except_days=tuple(sorted(set(rule.except_days))))
    if last and rule.first_day and last < rule.first_day:
        raise RuleWrong("it ends on {last}, before it starts on {first}", last=last, first=rule.first_day)
    if last and rule.first_day and not happens(rule.rrule, rule.first_day, rule.first_day, last):
        told = marked("the rule {rule} never happens between its first and its last day")
        raise RuleWrong(told, rule=rule.rrule)
    return rule


def check_rota(rota: Rotas, known: Known, *, today: date) -> None:
    """Check people and rules with each other. Raises RotaNotReadable, naming the first place that is wrong."""
    if len(rota.rules) > MOST_RULES:
        raise RotaNotReadable(
            "The rota has {lines} lines. It can have {most} at most.", lines=len(rota.rules), most=MOST_RULES
        )
    people = {person.id: person for person in rota.people}
    for person in rota.people:
        check_person(person, known)
    for number, rule in enumerate(rota.rules):
        if rule.adviser and rule.adviser not in people:
            raise RotaNotReadable("{place}: there is no adviser “{id}”.", place=_begins(rota, number), id=rule.adviser)
        if rule.room and rule.room not in known.rooms:
            raise RotaNotReadable(
                "{place}: “{id}” is no room of {hub}.", place=_begins(rota, number), id=rule.room, hub=known.hub
            )
    for kind in (WORKS, SESSION):
        _check_overlaps(rota, kind, today)


def check_person(person: Person, known: Known) -> None:
    """Raises RotaNotReadable when somebody cannot be as they are told."""
    if not SLUG.fullmatch(person.id):
        raise RotaNotReadable("The adviser “{id}” must be small letters, numbers, - and _.", id=person.id)
    if person.agency not in known.agencies:
        told = marked("The rota names “{agency}”, which is no agency of {hub}.")
        raise RotaNotReadable(told, agency=person.agency, hub=known.hub)
    wrong = [code for code in sorted(person.languages) if not LANGUAGE.fullmatch(code)]
    if wrong:
        raise RotaNotReadable("{id}: “{code}” is no language code such as pl.", id=person.id, code=wrong[0])
    if [skill for skill in person.skills if not SLUG.fullmatch(skill)]:
        raise RotaNotReadable("{id}: skills must be small letters, numbers, - and _.", id=person.id)
    if person.agency == INTERPRETERS and not person.languages:
        raise RotaNotReadable("{id} is an interpreter: say for which languages.", id=person.id)
    if not (person.by_phone or person.in_person):
        raise RotaNotReadable("{id} is there neither in person nor by phone.", id=person.id)
    if not 0 < len(person.label) <= 120:
        raise RotaNotReadable("{id} needs a label of up to 120 letters, such as Work coach A.", id=person.id)


def _check_whom(rule: Rule) -> None:
    if rule.kind in (WORKS, LEAVE, EXTRA):
        if not SLUG.fullmatch(rule.adviser):
            raise RuleWrong(NO_ID, name="adviser", text=rule.adviser)
    elif rule.kind == CLOSED and rule.room:
        if not SLUG.fullmatch(rule.room):
            raise RuleWrong(NO_ID, name="room", text=rule.room)
    elif rule.whom != HUB:
        if rule.kind == CLOSED:
            raise RuleWrong("{kind} is for the hub or a room, not for an adviser", kind=rule.kind)
        raise RuleWrong("{kind} is for the hub, not for an adviser", kind=rule.kind)
    if len(rule.note) > 120:
        raise RuleWrong("the note is longer than 120 letters")
    if rule.kind == SESSION and not rule.note:
        raise RuleWrong("a session needs a name")


def _check_hours(rule: Rule) -> None:
    if rule.kind in (WORKS, EXTRA, SESSION) and not (rule.start and rule.end):
        raise RuleWrong("{kind} needs a start and an end", kind=rule.kind)
    if bool(rule.start) != bool(rule.end):
        raise RuleWrong("start and end go together: give both, or none for all day")
    if rule.start and minutes_of(rule.start) >= minutes_of(rule.end):
        raise RuleWrong("start ({start}) must be before end ({end})", start=rule.start, end=rule.end)


def _check_days(rule: Rule) -> None:
    days = [day for day in (rule.first_day, rule.last_day, *rule.except_days) if day]
    for day in days:
        if not EARLIEST <= day <= LATEST:
            years = {"first": EARLIEST.year, "last": LATEST.year}
            raise RuleWrong("{day} is not between {first} and {last}", day=day, **years)
    if len(rule.except_days) > MOST_EXCEPTED:
        raise RuleWrong("it has more than {most} days on which it does not hold", most=MOST_EXCEPTED)
    if rule.kind in (LEAVE, EXTRA, CLOSED) and not rule.first_day:
        raise RuleWrong("{kind} needs a first day", kind=rule.kind)


def _check_overlaps(rota: Rotas, kind: str, today: date) -> None:
    of_whom: dict[str, list[int]] = {}
    for number, rule in enumerate(rota.rules):
        if rule.kind == kind:
            of_whom.setdefault(rule.whom, []).append(number)
    for whom, numbers in of_whom.items():
        if len(numbers) > MOST_OF_ONE:
            told = marked("{id} has more than {most} rules of work.")
            raise RotaNotReadable(told, id=whom.partition(":")[2] or whom, most=MOST_OF_ONE)
        numbers.sort(key=lambda number: rota.rules[number].span)
        for index, earlier in enumerate(numbers):
            for later in numbers[index + 1 :]:
                day = _meet(rota.rules[earlier], rota.rules[later], today)
                if day:
                    _refuse_overlap(rota, sorted((earlier, later)), day)


def _refuse_overlap(rota: Rotas, pair: Sequence[int], day: date) -> None:
    raise RotaNotReadable(
        "{place} and {other} overlap for {whom} on {day}. Change one of them: nobody can be there twice.",
        place=_begins(rota, pair[0]), other=rota.place_of(pair[1]),
        whom=rota.rules[pair[0]].adviser or Told("the hub"), day=day,
    )  # fmt: skip


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


def _begins(rota: Rotas, number: int) -> Told:
    """Where rule `number` stands, at the beginning of a sentence."""
    return rota.place_of(number).at_the_start()
