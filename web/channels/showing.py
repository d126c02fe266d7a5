"""Replies that show, laid out: a plan, times to choose, a booked visit, a named contact, numbers for safety."""

import re
from typing import Any

from babel.dates import format_skeleton

from foundation.clock import to_london
from foundation.languages import spoken
from web.channels.asking import agencies, at, in_order
from web.channels.breaking import tidy, whole
from web.channels.links import Links
from web.channels.said import words
from web.channels.sheets import ON_THE_PAGE, Block, Line, Option, Sheet, lines, options_of, sentences, takes_numbers
from web.formatting import dial, hub_name, in_our_words, listed, phone, reference
from web.times import about_hours, clock, day, moment, span


def plan(reply: dict[str, Any], links: Links) -> Sheet:
    """The services by name and who runs them; how to reach those to start alone; a link to the whole.

    With a link a long plan is a short text: the page has the services to start alone that have no room in it.
    """
    data = reply["data"]
    named = data["route"] == "named_contact"
    reason = sentences(data.get("reason") or "") if named else ()
    legs = [_card(item, words("plan.line", named=_named(item))) for item in data["legs"]]
    alone = [_card(item, _with_reach(item)) for item in data["alone"]]
    if links.conversation:
        alone = _also_on_the_page(alone)
    blocks = (
        (*sentences(reply["text"]), *reason),
        *_under(words("plan.named_contact" if named else "plan.visit"), legs),
        _soonest(data),
        *_under(words("plan.alone"), alone),
        _uncovered(data),
        lines(words("plan.link", link=links.conversation) if links.conversation else None),
    )
    return Sheet("plan", tuple(filter(None, blocks)), options_of(reply), takes_numbers(reply))


def openings(reply: dict[str, Any], links: Links) -> Sheet:
    """Each time with its day, its span and, where they differ, the agencies in their order."""
    data = reply["data"]
    offered = {opening["id"]: opening for opening in data["openings"]}
    orders = {agencies(opening["legs"]) for opening in offered.values()}
    same = len(orders) == 1
    hub = words("openings.at", hub=tidy(hub_name(data["hub"]))) if data.get("hub") else None
    order = in_order(data["openings"][0]["legs"]) if same else None
    hold = words("openings.hold", minutes=data["hold_minutes"]) if data.get("hold_minutes") else ""
    options = tuple(
        _opening(option, offered[option.id], same=same) if option.id in offered else option
        for option in options_of(reply)
    )
    blocks = ((*sentences(reply["text"]), *lines(hub, order), *sentences(hold, rank=1)),)
    return Sheet("openings", blocks, options, takes_numbers(reply))


def visit(reply: dict[str, Any], links: Links) -> Sheet:
    """The reference first; when, where, whom in which order; what to bring; where to change it."""
    data = reply["data"]
    hub = data["hub"] if isinstance(data["hub"], dict) else {"name": data["hub"]}
    ref = words("visit.reference", reference=whole(reference(data["reference"])))
    if data.get("state") == "cancelled":
        return Sheet("visit", (lines(words("visit.cancelled"), ref),))
    when = words("visit.when", day=whole(day(data["start"])), span=whole(span(data["start"], data["finish"])))
    legs = (words("visit.leg", time=at(leg["start"]), agency=tidy(leg["label"])) for leg in data["legs"])
    bring = words("visit.bring", things=listed(map(tidy, data["bring"]))) if data["bring"] else None
    blocks = (
        lines(*(line.text for line in sentences(reply["text"])), ref),
        lines(when, _where(hub)),
        lines(*legs),
        lines(words("visit.host", host=tidy(data["host"])) if data.get("host") else None),
        lines(words("visit.change", link=links.visit) if links.visit else None),
        lines(bring, words("visit.come") if bring else None),
        lines(*(_bus(bus) for bus in hub.get("buses") or []), rank=7),
        _optional(_under(words("visit.alone"), [(Line(_with_reach(item)),) for item in data.get("alone") or []])),
    )
    return Sheet("visit", tuple(filter(None, blocks)), options_of(reply), takes_numbers(reply))


def handoff(reply: dict[str, Any], links: Links) -> Sheet:
    """The promise, the reference, how they will be in touch, and whom to call when they are not."""
    data = reply["data"]
    name, call = tidy(data["name"]), whole(phone(data["hub_phone"]))
    if data.get("reachable") is False:
        late = words("handoff.call", phone=call)
    else:
        late = words("handoff.late", name=name, time=at(data["by"]), day=whole(day(data["by"])), phone=call)
    other = data.get("if_someone_else")
    blocks = (
        lines(*(line.text for line in sentences(reply["text"]))),
        lines(words("handoff.reference", reference=whole(reference(data["reference"])))),
        lines(
            tidy(data.get("how") or ""),
            words("handoff.someone_else", what=tidy(other)) if other else None,
        ),
        (
            Line(late),
            *lines(words("handoff.deputy", deputy=tidy(data["deputy"])) if data.get("deputy") else None, rank=2),
        ),
        lines(words("handoff.danger")),
        lines(words("handoff.knows", name=name, knows=tidy(data["knows"])) if data.get("knows") else None, rank=3),
    )
    return Sheet("handoff", tuple(filter(None, blocks)), options_of(reply), takes_numbers(reply))


def safety(reply: dict[str, Any], links: Links) -> Sheet:
    """The reviewed words, then every number under its heading, the urgent ones first; then a person, and the way on."""
    data = reply["data"]
    urgent_first = sorted(data["blocks"], key=lambda block: not block["urgent"])
    person = bool({option.id for option in options_of(reply)} & {"find_person"})
    blocks = (
        sentences(reply["text"]),
        *(_numbers(block) for block in urgent_first),
        (
            *lines(tidy(data["person_heading"]) + "." if person and data.get("person_heading") else None),
            *sentences((person and data.get("person_text")) or "", rank=3),
            *lines(tidy(data.get("wrong") or "")),
        ),
    )
    return Sheet("safety", tuple(filter(None, blocks)), options_of(reply), takes_numbers(reply))


def _under(heading: str, cards: list[Block]) -> list[Block]:
    if not cards:
        return []
    first, *rest = cards
    return [(Line(heading), *first), *rest]


def _also_on_the_page(cards: list[Block]) -> list[Block]:
    """The first card as it is; what must be said of the others may be left to the page."""
    rest = [tuple(Line(line.text, line.rank or ON_THE_PAGE) for line in card) for card in cards[1:]]
    return [*cards[:1], *rest]


def _optional(blocks: list[Block]) -> Block:
    """Lines that were said before, for where there is room."""
    return tuple(Line(line.text, 8) for block in blocks for line in block)


def _named(item: dict[str, Any]) -> str:
    """`Debt advice, Citizens Advice`: the service and who runs it, once where they are called the same."""
    service, organisation = tidy(item["service"]), tidy(item["organisation"])
    return service if organisation in service else words("plan.named", service=service, organisation=organisation)


def _with_reach(item: dict[str, Any]) -> str:
    reach = whole(phone(item["phone"])) if item.get("phone") else _website(item) or tidy(item.get("where") or "")
    named = _named(item)
    return words("plan.line_reach", named=named, reach=reach) if reach else words("plan.line", named=named)


def _website(item: dict[str, Any]) -> str:
    hrefs = (way.get("href") or "" for way in item.get("how") or [])
    return next((str(href) for href in hrefs if href.startswith("http")), "")


def _card(item: dict[str, Any], first: str) -> Block:
    """One service: its line, and what else its card says, for where there is room."""
    more = [
        words("plan.why", why=tidy(item["why"])) if item.get("why") else "",
        words("plan.when", when=tidy(item["when"])) if item.get("when") else "",
        words("plan.where", where=tidy(item["where"])) if item.get("where") else "",
        words("plan.website", link=_website(item)) if _website(item) not in ("", first[-len(_website(item)) :]) else "",
        words("plan.bring", things=listed(map(tidy, item["bring"]))) if item.get("bring") else "",
        _doubt(item),
    ]
    return (Line(first), *lines(*more, rank=6))


def _doubt(item: dict[str, Any]) -> str:
    if item.get("uncertain"):
        return words("plan.uncertain", things=listed(tidy(in_our_words(thing)) for thing in item["uncertain"]))
    return words("plan.stale") if item.get("assured_state") == "stale" else ""


def _soonest(data: dict[str, Any]) -> Block:
    if not data.get("soonest") or data["route"] != "visit":
        return ()
    hub = tidy(hub_name(data["hub"]))
    soonest = words("plan.soonest", day=whole(day(data["soonest"])), time=at(data["soonest"]), hub=hub)
    return (
        Line(soonest, ON_THE_PAGE),
        Line(words("plan.length", length=whole(about_hours(data.get("minutes") or 60))), 4),
    )


def _uncovered(data: dict[str, Any]) -> Block:
    if not data.get("uncovered"):
        return ()
    things = listed(tidy(need["label"]).lower() for need in data["uncovered"])
    number = (data.get("hub") or {}).get("phone")
    call = words("plan.uncovered_call", phone=whole(phone(number))) if number else None
    return lines(words("plan.uncovered", things=things), call)


def _opening(option: Option, opening: dict[str, Any], *, same: bool) -> Option:
    start, finish = opening["start"], opening["finish"]
    time = words("openings.time", day=whole(day(start)), span=whole(span(start, finish)))
    if opening.get("tag"):
        time = words("openings.soonest", time=time)
    if opening.get("waiting_minutes"):
        time = words("openings.wait", time=time, minutes=opening["waiting_minutes"])
    label = time if same else words("openings.agencies", time=time, agencies=agencies(opening["legs"]))
    return Option(option.number, option.id, label, _short(start))


def _short(start: str) -> str:
    """`Thu 26 Nov, 10am`: short enough for a row (24 characters) in most languages."""
    local = to_london(moment(start))
    return f"{format_skeleton('MMMEd', local, locale='en_GB' if spoken() == 'en' else spoken())}, {clock(start)}"


def _where(hub: dict[str, Any]) -> str:
    address = hub.get("address") or ""
    streets = address if isinstance(address, str) else ", ".join(address[1:])
    name = tidy(hub_name(hub))
    return words("visit.where", hub=name, address=tidy(streets)) if streets else name


def _bus(bus: dict[str, Any]) -> str:
    return words("visit.bus", route=whole(bus["route"]), stop=tidy(bus["stop"]), minutes=bus["walk_minutes"])


def _numbers(block: dict[str, Any]) -> Block:
    heading = Line(words("safety.heading", heading=tidy(block["heading"])))
    return (heading, *(line for number in block["lines"] for line in _number(number)))


def _number(line: dict[str, str]) -> Block:
    """A number with whose it is. Of a number to text, what to text is part of it."""
    label, number, note = tidy(line["label"]), whole(phone(line["number"])), tidy(line["note"])
    if line["dial"].startswith("sms:") and dial(line["number"]) in dial(note):
        return lines(words("safety.line_apart", label=label, number=note))
    if set(re.findall(r"\d+", line["number"])) <= set(re.findall(r"\d+", label)) != set():
        return (Line(label), *lines(note, rank=6))
    apart = any(character.isdigit() or character == "," for character in label)
    said = words("safety.line_apart" if apart else "safety.line", label=label, number=number)
    return (Line(said), *lines(note, rank=6))
