"""Needs that a plan could not cover are counted, so that a council sees what is missing; nothing of the person is."""

import logging

from sqlalchemy.exc import SQLAlchemyError

from casework.assessment import Assessment
from casework.work import Work
from directory.deciding.plan import Plan
from directory.keeping.gaps import count_gaps, gaps_of_needs
from directory.keeping.services import current_services
from foundation.clock import to_london

log = logging.getLogger("frontdoor.gaps")


def count_uncovered(work: Work, assessment: Assessment, plan: Plan) -> None:
    """Count what `plan` leaves open and the plan before it did not. A count is never worth a turn: it may be lost."""
    before = {one["need"] for one in (assessment.plan or {}).get("uncovered", [])}
    new = [need for need in plan.uncovered if need not in before]
    if not new:
        return
    postcode = str(assessment.answered().get("postcode") or "")
    gaps = gaps_of_needs(new, current_services(work.database), postcode=postcode)
    try:
        with work.database.writing() as db:
            count_gaps(db, gaps, day=to_london(work.now).date())
    except SQLAlchemyError:
        log.warning("a gap was not counted: the database did not take it", exc_info=True)
