"""What is told and done about the joint waiting list: an offer, taking it, passing it on, and when none was taken."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from booking.errors import OfferOver
from booking.tables import hub as hubs
from booking.tables import visit as visits
from booking.tables import waiting
from booking.visits import store
from booking.visits.model import Visit, visit_in
from booking.waiting.list import OFFERED, WAITS, Offer, Waiting, accept, decline, offer_to
from booking.waiting.offering import offer_freed
from casework import tables as t
from casework.answers_by_text import Answer, Heard, Question, ask, settle
from casework.cases import note
from casework.outbox import Parcel, put
from casework.replies import Reply, choices
from casework.telling import tell_changed, when_and_where
from casework.tickets import link_code
from casework.ways import Reach, Ways, language_of, reach
from casework.work import words
from foundation.database import Database
from foundation.languages import speaking
from foundation.plain_times import clock, day, day_and_time

KIND, GONE = "waiting_offer", "waiting_gone"
TAKE, PASS = "take_offer", "pass_offer"
WAITS_HERE = "planned"  # the state of a conversation whose resident waits


def offer_to_those_who_wait(database: Database, *, ways: Ways, now: datetime) -> list[Offer]:
    """Offer what is free to those who wait, and tell them in the same transaction. Safe to run by several, any time."""

    def tell(db: sa.Connection, offer: Offer) -> None:
        _tell(db, offer, ways=ways, now=now)

    def gone(db: sa.Connection, place: Waiting) -> None:
        _tell_gone(db, place, ways=ways, now=now)

    return offer_freed(database, now=now, tell=tell, gone=gone)


def offer_reply(offer: Offer, *, place: str) -> Reply:
    """The offer on a page, with its two answers."""
    pairs = [(TAKE, words("waiting.take")), (PASS, words("waiting.pass"))]
    data = {"why": words("checking.why"), "hint": "", "kind": "choice", "number": None, "error": None}
    return Reply("question", words("waiting.offer", **_said(offer, place)), choices=choices(pairs), data=data)


def _said(offer: Offer, place: str) -> dict[str, str]:
    opening = offer.opening
    return {"day": day(opening.start), "start": clock(opening.start), "finish": clock(opening.finish),
            "place": place, "until": day_and_time(offer.until)}  # fmt: skip


# ---------------------------------------------------------------- telling
def _tell(db: sa.Connection, offer: Offer, *, ways: Ways, now: datetime) -> None:
    """By the way they chose, and in their conversation, where it waits for an answer."""
    hub = _hub_of(db, offer.waiting)
    language = language_of(db, offer.resident)
    with speaking(language):
        reply = offer_reply(offer, place=hub["name"]).as_json()
    _show(db, offer.resident, reply, now=now, current=reply)
    case = _case(db, offer.resident)
    to = reach(db, case.contact, offer.resident, ways=ways) if case is not None else None
    if to is None:
        return
    with speaking(language):
        link = f"{ways.public_url}/m/{link_code(db, offer.resident, now=now)}" if to.channel == "email" else ""
        key = "waiting.email" if to.channel == "email" else "waiting.text"
        text = words(key, phone=hub["phone"], link=link, **_said(offer, hub["name"]))
    parcel = _parcel(offer.waiting, KIND, offer.number, to, resident=offer.resident)
    if put(db, Parcel(**parcel, body=_body(ways, to, text), language=language), now=now) and to.channel != "email":
        question = Question(
            channel=to.channel, address=to.address, kind=KIND, about=parcel["about"], version=offer.number,
            choices=(TAKE, PASS), until=offer.until,
        )  # fmt: skip
        ask(db, question, now=now)


def _tell_gone(db: sa.Connection, place: Waiting, *, ways: Ways, now: datetime) -> None:
    """Nothing suited for so long that a person should look: said to them, and on their case."""
    hub, language, case = _hub_of(db, place.id), language_of(db, place.resident), _case(db, place.resident)
    with speaking(language):
        reply = Reply("text", words("waiting.gone", phone=hub["phone"])).as_json()
        text = words("waiting.text_gone", phone=hub["phone"])
    _show(db, place.resident, reply, now=now, current=None)
    if case is None:
        return
    note(db, case.reference, who="Front Door", kind="waiting", text="Off the waiting list: no time suited", now=now)
    to = reach(db, case.contact, place.resident, ways=ways)
    if to is not None:
        parcel = _parcel(place.id, GONE, place.offers + 1, to, resident=place.resident)
        put(db, Parcel(**parcel, body=_body(ways, to, text), language=language), now=now)


def _show(
    db: sa.Connection, resident: str, reply: dict[str, Any], *, now: datetime, current: dict[str, Any] | None
) -> None:
    """In the conversation too, unless they are in the middle of something else there."""
    mine = (t.conversation.c.id == resident) & (t.conversation.c.state == WAITS_HERE)
    here = t.conversation.update().where(mine).values(current=current, last_at=now, turn=t.conversation.c.turn + 1)
    if db.execute(here).rowcount == 1:
        said = {"text": "", "choice": None, "status": "answered", "replies": [reply], "at": now}
        db.execute(t.message.insert().values(conversation_id=resident, **said))


def _parcel(about: str, kind: str, version: int, to: Reach, *, resident: str) -> dict[str, Any]:
    return {"about": f"waiting:{about}", "kind": kind, "version": version, "channel": to.channel,
            "address": to.address, "conversation_id": resident}  # fmt: skip


def _body(ways: Ways, to: Reach, text: str) -> dict[str, Any]:
    return ways.body(to.channel, text, subject=words("emails.subject"))


def _hub_of(db: sa.Connection, place: str) -> dict[str, Any]:
    query = sa.select(hubs.c.details).join(waiting, waiting.c.hub == hubs.c.id).where(waiting.c.id == place)
    return dict(db.execute(query).scalar_one())


def _case(db: sa.Connection, resident: str) -> sa.Row[Any] | None:
    return db.execute(sa.select(t.case_file).where(t.case_file.c.conversation_id == resident)).one_or_none()


# ---------------------------------------------------------------- the two answers
def take(database: Database, offer: Offer, *, ways: Ways, now: datetime, heard: Heard | None = None) -> Visit:
    """Make the offer a visit and the visit their case's, told of, in one transaction. Raises OfferOver.

    `heard` is the text that takes it: its sender learns of the visit in the answer to it.
    """
    tell = tell_changed(
        "booked", ways=ways, now=now, contact=None, answered_to=heard.asked.address if heard is not None else ""
    )

    def all_of_it(db: sa.Connection, visit: Visit) -> None:
        mine = t.case_file.update().where(t.case_file.c.conversation_id == offer.resident)
        done = db.execute(mine.values(visit_reference=visit.reference).returning(t.case_file.c.reference))
        for reference in done.scalars():
            note(db, reference, who="Resident", kind="visit", text="Took a time from the waiting list", now=now)
        _booked(db, offer.resident, visit)
        tell(db, visit)
        if heard is not None:
            settle(db, heard, Answer(words("waiting.taken", **when_and_where(visit))))

    return accept(database, offer, now=now, tell=all_of_it)


def _booked(db: sa.Connection, resident: str, visit: Visit) -> None:
    """The conversation goes on from the visit."""
    here = t.conversation.update().where(t.conversation.c.id == resident)
    db.execute(here.values(current=None, state="booked"))
    a = t.assessment.c
    document = db.execute(sa.select(a.document).where(a.conversation_id == resident).with_for_update()).scalar()
    if document is not None:
        then = {**document, "stage": "booked", "visit_reference": visit.reference, "waiting": False}
        db.execute(t.assessment.update().where(a.conversation_id == resident).values(document=then))


def answer_offer(heard: Heard) -> Answer:
    """1 takes what is kept for them, 2 passes it on. By now that may be another time than the one asked about."""
    place, number = heard.asked.about.split(":")[1], heard.asked.version
    offer = _offer_of_place(heard.database, place, now=heard.now)
    if offer is None or offer.number != number:
        return _where_it_stands(heard, place)
    try:
        if heard.choice == PASS:
            pass_on(heard.database, offer)
            return _told(heard, words("waiting.passed"))
        visit = take(heard.database, offer, ways=heard.ways, now=heard.now, heard=heard)
    except OfferOver:
        return _where_it_stands(heard, place)
    return Answer(words("waiting.taken", **when_and_where(visit)))


def _where_it_stands(heard: Heard, place: str) -> Answer:
    """To an answer that came too late: they have it already, they wait on, or they are off the list."""
    query = sa.select(waiting.c.state, waiting.c.hold).where(waiting.c.id == place)
    with heard.database.reading() as db:
        row = db.execute(query).one_or_none()
        booked = db.scalar(sa.select(visits.c.reference).where(visits.c.hold == row.hold)) if row is not None else None
        if booked is not None and (visit := visit_in(db, booked)).state == "booked":
            return _told(heard, words("waiting.taken", **when_and_where(visit)))
        phone = store.the_hub(db).phone
    waits = row is not None and row.state in (WAITS, OFFERED)
    return _told(heard, words("waiting.over") if waits else words("waiting.off", phone=phone))


def pass_on(database: Database, offer: Offer) -> None:
    """Give it back, and stay on the list. Raises OfferOver."""
    decline(database, offer)
    with database.writing() as db:
        db.execute(t.conversation.update().where(t.conversation.c.id == offer.resident).values(current=None))


def _offer_of_place(database: Database, place: str, *, now: datetime) -> Offer | None:
    with database.reading() as db:
        resident = db.execute(sa.select(waiting.c.resident).where(waiting.c.id == place)).scalar_one_or_none()
    return None if resident is None else offer_to(database, resident, now=now)


def _told(heard: Heard, text: str) -> Answer:
    with heard.database.writing() as db:
        return settle(db, heard, Answer(text))
