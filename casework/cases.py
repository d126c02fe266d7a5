"""Cases: opened once a conversation, with consents and referrals, in one transaction; every change leaves a line."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from casework import tables as t
from casework.assessment import Assessment
from casework.consent import rings
from casework.promise import promise_by
from casework.routing import Route
from casework.staff import Staff, choose_named_contact
from foundation.database import Database
from foundation.errors import FrontDoorError
from foundation.references import new_reference

TO_RING = "to_ring"  # of a referral: the agency had no time in the visit, and rings the person instead


class CaseNotFound(FrontDoorError):
    """There is no such case, or this person may not see it."""


class NoNamedContact(FrontDoorError):
    """The place has nobody who can be a named contact."""


@dataclass(frozen=True)
class Case:
    """One case, as the desk sees it. `said` is the resident's own words; `contact` how to reach them safely."""

    reference: str
    conversation_id: str
    state: str
    route: str
    reason: str
    said: str
    needs: list[dict[str, Any]]
    circumstances: dict[str, Any]
    contact: dict[str, str]
    plan: dict[str, Any]
    visit_reference: str | None
    named_contact: str | None
    deputy: str | None
    promise_by: datetime | None
    promise_kept_at: datetime | None
    opened_at: datetime


def _from(row: sa.Row[tuple[object, ...]]) -> Case:
    return Case(**{name: getattr(row, name) for name in Case.__dataclass_fields__})


def open_case(
    database: Database,
    conversation_id: str,
    assessment: Assessment,
    *,
    route: Route,
    visit_reference: str | None,
    now: datetime,
) -> Case:
    """Open the conversation's case, or return the one it has: asked twice, it opens once.

    A named contact's case gets the person with most room, their deputy, and a promise of when they are in touch.
    Raises NoNamedContact.
    """
    with database.writing() as db:
        row = db.execute(sa.select(t.case_file).where(t.case_file.c.conversation_id == conversation_id)).one_or_none()
        if row is not None and (row.route == route.kind or row.route == "named_contact"):
            return _with_visit(db, row, visit_reference)
        person = choose_named_contact(db) if route.kind == "named_contact" else None
        if route.kind == "named_contact" and person is None:
            raise NoNamedContact("No named contact is set up for this place yet.")
        reference = row.reference if row is not None else new_reference()
        values = _case_values(assessment, route, person, visit_reference, now)
        if row is None:
            db.execute(
                t.case_file.insert().values(
                    reference=reference, conversation_id=conversation_id, state="open", opened_at=now, **values
                )
            )
        else:  # the resident booked a visit first and then asked for a person
            values["visit_reference"] = row.visit_reference or visit_reference
            db.execute(t.case_file.update().where(t.case_file.c.reference == reference).values(**values))
        _record_consents(db, reference, assessment, now)
        _record_referrals(db, reference, assessment, now)
        note(db, reference, who="Front Door", kind="opened", text="Case opened", now=now)
        return _from(db.execute(sa.select(t.case_file).where(t.case_file.c.reference == reference)).one())


def _with_visit(db: sa.Connection, row: sa.Row[tuple[object, ...]], visit_reference: str | None) -> Case:
    """The case as it is; where it waited for a visit, with that."""
    case = _from(row)
    if visit_reference is None or case.visit_reference is not None:
        return case
    mine = t.case_file.update().where(t.case_file.c.reference == case.reference)
    return _from(db.execute(mine.values(visit_reference=visit_reference).returning(t.case_file)).one())


def _case_values(
    assessment: Assessment, route: Route, person: Staff | None, visit_reference: str | None, now: datetime
) -> dict[str, Any]:
    return {
        "route": route.kind,
        "reason": route.reason,
        "said": "\n\n".join(assessment.said),
        "needs": [
            {"need": n.need, "because": n.because, "guess": n.guess, "detail": n.detail} for n in assessment.needs
        ],
        "circumstances": {**assessment.circumstances, **{f"{k}_words": v for k, v in assessment.notes.items()}},
        "contact": assessment.contact,
        "plan": assessment.plan or {},
        "visit_reference": visit_reference,
        "named_contact": person.username if person else None,
        "deputy": person.deputy if person else None,
        "promise_by": promise_by(now, urgent=route.urgent) if person else None,
    }


def _record_consents(db: sa.Connection, reference: str, assessment: Assessment, now: datetime) -> None:
    db.execute(t.consent.delete().where(t.consent.c.case_reference == reference))
    for answer in assessment.consents:
        db.execute(
            t.consent.insert().values(
                case_reference=reference,
                agency=answer["agency"],
                given=answer["given"],
                parts=answer["parts"],
                view=answer["view"],
                at=now,
            )
        )


def _record_referrals(db: sa.Connection, reference: str, assessment: Assessment, now: datetime) -> None:
    """A referral for every agency that must see the person and may be told so."""
    allowed = {answer["agency"] for answer in assessment.consents if answer["given"]}
    rung = set((assessment.opening or {}).get("rest", [])) & rings(assessment)
    db.execute(t.referral.delete().where(t.referral.c.case_reference == reference))
    for leg in (assessment.plan or {}).get("legs", []):
        if leg["agency"] in allowed:
            db.execute(
                t.referral.insert().values(
                    case_reference=reference,
                    agency=leg["agency"],
                    service_id=leg["service_id"],
                    needs=leg["needs"],
                    state=TO_RING if leg["agency"] in rung else "sent",
                    at=now,
                )
            )


def note(db: sa.Connection, reference: str, *, who: str, kind: str, text: str, now: datetime) -> None:
    """Add a line to what has happened. Lines are never changed."""
    db.execute(t.case_event.insert().values(case_reference=reference, at=now, who=who, kind=kind, text=text))


def case_of_conversation(database: Database, conversation_id: str) -> Case | None:
    """The conversation's case, if it has one."""
    with database.reading() as db:
        row = db.execute(sa.select(t.case_file).where(t.case_file.c.conversation_id == conversation_id)).one_or_none()
    return None if row is None else _from(row)


def consents_of(database: Database, reference: str) -> list[dict[str, Any]]:
    """Every consent that was asked for in this case, given or not."""
    with database.reading() as db:
        rows = db.execute(sa.select(t.consent).where(t.consent.c.case_reference == reference)).mappings().all()
    return [dict(row) for row in rows]


def add_message_to_case(database: Database, conversation_id: str, text: str, *, now: datetime) -> bool:
    """Put what a resident writes after the handoff before the eyes of their named contact."""
    with database.writing() as db:
        reference = db.execute(
            sa.select(t.case_file.c.reference).where(t.case_file.c.conversation_id == conversation_id)
        ).scalar_one_or_none()
        if reference is None:
            return False
        note(db, reference, who="Resident", kind="message", text=text, now=now)
    return True
