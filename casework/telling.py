"""Telling everyone concerned once that a visit was booked, moved, changed inside, cancelled or is settled by hand.

Written in the transaction that changes the visit. To the person: one message, their way, only where that is safe; it
says when and where, and neither why nor with whom. To an agency: an e-mail where its hub names an address, and only
when its own part has changed; its advisers see the rest at their desk and in their calendar feeds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from booking.openings import OpeningLeg
from booking.visits.model import Tell, Visit
from casework import tables as t
from casework.calendar_links import calendar_link
from casework.outbox import Parcel, put
from casework.ways import Contact, Reach, Ways, language_of, reach
from casework.work import words
from foundation.database import Database
from foundation.languages import ENGLISH, speaking
from foundation.plain_times import clock, day
from foundation.references import show_reference

type Kind = Literal["booked", "moved", "reseated", "cancelled", "by_hand"]
NOTHING = ""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is told of. `before` is the visit as it was, where that is known: then only what changed is told."""

    kind: Kind
    ways: Ways
    now: datetime
    before: Visit | None = None
    contact: Contact | None = None
    answered_to: str = ""


def tell_changed(
    kind: Kind,
    *,
    ways: Ways,
    now: datetime,
    before: Visit | None = None,
    contact: Contact | None = None,
    answered_to: str = "",
) -> Tell:
    """What `booking` calls in its transaction with the visit as it is now.

    `contact` is how to reach the person; without it their case is asked, and without a case nobody is written to.
    `answered_to` is an address that learns of it in the answer to its own message. `by_hand` means that nothing fits
    any more and that a person rings.
    """
    change = Change(kind=kind, ways=ways, now=now, before=before, contact=contact, answered_to=answered_to)

    def tell(db: sa.Connection, visit: Visit) -> None:
        _tell_person(db, visit, change)
        for agency in sorted(_agencies(visit, change)):
            _tell_agency(db, visit, agency, change)

    return tell


def texted_to(database: Database, reference: str) -> str | None:
    """The last three digits of the number to which the newest text about this visit goes or went."""
    o = t.outbox.c
    query = (
        sa.select(o.address)
        .where(o.about == _about(reference), o.channel != "email", o.state.not_in(("dead", "failed", "dropped")))
        .order_by(o.version.desc())
        .limit(1)
    )
    with database.reading() as db:
        address = db.execute(query).scalar_one_or_none()
    return None if address is None else str(address)[-3:]


def contact_of(db: sa.Connection, reference: str) -> Contact | None:
    """How the person of this visit may be reached, as they told its case; None where no case has booked it."""
    return db.execute(sa.select(t.case_file.c.contact).where(t.case_file.c.visit_reference == reference)).scalar()


def when_and_where(visit: Visit) -> dict[str, str]:
    """What a message about a visit may say, in the language spoken now."""
    return {
        "day": day(visit.start),
        "start": clock(visit.start),
        "finish": clock(visit.finish),
        "place": visit.hub.name,
        "reference": show_reference(visit.reference),
        "phone": visit.hub.phone,
        "host": visit.host,
    }


# ---------------------------------------------------------------- the person
def _tell_person(db: sa.Connection, visit: Visit, change: Change) -> None:
    said = _what_to_say(visit, change)
    contact = change.contact if change.contact is not None else contact_of(db, visit.reference)
    to = reach(db, contact, visit.resident, ways=change.ways) if said and contact is not None else None
    if to is None or to.address == change.answered_to or (change.kind == "booked" and _is_line_of(db, to, visit)):
        return  # nobody may be written to, or the answer to their own message says it
    language = language_of(db, visit.resident)
    with speaking(language):
        text = words(f"texts.{said}", **when_and_where(visit))
        if to.channel == "email":
            key = "remove" if visit.state == "cancelled" else "add"
            link = calendar_link(db, visit, whom="", public_url=change.ways.public_url, now=change.now)
            text = f"{text}\n\n{words(f'emails.{key}', link=link)}"
        body = change.ways.body(to.channel, text, subject=words("emails.subject"))
    parcel = Parcel(
        about=_about(visit.reference), kind=change.kind, version=visit.version, channel=to.channel,
        address=to.address, body=body, conversation_id=visit.resident, language=language,
    )  # fmt: skip
    put(db, parcel, now=change.now)


def _what_to_say(visit: Visit, change: Change) -> str:
    """The text's key; NOTHING where what they were told is still so."""
    before = change.before
    if change.kind != "reseated" or before is None:
        return "moved" if change.kind == "reseated" else change.kind
    if (before.start, before.finish) != (visit.start, visit.finish):
        return "moved"
    return "inside" if _seen(before) != _seen(visit) else NOTHING


def _seen(visit: Visit) -> list[tuple[str, datetime, datetime, str]]:
    """What a person notices of a visit: not which of an agency's advisers it is."""
    return [(leg.agency, leg.start, leg.finish, leg.room) for leg in visit.legs]


def _is_line_of(db: sa.Connection, to: Reach, visit: Visit) -> bool:
    """Whether the visit was booked in the conversation that this phone holds."""
    mine = t.line.c.conversation_id == visit.resident
    query = sa.exists().where(t.line.c.channel == to.channel, t.line.c.address == to.address, mine)
    return bool(db.execute(sa.select(query)).scalar_one())


# ---------------------------------------------------------------- the agencies
def _agencies(visit: Visit, change: Change) -> set[str]:
    """Whose part of the visit is not what it was."""
    now, before = _parts(visit), _parts(change.before) if change.before is not None else {}
    if change.before is None or change.kind in ("cancelled", "by_hand"):
        return set(now) | set(before)
    return {agency for agency in set(now) | set(before) if now.get(agency) != before.get(agency)}


def _parts(visit: Visit) -> Mapping[str, list[OpeningLeg]]:
    parts: dict[str, list[OpeningLeg]] = {}
    for leg in visit.legs:
        parts.setdefault(leg.agency, []).append(leg)
    return parts


def _tell_agency(db: sa.Connection, visit: Visit, agency: str, change: Change) -> None:
    address = str(visit.hub.agencies.get(agency, {}).get("email") or "")
    if not address or not change.ways.email:
        return
    legs = _parts(visit).get(agency, [])
    gone = visit.state == "cancelled" or not legs
    kind = "cancelled" if gone else "moved" if change.kind == "reseated" else change.kind
    with speaking(ENGLISH):
        link = calendar_link(db, visit, whom=agency, public_url=change.ways.public_url, now=change.now)
        parts = "\n".join(
            words("emails.part", day=day(leg.start), start=clock(leg.start), finish=clock(leg.finish),
                  room=leg.room_label or words("emails.by_phone"))
            for leg in legs
        )  # fmt: skip
        told = {"reference": show_reference(visit.reference), "parts": parts, "link": link}
        text = words(f"emails.agency.{kind}", **told, desk=f"{change.ways.public_url}/desk")
        body = change.ways.body("email", text, subject=words("emails.agency.subject", **told))
    parcel = Parcel(
        about=f"{_about(visit.reference)}:{agency}"[:64], kind=change.kind, version=visit.version, channel="email",
        address=address, body=body,
    )  # fmt: skip
    put(db, parcel, now=change.now)


def _about(reference: str) -> str:
    return f"visit:{reference}"
