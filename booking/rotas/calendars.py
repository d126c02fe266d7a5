"""A rota as iCalendar (RFC 5545): one VEVENT a rule, in Europe/London, with who it is for as its ATTENDEE."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar import Calendar, Event, Timezone, vCalAddress, vRecur

from booking.errors import RotaNotReadable, RuleWrong
from booking.rotas.checking import checked
from booking.rotas.recurring import LATEST, SEEN_FOR, happens
from booking.rotas.rules import KINDS, SESSION, Person, Rotas, Rule
from foundation.clock import LONDON
from foundation.telling import Told

PRODUCT = "-//Front Door//Rota//EN"
WHO = "urn:x-frontdoor:"
SINCE, ALWAYS = "X-FRONTDOOR-FROM", "ALWAYS"
# What a calendar may carry that a rule cannot: to drop it silently would change the rota.
BEYOND = ("RDATE", "EXRULE", "RECURRENCE-ID")
ZONE_FROM, ZONE_TO = date(2020, 1, 1), date(2041, 1, 1)
# Calendars need a first time even where a rule has always been so.
BEGINS = date(2026, 1, 1)


def write_calendar(rota: Rotas) -> str:
    """The text of an `.ics` file that `read_calendar` reads back, and other calendars understand."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add_component(Timezone.from_tzinfo(LONDON, "Europe/London", ZONE_FROM, ZONE_TO))
    people = {person.id: person for person in rota.people}
    for rule in rota.rules:
        calendar.add_component(_event(rule, people.get(rule.adviser)))
    return str(calendar.to_ical(), "utf-8")


def read_calendar(text: str, hub: str) -> Rotas:
    """The rota in an iCalendar file. Raises RotaNotReadable, naming the first event that is wrong."""
    try:
        calendar = Calendar.from_ical(text)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise RotaNotReadable("The calendar cannot be read: {why}.", why=error) from error
    rules: list[Rule] = []
    places: list[Told] = []
    people: dict[str, Person] = {}
    for number, event in enumerate(calendar.walk("VEVENT"), 1):
        named = str(event.get("SUMMARY", ""))[:60] or Told("without a name")
        place = Told("event {number} ({name})", {"number": number, "name": named})
        try:
            rule, person = _read(event, hub)
            if person and people.setdefault(person.id, person) != person:
                raise RuleWrong("another event tells other things of {adviser}", adviser=person.id)
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            raise RotaNotReadable("{place} is wrong: {why}.", place=place.at_the_start(), why=error) from error
        rules.append(rule)
        places.append(place)
    if not rules:
        raise RotaNotReadable("The calendar has no events.")
    return Rotas(people=tuple(people.values()), rules=tuple(rules), places=tuple(places))


def _event(rule: Rule, person: Person | None) -> Event:
    event = Event()
    event.add("uid", f"{rule.id}@frontdoor.invalid")
    event.add("dtstamp", rule.changed_at or datetime.combine(BEGINS, time(), UTC))
    event.add("summary", rule.note if rule.kind == SESSION else f"{person.label if person else rule.whom}: {rule.kind}")
    event.add("categories", [rule.kind])
    event.add("attendee", _attendee(rule, person), encode=False)
    if rule.note:
        event.add("description", rule.note)
    day = _first_time(rule)
    event.add(SINCE.lower(), rule.first_day.isoformat() if rule.first_day else ALWAYS)
    if rule.all_day:
        whole = not rule.rrule and rule.last_day and not rule.except_days
        event.add("dtstart", day)
        event.add("dtend", (rule.last_day if whole and rule.last_day else day) + timedelta(days=1))
        if whole:
            return event
    else:
        start, end = rule.span
        event.add("dtstart", _at(day, start))
        event.add("dtend", _at(day, end))
    _add_repetition(event, rule, day)
    return event


def _add_repetition(event: Event, rule: Rule, day: date) -> None:
    if not rule.rrule and rule.last_day and rule.last_day == rule.first_day and not rule.except_days:
        return
    parts: dict[str, Any] = dict(vRecur.from_ical(rule.rrule or "FREQ=DAILY"))
    if rule.last_day:
        ends = rule.last_day if rule.all_day else _at(rule.last_day, rule.span[0]).astimezone(UTC)
        parts["UNTIL"] = [ends]
    event.add("rrule", parts)
    for excepted in rule.except_days:
        event.add("exdate", excepted if rule.all_day else _at(excepted, rule.span[0]))


def _first_time(rule: Rule) -> date:
    """The day of the first instance: DTSTART is one, whatever the rule says."""
    low = rule.first_day or BEGINS
    return min(happens(rule.rrule, rule.first_day, low, min(low + SEEN_FOR, LATEST)), default=low)


def _at(day: date, minutes: int) -> datetime:
    return datetime.combine(day + timedelta(days=minutes // 1440), time(minutes // 60 % 24, minutes % 60), LONDON)


def _attendee(rule: Rule, person: Person | None) -> vCalAddress:
    attendee = vCalAddress(WHO + rule.whom)
    attendee.params["CUTYPE"] = "INDIVIDUAL" if person else "ROOM" if rule.room else "RESOURCE"
    if person:
        attendee.params["CN"] = person.label
        attendee.params["X-AGENCY"] = person.agency
        there = {"PERSON": person.in_person, "PHONE": person.by_phone}
        attendee.params["X-THERE"] = [way for way, can in there.items() if can]
        for name, told in (("X-SKILLS", person.skills), ("X-LANGUAGES", person.languages)):
            if told:
                attendee.params[name] = sorted(told)
    return attendee


def _read(event: Any, hub: str) -> tuple[Rule, Person | None]:
    beyond = [name for name in BEYOND if name in event]
    if beyond or str(event.get("STATUS", "")).upper() == "CANCELLED":
        part = beyond[0] if beyond else Told("an event that is CANCELLED")
        raise RuleWrong("we cannot read {part}: take it out", part=part)
    whom, person = _who(event)
    first, last, start, end = _when(event)
    rule = checked(
        Rule(
            kind=_kind(event), whom=whom, hub=hub, start=start, end=end, first_day=first, last_day=last,
            rrule=event["RRULE"].to_ical().decode() if "RRULE" in event else "",
            except_days=tuple(_excepted(event)), note=str(event.get("DESCRIPTION", "")),
        )
    )  # fmt: skip
    return _since(rule, str(event.get(SINCE, ""))).with_id(), person


def _since(rule: Rule, told: str) -> Rule:
    """The rule from the day on which it was told to begin: while that still leads to the first time of the event."""
    if not told:
        return rule
    begun = replace(rule, first_day=None if told == ALWAYS else date.fromisoformat(told))
    return begun if _first_time(begun) == rule.first_day else rule


def _kind(event: Any) -> str:
    told = event.get("CATEGORIES")
    kinds = [str(name) for name in getattr(told, "cats", ())]
    if len(kinds) != 1:
        raise RuleWrong("it needs one category: {kinds}", kinds=", ".join(KINDS))
    return kinds[0]


def _who(event: Any) -> tuple[str, Person | None]:
    told = event.get("ATTENDEE", [])
    ours = [each for each in (told if isinstance(told, list) else [told]) if str(each).lower().startswith(WHO)]
    if len(ours) != 1:
        raise RuleWrong("it must say for whom, with one ATTENDEE such as {such}", such=f"{WHO}adviser:jobcentre-a")
    whom = str(ours[0])[len(WHO) :]
    kind, _, name = whom.partition(":")
    return whom, _person(name, ours[0].params) if kind == "adviser" else None


def _person(name: str, params: Mapping[str, Any]) -> Person:
    def several(key: str) -> frozenset[str]:
        told = params.get(key, [])
        return frozenset(told if isinstance(told, list) else [told])

    there = several("X-THERE") or {"PERSON"}
    return Person(
        id=name, agency=str(params.get("X-AGENCY", "")), label=str(params.get("CN", name)),
        skills=several("X-SKILLS"), languages=several("X-LANGUAGES"),
        in_person="PERSON" in there, by_phone="PHONE" in there,
    )  # fmt: skip


def _when(event: Any) -> tuple[date, date | None, str, str]:
    """First day, last day where it does not repeat, start and end."""
    if "DTSTART" not in event:
        raise RuleWrong("it has no DTSTART")
    begins, repeats = event["DTSTART"].dt, "RRULE" in event
    ends = _end_of(event, begins)
    if isinstance(begins, datetime) != isinstance(ends, datetime):
        raise RuleWrong("DTSTART and DTEND must both be days, or both be times")
    if not isinstance(begins, datetime):
        last = ends - timedelta(days=1)
        if repeats and last != begins:
            raise RuleWrong("what lasts for several days cannot repeat")
        return begins, None if repeats else last, "", ""
    begins, ends = _wall(begins, repeats=repeats), _wall(ends, repeats=repeats)
    midnight = ends.time() == time() and ends.date() == begins.date() + timedelta(days=1)
    if ends.date() != begins.date() and not midnight:
        raise RuleWrong("it ends on another day than it starts")
    return (
        begins.date(),
        None if repeats else begins.date(),
        f"{begins:%H:%M}",
        "24:00" if midnight else f"{ends:%H:%M}",
    )


def _end_of(event: Any, begins: date) -> Any:
    if "DTEND" in event:
        ends = event["DTEND"].dt
    elif "DURATION" in event:
        ends = begins + event["DURATION"].dt
    elif isinstance(begins, datetime):
        raise RuleWrong("it has no DTEND")
    else:
        ends = begins + timedelta(days=1)
    return ends


def _excepted(event: Any) -> Iterator[date]:
    told = event.get("EXDATE", [])
    for each in told if isinstance(told, list) else [told]:
        for value in each.dts:
            yield _wall(value.dt, repeats=False).date() if isinstance(value.dt, datetime) else value.dt


def _wall(value: datetime, *, repeats: bool) -> datetime:
    """The wall time in London, without a zone. What repeats in another zone's time would drift from ours."""
    zone = str(value.tzinfo) if value.tzinfo else ""
    if repeats and zone not in ("", "Europe/London"):
        raise RuleWrong("its times are in {zone}, they must be in Europe/London", zone=zone)
    return (value.astimezone(LONDON) if value.tzinfo else value).replace(tzinfo=None)
