"""What a desk may see and do. Everything here asks first who is looking."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from booking.calendars.legs import BookedLeg, booked_legs
from booking.progress.progress import here, progress_of
from booking.progress.states import BEGUN, PLANNED
from booking.tables import leg, visit
from booking.visits.model import Visit, load_visit
from casework import tables as t
from casework.cases import Case, CaseNotFound, _from, note
from casework.consent import NAMED_CONTACT
from casework.staff import Staff, load_staff
from directory.keeping.evidence import record_evidence
from foundation.database import Database

NOT_SHARED = "not_shared"
FAILED = "failed"  # of a referral
NEWS = timedelta(days=2)  # so long a desk is told that a visit was changed or cancelled
ON_THE_DAY = timedelta(hours=12)  # a leg that runs late is still shown


@dataclass(frozen=True)
class CaseView:
    """A case with everything its named contact works from."""

    case: Case
    visit: Visit | None
    consents: list[dict[str, Any]]
    referrals: list[dict[str, Any]]
    events: list[dict[str, Any]]
    deputy_name: str | None


@dataclass(frozen=True)
class AgencyLeg:
    """One leg as the agency it belongs to sees it: when, where, and only what the resident agreed to show.

    `free_now`: the person is at the hub, with nobody, and this leg is next. `handed_over`: a line from the one before.
    `changed_at`: when the visit was changed, while that is news. What is `cancelled` is shown for as long.
    """

    visit_reference: str
    start: datetime
    finish: datetime
    room: str
    view: list[dict[str, str]]
    agreed: bool
    state: str = PLANNED
    free_now: bool = False
    handed_over: str = ""
    changed_at: datetime | None = None
    cancelled: bool = False


def _mine(who: Staff) -> sa.ColumnElement[bool]:
    return sa.or_(t.case_file.c.named_contact == who.username, t.case_file.c.deputy == who.username)


def my_cases(database: Database, who: Staff) -> list[Case]:
    """Open cases that this person answers for or is deputy of, the next promise first."""
    query = (
        sa.select(t.case_file)
        .where(t.case_file.c.state == "open", _mine(who))
        .order_by(t.case_file.c.promise_kept_at.is_not(None), t.case_file.c.promise_by)
    )
    with database.reading() as db:
        return [agreed_part(_from(row), _consents(db, row.reference)) for row in db.execute(query)]


def agreed_part(case: Case, consents: list[dict[str, Any]]) -> Case:
    """The case with only what the resident agreed to show their named contact; the rest is not on any page."""
    mine = next((c for c in consents if c["agency"] == NAMED_CONTACT), None)
    parts = set(mine["parts"]) if mine is not None and mine["given"] and mine["withdrawn_at"] is None else set()
    needs = [need for need in case.needs if f"need:{need['need']}" in parts]
    codes = {need["need"] for need in needs}
    cards = {
        kind: [card for card in case.plan.get(kind, []) if set(card["needs"]) <= codes] for kind in ("legs", "alone")
    }
    return replace(
        case,
        needs=needs,
        said=case.said if "words" in parts else "",
        circumstances=case.circumstances if "circumstances" in parts else {},
        contact=case.contact if "contact" in parts else {},
        plan={**case.plan, **cards, "reason": case.plan.get("reason", "") if "circumstances" in parts else ""},
        reason=case.reason if "circumstances" in parts else NOT_SHARED,
    )


def _consents(db: sa.Connection, reference: str) -> list[dict[str, Any]]:
    rows = db.execute(sa.select(t.consent).where(t.consent.c.case_reference == reference)).mappings()
    return [dict(row) for row in rows]


def _my_case(db: sa.Connection, who: Staff, reference: str) -> Case:
    row = db.execute(sa.select(t.case_file).where(t.case_file.c.reference == reference, _mine(who))).one_or_none()
    if row is None:
        raise CaseNotFound("There is no such case on your desk.")
    return _from(row)


def open_case_view(database: Database, who: Staff, reference: str) -> CaseView:
    """One case. Raises CaseNotFound when it is not this person's, whether or not it exists."""
    with database.reading() as db:
        case = _my_case(db, who, reference)
        consents = _consents(db, reference)
        case = agreed_part(case, consents)
        referrals = db.execute(sa.select(t.referral).where(t.referral.c.case_reference == reference)).mappings().all()
        events = (
            db.execute(
                sa.select(t.case_event)
                .where(t.case_event.c.case_reference == reference)
                .order_by(t.case_event.c.id.desc())
            )
            .mappings()
            .all()
        )
    visit = load_visit(database, case.visit_reference) if case.visit_reference else None
    deputy = load_staff(database, case.deputy) if case.deputy else None
    return CaseView(
        case,
        visit,
        consents,
        [dict(row) for row in referrals],
        [dict(row) for row in events],
        deputy.name if deputy else None,
    )


def keep_promise(database: Database, who: Staff, reference: str, *, now: datetime) -> None:
    """Record that the resident was reached as promised. Raises CaseNotFound."""
    with database.writing() as db:
        case = _my_case(db, who, reference)
        if case.promise_kept_at is None:
            db.execute(t.case_file.update().where(t.case_file.c.reference == reference).values(promise_kept_at=now))
            note(db, reference, who=who.name, kind="contact", text="Reached the resident as promised", now=now)


def add_note(database: Database, who: Staff, reference: str, text: str, *, now: datetime) -> None:
    """Write a note on a case. Raises CaseNotFound."""
    with database.writing() as db:
        _my_case(db, who, reference)
        note(db, reference, who=who.name, kind="note", text=text, now=now)


def referral_failed(database: Database, who: Staff, reference: str, referral_id: int, *, now: datetime) -> None:
    """Record that a referral did not work: nobody there could be reached, or they do not do this (any more).

    Once a referral, it counts as evidence about the service's record, without a word of the case. Raises CaseNotFound.
    """
    r = t.referral.c
    with database.writing() as db:
        _my_case(db, who, reference)
        failed = t.referral.update().where(r.id == referral_id, r.case_reference == reference, r.state != FAILED)
        service_id = db.execute(failed.values(state=FAILED).returning(r.service_id)).scalar_one_or_none()
        if service_id is None:
            raise CaseNotFound("There is no such referral on this case.")
        note(db, reference, who=who.name, kind="referral", text="A referral did not work", now=now)
        record_evidence(db, service_id, kind="handoff_failed", part="other", now=now)


def hand_over(database: Database, who: Staff, reference: str, *, now: datetime) -> None:
    """Swap named contact and deputy, so that the deputy answers for the case. Raises CaseNotFound."""
    with database.writing() as db:
        case = _my_case(db, who, reference)
        if case.deputy is None:
            raise CaseNotFound("This case has no deputy to hand over to.")
        db.execute(
            t.case_file.update()
            .where(t.case_file.c.reference == reference)
            .values(named_contact=case.deputy, deputy=case.named_contact)
        )
        note(db, reference, who=who.name, kind="handover", text="Handed over to the deputy", now=now)


def close_case(database: Database, who: Staff, reference: str, *, now: datetime) -> None:
    """Close a case: it leaves the desk, and its retention period begins. Raises CaseNotFound."""
    with database.writing() as db:
        _my_case(db, who, reference)
        db.execute(
            t.case_file.update().where(t.case_file.c.reference == reference).values(state="closed", closed_at=now)
        )
        note(db, reference, who=who.name, kind="closed", text="Case closed", now=now)


def agency_legs(database: Database, who: Staff, *, now: datetime) -> list[AgencyLeg]:
    """The coming legs of this adviser's own agency, soonest first, each with its consented view alone.

    A leg whose visit was cancelled in the last two days is among them, so that nobody waits for nobody.
    """
    theirs, f, c = (leg.c.agency == who.agency, visit.c.finish > now - ON_THE_DAY), t.case_file.c, t.consent.c
    with database.reading() as db:
        legs = {each.reference: each for each in booked_legs(db, *theirs)}
        agreed = sa.and_(c.case_reference == f.reference, c.agency == who.agency)
        rows = db.execute(
            sa.select(f.visit_reference, c.view, c.given, c.withdrawn_at)
            .select_from(sa.outerjoin(t.case_file, t.consent, agreed))
            .where(f.visit_reference.in_(legs))
        ).all()
    news = {each.reference: each.changed_at for each in legs.values() if _is_news(each, now)}
    shown = [_cancelled(each) for each in legs.values() if each.cancelled and each.reference in news]
    for row in rows:
        if not legs[row.visit_reference].cancelled:
            view = row.view if row.given and row.withdrawn_at is None else None
            shown += _open_legs(database, who, row.visit_reference, view, now=now)
    shown = [replace(each, changed_at=news.get(each.visit_reference)) for each in shown]
    return sorted(shown, key=lambda each: each.start)


def _is_news(each: BookedLeg, now: datetime) -> bool:
    return each.version > 1 and each.changed_at > now - NEWS and each.finish > now


def _cancelled(each: BookedLeg) -> AgencyLeg:
    return AgencyLeg(each.reference, each.start, each.finish, "", [], agreed=False, cancelled=True)


def _open_legs(
    database: Database, who: Staff, reference: str, view: list[dict[str, str]] | None, *, now: datetime
) -> list[AgencyLeg]:
    stands = here(database, reference, now=now)
    return [
        AgencyLeg(
            reference, each.planned.start, each.planned.finish, each.planned.room_label, view or [], view is not None,
            each.state, stands.waits_for(each), each.handed_over,
        )
        for each in progress_of(database, reference)
        if each.planned.agency == who.agency and each.open and (each.planned.finish > now or each.state == BEGUN)
    ]  # fmt: skip
