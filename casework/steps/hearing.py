"""Stages `listening` and `confirming`: what is going on, and did we hear it right?

What is written in another language than English is not understood, only recognised. Where we speak that language
ourselves, the resident picks from the list of needs, one after the other; else a person with an interpreter takes over.
"""

from casework.assessment import Assessment, add_need, hear, remove_need
from casework.replies import Reply, choices
from casework.steps import asking, contact, planning
from casework.work import Said, Work, words
from directory.inferences import infer_needs
from directory.labels import need_label
from foundation.languages import ENGLISH, spoken, translate
from foundation.needs import NEEDS

PICK = "need:"
REMOVE = "remove:"
ADD, BACK = "add_need", "show_needs"
# What most people need comes first; in another language everything can be picked, as nothing else is understood.
TOPICS = ("housing", "rent_arrears", "money_debt", "benefits", "employment", "food", "energy", "mental_health",
          "physical_health", "family_children", "older_people_care")  # fmt: skip


def assess(work: Work, assessment: Assessment, said: Said) -> list[Reply]:
    """Take in the story. Shows the needs that were heard, or asks kindly for more."""
    if said.text:
        hear(assessment, said.text, said.heard)
    if said.choice and said.choice.startswith(PICK):
        add_need(assessment, said.choice.removeprefix(PICK))
    if assessment.needs:
        return _show(assessment)
    if _only_recognised(said):
        return _pick_in_our_language(assessment)
    if assessment.language != ENGLISH:
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
    if choice == ADD:
        return [_pick(assessment, words("listening.pick_more"), [(BACK, words("listening.back_to_list"))])]
    if choice == BACK:
        return _show(assessment)
    if said.text and not choice:
        new = hear(assessment, said.text, said.heard)
        if new:
            return [Reply("text", words("confirming.added", labels=_list(new))), *_show(assessment)]
        if not agreed:
            key = "listening.not_in_english" if _only_recognised(said) else "confirming.not_clear"
            return [Reply("text", words(key)), *_show(assessment)]
    return asking.begin(work, assessment)


def show_needs(assessment: Assessment) -> list[Reply]:
    """The needs as they now stand, to confirm."""
    return _show(assessment)


def ask_again(assessment: Assessment) -> list[Reply]:
    """Back at the very beginning: the open question, with what was said kept."""
    assessment.stage = "listening"
    return [Reply("text", words("listening.ask_again"))]


def _only_recognised(said: Said) -> bool:
    """Whether this was (or, being short, may have been) said in a language that we speak and do not understand."""
    return bool(said.text) and spoken() != ENGLISH and said.heard.get("language", ENGLISH) in (ENGLISH, spoken())


def _pick_in_our_language(assessment: Assessment) -> list[Reply]:
    """The list of needs in the resident's language. As no crisis is heard in it either, it begins with 999."""
    assessment.misunderstood = 0
    assessment.circumstances["language"] = spoken()
    return [Reply("text", words("listening.not_in_english")), pick_list(assessment)]


def pick_list(assessment: Assessment) -> Reply:
    """The list of needs to pick from, with a person as the other way."""
    person = words("person.button" if spoken() == ENGLISH else "listening.person_interpreter")
    return _pick(assessment, words("listening.pick_list"), [("talk_to_person", person)])


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
        {
            "need": n.need,
            "label": need_label(n.need),
            "because": n.because,
            "guess": translate(n.guess) if n.guess else None,
        }
        for n in assessment.needs
    ]
    heading = words("confirming.one" if len(needs) == 1 else "confirming.many", count=_count(len(needs)))
    pairs = [("yes", words("confirming.yes"))]
    pairs += [(f"{REMOVE}{n['need']}", words("confirming.remove", label=n["label"])) for n in needs]
    if spoken() != ENGLISH:
        pairs.append((ADD, words("listening.add_need")))
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
    key = "listening.pick_again" if assessment.misunderstood > 1 else "listening.pick"
    return [_pick(assessment, words(key), [("talk_to_person", words("person.button"))])]


def _pick(assessment: Assessment, text: str, more: list[tuple[str, str]]) -> Reply:
    """The list of needs to pick from, without those that are there already."""
    codes = TOPICS if spoken() == ENGLISH else (*TOPICS, *(code for code in NEEDS if code not in TOPICS))
    pairs = [(f"{PICK}{code}", need_label(code)) for code in codes if code not in assessment.codes()]
    why = words("listening.pick_why" if spoken() == ENGLISH else "listening.pick_one_by_one")
    data = {"why": why, "hint": "", "kind": "choice", "number": None, "error": None}
    return Reply("question", text, choices=choices([*pairs, *more]), data=data)


def _list(codes: list[str]) -> str:
    return ", ".join(need_label(code) for code in codes)


def _count(number: int) -> str:
    return {2: "two", 3: "three"}.get(number, str(number)) if spoken() == ENGLISH else str(number)
