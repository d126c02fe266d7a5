"""Crisis: written rules and a trained head together, recall first."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from foundation.needs import CRISIS_KINDS
from understanding.evidence import FOLDER, groups, load_yaml
from understanding.phrases import Match, PhraseMatcher
from understanding.results import Crisis
from understanding.text import Words

ENDS = frozenset(".!?;")
SURE_SCORE = 0.9
FIRST_NEEDED = ("medical", "suicide_selfharm", "child_at_risk", "violence_abuse", "no_shelter")


@cache
def alarm_matcher() -> PhraseMatcher:
    """The phrases of crisis.yml and crisis-other.yml, labelled `KIND:sure`, `maybe`, `calm` or `other`; `role:ROLE`."""
    loaded = load_yaml(FOLDER / "crisis.yml")
    phrases = [
        (f"{kind}:{strength}", phrase)
        for kind in CRISIS_KINDS
        for strength in ("sure", "maybe", "calm")
        for phrase in loaded[kind][strength]
    ]
    phrases += [
        (f"{kind}:other", phrase)
        for kind, others in load_yaml(FOLDER / "crisis-other.yml").items()
        for phrase in others
    ]
    phrases += [(f"role:{role}", phrase) for role in ("harms", "witness") for phrase in loaded[role]]
    return PhraseMatcher(phrases, groups())


# A head sees little in so few words ("please ring after 10"): without any alarming phrase it must be surer.
FEW_WORDS, FEW_WORDS_LIMIT = 5, 0.6
QUIET = 1.75  # the same, a little, where no phrase alarms: "we have no food until friday" is a need
# Where a phrase says that it is no crisis ("not suicidal", "years ago"), the head must be surer.
CALMED_LIMIT = 0.6


@dataclass
class Alarms:
    """Matches by kind. `sure` are those that no calm phrase takes back."""

    sure: dict[str, list[Match]] = field(default_factory=lambda: defaultdict(list))
    maybe: dict[str, list[Match]] = field(default_factory=lambda: defaultdict(list))
    calmed: dict[str, list[Match]] = field(default_factory=lambda: defaultdict(list))
    foreign: bool = False  # said in another language
    roles: set[str] = field(default_factory=set)


def alarms_in(words: Words) -> Alarms:
    """All that the crisis phrases find in `words`."""
    alarms, calm = Alarms(), []
    found = sorted(alarm_matcher().find(words), key=lambda m: (m.first, -m.after))
    sentence = _sentences(words)
    for match in found:
        kind, strength = match.label.split(":")
        if kind == "role":
            alarms.roles.add(strength)
        elif strength == "calm":
            calm.append((kind, match))
            alarms.calmed[kind].append(match)
    for match in found:
        kind, strength = match.label.split(":")
        if kind == "role" or strength == "calm":
            continue
        if strength == "sure" and any(_takes_back(one, kind, other, match, sentence) for other, one in calm):
            continue
        alarms.foreign = alarms.foreign or strength == "other"
        (alarms.maybe if strength == "maybe" else alarms.sure)[kind].append(match)
    return alarms


def _sentences(words: Words) -> list[int]:
    """The number of the sentence that each word stands in."""
    number, numbers = 0, []
    for norm in words.norms:
        numbers.append(number)
        number += norm in ENDS
    return numbers


def _takes_back(calm: Match, kind: str, calm_kind: str, match: Match, sentence: list[int]) -> bool:
    overlaps = calm.first < match.after and match.first < calm.after
    near = sentence[calm.first] == sentence[match.first] and abs(calm.first - match.first) <= 12
    return overlaps or (calm_kind == kind and near)


def alarm_features(alarms: Alarms) -> list[float]:
    """15 figures for the heads: sure, maybe and calming matches of each kind, each at most 2."""
    figures: list[float] = []
    for kind in CRISIS_KINDS:
        figures.append(min(2, len(alarms.sure.get(kind, ()))))
        figures.append(min(2, len(alarms.maybe.get(kind, ()))) * 0.4)
        figures.append(min(2, len(alarms.calmed.get(kind, ()))))
    return figures


def crisis_chance(chances: Mapping[str, Any]) -> Any:
    """The probability of a crisis, or an array of them: those of the kinds together, at most 1.

    One head for all kinds alarmed more often at the same recall (docs/understanding.md has both).
    """
    return np.minimum(sum(chances.get(f"crisis:{kind}", 0.0) for kind in CRISIS_KINDS), 1.0)


def decide(words: Words, alarms: Alarms, chances: dict[str, float], thresholds: dict[str, float]) -> Crisis | None:
    """The crisis to act on. `chances`: probability of each `crisis:KIND`."""
    chance = float(crisis_chance(chances))
    limit = thresholds.get("crisis", 0.5)
    if not any(alarms.sure.values()) and not any(alarms.maybe.values()):
        limit = max(limit * QUIET, FEW_WORDS_LIMIT if len(words.norms) <= FEW_WORDS else 0.0)
    if any(alarms.calmed.values()) and not any(alarms.sure.values()):
        limit = max(limit, CALMED_LIMIT)
    ruled = {kind for kind, matches in alarms.sure.items() if matches}
    if not ruled and chance < limit:
        return None
    if ruled and not alarms.foreign and chance < limit * 0.15:  # the head knows English alone
        return None
    kind = _kind(ruled, chances)
    quotes = tuple(dict.fromkeys(words.quote(m.first, m.after) for m in alarms.sure.get(kind, ())))[:3]
    if not quotes:
        quotes = tuple(dict.fromkeys(words.quote(m.first, m.after) for m in alarms.maybe.get(kind, ())))[:1]
    score = max(chance, SURE_SCORE) if ruled else chance
    return Crisis(kind, min(score, 0.999), quotes, role_of(alarms) if kind == "violence_abuse" else None)


def _kind(ruled: set[str], chances: dict[str, float]) -> str:
    def weight(kind: str) -> tuple[float, int]:
        return (chances.get(f"crisis:{kind}", 0.0) + (0.5 if kind in ruled else 0.0), -FIRST_NEEDED.index(kind))

    return max(CRISIS_KINDS, key=weight)


def role_of(alarms: Alarms) -> str:
    """Whether the writer suffers the violence, sees it or does it."""
    if "harms" in alarms.roles:
        return "harms"
    return "witness" if "witness" in alarms.roles else "victim"
