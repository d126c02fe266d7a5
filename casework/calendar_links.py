"""Private links to one visit's calendar file, for e-mails: only a hash is kept, and each ends with its visit."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from booking.visits.model import Visit
from casework import tables as t
from foundation.database import Database

KEPT_AFTER = timedelta(days=14)  # after the visit, so that a late reader can still take it out of a calendar


@dataclass(frozen=True)
class Linked:
    """What a link opens: a visit, and whose part of it: an agency's, or "" for the whole."""

    reference: str
    whom: str


def calendar_link(db: sa.Connection, visit: Visit, *, whom: str, public_url: str, now: datetime) -> str:
    """A new link, in the transaction that writes the e-mail. It always gives the visit as it is by then."""
    secret = secrets.token_urlsafe(24)
    until = max(visit.finish, now) + KEPT_AFTER
    db.execute(t.visit_link.insert().values(secret_hash=_hash(secret), visit=visit.reference, whom=whom, until=until))
    return f"{public_url}/calendar/visit/{secret}.ics"


def open_link(database: Database, secret: str, *, now: datetime) -> Linked | None:
    """What this secret opens; None when it is not, or no longer, good for anything."""
    v = t.visit_link.c
    query = sa.select(v.visit, v.whom).where(v.secret_hash == _hash(secret), v.until > now)
    with database.reading() as db:
        row = db.execute(query).one_or_none()
    return None if row is None else Linked(row.visit, row.whom)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
