"""One-time codes with which a resident takes their conversation to another device. A number alone moves nothing."""

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from casework import tables as t
from foundation.database import Database
from foundation.errors import FrontDoorError
from foundation.references import ALPHABET

LENGTH = 8  # 31**8, about 850 thousand million: hopeless to guess within the minutes that one is good for
LINK_BYTES, LINK_LENGTH = 24, 32  # three bytes are four letters
TYPED_FOR = timedelta(minutes=15)
LINKED_FOR = timedelta(days=7)


class TicketNotGood(FrontDoorError):
    """The code was used, is too old, or never was one; which of these is not said."""


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _read(text: str) -> str | None:
    """The code in a typed text, forgiving of case, spaces and hyphens; None when it cannot be one."""
    code = "".join(text.upper().split()).replace("-", "")
    return code if len(code) == LENGTH and all(letter in ALPHABET for letter in code) else None


def _linked(text: str) -> str | None:
    """The code of a link, which may be pasted; None when it cannot be one."""
    code = text.strip()
    return code if len(code) == LINK_LENGTH and not any(letter.isspace() for letter in code) else None


def show_code(code: str) -> str:
    """`7K4M2PQR` as people read it: `7K4M 2PQR`."""
    return f"{code[:4]} {code[4:]}"


def typed_code(database: Database, identity: str, *, now: datetime) -> str:
    """A short code for typing, good once within 15 minutes."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    with database.writing() as db:
        _insert(db, code, identity, now + TYPED_FOR)
    return code


def link_code(db: sa.Connection, identity: str, *, now: datetime) -> str:
    """A long code for a private link, good once within seven days; in this transaction."""
    code = secrets.token_urlsafe(LINK_BYTES)
    _insert(db, code, identity, now + LINKED_FOR)
    return code


def _insert(db: sa.Connection, code: str, identity: str, until: datetime) -> None:
    db.execute(t.ticket.insert().values(code_hash=_hash(code), conversation_id=identity, until=until))


def codes_in(text: str) -> set[str]:
    """What this text may be a code of. Whether there is such a code is told by `redeem`."""
    return {code for code in (_read(text), _linked(text)) if code is not None}


def redeem(db: sa.Connection, text: str, *, now: datetime) -> str | None:
    """Use up a typed code or a link's code: the conversation it is for, or None when it is no good."""
    for code in codes_in(text):
        done = db.execute(
            t.ticket.update()
            .where(t.ticket.c.code_hash == _hash(code), t.ticket.c.used_at.is_(None), t.ticket.c.until > now)
            .values(used_at=now)
            .returning(t.ticket.c.conversation_id)
        ).scalar_one_or_none()
        if done is not None:
            return str(done)
    return None
