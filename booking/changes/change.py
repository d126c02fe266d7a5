"""A change of the rota as plain values: what stands before, what stands after, and whether it can be."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from booking.errors import RotaNotReadable
from booking.hub import MAIN_SITE, Hub, Room
from booking.rotas.checking import SLUG, Known, check_rota, checked
from booking.rotas.rules import DESK, Person, Rotas, Rule, named
from foundation.languages import marked


@dataclass(frozen=True, kw_only=True)
class RotaChange:
    """What is to be changed. `replace` and `remove` go by a rule's id; `people` and `rooms` are written as they are.

    Nobody is ever deleted: a person who is not `active` has no shifts, and a room that is not `open` is not offered.
    A rule in `replace` that has a `changed_at` is replaced only while that still is when it was changed last.
    """

    add: tuple[Rule, ...] = ()
    replace: tuple[Rule, ...] = ()
    remove: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    rooms: tuple[Room, ...] = ()
    note: str = ""
    hub: str = ""  # its id; "" is the first one


@dataclass(frozen=True, kw_only=True)
class Standing:
    """All that a hub's openings come from."""

    people: tuple[Person, ...]
    rules: tuple[Rule, ...]
    rooms: tuple[Room, ...]

    def at_work(self) -> list[Rule]:
        """The rules of the hub, of rooms, and of people who are active."""
        active = {person.id for person in self.people if person.active}
        return [rule for rule in self.rules if not rule.adviser or rule.adviser in active]

    def besides(self, other: "Standing") -> dict[str, list[dict[str, Any]]]:
        """What of it `other` has not, for the log."""
        rooms = [room for room in self.rooms if room not in other.rooms]
        return {
            "rules": [rule.as_json() for rule in self.rules if rule not in other.rules],
            "people": [person.as_json() for person in self.people if person not in other.people],
            "rooms": [{**vars(room), "features": list(room.features)} for room in rooms],
        }


def changed(before: Standing, change: RotaChange, place: Hub, *, by: str, now: datetime, today: date) -> Standing:
    """What stands after `change`. Raises RotaNotReadable, in plain words, when it cannot be."""
    there = {rule.id: rule for rule in before.rules}
    for name in (*change.remove, *(rule.id for rule in change.replace)):
        if name not in there:
            raise RotaNotReadable("That line of the rota is not there any more. Please look at the rota again.")
    new = [_stamped(rule, place, by=by, now=now) for rule in (*change.add, *change.replace)]
    for rule in change.replace:
        if rule.changed_at and rule.changed_at != there[rule.id].changed_at:
            raise RotaNotReadable("Somebody else has changed that line since. Please look at the rota again.")
    rules = {name: rule for name, rule in there.items() if name not in change.remove} | {rule.id: rule for rule in new}
    after = Standing(
        people=_with(before.people, change.people), rules=tuple(rules.values()), rooms=_with(before.rooms, change.rooms)
    )
    known = Known.of(place, [room.id for room in after.rooms])
    for room in change.rooms:
        _check_room(room, place)
    whoms = {rule.whom for rule in new}
    concerned = tuple(rule for rule in after.rules if rule.whom in whoms)
    check_rota(Rotas(people=_concerned(after.people, change.people, whoms), rules=concerned), known, today=today)
    return after


def _stamped(rule: Rule, place: Hub, *, by: str, now: datetime) -> Rule:
    try:
        sound = checked(rule)
    except ValueError as error:
        raise RotaNotReadable("In {rule}, {why}.", rule=named(rule), why=error) from error
    return replace(sound, id=rule.id or uuid4().hex, hub=place.id, source=DESK, changed_by=by[:60], changed_at=now)


def _with[Thing: (Person, Room)](there: Iterable[Thing], new: Iterable[Thing]) -> tuple[Thing, ...]:
    return tuple(({each.id: each for each in there} | {each.id: each for each in new}).values())


def _concerned(people: Iterable[Person], changed_ones: Iterable[Person], whoms: set[str]) -> tuple[Person, ...]:
    ids = {person.id for person in changed_ones}
    return tuple(person for person in people if person.id in ids or person.whom in whoms)


def _check_room(room: Room, place: Hub) -> None:
    if not SLUG.fullmatch(room.id) or not 0 < len(room.label) <= 120:
        raise RotaNotReadable("The room “{id}” needs an id of small letters and numbers, and a label.", id=room.id)
    if (room.site or MAIN_SITE) not in {MAIN_SITE, *(site.id for site in place.sites)}:
        raise RotaNotReadable("“{site}” is no site of {hub}.", site=room.site, hub=place.name)
    if not 2 <= room.capacity <= 500:
        told = marked("{room} has room for {people}: it takes from 2 to 500 people.")
        raise RotaNotReadable(told, room=room.label, people=room.capacity)
    if wrong := [feature for feature in room.features if not SLUG.fullmatch(feature)]:
        raise RotaNotReadable("“{feature}” is no feature such as step_free.", feature=wrong[0])
