"""When no joint time fits: why, in plain words, and what there is instead; which it was is recorded."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from booking.openings import LegRequest, OpeningsResult
from booking.waiting.fallbacks import Fallback, fallbacks
from booking.waiting.outcomes import NAMED_CONTACT, NOTHING, OTHER_HUB, SUBSET, WAITING_LIST, WIDER_GAP
from booking.wishes import Wishes
from casework.assessment import Assessment
from casework.replies import Reply, choices
from casework.steps import searching
from casework.steps.describing import agencies_named, describe
from casework.work import Work, words
from foundation.clock import to_london

SEE_FEWER, WIDER, ELSEWHERE, WAIT_LIST = "see_fewer", "wider_gap", "other_hub", "wait_list"
CHOICES = {SUBSET: SEE_FEWER, WIDER_GAP: WIDER, OTHER_HUB: ELSEWHERE, WAITING_LIST: WAIT_LIST}
AGAIN = "book_visit"
REASONS_SAID = 2


def nothing_fits(work: Work, assessment: Assessment, found: OpeningsResult, *, wishes: Wishes) -> Reply:
    """Why there is no time (left), and what can be done instead, each as a choice."""
    legs = searching.requests_of(assessment)
    seen_all = bool(found.openings) or bool(assessment.seen_openings and not found.blockers)
    instead = _instead(work, legs, wishes, openings_too=not found.openings)
    assessment.openings = []
    assessment.instead = [_as_data(each) for each in instead if each.what in CHOICES]
    why = " ".join(blocker.text for blocker in found.blockers[:REASONS_SAID]) or words("nothing.why")
    key = "text_more" if seen_all else "text" if len(legs) > 1 else "text_one"
    return question(
        instead, text=words(f"nothing.{key}"), why=why, again=bool(assessment.seen_openings or assessment.wants)
    )


def question(instead: Sequence[Fallback], *, text: str, why: str, again: bool) -> Reply:
    """What there is instead, each as a choice; with `again`, the way back to the first times."""
    pairs = [(CHOICES[each.what], _label(each)) for each in instead if each.what in CHOICES]
    pairs.append(("find_person", words("nothing.find_person")))
    if again:
        pairs.append((AGAIN, words("openings.from_start")))
    data = {"why": why, "hint": "", "kind": "choice", "number": None, "error": None}
    return Reply("question", text, choices=choices(pairs), data=data)


def _instead(work: Work, legs: Sequence[LegRequest], wishes: Wishes, *, openings_too: bool) -> Sequence[Fallback]:
    if not openings_too:
        return [Fallback(what=WAITING_LIST, wishes=wishes)]
    return fallbacks(
        work.database, legs, wishes=wishes, resident=work.resident, from_day=to_london(work.now).date(),
        days=searching.DAYS_ORDINARY, now=work.now,
    )  # fmt: skip


def is_instead(assessment: Assessment, choice: str) -> bool:
    """Whether this choice is one of what was offered instead."""
    return any(CHOICES[each["what"]] == choice for each in assessment.instead)


def take(work: Work, assessment: Assessment, choice: str) -> tuple[Reply, list[dict[str, Any]]]:
    """The openings of what was chosen instead, after a sentence that says what they are."""
    chosen = next(each for each in assessment.instead if CHOICES[each["what"]] == choice)
    assessment.search |= {"wishes": chosen["wishes"]}
    searching.end(work, assessment, chosen["what"], first_day=date.fromisoformat(chosen["openings"][0]["start"][:10]))
    rings = [words("openings.rings", agencies=agencies_named(chosen["rest"]))] if chosen["rest"] else []
    said = [words(f"nothing.chosen.{chosen['what']}", hub=chosen["hub"]), *rings]
    return Reply("text", " ".join(said)), chosen["openings"]


def wait(work: Work, assessment: Assessment) -> None:
    """They want to wait: what is left is how to reach them and what agencies may see."""
    chosen = next(each for each in assessment.instead if each["what"] == WAITING_LIST)
    assessment.search |= {"wishes": chosen["wishes"]}
    assessment.waiting, assessment.opening = True, None
    searching.end(work, assessment, WAITING_LIST)


def left_to_a_person(work: Work, assessment: Assessment) -> None:
    """A search that found nothing ended with a person after all."""
    if assessment.search.get("what") == NOTHING:
        searching.end(work, assessment, NAMED_CONTACT)


def _as_data(instead: Fallback) -> dict[str, Any]:
    rest = list(instead.rest)
    return {
        "what": instead.what,
        "openings": [{**describe(each), "rest": rest} for each in instead.openings],
        "rest": rest,
        "hub": instead.hub_name,
        "wishes": instead.wishes.as_json(),
    }


def _label(instead: Fallback) -> str:
    if instead.what != SUBSET:
        return words(f"nothing.{CHOICES[instead.what]}", hub=instead.hub_name)
    seen = [leg.agency for leg in instead.openings[0].legs if leg.agency not in instead.by_phone]
    told = {
        "agencies": agencies_named(seen),
        "others": agencies_named(instead.by_phone or instead.rest),
        "rest": agencies_named(instead.rest),
    }
    kind = ("see_fewer" if seen else "all_by_phone") if instead.by_phone or not seen else "see_fewer_rung"
    return words(f"nothing.{kind}{'_rest' if instead.rest and instead.by_phone else ''}", **told)
