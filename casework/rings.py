"""Agencies that had no time in a visit and ring the person instead: who they are, their list, and that they rang."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from casework import tables as t
from casework.assessment import Assessment
from casework.cases import TO_RING, CaseNotFound, note
from casework.consent import rings
from casework.staff import Staff
from foundation.database import Database

RUNG = "accepted"


@dataclass(frozen=True)
class Ring:
    """Somebody to ring: what they agreed to show, and since when."""

    referral: int
    view: list[dict[str, Any]]
    at: datetime


def who_rings(assessment: Assessment) -> tuple[list[str], list[str]]:
    """The agencies that ring the person, and those that cannot: then it is the person who rings."""
    rest = (assessment.opening or {}).get("rest", [])
    able = rings(assessment)
    return [agency for agency in rest if agency in able], [agency for agency in rest if agency not in able]


def to_ring(database: Database, who: Staff) -> list[Ring]:
    """Whom this adviser's agency rings, longest waiting first, each with what they agreed to show it."""
    r, c = t.referral.c, t.consent.c
    joined = t.referral.join(t.consent, sa.and_(c.case_reference == r.case_reference, c.agency == r.agency))
    mine = (r.agency == who.agency, r.state == TO_RING, c.given, c.withdrawn_at.is_(None))
    query = sa.select(r.id, c.view, r.at).select_from(joined).where(*mine).order_by(r.at, r.id)
    with database.reading() as db:
        return [Ring(row.id, row.view, row.at) for row in db.execute(query)]


def rang(database: Database, who: Staff, referral: int, *, now: datetime) -> None:
    """Somebody of the agency rang them. Twice is once. Raises CaseNotFound when it is not this agency's."""
    r = t.referral.c
    mine = (r.id == referral, r.agency == who.agency)
    with database.writing() as db:
        if db.execute(sa.select(r.id).where(*mine)).first() is None:
            raise CaseNotFound("There is nobody like that to ring.")
        done = t.referral.update().where(*mine, r.state == TO_RING).values(state=RUNG)
        for reference in db.execute(done.returning(r.case_reference)).scalars():
            note(db, reference, who=who.name, kind="referral", text="Rang them", now=now)
