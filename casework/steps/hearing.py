"""Stages `listening` and `confirming`: what is going on, and did we hear it right?"""

from casework.assessment import Assessment, add_need, hear, remove_need
from casework.replies import Reply, choices
from casework.steps import asking, contact, planning
from casework.work import Said, Work, words
from directory.inferences import infer_needs
from directory.labels import need_label

PICK = "need:"
REMOVE = "remove:"


def assess(work: Work, assessment: Assessment, said: Said) -> list[Reply]:
    """Take in the story. Shows the needs that were heard, or asks kindly for more."""
    hear(assessment, said.text, said.heard)
    if said.choice and said.choice.startswith(PICK):
        add_need(assessment, said.choice.removeprefix(PICK))
    if assessment.needs:
        return _show(assessment)
    if assessment.language != "en":
        return _in_another_language(work, assessment)
    if said.heard.get("out_of_scope"):
        assessment.said.clear()
        return [Reply("text", words("listening.out_of_scope"))]
    return _say_more(assessment)


def confirm(work: Work, assessment: Assessment, said: Said, *, agreed: bool) -> list[Reply]:
    """Confirm, take away or add to what was heard; once agreed, the first question that matters."""
    choice = said.choice or ""
    if choice.startswith(REMOVE):
        return _removed(assessment, choice.removeprefix(REMOVE))
    if choice.startswith(PICK):
        add_need(assessment, choice.removeprefix(PICK))
        return _show(assessment)
    if said.text and not choice:
        new = hear(assessment, said.text, said.heard)
        if new:
            return [Reply("text", words("confirming.added", labels=_list(new))), *_show(assessment)]
        if not agreed:
            return [Reply("text", words("confirming.not_clear")), *_show(assessment)]
    return asking.begin(work, assessment)


def show_needs(assessment: Assessment) -> list[Reply]:
    """The needs as they now stand, to confirm."""
    return _show(assessment)


def ask_again(assessment: Assessment) -> list[Reply]:
    """Back at the very beginning: the open question, with what was said kept."""
    assessment.stage = "listening"
    return [Reply("text", words("listening.ask_again"))]


def _in_another_language(work: Work, assessment: Assessment) -> list[Reply]:
    """Straight to a person with an interpreter, said in their language where we have the sentence."""
    assessment.wants_person = True
    planning.plan_for(work, assessment)
    key = f"language.{assessment.language}"
    told = words(key if words.has(key) else "language.other")
    return [Reply("text", told), *contact.begin(work, assessment)]


def _show(assessment: Assessment) -> list[Reply]:
    for guess in infer_needs(assessment.codes(), assessment.answered()):
        add_need(assessment, guess.need, guess=guess.because)
    assessment.stage, assessment.misunderstood = "confirming", 0
    needs = [
        {"need": n.need, "label": need_label(n.need), "because": n.because, "guess": n.guess} for n in assessment.needs
    ]
    heading = words("confirming.one" if len(needs) == 1 else "confirming.many", count=_count(len(needs)))
    pairs = [("yes", words("confirming.yes"))]
    pairs += [(f"{REMOVE}{n['need']}", words("confirming.remove", label=n["label"])) for n in needs]
    data = {
        "said": assessment.said[-1] if assessment.said else "",
        "needs": needs,
        "heading": words("confirming.heading"),
    }
    return [Reply("needs", heading, choices=choices(pairs), data=data)]


def _removed(assessment: Assessment, code: str) -> list[Reply]:
    gone = remove_need(assessment, code)
    said = [Reply("text", words("confirming.removed", label=need_label(code)))] if gone else []
    if assessment.needs:
        return [*said, *_show(assessment)]
    assessment.stage = "listening"
    return [*said, Reply("text", words("confirming.none_left"))]


def _say_more(assessment: Assessment) -> list[Reply]:
    assessment.misunderstood += 1
    again = assessment.misunderstood > 1
    topics = ["housing", "rent_arrears", "money_debt", "benefits", "employment", "food", "energy", "mental_health",
              "physical_health", "family_children", "older_people_care"]  # fmt: skip
    pairs = [(f"{PICK}{code}", need_label(code)) for code in topics] + [("talk_to_person", words("person.button"))]
    return [
        Reply(
            "question",
            words("listening.pick_again" if again else "listening.pick"),
            choices=choices(pairs),
            data={"why": words("listening.pick_why"), "hint": "", "kind": "choice", "number": None, "error": None},
        )
    ]


def _list(codes: list[str]) -> str:
    return ", ".join(need_label(code) for code in codes)


def _count(number: int) -> str:
    return {2: "two", 3: "three"}.get(number, str(number))
