"""Stages `choosing` and `openings`: which time suits, and keeping it."""

from datetime import datetime, timedelta
from typing import Any

from booking.errors import OpeningTaken
from booking.openings import Opening, read_opening_code
from booking.visits.holding import hold_opening
from casework.assessment import Assessment, hear
from casework.replies import Reply, choices
from casework.steps import contact, hearing, planning
from casework.work import Said, Work, words
from directory.labels import agency_label
from foundation.plain_times import day_and_time

HOLD_MINUTES = 10


def use_plan(work: Work, assessment: Assessment, said: Said) -> list[Reply]:
    """What the resident does with the plan: book, keep it, or say more."""
    if said.choice == "book_visit":
        return offer(work, assessment)
    if said.choice == "plan_only":
        assessment.stage = "planned"
        return [Reply("text", words("plan.kept"))]
    if said.text and hear(assessment, said.text, said.heard):
        return hearing.show_needs(assessment)
    return planning.show_plan(assessment)


def offer(work: Work, assessment: Assessment, *, after_day: int = 0, first: Reply | None = None) -> list[Reply]:
    """Up to three joint openings; when there are none (left), a person finds one."""
    found = planning.openings_for(work, planning.requests_of(assessment), after_day=after_day)
    fresh = [opening for opening in found if opening.id not in assessment.seen_openings]
    if not fresh:
        return [*([first] if first else []), *_none_left(assessment)]
    assessment.stage = "openings"
    assessment.openings = [describe(opening, soonest=n == 0 and not after_day) for n, opening in enumerate(fresh)]
    return [*([first] if first else []), offered(work, assessment)]


def offered(work: Work, assessment: Assessment) -> Reply:
    """The openings that are on offer."""
    pairs = [(found["id"], day_and_time(datetime.fromisoformat(found["start"]))) for found in assessment.openings]
    pairs.append(("none_of_these", words("openings.none")))
    data = {
        "hub": work.hub(),
        "openings": assessment.openings,
        "hold_minutes": HOLD_MINUTES,
    }
    return Reply("openings", words("openings.text"), choices=choices(pairs), data=data)


def pick(work: Work, assessment: Assessment, said: Said) -> list[Reply]:
    """Hold the opening that was picked, or look further."""
    if said.choice == "none_of_these":
        return _further(work, assessment)
    known = {o["id"]: o for o in assessment.openings}
    chosen = said.choice or ""
    if chosen not in known:
        return [Reply("text", words("openings.which")), *offer(work, assessment)]
    return keep(work, assessment, known[chosen])


def keep(work: Work, assessment: Assessment, described: dict[str, Any]) -> list[Reply]:
    """Hold this opening and go on to how to reach the resident; if somebody was first, offer others."""
    try:
        hold = hold_opening(
            work.database,
            read_opening_code(described["id"]),
            resident=work.resident,
            now=work.now,
            minutes=HOLD_MINUTES,
        )
    except OpeningTaken:
        return offer(work, assessment, first=Reply("text", words("openings.taken")))
    assessment.opening, assessment.hold_id = described, hold.id
    return contact.begin(work, assessment)


def describe(opening: Opening, *, soonest: bool = False) -> dict[str, Any]:
    """An opening as data for a page: times ISO 8601, agencies by the name that people use."""
    return {
        "id": opening.id,
        "start": opening.start.isoformat(),
        "finish": opening.finish.isoformat(),
        "waiting_minutes": opening.waiting_minutes,
        "tag": words("openings.soonest") if soonest else None,
        "legs": [
            {
                "start": leg.start.isoformat(),
                "finish": leg.finish.isoformat(),
                "agency": leg.agency,
                "label": agency_label(leg.agency),
                "minutes": int((leg.finish - leg.start).total_seconds() // 60),
            }
            for leg in opening.legs
        ],
    }


def _further(work: Work, assessment: Assessment) -> list[Reply]:
    assessment.seen_openings += [o["id"] for o in assessment.openings]
    last = max((o["start"] for o in assessment.openings), default=None)
    days = 0 if last is None else max((datetime.fromisoformat(last) - work.now) // timedelta(days=1) + 1, 1)
    if days >= planning.DAYS_ORDINARY:
        return _none_left(assessment)
    return offer(work, assessment, after_day=days)


def _none_left(assessment: Assessment) -> list[Reply]:
    assessment.stage = "choosing"
    pairs = [("find_person", words("person.yes")), ("book_visit", words("openings.from_start"))]
    data = {"why": words("openings.none_why"), "hint": "", "kind": "choice", "number": None, "error": None}
    return [Reply("question", words("openings.none_left"), choices=choices(pairs), data=data)]
