"""Going on in another language: what waits for the resident is said again in it, and nothing else changes."""

from collections.abc import Callable
from typing import Any

from casework import tables as t
from casework.assessment import Assessment
from casework.assessments import load_assessment, save_assessment
from casework.conversations import choose_language, load_conversation, messages
from casework.replies import Reply
from casework.safety import safety_reply
from casework.steps import asking, contact, ending, hearing, opening, planning, waiting
from casework.steps.describing import leg_label
from casework.work import Work, words
from directory.cards import said_again
from directory.keeping.services import current_services
from foundation.languages import speaking

QUESTIONS: dict[str, Callable[[Assessment, str], Reply]] = {
    "asking": asking.question,
    "contact": contact.question,
    "consent": ending.consent_question,
}


def go_on_in(work: Work, language: str) -> None:
    """Go on in `language` (a key of foundation.languages.LANGUAGES). Raises ConversationNotFound.

    What was said before stays as it was said. While a message is being answered nothing is said again: its answer
    comes in the new language or the old one, and the next in the new one.
    """
    choose_language(work.database, work.resident, language)
    conversation = load_conversation(work.database, work.resident)
    if messages(work.database, work.resident, waiting_only=True):
        return
    assessment = load_assessment(work.database, work.resident)
    with speaking(language):
        _relabel(work, assessment)
        reply = _waiting(work, assessment, conversation.current)
    save_assessment(work.database, work.resident, assessment, now=work.now)
    if reply is not None:
        mine = (t.conversation.c.id == work.resident) & (t.conversation.c.turn == conversation.turn)
        with work.database.writing() as db:
            db.execute(t.conversation.update().where(mine).values(current=reply.as_json()))


def _waiting(work: Work, assessment: Assessment, current: dict[str, Any] | None) -> Reply | None:
    """What waits for the resident at this stage; the stage stays."""
    stage, key = assessment.stage, assessment.asking
    if current is not None and current["kind"] == "safety":
        return safety_reply(assessment.crises[-1]["kind"], assessment.crises[-1]["role"])
    if stage in QUESTIONS and key is not None:
        return QUESTIONS[stage](assessment, key)
    if stage == "listening":
        return hearing.pick_list(assessment) if current is not None else None
    if stage == "confirming":
        return hearing.show_needs(assessment)[-1]
    if stage == "openings":
        return opening.said_again(work, assessment, current)
    if stage == "checking":
        return ending.check(assessment, work)[-1]
    if stage == "planned" and (waits := waiting.still(work)):
        return waits[-1]
    if stage in ("choosing", "planned") and assessment.plan is not None:
        return _plan(assessment)
    return waiting.now_where(work)[-1] if stage in ("booked", "with_person") else None


def _plan(assessment: Assessment) -> Reply:
    stage = assessment.stage
    (shown,) = planning.show_plan(assessment)
    assessment.stage = stage
    return Reply(shown.kind, shown.text, choices=shown.choices if stage == "choosing" else (), data=shown.data)


def _relabel(work: Work, assessment: Assessment) -> None:
    """Our own words in what the assessment keeps: cards, reason, agencies. What services say stays."""
    for kept in [*assessment.openings, *([assessment.opening] if assessment.opening else [])]:
        kept["tag"] = words("openings.soonest") if kept.get("tag") else None
        for leg in kept["legs"]:
            leg["label"] = leg_label(leg["agency"], by_phone=leg.get("by_phone", False))
    if assessment.plan is None:
        return
    services = {service.id: service for service in current_services(work.database)}
    for kind in ("legs", "alone"):
        assessment.plan[kind] = [said_again(card, services.get(card["service_id"])) for card in assessment.plan[kind]]
    assessment.plan["reason"] = words(f"route.{(assessment.route or {}).get('reason', 'asked')}")
    assessment.plan["uncovered"] = [planning.uncovered(row["need"], assessment) for row in assessment.plan["uncovered"]]
