"""Stage `choosing`: the plan, and whether it leads to one visit or to one named contact."""

from collections.abc import Hashable
from datetime import datetime
from typing import Any

from booking.openings import Opening
from casework.assessment import Assessment
from casework.gaps import count_uncovered
from casework.replies import Reply, choices
from casework.routing import Route, choose_route, situation_of
from casework.steps import searching, wishing
from casework.work import Work, words
from directory.cards import card
from directory.deciding.plan import Plan, make_plan
from directory.deciding.questions import next_question
from directory.geography.duties import council_to_ask
from directory.keeping.services import current_services
from directory.labels import need_label

OTHER_WAYS, NO_OPENING = "other_ways", "no_opening"


def next_circumstance(work: Work, assessment: Assessment) -> str | None:
    """The question whose answer is most likely to change the plan or where it leads; None when none can."""
    services = current_services(work.database)
    details = assessment.details()

    def leads_to(circumstances: dict[str, Any]) -> Hashable:
        told = Assessment(
            needs=assessment.needs,
            circumstances=circumstances,
            crises=assessment.crises,
            language=assessment.language,
            wants_person=assessment.wants_person,
            misunderstood=assessment.misunderstood,
        )
        return choose_route(situation_of(told, legs=0)).reason

    return next_question(
        services, assessment.codes(), assessment.circumstances, details=details, outcome=leads_to, now=work.now
    )


def plan_for(work: Work, assessment: Assessment) -> list[Reply]:
    """Make the plan, choose its route, and show it."""
    plan = make_plan(
        current_services(work.database),
        assessment.codes(),
        assessment.answered(),
        details=assessment.details(),
        now=work.now,
    )
    first = choose_route(situation_of(assessment, legs=len(plan.legs)))
    openings: tuple[Opening, ...] = ()
    if first.kind == "visit":
        openings = _openings_of(work, assessment, plan)
    route = (
        first
        if openings or first.kind != "visit"
        else choose_route(situation_of(assessment, legs=len(plan.legs), no_opening=True))
    )
    assessment.route = {"kind": route.kind, "reason": route.reason, "urgent": "yes" if route.urgent else ""}
    count_uncovered(work, assessment, plan)
    assessment.plan = _as_data(work, plan, route, openings, assessment)
    return show_plan(assessment)


def _openings_of(work: Work, assessment: Assessment, plan: Plan) -> tuple[Opening, ...]:
    """The openings for all legs of a plan, within the days that its most urgent need allows; recorded either way."""
    legs = searching.legs_of(plan)
    wishes = wishing.wishes_of(work, assessment, legs)
    found = searching.openings_for(work, legs, days=_days(plan), wishes=wishes)
    searching.note(work, assessment, legs, found, wishes=wishes)
    return found.openings


def show_plan(assessment: Assessment) -> list[Reply]:
    """The plan that was made, with what can be done next."""
    data = assessment.plan
    assert data is not None
    pairs = {
        "visit": [
            ("book_visit", words("plan.book")),
            ("plan_only", words("plan.only")),
            ("find_person", words("person.button")),
        ],
        "named_contact": [
            ("find_person", words("person.yes")),
            *([(OTHER_WAYS, words("plan.other_ways"))] if data.get("other_ways") else []),
            ("plan_only", words("plan.only")),
        ],
        "alone": [],
    }[data["route"]]
    assessment.stage = "planned" if data["route"] == "alone" else "choosing"
    assessment.asking = None
    return [Reply("plan", words(f"plan.text.{data['route']}"), choices=choices(pairs), data=data)]


def look_for_a_visit(assessment: Assessment) -> None:
    """Where a named contact was for want of a time alone: they look for other times after all."""
    if chosen_route(assessment).reason == NO_OPENING:
        assessment.route = {"kind": "visit", "reason": "joint_visit", "urgent": ""}


def chosen_route(assessment: Assessment) -> Route:
    """The route that the plan led to, or that the resident asked for."""
    stored = assessment.route or {"kind": "named_contact", "reason": "asked", "urgent": ""}
    return Route(stored["kind"], stored["reason"], bool(stored["urgent"]))


def uncovered(need: str, assessment: Assessment) -> dict[str, str]:
    """A need that no service here covers, and the council to ask where the person lives, if one owes it."""
    council = council_to_ask(need, assessment.answered().get("postcode"))
    return {"need": need, "label": need_label(need), "council": council}


def _days(plan: Plan) -> int:
    return searching.DAYS_URGENT if any(item.service.urgent for item in plan.legs) else searching.DAYS_ORDINARY


def _as_data(
    work: Work, plan: Plan, route: Route, openings: tuple[Opening, ...], assessment: Assessment
) -> dict[str, Any]:
    legs = [
        {**card(item, now=work.now, circumstances=assessment.answered()), "agency": item.service.agency,
         "minutes": item.service.minutes, "comes_first": item.service.comes_first,
         "what_happens": item.service.what_happens}
        for item in plan.legs
    ]  # fmt: skip
    alone = [card(item, now=work.now, circumstances=assessment.answered()) for item in plan.alone]
    soonest: datetime | None = openings[0].start if openings else None
    finish: datetime | None = openings[0].finish if openings else None
    return {
        "route": route.kind,
        "reason": words(f"route.{route.reason}"),
        "other_ways": route.reason == NO_OPENING,
        "hub": work.hub(),
        "legs": legs,
        "alone": alone,
        "uncovered": [uncovered(code, assessment) for code in plan.uncovered],
        "minutes": int((finish - soonest).total_seconds() // 60) if soonest and finish else None,
        "soonest": soonest.isoformat() if soonest else None,
        "assured": min((c["assured"] for c in [*legs, *alone] if c.get("assured")), default=None),
    }
