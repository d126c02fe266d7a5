"""A walk past every page of the directory's desk and of an owner's link, for the checks that look at all pages."""

import json
from collections.abc import Iterator
from contextlib import closing

from playwright.sync_api import Browser

from directory.keeping import reviews
from directory.keeping.editing import load_record
from directory.keeping.evidence import record_evidence
from directory.keeping.tables import conflict, gap, proposed_rule, quarantine
from directory.keeping.versions import record_version
from directory.records.parts import put
from foundation.clock import to_london, utc_now
from foundation.database import Database
from tests.browser.pages import State, Steps, sign_in_at, wide_at
from tests.running import System
from tests.unit.directory_fixtures import documents, made
from web.directory_desk.forms import FORMS

HOME = "/desk/directory"
OURS = documents()["city-council-tax-help"]["id"]  # of Cambridge City Council; no story books it
SERVICE = f"{HOME}/services/{OURS}"
SAVE = ".fd-desk__buttons button"
LISTS = ("told", "conflicts", "proposals", "gaps")
WEEK = [{"id": "w", "freq": "WEEKLY", "byday": "MO,TU", "opens_at": "09:00", "closes_at": "17:00"},
        {"id": "m", "freq": "MONTHLY", "byday": "2WE", "opens_at": "10:00", "closes_at": "11:00"}]  # fmt: skip


def database_of(system: System) -> Database:
    return Database(f"sqlite:///{system.var / 'frontdoor.db'}")


def change(system: System, *, service_id: str = OURS, **parts: object) -> None:
    """Another state of the service, as a feed would bring it."""
    with closing(database_of(system)) as database, database.writing() as db:
        document = load_record(db, service_id).document
        record_version(db, service_id, put(document, parts), by=None, why="imported", now=utc_now())


def fill(system: System) -> str:
    """Something to see on every list; the secret of an owner's link."""
    now = utc_now()
    rule = {"about": "age_band", "min": 65, "says": "for people over 65", "source": "their leaflet"}
    exceptions = [{"from": "2026-12-25", "to": "2026-12-28", "closed": True, "reason": "Christmas"}]
    owner = {"name": "The tax team", "email": "tax@example.org"}
    change(system, schedules=WEEK, **{"front_door.eligibility": [rule], "front_door.exceptions": exceptions})
    change(system, **{"front_door.owner": owner}, assured_date="2026-01-01")
    with closing(database_of(system)) as database, database.writing() as db:
        record_evidence(db, OURS, kind="said_wrong", part="phone", now=now)
        theirs = [{"id": "x", "number": "01632 960123"}]
        db.execute(conflict.insert().values(service_id=OURS, path="phones", ours=[], theirs=theirs, at=now))
        read = {"wording": "65+ years old, locals", "rules": [rule], "left": "locals", "state": "proposed", "at": now}
        db.execute(proposed_rule.insert().values(service_id=OURS, **read))
        record = json.dumps(made("lunch") | {"status": "open"})
        aside = {"source": "a feed", "name": "Lunch", "reason": "The status is 'open'.", "at": now}
        db.execute(quarantine.insert().values(record=record, **aside))
        what = {"day": to_london(now).date(), "detail": "", "area": "E07000012", "why": "none_here"}
        for need, count in (("food", 12), ("legal", 2)):
            db.execute(gap.insert().values(need=need, count=count, **what))
        return reviews.ask(db, OURS, now=now)


def keeping(chromium: Browser, system: System) -> Iterator[State]:
    """The directory's desk: an editor's pages, the manager's, and an owner's."""
    context = chromium.new_context(**wide_at(system))  # type: ignore[arg-type]
    yield from _walk(Steps(context.new_page(), "directory"), system, fill(system))
    context.close()


def _walk(steps: Steps, system: System, secret: str) -> Iterator[State]:
    sign_in_at(steps, system, "council-data")
    yield steps.at("services")
    for name in LISTS:
        steps.go(f"{HOME}/{name}")
        yield steps.at(name)
    steps.go(f"{HOME}?words=zzzz")
    yield steps.at("services, none found")
    steps.go(f"{HOME}/add")
    yield steps.at("add a service")
    steps.send(SAVE, **{"number-0": "ring us"})
    yield steps.at("add a service, with errors")
    steps.go(SERVICE)
    yield steps.at("service")
    steps.send("button[value=link]")
    yield steps.at("service with a link")
    yield from _forms(steps, system)
    steps.go(f"{SERVICE}/history?from=1&to=2")
    yield steps.at("history")
    yield from _elsewhere(steps, system, secret)


def _forms(steps: Steps, system: System) -> Iterator[State]:
    for part in FORMS:
        steps.go(f"{SERVICE}/change/{part}")
        yield steps.at(f"change {part}")
    steps.go(f"{SERVICE}/change/who_for")
    steps.page.locator("#about").select_option("tenure")
    steps.send("button[name=more]")
    yield steps.at("change who_for, second step")
    steps.send(SAVE)
    yield steps.at("change who_for with errors")
    steps.go(f"{SERVICE}/change/hours")
    steps.send(SAVE, **{"opens-0-WE-0": "soon"})
    yield steps.at("change hours with error")
    steps.go(f"{SERVICE}/change/about")
    change(system, description="The feed has other words now.")
    steps.send(SAVE, description="We have other words too.")
    yield steps.at("change about, changed meanwhile")
    steps.send(SAVE)
    yield steps.at("service, saved")


def _elsewhere(steps: Steps, system: System, secret: str) -> Iterator[State]:
    other = documents()["citizens-advice-debt"]["id"]
    steps.go(f"{HOME}/services/{other}")
    yield steps.at("somebody else's service")
    steps.go(f"{HOME}/services/{other}/change/about")
    yield steps.at("refused")
    sign_in_at(steps, system, "directory")
    yield steps.at("services, manager")
    for name in ("set-aside", "set-aside/1", "reminders"):
        steps.go(f"{HOME}/{name}")
        yield steps.at(name.replace("/", " "))
    steps.go(f"{HOME}/set-aside/1")
    steps.send("button[value=corrected]")
    yield steps.at("set-aside with error")
    steps.go(f"/review/{secret}")
    yield steps.at("review")
    steps.send("button[value=wrong]")
    yield steps.at("review with error")
    steps.send("button[value=still_right]")
    yield steps.at("review, thanks")
    steps.go(f"/review/{secret}")
    yield steps.at("review over")
