"""Stages `consent`, `checking` and the two endings: a booked visit, or one named contact."""

from booking.errors import HoldExpired, HoldNotFound, OpeningTaken
from booking.visits.holding import confirm_visit
from booking.visits.model import Visit
from booking.waiting.list import leave
from casework import cases
from casework.assessment import Assessment
from casework.consent import NAMED_CONTACT, agencies_to_ask, given_view, preview
from casework.replies import Reply, choices
from casework.rings import who_rings
from casework.steps import contact, fitting, opening, planning, reached, waiting
from casework.steps.describing import agencies_named
from casework.telling import tell_changed
from casework.work import Said, Work, words
from directory.labels import agency_label
from foundation.languages import ENGLISH, speaking


def begin_consent(work: Work, assessment: Assessment) -> list[Reply]:
    """Ask about the first agency."""
    assessment.stage, assessment.consents = "consent", []
    assessment.contact = contact.settled(assessment)
    return _next_consent(assessment)


def answer_consent(work: Work, assessment: Assessment, said: Said, *, agreed: bool | None) -> list[Reply]:
    """Take one agency's yes or no; ask about the next. Nothing is left to ask when `assessment.asking` is None."""
    agency = assessment.asking
    if agency is None or agency not in agencies_to_ask(assessment):
        return _next_consent(assessment)
    if agreed is None:
        return [Reply("text", words("consent.not_clear")), consent_question(assessment, agency)]
    with speaking(ENGLISH):  # what the agency will read; the resident saw the same in their language
        previewed = preview(assessment, agency)
    every = [part for part, _ in previewed.parts]
    parts = [part for part in every if said.parts is None or part in said.parts] if agreed else []
    assessment.consents.append(
        {"agency": agency, "given": bool(parts), "parts": parts, "view": given_view(previewed, parts)}
    )
    return _next_consent(assessment)


def take_back_consent(assessment: Assessment) -> list[Reply]:
    """Take the last agency's answer back, and ask about it once more."""
    assessment.consents.pop()
    return _next_consent(assessment)


def consent_question(assessment: Assessment, agency: str) -> Reply:
    """The question for one agency, with the exact view it would get."""
    previewed = preview(assessment, agency)
    order = agencies_to_ask(assessment)
    data = {
        "agency": agency,
        "agency_label": previewed.label,
        "number": order.index(agency) + 1,
        "of": len(order),
        "parts": [{"id": id, "label": label} for id, label in previewed.parts],
        "view": list(previewed.view),
        "will_not_see": previewed.will_not_see,
    }
    pairs = [("yes", words("consent.yes")), ("no", words("consent.no"))]
    key = "consent.ask_contact" if agency == NAMED_CONTACT else "consent.ask"
    return Reply("consent", words(key, agency=previewed.label), choices=choices(pairs), data=data)


def finish(work: Work, assessment: Assessment) -> list[Reply]:
    """After the consents: a last look before booking, a place on the waiting list, or the named contact."""
    if planning.chosen_route(assessment).kind == "named_contact":
        return hand_off(work, assessment)
    if assessment.waiting:
        return waiting.begin(work, assessment)
    return check(assessment, work)


def check(assessment: Assessment, work: Work) -> list[Reply]:
    """The page on which everything is looked at once more, and booked."""
    assessment.stage, assessment.asking = "checking", None
    pairs = [("confirm", words("checking.confirm")), ("change_time", words("checking.change_time"))]
    data = {
        "why": words("checking.why"), "hint": "", "kind": "confirm", "number": None, "error": None,
        "visit": assessment.opening, "hub": work.hub(),
        "contact": assessment.contact,
        "consents": [{"label": agency_label(c["agency"]), "given": c["given"]} for c in assessment.consents],
    }  # fmt: skip
    return [Reply("question", words("checking.text"), choices=choices(pairs), data=data)]


def book(work: Work, assessment: Assessment, said: Said, *, agreed: bool) -> list[Reply]:
    """Book the held opening, once. When the hold ran out and somebody was first, offer the next best times."""
    if said.choice == "change_time":
        return opening.offer(work, assessment)
    if said.choice != "confirm" and not agreed:
        return check(assessment, work)
    try:
        visit = _confirm(work, assessment)
    except OpeningTaken:
        return opening.offer(work, assessment, first=Reply("text", words("openings.taken")))
    assessment.visit_reference = visit.reference
    case = cases.open_case(
        work.database, work.resident, assessment,
        route=planning.chosen_route(assessment), visit_reference=visit.reference, now=work.now,
    )  # fmt: skip
    leave(work.database, work.resident, now=work.now)  # they wait no longer
    assessment.case_reference, assessment.stage = case.reference, "booked"
    return [*_others(work, assessment), reached.visit_reply(work, visit, case.plan)]


def _others(work: Work, assessment: Assessment) -> list[Reply]:
    """Of the agencies that are not in the visit: who rings the person, and whom they ring."""
    ring, call = who_rings(assessment)
    said = [words("openings.rings", agencies=agencies_named(ring))] if ring else []
    said += [words("openings.you_ring", agencies=agencies_named(call), phone=work.hub()["phone"])] if call else []
    return [Reply("text", " ".join(said))] if said else []


def _confirm(work: Work, assessment: Assessment) -> Visit:
    assert assessment.opening is not None
    tell = tell_changed("booked", ways=work.ways, now=work.now, contact=assessment.contact)
    try:
        return confirm_visit(work.database, assessment.hold_id or "", resident=work.resident, now=work.now, tell=tell)
    except (HoldExpired, HoldNotFound):
        assessment.hold_id = opening.hold(work, assessment, assessment.opening)
        return confirm_visit(work.database, assessment.hold_id, resident=work.resident, now=work.now, tell=tell)


def hand_off(work: Work, assessment: Assessment) -> list[Reply]:
    """Open the case with one named contact, and say what they promise."""
    assessment.contact = contact.settled(assessment)
    case = cases.open_case(
        work.database, work.resident, assessment,
        route=planning.chosen_route(assessment), visit_reference=assessment.visit_reference, now=work.now,
    )  # fmt: skip
    fitting.left_to_a_person(work, assessment)
    leave(work.database, work.resident, now=work.now)
    assessment.case_reference, assessment.stage, assessment.asking = case.reference, "with_person", None
    return [reached.handoff_reply(work, case)]


def _next_consent(assessment: Assessment) -> list[Reply]:
    answered = {answer["agency"] for answer in assessment.consents}
    missing = [agency for agency in agencies_to_ask(assessment) if agency not in answered]
    assessment.asking = missing[0] if missing else None
    return [consent_question(assessment, missing[0])] if missing else []
