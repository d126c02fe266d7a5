"""What the written phrases say about a message: needs, details, negation."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from foundation.needs import NEEDS
from understanding.phrases import Match, PhraseMatcher
from understanding.results import PatternsBroken
from understanding.text import Words

FOLDER = Path(__file__).parent / "patterns"
NEGATORS = frozenset(
    [
        "not",
        "no",
        "never",
        "isnt",
        "arent",
        "dont",
        "doesnt",
        "havent",
        "hasnt",
        "without",
        "wasnt",
        "werent",
        "didnt",
        "nor",
        "neither",
        "aint",
    ]
)
CLOSE_NEGATORS = frozenset({"no", "without", "nor", "neither"})
TROUBLES = frozenset(
    [
        "problem",
        "problems",
        "trouble",
        "troubles",
        "issue",
        "issues",
        "worry",
        "worries",
        "concerns",
        "longer",
        "history",
    ]
)
NOT_NEGATING_AFTER = frozenset(
    [
        "know",
        "just",
        "only",
        "sure",
        "idea",
        "think",
        "understand",
        "want",
        "longer",
        "more",
        "one",
        "even",
        "care",
        "mind",
    ]
)
FINE_AFTER = frozenset(["fine", "ok", "okay", "sorted", "paid", "alright", "good"])
BREAKS = frozenset([".", "!", "?", ";", ",", "but", "because", "although", "though", "and", "so"])
REACH = 4
SHORT = 12


def load_yaml(path: Path) -> dict[str, Any]:
    """One file of patterns. Raises PatternsBroken."""
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 -- a safe loader, in C where there is one
    if not isinstance(loaded, dict):
        raise PatternsBroken(f"{path.name} holds no patterns.")
    return loaded


@cache
def groups() -> dict[str, str]:
    """The words that stand for one another."""
    return {name: str(words) for name, words in load_yaml(FOLDER / "groups.yml").items()}


@cache
def need_matcher() -> PhraseMatcher:
    """The phrases of all needs, labelled `strong:CODE`, `weak:CODE` and `detail:CODE:DETAIL`."""
    phrases: list[tuple[str, str]] = []
    for code in NEEDS:
        loaded = load_yaml(FOLDER / f"need_{code}.yml")
        for strength in ("strong", "weak"):
            phrases += [(f"{strength}:{code}", phrase) for phrase in loaded.get(strength, ())]
        for detail, some in loaded.get("details", {}).items():
            phrases += [(f"detail:{code}:{detail}", phrase) for phrase in some]
    return PhraseMatcher(phrases, groups())


@dataclass
class Evidence:
    """Matches by need, each list in the order of the text."""

    strong: dict[str, list[Match]] = field(default_factory=lambda: defaultdict(list))
    weak: dict[str, list[Match]] = field(default_factory=lambda: defaultdict(list))
    negated: dict[str, list[Match]] = field(default_factory=lambda: defaultdict(list))
    details: dict[str, list[tuple[str, Match]]] = field(default_factory=lambda: defaultdict(list))
    correcting: bool = False

    def named_instead(self, need: str) -> bool:
        """Whether a short correction ("not the rent, the gas") names this need by a bare word."""
        return self.correcting and need in self.weak and need not in self.negated

    def denied(self, need: str) -> bool:
        """Whether the message speaks of this need only to say that it is none."""
        return need in self.negated and need not in self.strong


def evidence_in(words: Words) -> Evidence:
    """All that the phrases find in `words`."""
    evidence = Evidence()
    for match in sorted(need_matcher().find(words), key=lambda m: (m.first, -m.after)):
        kind, code, *detail = match.label.split(":")
        if is_negated(words, match):
            if kind != "weak" or _plainly_denied(words, match):
                evidence.negated[code].append(match)
            evidence.correcting |= (
                kind == "weak" and len(words.norms) <= SHORT and _corrected(words.norms[: match.first])
            )
        elif kind == "strong":
            evidence.strong[code].append(match)
        elif kind == "weak":
            evidence.weak[code].append(match)
        else:
            evidence.details[code].append((detail[0], match))
    return evidence


def is_negated(words: Words, match: Match) -> bool:
    """Whether a no stands before the match in its clause, or "is fine" after it."""
    norms = words.norms
    if norms[match.first] in NEGATORS:
        return False
    for place in range(match.first - 1, max(-1, match.first - 1 - REACH), -1):
        if norms[place] in BREAKS:
            break
        if norms[place] in CLOSE_NEGATORS and place < match.first - 1 and norms[place + 1] not in TROUBLES:
            continue
        if norms[place] in NEGATORS:
            return norms[place + 1] not in NOT_NEGATING_AFTER
    return _fine_after(norms, match.after)


def _fine_after(norms: tuple[str, ...], after: int) -> bool:
    rest = norms[after : after + 4]
    if rest[:1] and rest[0] in {"is", "are", "was", "has", "isnt", "all", "been", "s"}:
        return any(word in FINE_AFTER for word in rest[1:3]) or rest[1:3] in (("not", "a"), ("no", "problem"))
    return False


def _plainly_denied(words: Words, match: Match) -> bool:
    """In "not the rent, the gas", "no problems with rent" and "rent is fine" a bare word is taken back."""
    before = words.norms[max(0, match.first - 4) : match.first]
    return (
        _corrected(before)
        or _fine_after(words.norms, match.after)
        or bool({"no"} & set(before) and TROUBLES & set(before))
    )


def _corrected(before: tuple[str, ...]) -> bool:
    return before[-1:] == ("not",) or before[-2:] in (("not", "the"), ("not", "my"), ("not", "about"))


def features_of(evidence: Evidence) -> list[float]:
    """57 figures for the heads: strong, weak and negated matches of each need, each at most 3."""
    figures: list[float] = []
    for code in NEEDS:
        figures.append(min(3, len(evidence.strong.get(code, ()))) + min(1, len(evidence.details.get(code, ()))) * 0.5)
        figures.append(min(3, len(evidence.weak.get(code, ()))) * 0.3)
        figures.append(min(3, len(evidence.negated.get(code, ()))))
    return figures
