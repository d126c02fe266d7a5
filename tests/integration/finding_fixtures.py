"""A small hub put straight into the tables, so that a test says all that its search can see."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa

from booking.finding.asking import first_cell
from booking.finding.finding import find_openings
from booking.openings import LegRequest, OpeningsResult
from booking.tables import INTERPRETERS, adviser, claim, hold, hub, hub_session, room, shift
from foundation.clock import cell_of
from foundation.database import Database

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # a Monday; two working hours on is 11 o'clock
MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)
AGENCIES = ("council", "advice", "nurse")


def put_hub(database: Database, name: str = "main_hub", *, agencies: Iterable[str] = AGENCIES, **details: Any) -> None:
    told = {agency: {"label": agency.title(), "minutes": 30} for agency in agencies}
    document = {
        "id": name, "name": name, "host": "Grace", "phone": "01632 960110", "address": ["Here"], "rooms": [],
        "agencies": told, "sessions": [],
    }  # fmt: skip
    put(database, hub, {"id": name, "details": document | details})


def put(database: Database, table: sa.Table, *rows: dict[str, Any]) -> None:
    with database.writing() as db:
        db.execute(sa.insert(table), list(rows))


def put_room(database: Database, name: str, *features: str, at: str = "main_hub", **values: Any) -> None:
    put(database, room, {"id": name, "hub": at, "label": name.title(), "features": list(features)} | values)


def put_adviser(
    database: Database, name: str, agency: str, *when: tuple[date, int, int], at: str = "main_hub", **values: Any
) -> None:
    """Somebody who is there on each day from one full hour to another, London time."""
    put(database, adviser, {"id": name, "hub": at, "agency": agency, "label": name.title()} | values)
    for day, start, end in when:
        cells = {"first_cell": first_cell(day, time(start)), "end_cell": first_cell(day, time(end))}
        put(database, shift, {"adviser": name} | cells)


def put_interpreter(database: Database, name: str, *when: tuple[date, int, int], **values: Any) -> None:
    put_adviser(database, name, INTERPRETERS, *when, **values)


def put_session(database: Database, day: date, start: int, end: int, at: str = "main_hub") -> None:
    cells = {"first_cell": first_cell(day, time(start)), "end_cell": first_cell(day, time(end))}
    put(database, hub_session, {"hub": at, "label": "Session"} | cells)


def take(
    database: Database, resource: str, day: date, start: int, end: int, *, resident: str = "other",
    state: str = "booked", until: datetime | None = None,
) -> None:  # fmt: skip
    name = f"{resource} {day} {start}"[:32]
    ends = until or NOW
    held = {"id": name, "resident": resident, "opening": "", "state": "confirmed" if state == "booked" else "held"}
    put(database, hold, held | {"until": ends})
    cells = range(first_cell(day, time(start)), first_cell(day, time(end)))
    put(
        database,
        claim,
        *({"resource": resource, "cell": cell, "hold": name, "state": state, "until": until} for cell in cells),
    )


def legs(*agencies: str, minutes: int = 30, **more: Any) -> list[LegRequest]:
    return [
        LegRequest(agency=name, service_id=f"s-{name}", minutes=minutes, after=number, **more)
        for number, name in enumerate(agencies)
    ]


def find(database: Database, *agencies: str | LegRequest, days: int = 14, **asked: Any) -> OpeningsResult:
    requests = [one for each in agencies for one in (legs(each) if isinstance(each, str) else [each])]
    usual: dict[str, Any] = {"resident": "sam", "from_day": MONDAY, "days": days, "now": NOW}
    return find_openings(database, requests, **(usual | asked))


def at(day: date, clock: str) -> datetime:
    """A London winter time, as UTC."""
    return datetime.combine(day, time.fromisoformat(clock), UTC)


def starts(result: OpeningsResult) -> list[datetime]:
    return [opening.start for opening in result.openings]


def why(result: OpeningsResult) -> set[tuple[str, str]]:
    return {(blocker.kind, blocker.name) for blocker in result.blockers}


def cell(day: date, clock: str) -> int:
    return cell_of(at(day, clock))
