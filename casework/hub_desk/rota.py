"""The rota as the desk shows it: the rules of the hub, of each person and of each room."""

from dataclasses import dataclass
from datetime import date

from booking.hub import Room
from booking.rotas.keeping import people_of, rooms_of, rules_of
from booking.rotas.rules import HUB, Person, Rule
from casework.hub_desk.errors import NotAtThisHub
from foundation.database import Database


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The whole rota of a hub as it is now."""

    people: tuple[Person, ...]
    rooms: tuple[Room, ...]
    rules: tuple[Rule, ...]

    @property
    def whose(self) -> set[str]:
        """Everything that a rule may be for."""
        return {HUB, *(person.whom for person in self.people), *(f"room:{room.id}" for room in self.rooms)}

    def rule(self, rule_id: str) -> Rule:
        """The rule with that id. Raises NotAtThisHub."""
        return _only([rule for rule in self.rules if rule.id == rule_id], "That rule is not there any more.")

    def person(self, person_id: str) -> Person:
        """The adviser or interpreter with that id. Raises NotAtThisHub."""
        return _only([one for one in self.people if one.id == person_id], "There is nobody like that at this hub.")

    def room(self, room_id: str) -> Room:
        """The room with that id. Raises NotAtThisHub."""
        return _only([room for room in self.rooms if room.id == room_id], "There is no such room at this hub.")

    def label(self, whom: str) -> str:
        """What people call the person or room; "hub" is for the page to name."""
        labels = {person.whom: person.label for person in self.people}
        return labels.get(whom) or {f"room:{room.id}": room.label for room in self.rooms}.get(whom, whom)

    def rules_for(self, whom: str, *, today: date, over: bool = False) -> list[Rule]:
        """The rules of one person, room or the hub; those that are over only with `over`."""
        return [rule for rule in self.rules if rule.whom == whom and (over or not is_over(rule, today=today))]


def _only[T](found: list[T], otherwise: str) -> T:
    if not found:
        raise NotAtThisHub(otherwise)
    return found[0]


def is_over(rule: Rule, *, today: date) -> bool:
    """Whether its last day is past."""
    return rule.last_day is not None and rule.last_day < today


def load(database: Database, hub_id: str) -> Kept:
    """The rota of a hub, people by agency and rooms by label."""
    with database.reading() as db:
        people, rooms, rules = people_of(db, hub_id), rooms_of(db, hub_id), rules_of(db, hub_id)
    return Kept(
        people=tuple(sorted(people, key=lambda one: (not one.active, one.agency, one.label))),
        rooms=tuple(sorted(rooms, key=lambda room: (not room.open, room.label))),
        rules=rules,
    )
