"""Texts about a visit: written in the transaction that books, moves or cancels it, and only where that is safe."""

from collections.abc import Mapping

import phonenumbers
import sqlalchemy as sa

from booking.visits.model import Tell, Visit
from casework import tables as t
from casework.outbox import Parcel, put
from casework.work import words
from foundation.clock import utc_now
from foundation.database import Database
from foundation.languages import speaking
from foundation.plain_times import clock, day
from foundation.references import show_reference

TEXTS_ARE_SAFE = ("call_text", "text_only")


def number_to_text(contact: Mapping[str, str]) -> str | None:
    """The number (E.164) to which this person said that texts are safe; None when there is none."""
    if contact.get("safe_contact") not in TEXTS_ARE_SAFE or not contact.get("phone"):
        return None
    try:
        number = phonenumbers.parse(contact["phone"], "GB")
    except phonenumbers.NumberParseException:
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def tell_by_text(kind: str, contact: Mapping[str, str], *, texting: bool) -> Tell | None:
    """What `booking` calls in its transaction once the visit is `booked`, `moved` or `cancelled`.

    None where nothing is to be texted: no provider (`texting`), no number, or texts are not safe. The words say when
    and where, and neither why nor with whom.
    """
    number = number_to_text(contact) if texting else None
    if number is None:
        return None

    def tell(db: sa.Connection, visit: Visit) -> None:
        if kind == "booked" and _holds_a_line(db, visit.resident):
            return  # the answer itself goes out by text
        language = language_of(db, visit.resident)
        with speaking(language):
            text = words(
                f"texts.{kind}",
                day=day(visit.start),
                start=clock(visit.start),
                finish=clock(visit.finish),
                place=visit.hub.name,
                reference=show_reference(visit.reference),
                phone=visit.hub.phone,
            )
        parcel = Parcel(
            about=f"visit:{visit.reference}",
            kind=kind,
            version=visit.version,
            channel="sms",
            address=number,
            body={"text": text},
            conversation_id=visit.resident,
            language=language,
        )
        put(db, parcel, now=utc_now())

    return tell


def texted_to(database: Database, reference: str) -> str | None:
    """The last three digits of the number to which the newest text about this visit goes or went."""
    o = t.outbox.c
    query = (
        sa.select(o.address)
        .where(o.about == f"visit:{reference}", o.state.not_in(("dead", "failed", "dropped")))
        .order_by(o.version.desc())
        .limit(1)
    )
    with database.reading() as db:
        address = db.execute(query).scalar_one_or_none()
    return None if address is None else str(address)[-3:]


def _holds_a_line(db: sa.Connection, conversation_id: str) -> bool:
    query = sa.select(sa.exists().where(t.line.c.conversation_id == conversation_id))
    return bool(db.execute(query).scalar_one())


def language_of(db: sa.Connection, conversation_id: str) -> str:
    """The language in which this conversation is held; English when there is no such conversation."""
    query = sa.select(t.conversation.c.language).where(t.conversation.c.id == conversation_id)
    return str(db.execute(query).scalar_one_or_none() or "en")
