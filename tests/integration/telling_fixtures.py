"""Visits with their cases, straight into the tables: what the tests of reminders, telling and calendars share."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from booking.tables import adviser, disrupted_visit, disruption, hold, hub, leg, room, visit
from casework import tables as t
from casework.ways import Ways
from foundation.database import Database
from tests.conftest import rows
from tests.integration.texting_fixtures import SAM

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)  # a Monday
START = datetime(2026, 11, 26, 10, tzinfo=UTC)  # the Thursday
TWO_DAYS_BEFORE, TWO_HOURS_BEFORE = START - timedelta(hours=48), START - timedelta(hours=2)
AGENCIES = ("jobcentre", "nhs_primary")
WAYS = Ways(sms=True, whatsapp="twilio", email=True, public_url="https://help.example.org")
SAFE = {"name": "Sam Lee", "phone": "07700 900482", "safe_contact": "call_text"}
DESK = "desk@nhs.example.org"


def make_hub(database: Database, *, agencies: Sequence[str] = AGENCIES, email: str = DESK) -> None:
    told = {each: {"label": each, "minutes": 30} for each in agencies}
    told["nhs_primary"] |= {"email": email} if email else {}
    details = {
        "id": "h", "name": "Fitzroy Street Hub", "address": ["Fitzroy Street", "Cambridge"], "host": "Grace",
        "phone": "01632 960110", "rooms": [], "sessions": [], "agencies": told,
    }  # fmt: skip
    with database.writing() as db:
        db.execute(hub.insert().values(id="h", details=details))
        db.execute(room.insert().values(id="room_1", hub="h", label="Room 1", features=[]))
        for each in agencies:
            db.execute(adviser.insert().values(id=f"{each}-1", hub="h", agency=each, label=f"Adviser of {each}"))


def make_visit(
    database: Database,
    reference: str = "7K4M2P",
    *,
    start: datetime = START,
    contact: dict[str, Any] | None = None,
    booked_at: datetime = NOW - timedelta(days=7),
    agreed: Sequence[str] = (),
    **more: Any,
) -> None:
    """A booked visit of two legs with its case; the conversation's id is `c-REFERENCE`."""
    resident, finish = f"c-{reference}", start + timedelta(minutes=60)
    with database.writing() as db:
        conversation = {"channel": "web", "state": "booked", "turn": 3, "language": more.pop("language", "en")}
        db.execute(t.conversation.insert().values(id=resident, started_at=booked_at, last_at=booked_at, **conversation))
        holder = {"resident": resident, "opening": "", "state": "confirmed", "until": booked_at}
        db.execute(hold.insert().values(id=f"h-{reference}", **holder))
        values = {
            "state": "booked",
            "version": 1,
            "booked_at": booked_at,
            "changed_at": booked_at,
            "wishes": {},
            **more,
        }
        whose = {"reference": reference, "hold": f"h-{reference}", "resident": resident, "hub": "h", "host": "Grace"}
        db.execute(visit.insert().values(**whose, start=start, finish=finish, **values))
        for number, agency in enumerate(AGENCIES, start=1):
            first = start + timedelta(minutes=30 * (number - 1))
            times = {"start": first, "finish": first + timedelta(minutes=30)}
            where = {"adviser": f"{agency}-1", "room": "room_1", "room_label": "Room 1"}
            db.execute(
                leg.insert().values(visit=reference, number=number, agency=agency, service_id="s", **times, **where)
            )
        add_case(db, reference, SAFE if contact is None else contact, agreed=agreed, now=booked_at)


def add_case(db: Any, reference: str, contact: Any, *, agreed: Sequence[str], now: datetime) -> None:
    case = reference[::-1]
    db.execute(
        t.case_file.insert().values(
            reference=case, conversation_id=f"c-{reference}", state="open", route="visit", reason="joint_visit",
            said="", needs=[], circumstances={}, contact=contact, plan={}, visit_reference=reference, opened_at=now,
        )
    )  # fmt: skip
    for agency in agreed:
        view = [{"label": "Name", "value": "Sam Lee", "part": "contact"}]
        values = {"case_reference": case, "agency": agency, "given": True, "parts": ["contact"], "view": view}
        db.execute(t.consent.insert().values(at=now, **values))


def hold_line(database: Database, reference: str = "7K4M2P", *, channel: str = "sms", address: str = SAM) -> None:
    """Let a phone hold the visit's conversation."""
    values = {"channel": channel, "address": address, "conversation_id": f"c-{reference}", "heard_at": NOW}
    with database.writing() as db:
        db.execute(t.line.insert().values(**values))


def change(database: Database, reference: str = "7K4M2P", **values: Any) -> None:
    with database.writing() as db:
        db.execute(visit.update().where(visit.c.reference == reference).values(version=visit.c.version + 1, **values))


def break_visit(database: Database, reference: str = "7K4M2P", *, at: datetime) -> None:
    """The nurse is ill, and nothing else fits: a person rings."""
    cells = {"first_cell": 0, "end_cell": 2**26}
    whom = {"hub": "h", "whom": "adviser:nhs_primary-1", "by": "grace"}
    with database.writing() as db:
        db.execute(disruption.insert().values(id="d", at=at, settled_at=at, **whom, **cells))
        db.execute(disrupted_visit.insert().values(disruption="d", visit=reference, what="by_hand", at=at))


def parcels(database: Database) -> list[dict[str, Any]]:
    return rows(database, t.outbox)


def events(database: Database, kind: str) -> list[str]:
    return [row["text"] for row in rows(database, t.case_event) if row["kind"] == kind]
