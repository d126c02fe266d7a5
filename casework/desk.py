"""What a desk may see and do. Everything here asks first who is looking."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from booking.progress.progress import here, progress_of
from booking.progress.states import BEGUN, PLANNED
from booking.visits.model import Visit, load_visit
from casework import tables as t
from casework.cases import Case, CaseNotFound, _from, note
from casework.consent import NAMED_CONTACT
from casework.staff import Staff, load_staff
from directory.keeping.evidence import record_evidence
from foundation.database import Database

NOT_SHARED = "not_shared"
FAILED = "failed"  # of a referral


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
    """The coming legs of this adviser's own agency, soonest first, each with its consented view alone."""
    with database.reading() as db:
        rows = db.execute(
            sa.select(t.case_file.c.visit_reference, t.consent.c.view, t.consent.c.given, t.consent.c.withdrawn_at)
            .select_from(t.case_file)
            .outerjoin(
                t.consent,
                sa.and_(t.consent.c.case_reference == t.case_file.c.reference, t.consent.c.agency == who.agency),
            )
            .where(t.case_file.c.visit_reference.is_not(None))
        ).all()
    legs = []
    for row in rows:
        visit = load_visit(database, row.visit_reference)
        if visit.state != "booked":
            continue
        agreed = bool(row.given) and row.withdrawn_at is None
        stands = here(database, visit.reference, now=now)
        legs += [
            AgencyLeg(
                visit.reference, leg.planned.start, leg.planned.finish, leg.planned.room_label,
                row.view if agreed else [], agreed, leg.state, stands.waits_for(leg), leg.handed_over,
            )
            for leg in progress_of(database, visit.reference)
            if leg.planned.agency == who.agency and leg.open and (leg.planned.finish > now or leg.state == BEGUN)
        ]  # fmt: skip
    return sorted(legs, key=lambda leg: leg.start)
