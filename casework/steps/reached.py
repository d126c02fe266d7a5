"""What was reached, shown: the booked visit, or the named contact and their promise."""

from typing import Any

from booking.visits.model import Visit, load_visit
from casework import cases
from casework.replies import Reply
from casework.staff import load_staff
from casework.steps.describing import leg_label
from casework.telling import texted_to
from casework.work import Work, words
from foundation.plain_times import by_when


def reached(work: Work) -> list[Reply]:
    """It again, or nothing where neither was reached."""
    case = cases.case_of_conversation(work.database, work.resident)
    if case is not None and case.route == "named_contact":
        return [handoff_reply(work, case)]
    if case is not None and case.visit_reference:
        return [visit_reply(work, load_visit(work.database, case.visit_reference), case.plan)]
    return []


def handoff_reply(work: Work, case: cases.Case) -> Reply:
    """The named contact's promise: who, by when, how, and what to do if it is not kept."""
    person = load_staff(work.database, case.named_contact or "")
    deputy = load_staff(work.database, case.deputy or "")
    assert person is not None
    assert case.promise_by is not None
    hub = work.hub()
    agreed = [c for c in cases.consents_of(work.database, case.reference) if c["given"]]
    reachable = _reachable(case, agreed)
    when = by_when(case.promise_by, now=work.now)
    safe = case.contact.get("safe_contact", "call_only") if reachable else "not_safe"
    safe = "email" if reachable and not case.contact.get("phone") else safe
    data: dict[str, Any] = {
        "reference": case.reference,
        "name": person.name,
        "role": person.title,
        "by": case.promise_by.isoformat(),
        "by_words": when,
        "reachable": reachable,
        "how": words(f"handoff.how.{safe}", name=person.name, ending=_ending(case), hours=_hours(case)),
        "if_someone_else": words("handoff.if_someone_else", name=person.name)
        if reachable and case.contact.get("phone")
        else None,
        "knows": words("handoff.knows" if agreed else "handoff.knows_nothing", name=person.name),
        "sees": [line for c in agreed for line in c["view"]],
        "deputy": deputy.name if deputy else None,
        "hub_phone": hub["phone"],
        "plan": case.plan,
        "visit": case.visit_reference,
    }
    key = "handoff.text" if reachable else "handoff.text_you_call"
    return Reply("handoff", words(key, name=person.name, when=when), data=data)


def _reachable(case: cases.Case, agreed: list[dict[str, Any]]) -> bool:
    """Whether the named contact has a way to reach them that is safe and that they agreed to."""
    way = case.contact.get("phone") or case.contact.get("email")
    shared = any("contact" in consent["parts"] for consent in agreed)
    return bool(way) and shared and case.contact.get("safe_contact") != "not_safe"


def _ending(case: cases.Case) -> str:
    return "".join(c for c in case.contact.get("phone", "") if c.isdigit())[-3:]


def _hours(case: cases.Case) -> str:
    return words(f"handoff.hours.{case.contact.get('safe_hours', 'any')}")


def visit_reply(work: Work, visit: Visit, plan: dict[str, Any]) -> Reply:
    """The booked visit: when, where, what happens, what to bring."""
    by_agency = {leg["agency"]: leg for leg in plan.get("legs", [])}
    hub = work.hub()
    data = {
        "reference": visit.reference,
        "state": visit.state,
        "start": visit.start.isoformat(),
        "finish": visit.finish.isoformat(),
        "hub": hub,
        "host": visit.host,
        "legs": [
            {
                "start": leg.start.isoformat(),
                "finish": leg.finish.isoformat(),
                "minutes": int((leg.finish - leg.start).total_seconds() // 60),
                "agency": leg.agency,
                "label": leg_label(leg.agency, by_phone=leg.by_phone),
                "by_phone": leg.by_phone,
                "what_happens": by_agency.get(leg.agency, {}).get("what_happens", ""),
                "room": leg.room_label,
            }
            for leg in visit.legs
        ],
        "bring": list(dict.fromkeys(item for leg in by_agency.values() for item in leg.get("bring", []))),
        "alone": plan.get("alone", []),
        "ics": f"/visit/{visit.reference}/calendar.ics",
        "sent_to": texted_to(work.database, visit.reference),
    }
    return Reply("visit", words("visit.text"), data=data)
