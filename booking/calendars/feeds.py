"""Each adviser's own calendar feed: a private address that shows their legs and nobody else's.

A feed is the whole truth each time it is read: a leg that went to somebody else is not in it any more, and one whose
visit was cancelled stays as cancelled for two weeks. The text is the same for the same facts, so that its hash can
stand for it (ETag).
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from icalendar import Event

from booking.calendars.ical import as_text, new_calendar, new_event
from booking.calendars.legs import BookedLeg, booked_legs
from booking.calendars.visit import leg_uid
from booking.tables import INTERPRETERS, adviser, leg, visit
from foundation.database import Database
from foundation.errors import FrontDoorError
from foundation.references import show_reference

KEPT_PAST = timedelta(days=30)
CANCELLED_SHOWN = timedelta(days=14)
READ_AGAIN = timedelta(minutes=15)


class AdviserNotFound(FrontDoorError):
    """No adviser or interpreter has this id."""


@dataclass(frozen=True)
class Owner:
    """Whose feed it is. Interpreters' `agency` is booking.tables.INTERPRETERS."""

    id: str
    label: str
    agency: str


def make_feed(database: Database, adviser_id: str) -> str:
    """A new secret for this person's feed; the one before opens nothing any more. Raises AdviserNotFound."""
    secret = secrets.token_urlsafe(32)
    mine = sa.update(adviser).where(adviser.c.id == adviser_id).values(feed_hash=_hash(secret))
    with database.writing() as db:
        if db.execute(mine).rowcount == 0:
            raise AdviserNotFound(f"Nobody in the rota has the id {adviser_id!r}.")
    return secret


def owner_of(db: sa.Connection, secret: str) -> Owner | None:
    """Whose feed this secret opens. What is looked up is its hash, so that time tells nothing about a near miss."""
    hashed = _hash(secret)
    columns = (adviser.c.id, adviser.c.label, adviser.c.agency, adviser.c.feed_hash)
    row = db.execute(sa.select(*columns).where(adviser.c.feed_hash == hashed, adviser.c.active)).one_or_none()
    if row is None or not hmac.compare_digest(row.feed_hash, hashed):
        return None
    return Owner(row.id, row.label, row.agency)


def legs_of_feed(db: sa.Connection, owner: Owner, *, now: datetime) -> list[BookedLeg]:
    """What belongs in a feed now: an adviser's own legs, an interpreter's likewise."""
    theirs = leg.c.interpreter == owner.id if owner.agency == INTERPRETERS else leg.c.adviser == owner.id
    shown = sa.or_(visit.c.state == "booked", visit.c.changed_at > now - CANCELLED_SHOWN)
    return booked_legs(db, theirs, shown, leg.c.finish > now - KEPT_PAST)


def feed_ics(owner: Owner, legs: Sequence[BookedLeg], *, names: Mapping[str, str]) -> str:
    """The feed. `names`: the first name, by reference, of those who agreed that this agency may know it."""
    calendar = new_calendar("Adviser", "PUBLISH")
    for key in ("name", "x-wr-calname"):
        calendar.add(key, f"Front Door: {owner.label}")
    calendar.add("refresh-interval", READ_AGAIN, parameters={"VALUE": "DURATION"})  # RFC 7986, 5.7
    calendar.add("x-published-ttl", "PT15M")  # what Outlook reads instead
    for each in legs:
        calendar.add_component(_event(each, names.get(each.reference, "")))
    return as_text(calendar)


def _event(each: BookedLeg, name: str) -> Event:
    event = new_event(
        each.hub, uid=leg_uid(each.reference, each.agency), sequence=each.version, stamp=each.changed_at,
        start=each.start, finish=each.finish,
    )  # fmt: skip
    event.add("last-modified", each.changed_at)
    event.add("summary", " · ".join(filter(None, [f"Visit {show_reference(each.reference)}", name])))
    event.add("location", "By phone" if each.by_phone else ", ".join(filter(None, [each.room_label, each.hub.name])))
    event.add("status", "CANCELLED" if each.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if each.cancelled else "OPAQUE")
    return event


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
