"""Reading one message: phrases, heads, crisis and circumstances brought together."""

import re

import numpy as np

from foundation.needs import NEEDS
from understanding.alarm import Alarms, alarm_features, alarms_in, decide
from understanding.circumstances import circumstances_in
from understanding.embedding import encoder
from understanding.evidence import Evidence, evidence_in, features_of
from understanding.heads import Heads, Seen, heads
from understanding.languages import language_of
from understanding.people import is_on_behalf
from understanding.results import Crisis, Heard, Understanding
from understanding.text import Words, clauses_of, pieces_of, words_of

MOST_PIECES = 24
SHORT_QUOTE = 120
NONE_WEIGHS = 2.0  # where no phrase names a need: to claim one that is not there costs more than to ask once more
SAID_LIMIT = 0.6  # of a need's threshold, where a phrase names it
SMALL_TALK = re.compile(
    r"\W*(?:(?:hi|hiya|hello|hey|alright|morning|evening|good (?:morning|afternoon|evening)|thanks|thank you|ta|cheers"
    r"|ok|okay|yes|yeah|yep|no|nope|nah|sorry|please|bye|not sure|dunno|i don'?t know|help|start|stop|sure|fine|great"
    r"|there|so much|very much|that'?s (?:it|all|right|fine)|i need help|can you help(?: me)?|need help)\W*)+",
    re.IGNORECASE,
)


def extra_features(words: Words) -> list[float]:
    """The figures from the written phrases, for the heads."""
    return [*features_of(evidence_in(words)), *alarm_features(alarms_in(words))]


def understand(text: str) -> Understanding:
    """All needs, any crisis and every circumstance in `text`; never raises for any text. Raises ModelsMissing."""
    model = heads()
    language = language_of(text)
    readings = [_read_piece(model, text[start:end]) for start, end in pieces_of(text)[:MOST_PIECES]]
    needs = _joined([heard for needs, _ in readings for heard in needs])
    crises = [crisis for _, crisis in readings if crisis]
    crisis = max(crises, key=lambda one: one.score) if crises else None
    circumstances = circumstances_in(text[: MOST_PIECES * 600])
    if language != "en":
        circumstances.setdefault("language", language)
    empty = not needs and crisis is None and not circumstances
    return Understanding(
        needs=needs,
        crisis=crisis,
        circumstances=circumstances,
        out_of_scope=empty and bool(text.strip()) and not SMALL_TALK.fullmatch(text[:200]),
        language=language,
    )


def _read_piece(model: Heads, text: str) -> tuple[list[Heard], Crisis | None]:
    words = words_of(text)
    if not words.norms:
        return [], None
    evidence, alarms = evidence_in(words), alarms_in(words)
    embedded = encoder().encode(text)
    extra = [*features_of(evidence), *alarm_features(alarms)]
    seen = model.look(words, embedded, extra)
    chances = model.chances(seen, said_of(evidence))
    crisis = decide(words, alarms, chances, model.thresholds)
    if crisis and not crisis.because:
        crisis = Crisis(crisis.kind, crisis.score, (_clause(model, text, seen, f"crisis:{crisis.kind}"),), crisis.role)
    needs = [
        _heard(model, words, evidence, seen, code, chances[code])
        for code in NEEDS
        if code in chances and _acts(model, evidence, chances, code)
    ]
    return _crisis_needs(needs, crisis, alarms), crisis


def chances_of(text: str) -> dict[str, float]:
    """The calibrated probability of every label in the first piece of `text`, for measuring. Raises ModelsMissing."""
    start, end = pieces_of(text)[0]
    words = words_of(text[start:end])
    model, extra = heads(), extra_features(words)
    return model.chances(model.look(words, encoder().encode(text[start:end]), extra), said_of(evidence_in(words)))


def said_of(evidence: Evidence) -> dict[str, tuple[bool, bool]]:
    """Of each need whether a strong phrase and whether a detail stands in the message."""
    return {code: (bool(evidence.strong.get(code)), bool(evidence.details.get(code))) for code in NEEDS}


def _acts(model: Heads, evidence: Evidence, chances: dict[str, float], code: str) -> bool:
    """Whether this need is listed: its head is sure enough, and the head for none is not about as sure of that."""
    if evidence.denied(code):
        return False
    if any(evidence.named_instead(one) for one in NEEDS):
        return evidence.named_instead(code)
    none = chances.get("none", 0.0) * (1.0 if any(evidence.strong.values()) else NONE_WEIGHS)
    if none > max(chances[one] for one in NEEDS if one in chances):
        return False
    said = evidence.strong.get(code) or evidence.details.get(code)
    return chances[code] >= model.thresholds[code] * (SAID_LIMIT if said else 1.0)


def _heard(model: Heads, words: Words, evidence: Evidence, seen: Seen, code: str, score: float) -> Heard:
    matches = [match for _, match in evidence.details.get(code, ())] + evidence.strong.get(code, [])
    if not matches and evidence.named_instead(code):
        matches = evidence.weak[code]
    quotes = tuple(dict.fromkeys(words.quote(m.first, m.after) for m in matches))[:3]
    detail = next((name for name, _ in evidence.details.get(code, ())), None)
    because = quotes or (_clause(model, words.text, seen, code),)
    first = min((words.starts[m.first] for m in matches), default=0)
    return Heard(code, round(min(score, 0.999), 4), because, detail, is_on_behalf(words.text, first))


def _clause(model: Heads, text: str, seen: Seen, label: str) -> str:
    """The clause of `text` that speaks most for `label`, cut short if it is long."""
    pulls, embedded = model.pull(label, seen), seen.embedded
    best, best_pull = text.strip(), -np.inf
    for start, end in clauses_of(text):
        inside = [place for place, (a, b) in enumerate(embedded.places) if b > a and a >= start and b <= end]
        if inside and (pull := float(pulls[inside].mean()) * len(inside) ** 0.5) > best_pull:
            best, best_pull = text[start:end], pull
    if len(best) > SHORT_QUOTE:
        best = best[: best.rfind(" ", 0, SHORT_QUOTE) if " " in best[:SHORT_QUOTE] else SHORT_QUOTE].strip()
    return best


def _crisis_needs(needs: list[Heard], crisis: Crisis | None, alarms: Alarms) -> list[Heard]:
    """What a crisis always means as a need."""
    implied = {
        "suicide_selfharm": "mental_health",
        "no_shelter": "housing",
        "medical": "physical_health",
        "child_at_risk": "family_children",
    }
    if crisis is None or not alarms.sure.get(crisis.kind):
        return needs
    need = implied.get(crisis.kind)
    if need and all(heard.need != need for heard in needs):
        needs.append(Heard(need, crisis.score, crisis.because))
    return needs


def _joined(heard: list[Heard]) -> tuple[Heard, ...]:
    """One entry for each need over all pieces of a long text, the surest first."""
    best: dict[str, Heard] = {}
    for one in heard:
        old = best.get(one.need)
        if old is None:
            best[one.need] = one
            continue
        because = tuple(dict.fromkeys((*old.because, *one.because)))[:3]
        best[one.need] = Heard(
            one.need, max(old.score, one.score), because, old.detail or one.detail, old.on_behalf and one.on_behalf
        )
    return tuple(sorted(best.values(), key=lambda one: -one.score))
