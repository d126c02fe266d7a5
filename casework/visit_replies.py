"""What the answers to a reminder do: 1 keeps the visit, 2 offers other times, and a number among those moves it."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from booking.errors import OpeningNotReadable, OpeningTaken, VisitNotFound, VisitOver
from booking.openings import read_opening_code
from booking.tables import visit as visits
from booking.visits.changing import change_visit
from booking.visits.model import Visit, load_visit, visit_in
from casework import tables as t
from casework.answers_by_text import Answer, Heard, Question, ask, numbered, settle
from casework.cases import note
from casework.still_true import waits_for_a_person
from casework.telling import tell_changed, when_and_where
from casework.visit_reminders import CHANGE, about_reminder
from casework.visits import other_openings
from casework.work import words
from foundation.languages import ENGLISH, speaking
from foundation.plain_times import clock, day

TIMES, NONE_FITS, KEPT = "times", "none", "kept"
TO_CHOOSE = timedelta(hours=24)


def answer_reminder(heard: Heard) -> Answer:
    """1: we thank them, and their case says once that they will come. 2: up to three other times, by number."""
    try:
        visit = load_visit(heard.database, heard.asked.about.split(":")[1])
    except VisitNotFound:
        return _told(heard, "gone")
    if (stale := _stale(visit, heard)) is not None:
        return stale
    return _offer_times(heard, visit, "times") if heard.choice == CHANGE else _keep(heard, visit)


def answer_times(heard: Heard) -> Answer:
    """Move the visit to the time that was picked, in one transaction; none of them: a person takes over."""
    try:
        visit = load_visit(heard.database, heard.asked.about.split(":")[1])
    except VisitNotFound:
        return _told(heard, "gone")
    if heard.asked.answered_by is not None or visit.version != heard.asked.version or visit.state != "booked":
        return _stale(visit, heard) or _told(heard, "moved", visit)
    if heard.choice == NONE_FITS:
        return _to_person(heard, visit)
    if heard.over:
        return _stale(visit, heard) or _offer_times(heard, visit, "times")
    return _move(heard, visit)


def _stale(visit: Visit, heard: Heard) -> Answer | None:
    """A kind word when the visit is cancelled, over, broken, or at another time than was asked about."""
    if visit.state != "booked":
        return _told(heard, "cancelled", visit)
    if heard.now >= visit.start:
        return _told(heard, "over", visit)
    if heard.asked.kind != TIMES and heard.asked.about != about_reminder(visit):
        return _told(heard, "moved", visit)
    return _told(heard, "broken", visit) if _is_broken(visit, heard) else None


def _is_broken(visit: Visit, heard: Heard) -> bool:
    with heard.database.reading() as db:
        query = sa.select(visits.c.reference).where(visits.c.reference == visit.reference, waits_for_a_person())
        return db.execute(query).first() is not None


def _told(heard: Heard, key: str, visit: Visit | None = None) -> Answer:
    text = words(f"replies.{key}", **(when_and_where(visit) if visit is not None else {}))
    with heard.database.writing() as db:
        return settle(db, heard, Answer(text))


def _keep(heard: Heard, visit: Visit) -> Answer:
    with heard.database.writing() as db:
        _note_once(db, visit, heard.now)
        return settle(db, heard, Answer(words("replies.kept", **when_and_where(visit))))


def _note_once(db: sa.Connection, visit: Visit, now: datetime) -> None:
    """One line a visit and time, however often they say it."""
    e = t.case_event.c
    with speaking(ENGLISH):  # the desk's language
        text = f"Will come on {day(visit.start)} at {clock(visit.start)}, they say by text"
    case = _case_of(db, visit)
    said = sa.select(sa.exists().where(e.case_reference == case, e.kind == KEPT, e.text == text))
    if case is not None and not db.execute(said).scalar_one():
        note(db, case, who="Resident", kind=KEPT, text=text, now=now)


def _case_of(db: sa.Connection, visit: Visit) -> str | None:
    query = sa.select(t.case_file.c.reference).where(t.case_file.c.visit_reference == visit.reference)
    return db.execute(query.with_for_update()).scalar_one_or_none()


def _offer_times(heard: Heard, visit: Visit, key: str) -> Answer:
    found = other_openings(heard.database, visit, now=heard.now)
    if not found:
        return _to_person(heard, visit)
    labels = [*(f"{day(each.start)}, {clock(each.start)}" for each in found), words("replies.none")]
    question = Question(
        channel=heard.asked.channel, address=heard.asked.address, kind=TIMES, about=f"visit:{visit.reference}",
        version=visit.version, choices=(*(each.id for each in found), NONE_FITS),
        until=min(heard.now + TO_CHOOSE, visit.start),
    )  # fmt: skip
    with heard.database.writing() as db:
        ask(db, question, now=heard.now, after_message=heard.message_id)
        return settle(db, heard, Answer(words(f"replies.{key}", times=numbered(labels))))


def _to_person(heard: Heard, visit: Visit) -> Answer:
    with heard.database.writing() as db:
        if (case := _case_of(db, visit)) is not None:
            text = "Asked by text for another time for the visit; none fitted"
            note(db, case, who="Resident", kind="visit", text=text, now=heard.now)
        return settle(db, heard, Answer(words("replies.person", **when_and_where(visit)), to_person=True))


def _move(heard: Heard, before: Visit) -> Answer:
    """Claims, legs, the case's line, what agencies are told and this answer: one transaction."""
    tell = tell_changed("moved", ways=heard.ways, now=heard.now, before=before, answered_to=heard.asked.address)

    def all_of_it(db: sa.Connection, visit: Visit) -> None:
        if visit.version != heard.asked.version + 1:
            raise VisitOver("The visit has been changed meanwhile.")  # and nothing of this is kept
        tell(db, visit)
        if (case := _case_of(db, visit)) is not None:
            note(db, case, who="Resident", kind="visit", text="The resident moved the visit by text", now=heard.now)
        settle(db, heard, Answer(words("replies.now", **when_and_where(visit))))

    try:
        opening = read_opening_code(heard.choice)
        change_visit(heard.database, before.reference, opening, now=heard.now, tell=all_of_it)
    except (OpeningTaken, OpeningNotReadable):
        return _offer_times(heard, before, "taken")
    except VisitOver:
        now = load_visit(heard.database, before.reference)
        return _stale(now, heard) or _told(heard, "moved", now)
    with heard.database.reading() as db:
        return Answer(words("replies.now", **when_and_where(visit_in(db, before.reference))))
