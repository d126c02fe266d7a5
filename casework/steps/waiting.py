"""On the waiting list: joining it, what is kept, taking it, passing it on, leaving. The stage is `planned`."""

from booking.errors import OfferOver
from booking.waiting.list import join, leave, offer_to, place_of
from booking.wishes import Wishes
from casework import cases
from casework.assessment import Assessment
from casework.replies import Choice, Reply, choices
from casework.steps import planning, searching
from casework.steps.reached import reached, visit_reply
from casework.waiting_offers import PASS, TAKE, offer_reply, pass_on, take
from casework.ways import reach
from casework.work import Work, words

LEAVE = "leave_list"
CHOICES = (TAKE, PASS, LEAVE)


def begin(work: Work, assessment: Assessment) -> list[Reply]:
    """Put them on the list, open their case, and say how they learn of a time."""
    wishes = Wishes.from_json(assessment.search.get("wishes", {}))
    join(work.database, searching.requests_of(assessment), resident=work.resident, now=work.now, wishes=wishes)
    case = cases.open_case(
        work.database, work.resident, assessment,
        route=planning.chosen_route(assessment), visit_reference=None, now=work.now,
    )  # fmt: skip
    assessment.case_reference, assessment.stage, assessment.asking = case.reference, "planned", None
    with work.database.reading() as db:
        told = reach(db, case.contact, work.resident, ways=work.ways) is not None
    key = "waiting.joined" if told else "waiting.joined_no_way"
    return [Reply("text", words(key, phone=work.hub()["phone"]), choices=_choices())]


def still(work: Work) -> list[Reply]:
    """What is kept for them, or that they wait; nothing when they are not on the list."""
    offer = offer_to(work.database, work.resident, now=work.now)
    if offer is not None:
        return [offer_reply(offer, place=work.hub()["name"])]
    waits = place_of(work.database, work.resident) is not None
    return [Reply("text", words("waiting.still"), choices=_choices())] if waits else []


def now_where(work: Work) -> list[Reply]:
    """Where they stand: what was reached, or that they wait, or that the plan is kept."""
    return reached(work) or still(work) or [Reply("text", words("plan.kept"))]


def answer(work: Work, assessment: Assessment, choice: str) -> list[Reply]:
    """Take what is kept, pass it on, or leave the list."""
    if choice == LEAVE:
        leave(work.database, work.resident, now=work.now)
        assessment.waiting = False
        return [Reply("text", words("waiting.left"))]
    offer = offer_to(work.database, work.resident, now=work.now)
    if offer is None:
        return [Reply("text", words("waiting.over")), *now_where(work)]
    try:
        if choice == PASS:
            pass_on(work.database, offer)
            return [Reply("text", words("waiting.passed"))]
        visit = take(work.database, offer, ways=work.ways, now=work.now)
    except OfferOver:
        return [Reply("text", words("waiting.over"))]
    assessment.visit_reference, assessment.stage, assessment.waiting = visit.reference, "booked", False
    return [visit_reply(work, visit, assessment.plan or {})]


def _choices() -> tuple[Choice, ...]:
    return choices([(LEAVE, words("waiting.leave"))])
