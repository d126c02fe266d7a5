"""Why nothing fits: one thing at a time is taken as if it were no hindrance, and the exact search is asked again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from booking.openings import LegRequest
from booking.search.picking import Question
from booking.search.stock import Person, Stock, union

ALWAYS = "always"  # an adviser or a room that is always free, in place of what there is
CROWD = 99
ALL_DAY = 96  # cells
# What limits the hours of a visit and is the hub's own rule; the others are the resident's wishes.
RULES_OF_HOURS = frozenset({"lead_time"})


@dataclass(frozen=True, kw_only=True)
class Reason:
    """What stood in the way. `kind` and `name` are those of a Blocker; `skill` is what the agency has nobody for."""

    kind: str
    name: str
    skill: str = ""


def fits(questions: Sequence[Question]) -> bool:
    """Whether there is any opening."""
    return any(question.search.end(_starts(question)) for question in questions)


def find_reasons(questions: Sequence[Question]) -> tuple[Reason, ...]:
    """What stands in the way of any opening in these parts of one question, which has none.

    First all that would be enough to take away alone. Where nothing would, what each leg alone fails at; then the
    agencies without which the others would have an opening.
    """
    if not questions:
        return ()
    return _enough_alone(questions) or _each_alone(questions) or _without_one(questions)


def _enough_alone(questions: Sequence[Question]) -> tuple[Reason, ...]:
    eased = [dict(_eased(question)) for question in questions]
    # Some hinder one part alone, such as the lead time of the first days: without it the other parts are as they were.
    each = dict.fromkeys(reason for parts in eased for reason in parts)
    found = [reason for reason in each if fits([parts[reason] for parts in eased if reason in parts])]
    # The narrower of two reasons is told: the skill of an agency, the feature of a room.
    skilled = {reason.name for reason in found if reason.skill}
    narrow_room = any(reason.kind == "room" and reason.name != "any" for reason in found)
    return tuple(
        reason
        for reason in found
        if not (reason.kind == "agency" and reason.name in skilled and not reason.skill)
        and not (narrow_room and (reason.kind, reason.name) == ("room", "any"))
    )


def _each_alone(questions: Sequence[Question]) -> tuple[Reason, ...]:
    legs = questions[0].legs
    reasons: dict[Reason, None] = {}
    for leg in legs if len(legs) > 1 else ():
        alone = [replace(question, legs=[leg]) for question in questions]
        if not fits(alone):
            reasons.update(dict.fromkeys(_enough_alone(alone)))
    return tuple(reasons)


def _without_one(questions: Sequence[Question]) -> tuple[Reason, ...]:
    legs = questions[0].legs
    return tuple(
        Reason(kind="agency", name=leg.agency)
        for number, leg in enumerate(legs if len(legs) > 1 else ())
        if fits([replace(question, legs=[*legs[:number], *legs[number + 1 :]]) for question in questions])
    )


def _starts(question: Question) -> int:
    return union(half for halves in question.days for half in halves)


def _eased(question: Question) -> Iterator[tuple[Reason, Question]]:
    """The question with each of its hindrances taken away, one at a time."""
    yield from _agencies_eased(question)
    yield from _rooms_eased(question)
    yield from _terms_eased(question)
    for name, hours in question.terms.hours.items():
        kind = "rule" if name in RULES_OF_HOURS else "resident"
        if hours & _starts(question) != _starts(question):
            others = {other: bits for other, bits in question.terms.hours.items() if other != name}
            yield Reason(kind=kind, name=name), replace(question, terms=replace(question.terms, hours=others))
    free = replace(question.stock, resident=_everything(question))
    yield Reason(kind="resident", name="other_visits"), replace(question, stock=free)


def _everything(question: Question) -> int:
    """Every cell of the days."""
    return union([_starts(question), question.stock.resident])


def _agencies_eased(question: Question) -> Iterator[tuple[Reason, Question]]:
    stock, legs = question.stock, question.legs
    for number, leg in enumerate(legs):
        for skill in sorted(leg.skills):
            less = [*legs[:number], replace(leg, skills=leg.skills - {skill}), *legs[number + 1 :]]
            yield Reason(kind="agency", name=leg.agency, skill=skill), replace(question, legs=less)
        anybody = {**stock.people, ALWAYS: Person(skills=leg.skills, by_phone=True)}
        hours = _everything(question) if stock.open_hours is None else stock.open_hours
        advisers = {**stock.advisers, leg.agency: {ALWAYS: hours}}
        free = replace(stock, advisers=advisers, people=anybody)
        yield Reason(kind="agency", name=leg.agency), replace(question, stock=free)


def _rooms_eased(question: Question) -> Iterator[tuple[Reason, Question]]:
    stock, legs = question.stock, question.legs
    features = frozenset[str]().union(*(leg.room_features for leg in legs))
    for feature in sorted(features):
        less = [replace(leg, room_features=leg.room_features - {feature}) for leg in legs]
        yield Reason(kind="room", name=feature), replace(question, legs=less)
    if question.terms.together or question.terms.language:
        wide = replace(stock, capacities=dict.fromkeys(stock.rooms, CROWD))
        yield Reason(kind="room", name="capacity"), replace(question, stock=wide)
    yield Reason(kind="room", name="any"), replace(question, stock=_with_rooms(question, features))


def _with_rooms(question: Question, features: frozenset[str]) -> Stock:
    """The stock with a room more in each building, which has everything and is always free."""
    stock = question.stock
    more = {f"{ALWAYS} {site}": site for site in stock.all_sites}
    return replace(
        stock,
        rooms={**stock.rooms, **dict.fromkeys(more, _everything(question))},
        room_features={**stock.room_features, **dict.fromkeys(more, features)},
        capacities={**stock.capacities, **dict.fromkeys(more, CROWD)},
        sites={**stock.sites, **more},
    )


def _terms_eased(question: Question) -> Iterator[tuple[Reason, Question]]:
    terms, legs = question.terms, question.legs
    if terms.language:
        yield Reason(kind="interpreter", name=terms.language), replace(question, terms=replace(terms, language=""))
    for reason, differs, eased in (
        (Reason(kind="rule", name="buffer"), terms.buffer > 0, replace(terms, buffer=0)),
        (Reason(kind="rule", name="walking"), any(terms.walks.values()), replace(terms, walks={})),
        (Reason(kind="resident", name="by_phone"), bool(terms.by_phone), replace(terms, by_phone=frozenset())),
        (Reason(kind="resident", name="together"), terms.together, replace(terms, together=False)),
        (Reason(kind="resident", name="in_order"), terms.in_order, replace(terms, in_order=False)),
        (Reason(kind="resident", name="min_gap"), terms.min_gap > 0, replace(terms, min_gap=0)),
        (Reason(kind="resident", name="max_gap"), terms.max_gap is not None, replace(terms, max_gap=None)),
        (Reason(kind="resident", name="max_waiting"), True, replace(terms, max_waiting=ALL_DAY)),
    ):
        if differs and (len(legs) > 1 or reason.name == "by_phone"):
            yield reason, replace(question, terms=eased)
    if any(leg.follows for leg in legs):
        free: list[LegRequest] = [replace(leg, follows=frozenset()) for leg in legs]
        yield Reason(kind="rule", name="follows"), replace(question, legs=free)
