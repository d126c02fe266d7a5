"""Stages `choosing` and `openings`: which time suits, and keeping it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from booking.errors import OpeningTaken
from booking.openings import read_opening_code
from booking.visits.holding import hold_opening
from booking.wishes import Wishes
from casework.assessment import Assessment, hear
from casework.replies import Reply, choices
from casework.steps import contact, fitting, hearing, planning, searching, wishing
from casework.steps.describing import describe
from casework.wanting import READY, Wants, wants_of_answer
from casework.work import Said, Work, words
from foundation.plain_times import day_and_time

HOLD_MINUTES = 10
LATER, AGAIN = "suits_later", fitting.AGAIN
READY_LABELS = {"suits_mornings": "mornings", "suits_afternoons": "afternoons",
                "suits_after_school_run": "after_school_run", "suits_by_phone": "by_phone"}  # fmt: skip


def use_plan(work: Work, assessment: Assessment, said: Said) -> list[Reply]:
    """What the resident does with the plan: book, keep it, or say more."""
    if said.choice in (AGAIN, planning.OTHER_WAYS):
        return offer(work, assessment)
    if said.choice == "plan_only":
        assessment.stage = "planned"
        return [Reply("text", words("plan.kept"))]
    if said.text and hear(assessment, said.text, said.heard):
        return hearing.show_needs(assessment)
    return planning.show_plan(assessment)


def offer(work: Work, assessment: Assessment, *, after_day: int = 0, first: Reply | None = None) -> list[Reply]:
    """Up to three joint openings that were not seen yet; when there are none (left), what there is instead."""
    legs, before = searching.requests_of(assessment), [first] if first else []
    wishes = wishing.wishes_of(work, assessment, legs)
    more = searching.SHOWN + len(assessment.seen_openings)
    found = searching.openings_for(work, legs, wishes=wishes, after_day=after_day, limit=more)
    fresh = [opening for opening in found.openings if opening.id not in assessment.seen_openings][: searching.SHOWN]
    assessment.stage, assessment.waiting = "openings", False
    planning.look_for_a_visit(assessment)
    searching.note(work, assessment, legs, found, wishes=wishes)
    if not fresh:
        return [*before, fitting.nothing_fits(work, assessment, found, wishes=wishes)]
    assessment.openings = [describe(opening, soonest=n == 0 and not after_day) for n, opening in enumerate(fresh)]
    return [*before, offered(work, assessment)]


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


def said_again(work: Work, assessment: Assessment, current: dict[str, Any] | None) -> Reply:
    """What waits for an answer at this stage, once more, in the language spoken now."""
    if current is not None and current["data"].get("own_words"):
        return what_suits()
    return offered(work, assessment) if assessment.openings else offer(work, assessment)[-1]


def pick(work: Work, assessment: Assessment, said: Said) -> list[Reply]:
    """Hold the opening that was picked; or ask what suits, take the answer, or do what there is instead."""
    known = {o["id"]: o for o in assessment.openings}
    choice = said.choice or ""
    if choice in known:
        return keep(work, assessment, known[choice])
    if choice == "none_of_these":
        assessment.seen_openings += [o["id"] for o in assessment.openings]
        return [what_suits()]
    if choice == LATER:
        return _later(work, assessment)
    if choice == AGAIN:
        assessment.seen_openings, assessment.wants = [], {}
        return offer(work, assessment)
    if fitting.is_instead(assessment, choice):
        return _instead(work, assessment, choice)
    return _as_it_suits(work, assessment, said)


def what_suits(*, error: str | None = None) -> Reply:
    """Which days and times suit: a few ready answers, and their own words."""
    pairs = [(id, words(f"suiting.{key}")) for id, key in READY_LABELS.items()]
    pairs.append((LATER, words("suiting.later")))
    data = {"why": words("suiting.why"), "hint": words("suiting.hint"), "kind": "choice", "number": None,
            "error": error, "own_words": True}  # fmt: skip
    return Reply("question", words("suiting.text"), choices=choices(pairs), data=data)


def _as_it_suits(work: Work, assessment: Assessment, said: Said) -> list[Reply]:
    """Take what they said of days and times, say it back, and look again."""
    wants = READY.get(said.choice or "") or wants_of_answer(said.text)
    if wants == Wants():
        return [what_suits(error=words("suiting.not_clear"))]
    wishing.learn(assessment, wants)
    assessment.seen_openings += [o["id"] for o in assessment.openings if o["id"] not in assessment.seen_openings]
    took = words("suiting.took", wishes=wishing.in_words(Wants.from_json(assessment.wants)))
    return offer(work, assessment, first=Reply("text", took))


def _instead(work: Work, assessment: Assessment, choice: str) -> list[Reply]:
    if choice == fitting.WAIT_LIST:
        fitting.wait(work, assessment)
        return contact.begin(work, assessment)
    intro, openings = fitting.take(work, assessment, choice)
    assessment.openings = openings
    return [intro, offered(work, assessment)]


def keep(work: Work, assessment: Assessment, described: dict[str, Any]) -> list[Reply]:
    """Hold this opening and go on to how to reach the resident; if somebody was first, offer others."""
    try:
        held = hold(work, assessment, described)
    except OpeningTaken:
        return offer(work, assessment, first=Reply("text", words("openings.taken")))
    assessment.opening, assessment.hold_id = described, held
    return contact.begin(work, assessment)


def hold(work: Work, assessment: Assessment, described: dict[str, Any]) -> str:
    """Hold what was offered, with what was asked for; the hold's id. Raises OpeningTaken."""
    opening = read_opening_code(described["id"])
    here = {leg.agency for leg in opening.legs}
    asked = [leg for leg in searching.requests_of(assessment) if leg.agency in here]
    wishes = Wishes.from_json(assessment.search.get("wishes", {}))
    wishes = replace(wishes, by_phone=wishes.by_phone & here)
    kept = hold_opening(
        work.database, opening, resident=work.resident, now=work.now, minutes=HOLD_MINUTES, wishes=wishes, asked=asked
    )
    return kept.id


def _later(work: Work, assessment: Assessment) -> list[Reply]:
    last = max((o["start"] for o in assessment.openings), default=None)
    days = 0 if last is None else max((datetime.fromisoformat(last) - work.now) // timedelta(days=1) + 1, 1)
    return offer(work, assessment, after_day=min(days, searching.DAYS_ORDINARY - 1))
