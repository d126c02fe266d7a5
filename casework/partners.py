"""Keys with which an agency's own system reads its legs: one an agency, of which only a hash is kept."""

import hashlib
import hmac
import secrets
from datetime import datetime

import sqlalchemy as sa

from booking.tables import hub
from casework import tables as t
from foundation.database import Database
from foundation.errors import FrontDoorError


class PartnerNotKnown(FrontDoorError):
    """No hub has an agency of this name, or it has no key."""


def make_key(database: Database, agency: str, *, now: datetime) -> str:
    """A new key for this agency; the one before opens nothing any more. Raises PartnerNotKnown."""
    key = secrets.token_urlsafe(32)
    with database.writing() as db:
        known = {name for details in db.execute(sa.select(hub.c.details)).scalars() for name in details["agencies"]}
        if agency not in known:
            raise PartnerNotKnown(f"No hub has an agency {agency!r}. There are: {', '.join(sorted(known))}.")
        db.execute(t.partner_key.delete().where(t.partner_key.c.agency == agency))
        db.execute(t.partner_key.insert().values(agency=agency, key_hash=_hash(key), made_at=now))
    return key


def take_key(database: Database, agency: str) -> None:
    """Let this agency's system read nothing any more. Raises PartnerNotKnown."""
    with database.writing() as db:
        if db.execute(t.partner_key.delete().where(t.partner_key.c.agency == agency)).rowcount == 0:
            raise PartnerNotKnown(f"{agency!r} has no key.")


def partner_of(db: sa.Connection, key: str) -> str | None:
    """The agency whose key this is. What is looked up is its hash, so that time tells nothing about a near miss."""
    hashed = _hash(key)
    row = db.execute(sa.select(t.partner_key).where(t.partner_key.c.key_hash == hashed)).one_or_none()
    return row.agency if row is not None and hmac.compare_digest(row.key_hash, hashed) else None


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
