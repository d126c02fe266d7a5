"""What a message says about the person's circumstances, so that nothing is asked twice. Nothing is guessed."""

from functools import cache

from understanding.evidence import FOLDER, groups, is_negated, load_yaml
from understanding.figures import age_in, children_in, postcode_in, spoken_language_in
from understanding.phrases import Match, PhraseMatcher
from understanding.text import Words, words_of

ABOUT_OTHERS = frozenset(
    [
        "landlord",
        "boss",
        "manager",
        "neighbour",
        "neighbours",
        "friend",
        "mate",
        "sister",
        "brother",
        "he",
        "she",
        "hes",
        "shes",
        "his",
        "her",
        "they",
    ]
)
OWN_ONLY = frozenset({"employment_status", "tenure", "prison_leaver", "pregnant", "household", "immigration_status"})
HISTORY = frozenset(["used", "was", "were", "previously"])
HYPOTHETICAL = frozenset(["if", "might", "could", "may", "when", "would"])


@cache
def circumstance_matcher() -> PhraseMatcher:
    """The phrases of circumstances.yml, labelled `CODE:PLACE:VALUE`; the place keeps the file's order."""
    loaded = load_yaml(FOLDER / "circumstances.yml")
    return PhraseMatcher(
        [
            (f"{code}:{place}:{str(value).rstrip('_')}", phrase)
            for code, values in loaded.items()
            for place, (value, phrases) in enumerate(values.items())
            for phrase in phrases
        ],
        groups(),
    )


def circumstances_in(text: str) -> dict[str, object]:
    """Circumstance code -> value of the contract's table; only what `text` says."""
    words = words_of(text)
    said: dict[str, object] = {}
    best: dict[str, int] = {}
    for match in circumstance_matcher().find(words):
        code, place, value = match.label.split(":")
        if _doubtful(words, match, code):
            continue
        if code not in best or int(place) < best[code]:
            best[code], said[code] = int(place), value
    return _settled(said | _figures(text), text)


def _figures(text: str) -> dict[str, object]:
    found = {
        "postcode": postcode_in(text),
        "age_band": age_in(text),
        "children_ages": children_in(text),
        "language": spoken_language_in(text),
    }
    return {code: value for code, value in found.items() if value is not None}


def _doubtful(words: Words, match: Match, code: str) -> bool:
    """Negated, only imagined, or told of somebody else."""
    before = words.norms[max(0, match.first - 4) : match.first]
    first = words.norms[match.first]
    if is_negated(words, match) or HYPOTHETICAL & {*before[-3:], first}:
        return True
    if code in ("sleeping_tonight", "tenure", "pregnant") and HISTORY & {*before, first}:
        return True
    return code in OWN_ONLY and bool(before) and before[-1] in ABOUT_OTHERS and first not in ("im", "i", "my", "ive")


def _settled(said: dict[str, object], text: str) -> dict[str, object]:
    """What one answer says about another."""
    if said.get("children_ages") and said.get("household") not in ("single_parent", "with_children"):
        said["household"] = "with_children"
    if said.get("sleeping_tonight") == "street":
        said.setdefault("tenure", "none")
    if said.get("tenure") == "family_friends" and said.get("household") == "alone":
        del said["household"]
    return said
