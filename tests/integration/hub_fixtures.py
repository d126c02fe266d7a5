"""What the tests of the hub's desk share: a hub with its rota, somebody who runs it, and booked visits with a name."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from booking.finding.finding import find_openings
from booking.openings import Opening, OpeningLeg
from booking.rotas.loading import load_rota
from booking.tables import claim, hold, leg, visit
from booking.visits.holding import confirm_visit, hold_opening
from booking.visits.model import Visit
from casework import tables as t
from casework.staff import Staff, add_staff
from foundation.clock import CELL_SECONDS, to_london, utc_now
from foundation.database import Database
from foundation.references import new_reference
from foundation.settings import Settings
from tests.integration.booking_fixtures import PLACE, asked
from web.app import make_app
from web.sittings import DESK

HOME = "/desk/hub"
TWO = ("jobcentre", "city_housing")
PEOPLE = (
    Staff("grace", "Grace", "", "hub_manager"),
    Staff("henry", "Henry", "", "hub_manager"),
    Staff("priya", "Priya", "", "named_contact"),
    Staff("team", "Team", "", "directory_manager"),
)
type Browser = Callable[[str], TestClient]


def a_hub(database: Database) -> Database:
    """The demonstration's hub with its rota from today on, and people to run it."""
    load_rota(database, PLACE, now=utc_now())
    for person in PEOPLE:
        add_staff(database, person, password=None)
    return database


@contextmanager
def at_the_desk(database: Database, var: Path) -> Iterator[Browser]:
    """Browsers at the edge, each with the cookie that somebody has once they signed in."""
    settings = Settings(demonstration=True, var=var, database_url=database.url.render_as_string(hide_password=False))
    app = make_app(settings)

    def browser(username: str) -> TestClient:
        client = TestClient(app, follow_redirects=False)
        if username:
            client.cookies.set(DESK, app.state.edge.sittings.seal(DESK, username))
        return client

    yield browser
    app.state.edge.database.close()


def token(client: TestClient) -> dict[str, str]:
    """The token of this browser's forms, from any page: sign out is on all of them."""
    found = re.search(r'name="csrf" value="(\w+)"', client.get(HOME).text)
    assert found is not None
    return {"csrf": found[1]}


def shown(html: str) -> str:
    """What a person reads of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.partition("<main")[2])).split())


def booked(
    database: Database, name: str = "Sam", *, agencies: tuple[str, ...] = ("jobcentre", "city_housing")
) -> Visit:
    """The best opening of the rota in the days to come, booked; with a case that knows the person's name."""
    now, resident = utc_now(), f"c-{new_reference()}"
    found = find_openings(
        database, asked(agencies), resident=resident, from_day=to_london(now).date(), days=28, now=now
    ).openings
    kept = hold_opening(database, found[0], resident=resident, now=now)
    made = confirm_visit(database, kept.id, resident=resident, now=now)
    add_case(database, made.reference, resident, name)
    return made


def add_case(database: Database, reference: str, resident: str, name: str) -> None:
    """The case that booked a visit."""
    values: dict[str, Any] = {
        "reference": new_reference(), "conversation_id": resident, "state": "open", "route": "visit",
        "reason": "joint_visit", "said": "SECRET-WORDS", "needs": [], "circumstances": {},
        "contact": {"name": f"{name} Secret", "phone": "07700 900482"}, "plan": {}, "visit_reference": reference,
        "opened_at": utc_now(),
    }  # fmt: skip
    with database.writing() as db:
        db.execute(t.case_file.insert().values(**values))


def put_visit(database: Database, start: datetime, name: str = "Sam") -> str:
    """A visit with a jobcentre leg and a housing leg from `start` on, whatever the rota says; its reference.

    Its advisers and rooms are nobody else's, so that any number of such visits can be at one time.
    """
    now, reference, resident = utc_now(), new_reference(), f"c-{new_reference()}"
    first = start.replace(minute=start.minute // 15 * 15, second=0, microsecond=0)
    half = timedelta(minutes=30)
    legs = tuple(
        OpeningLeg(
            agency=agency, service_id=f"s-{agency}", start=first + at * half, finish=first + (at + 1) * half,
            adviser=f"{agency}-{reference}", room=f"room-{reference}-{at}", room_label=f"Room {at + 1}",
        )
        for at, agency in enumerate(TWO)
    )  # fmt: skip
    opening = Opening(legs=legs)
    with database.writing() as db:
        held = {"id": f"h-{reference}", "resident": resident, "opening": opening.id, "state": "confirmed", "until": now}
        db.execute(hold.insert().values(**held))
        for resource, cell in opening.claims(resident):
            values = {"resource": resource, "cell": cell, "hold": held["id"], "state": "booked", "until": None}
            db.execute(claim.insert().values(**values))
        db.execute(
            visit.insert().values(
                reference=reference,
                hold=held["id"],
                resident=resident,
                hub="fitzroy_street",
                host="Grace",
                state="booked",
                version=1,
                wishes={},
                start=opening.start,
                finish=opening.finish,
                booked_at=now,
                changed_at=now,
            )
        )
        for number, each in enumerate(legs, 1):
            names = ("agency", "service_id", "start", "finish", "adviser", "room", "room_label")
            values = {name: getattr(each, name) for name in names}
            db.execute(leg.insert().values(visit=reference, number=number, **values))
    add_case(database, reference, resident, name)
    return reference


def soon(minutes: int = 0) -> datetime:
    """The present quarter of an hour, or `minutes` from there."""
    at = int(utc_now().timestamp()) // CELL_SECONDS * CELL_SECONDS
    return datetime.fromtimestamp(at, tz=utc_now().tzinfo) + timedelta(minutes=minutes)


def day_of(instant: datetime) -> date:
    """Its London day."""
    return to_london(instant).date()
