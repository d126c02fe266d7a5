"""What can be said at any time: a person, please; go back; start again; and what is said after the end."""

from casework import cases
from casework.assessment import Assessment, hear
from casework.replies import Reply
from casework.steps import asking, contact, ending, hearing, opening, planning, reached, waiting
from casework.work import Said, Work, words


def talk_to_person(work: Work, assessment: Assessment, said: Said) -> list[Reply]:
    """Go to a named contact from wherever this is. Nothing that was said has to be said again."""
    case = cases.case_of_conversation(work.database, work.resident)
    if case is not None and case.route == "named_contact":
        assessment.stage = "with_person"
        return [*_pass_on(work, said), reached.handoff_reply(work, case)]
    if said.text and not said.choice and said.needs():
        hear(assessment, said.text, said.heard)
    elif said.text and not said.choice:
        assessment.said.append(said.text)
    assessment.wants_person, assessment.waiting = True, False
    planning.plan_for(work, assessment)
    return [Reply("text", words("person.text")), *contact.begin(work, assessment)]


def go_back(work: Work, assessment: Assessment) -> list[Reply]:
    """One step back; what was answered there is asked again."""
    stage = assessment.stage
    if stage == "confirming":
        return hearing.ask_again(assessment)
    if stage in ("asking", "choosing", "planned") and assessment.asked:
        return asking.again(assessment)
    if stage in ("asking", "choosing", "planned"):
        return hearing.show_needs(assessment) if assessment.needs else hearing.ask_again(assessment)
    if stage == "contact":
        return contact.again(assessment) or _before_contact(work, assessment)
    if stage == "consent":
        if assessment.consents:
            return ending.take_back_consent(assessment)
        return contact.again(assessment) or _before_contact(work, assessment)
    if stage == "checking":
        return opening.offer(work, assessment)
    if stage == "openings":
        return planning.show_plan(assessment)
    if stage in ("booked", "with_person"):
        return [Reply("text", words("back.after_end")), *waiting.now_where(work)]
    return hearing.ask_again(assessment)


def _before_contact(work: Work, assessment: Assessment) -> list[Reply]:
    if (assessment.route or {}).get("kind") == "visit":
        return opening.offer(work, assessment)
    assessment.wants_person = False
    return planning.plan_for(work, assessment) if assessment.needs else hearing.ask_again(assessment)


def start_again(work: Work, assessment: Assessment) -> list[Reply]:
    """Forget the story so far. A case that is open stays open, and so does a booked visit."""
    fresh = Assessment(case_reference=assessment.case_reference, visit_reference=assessment.visit_reference)
    assessment.__dict__.update(fresh.__dict__)
    return [Reply("text", words("listening.start_again"))]


def after_end(work: Work, assessment: Assessment, said: Said) -> list[Reply]:
    """Something is said after the ending: a named contact is told; a visit or plan is shown again."""
    if said.choice in waiting.CHOICES:
        return waiting.answer(work, assessment, said.choice)
    told = _pass_on(work, said) if assessment.stage == "with_person" else []
    if told:
        return [*told, *waiting.now_where(work)]
    if assessment.stage == "planned" and said.text and hear(assessment, said.text, said.heard):
        return hearing.show_needs(assessment)
    return [*waiting.now_where(work), Reply("text", words("visit.what_now"))]


def _pass_on(work: Work, said: Said) -> list[Reply]:
    """What is written to a person reaches that person, however it was taken ("please ring after 10")."""
    if said.choice or not said.text:
        return []
    if not cases.add_message_to_case(work.database, work.resident, said.text, now=work.now):
        return []
    return [Reply("text", words("handoff.passed_on"), data={"passed_on": True})]
