"""The search for a joint time, as the conversation asks it, and the record of how it ended."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from booking.finding.finding import find_openings
from booking.openings import LegRequest, OpeningsResult
from booking.waiting.outcomes import NOTHING, WHOLE, record, settle
from booking.wishes import Wishes
from casework.assessment import Assessment
from casework.work import Work
from directory.deciding.plan import Plan
from foundation.clock import to_london

# How far ahead a joint opening may lie before a named contact is the better answer.
DAYS_URGENT, DAYS_ORDINARY = 10, 28
SHOWN = 3  # openings at a time
# What is to be done at once (a bed, a court date) is over before what can wait (a workshop) begins.
AT_ONCE, CAN_WAIT = 1, 5
NO_WISHES = Wishes()


def legs_of(plan: Plan) -> list[LegRequest]:
    """What has to be booked for a plan: one leg an agency, in the order in which they should come."""
    return _requests(
        (item.service.agency, item.service.id, item.service.minutes, item.service.comes_first) for item in plan.legs
    )


def requests_of(assessment: Assessment) -> list[LegRequest]:
    """The same, from the plan as it is stored."""
    legs = (assessment.plan or {}).get("legs", [])
    return _requests((leg["agency"], leg["service_id"], leg["minutes"], leg["comes_first"]) for leg in legs)


def _requests(legs: Iterable[tuple[str, str, int, int]]) -> list[LegRequest]:
    every = list(legs)
    at_once = frozenset(agency for agency, _, _, first in every if first <= AT_ONCE)
    return [
        LegRequest(
            agency=agency,
            service_id=service_id,
            minutes=minutes,
            after=first,
            follows=at_once if first >= CAN_WAIT else frozenset(),
        )
        for agency, service_id, minutes, first in every
    ]


def openings_for(
    work: Work,
    legs: list[LegRequest],
    *,
    wishes: Wishes = NO_WISHES,
    days: int = DAYS_ORDINARY,
    after_day: int = 0,
    limit: int = SHOWN,
) -> OpeningsResult:
    """Joint openings, from today (or `after_day` days later) on, with why there is none."""
    return find_openings(
        work.database, legs, resident=work.resident, from_day=to_london(work.now + timedelta(days=after_day)).date(),
        days=days - after_day, now=work.now, limit=limit, wishes=wishes,
    )  # fmt: skip


def note(
    work: Work, assessment: Assessment, legs: Sequence[LegRequest], found: OpeningsResult, *, wishes: Wishes
) -> None:
    """Record how a search ended: once for the same agencies, however often it is asked again.

    A time for all of them that was offered once stays on record, whatever is asked for after that.
    """
    agencies = sorted(leg.agency for leg in legs)
    what = WHOLE if found.openings else NOTHING
    first_day = to_london(found.openings[0].start).date() if found.openings else None
    if assessment.search.get("agencies") != agencies:
        number = record(
            work.database, legs, hub=str(work.hub()["id"]), what=what, now=work.now, first_day=first_day,
            blocker=found.blockers[0] if found.blockers else None,
        )  # fmt: skip
        assessment.search = {"number": number, "what": what, "agencies": agencies}
    elif what == WHOLE:
        end(work, assessment, WHOLE, first_day=first_day)
    assessment.search |= {"wishes": wishes.as_json()}


def end(work: Work, assessment: Assessment, what: str, *, first_day: date | None = None) -> None:
    """The search that was noted last ended so."""
    if "number" in assessment.search and assessment.search["what"] != what:
        settle(work.database, assessment.search["number"], what=what, first_day=first_day)
        assessment.search |= {"what": what}
