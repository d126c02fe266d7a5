"""A walk past every page of the hub manager's desk, for the checks that look at all pages."""

from collections.abc import Iterator
from contextlib import closing

from playwright.sync_api import Browser

from booking.openings import LegRequest
from booking.waiting.list import join
from foundation.clock import utc_now
from foundation.references import new_reference
from tests.browser.directory_pages import database_of
from tests.browser.pages import State, Steps, sign_in_at, wide_at
from tests.integration.hub_fixtures import HOME, add_case, booked, day_of, put_visit, soon
from tests.running import System

LOOK = ".fd-desk__buttons button[value=look]"
LISTS = ("week", "week?what=rooms", "waiting", "rota", "rota/history", "rota/import", "people", "rooms", "reports")


def managing(chromium: Browser, system: System) -> Iterator[State]:
    """The hub's desk, with something on each page."""
    with closing(database_of(system)) as database:
        made = booked(database, "Sam", agencies=("county_adults", "county_children"))
        here = put_visit(database, soon(), "Zofia")
        legs = [LegRequest(agency=name, service_id=f"s-{name}", minutes=30) for name in ("jobcentre", "cvs")]
        resident = f"c-{new_reference()}"
        join(database, legs, resident=resident, now=utc_now())
        add_case(database, new_reference(), resident, "Ali")
    context = chromium.new_context(**wide_at(system))  # type: ignore[arg-type]
    steps = Steps(context.new_page(), "hub")
    sign_in_at(steps, system, "hub")
    yield steps.at("day")
    yield from _lists(steps)
    steps.go(HOME)
    steps.send(f"#visit-{here} button[value=arrived]")
    steps.send(f"#visit-{here} button[value=begin-1]")
    yield steps.at("day, begun")
    yield from _visit(steps, made.reference)
    who = made.legs[0].adviser
    day = day_of(made.start).isoformat()
    yield from _changes(steps, who, made.legs[0].room, day)
    yield from _broken(steps, who, day)
    context.close()


def _lists(steps: Steps) -> Iterator[State]:
    for name in LISTS:
        steps.go(f"{HOME}/{name}")
        yield steps.at(name.replace("/", " "))
    steps.go(f"{HOME}/waiting")
    steps.page.locator("summary").first.click()
    steps.send("details[open] button")
    yield steps.at("waiting with error")
    steps.go(f"{HOME}/visits/222222")
    yield steps.at("no such visit")


def _visit(steps: Steps, reference: str) -> Iterator[State]:
    steps.go(f"{HOME}/visits/{reference}")
    yield steps.at("visit")
    steps.send("main form button")
    yield steps.at("visit with error")
    steps.go(f"{HOME}/visits/{reference}/change")
    yield steps.at("another time")
    steps.send(".fd-desk__buttons button")
    yield steps.at("another time with errors")


def _changes(steps: Steps, who: str, room: str, day: str) -> Iterator[State]:
    steps.go(f"{HOME}/rota/new")
    yield steps.at("new rule")
    steps.send(LOOK)
    yield steps.at("new rule with errors")
    steps.go(f"{HOME}/rota/new?kind=leave&whom=adviser:{who}")
    steps.send(LOOK, first=day, last=day)
    yield steps.at("what a rule breaks")
    for place, name in ((f"people/{who}", "one person"), (f"rooms/{room}", "one room")):
        steps.go(f"{HOME}/{place}")
        yield steps.at(name)
        steps.send(LOOK, label="")
        yield steps.at(f"{name} with error")
    steps.go(f"{HOME}/people/{who}")
    steps.send("button[value=feed]")
    yield steps.at("person with a calendar link")
    steps.go(f"{HOME}/rota/import")
    steps.send(LOOK)
    yield steps.at("import with error")


def _broken(steps: Steps, who: str, day: str) -> Iterator[State]:
    steps.go(f"{HOME}/broken")
    yield steps.at("broken")
    steps.send(LOOK)
    yield steps.at("broken with error")
    steps.go(f"{HOME}/broken?whom=adviser:{who}")
    steps.send(LOOK, first=day, last=day)
    yield steps.at("what it hits")
    steps.send("button[value=make]")
    yield steps.at("what became of it")
