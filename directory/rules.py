"""Rules about whom a service is for, as data, judged in three values over what is known of a person.

A rule looks at one circumstance (`about`) or joins others, to any depth:
`{"about": "tenure", "any_of": ["council"]}` · `none_of` · `{"about": "age_band", "min": 18, "max": 25}` in years ·
`{"about": "children_ages", "max": 4}`: one of the children · `{"about": "postcode", "any_of": ["E07000008"]}`: where
they live, by GSS code · `{"any": [...]}` · `{"all": [...]}` · `{"not": {...}}`. `says` is the reason in plain words,
`source` where the rule comes from. docs/matching.md has examples of each.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from directory.circumstances import QUESTIONS
from directory.geography.councils import tiers_of
from directory.geography.postcodes import Area, look_up
from directory.labels import reason_word
from directory.priors import shares_of
from directory.verdicts import ASK, FITS, NO, YES, Verdict, all_of, any_of, opposite

SKIPPED = "skip"
OLDEST = 130
BANDS = {
    "under_16": (0, 15), "16_17": (16, 17), "18_24": (18, 24), "25_34": (25, 34), "35_54": (35, 54),
    "55_64": (55, 64), "65_79": (65, 79), "80_plus": (80, OLDEST),
}  # fmt: skip
# The answers that a question has. There are more languages than anybody could offer to choose from.
CHOICES = {code: frozenset(id for id, _ in one.choices) for code, one in QUESTIONS.items() if code != "language"}
OPERATORS = frozenset({"any_of", "none_of", "min", "max"})
Rule = Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """What is known of a person, read once: no skipped answer, and none that is not one of the question's."""

    known: Mapping[str, Any]
    skipped: frozenset[str] = field(default=frozenset())

    def but(self, code: str, value: Any) -> "Told":
        """The same with one more thing known."""
        return Told({**self.known, code: value}, self.skipped)

    @property
    def area(self) -> Area | None:
        """Where they live; None when that is not known. Raises NotAPostcode, UnknownPostcode."""
        value = self.known.get("postcode")
        return None if value is None else area_of(value)


def read_told(circumstances: Mapping[str, Any]) -> Told:
    """What `circumstances` tell. Where an exact `age` in years is known, it takes the place of the age band."""
    told = {code: value for code, value in circumstances.items() if value != SKIPPED and _readable(code, value)}
    if "age" in told:
        told["age_band"] = told["age"]
    return Told(told, frozenset(code for code, value in circumstances.items() if value == SKIPPED))


def area_of(value: Any) -> Area:
    """The area that a `postcode` stands for; a question that is weighed up tries whole areas."""
    return value if isinstance(value, Area) else look_up(str(value))


def years(value: Any) -> tuple[int, int] | None:
    """The youngest and the oldest that `value`, a band or a number of years, can mean; None when it is neither."""
    if isinstance(value, str) and value in BANDS:
        return BANDS[value]
    text = str(value)
    return (int(text), int(text)) if text.isascii() and text.isdigit() and int(text) <= OLDEST else None


def _readable(code: str, value: Any) -> bool:
    if code == "age_band":
        return isinstance(value, str) and value in BANDS
    if code == "age":
        return years(value) is not None
    choices = CHOICES.get(code)
    return not choices or bool(choices & _words(value))


def codes_of(rule: Rule) -> Iterator[str]:
    """The circumstances that a rule looks at. Raises KeyError for what is no rule."""
    if "not" in rule:
        yield from codes_of(rule["not"])
    elif "any" in rule or "all" in rule:
        for part in rule.get("any", rule.get("all", ())):
            yield from codes_of(part)
    elif rule.keys() & OPERATORS:
        yield str(rule["about"])
    else:
        raise KeyError("a rule without any_of, none_of, min or max")


def judge_rule(rule: Rule, told: Told) -> Verdict:
    """Whether one rule holds."""
    says = str(rule.get("says") or "")
    if "any" in rule:
        return any_of([judge_rule(part, told) for part in rule["any"]], says)
    if "all" in rule:
        return all_of([judge_rule(part, told) for part in rule["all"]], says)
    if "not" in rule:
        return opposite(judge_rule(rule["not"], told), says)
    return _leaf(rule, told, says)


def _leaf(rule: Rule, told: Told, says: str) -> Verdict:
    code = str(rule["about"])
    if code not in told.known:
        return Verdict(ASK, (), (code,), _share(rule), provided=(says,) if says else ())
    if code == "postcode":
        return _residence(rule, told, says)
    value = told.known[code]
    if "min" in rule or "max" in rule:
        return _limits(rule, value, says)
    return _settled(holds=_matches(rule, _words(value)), says=says)


def _settled(*, holds: bool, says: str) -> Verdict:
    because = (says,) if says else ()
    return Verdict(FITS, because) if holds else Verdict(NO, because, missed=1)


def _matches(rule: Rule, values: set[str]) -> bool:
    if "any_of" in rule:
        return bool(values & {plain(item) for item in rule["any_of"]})
    return not values & {plain(item) for item in rule["none_of"]}


def _words(value: Any) -> set[str]:
    return {plain(item) for item in value} if isinstance(value, list | tuple | set) else {plain(value)}


def plain(item: Any) -> str:
    """YAML and hand-edited JSON turn yes and no into booleans; our values are words."""
    return ("yes" if item else "no") if isinstance(item, bool) else str(item)


def _residence(rule: Rule, told: Told, says: str) -> Verdict:
    area = told.area
    if area is None or not area.councils:  # no address: whoever it is for where they are
        return YES
    inside = [_matches(rule, set(tiers)) for tiers in area.councils]
    if all(inside) or not any(inside):
        return _settled(holds=all(inside), says=says)
    likely = sum(share for share, served in zip(area.shares, inside, strict=True) if served)
    return Verdict(ASK, (), ("postcode",), likely, provided=(says,) if says else ())


def _limits(rule: Rule, value: Any, says: str) -> Verdict:
    least, most = int(rule.get("min", 0)), int(rule.get("max", OLDEST))
    if rule["about"] != "age_band":  # children: one of them is enough
        ages = [span for item in (value if isinstance(value, list | tuple) else [value]) if (span := years(item))]
        return _settled(holds=any(least <= low and high <= most for low, high in ages), says=says)
    span = years(value)
    assert span is not None  # `read_told` lets no other through
    low, high = span
    if high < least or low > most:
        return _settled(holds=False, says=says)
    inside = least <= low and high <= most
    # A band that lies across the limit counts as fitting: the service's own staff will look at the exact age.
    return Verdict(FITS, tuple(text for text in (says, "" if inside else reason_word("exact_age")) if text))


def _share(rule: Rule) -> float:
    """How common it is that a rule holds: while an answer is not known, what is for most comes before the rest."""
    wanted = tuple(map(plain, rule.get("any_of", rule.get("none_of", ()))))
    return _share_of(str(rule["about"]), "any_of" in rule, wanted, rule.get("min"), rule.get("max"))


@lru_cache(maxsize=4096)
def _share_of(code: str, wants: bool, items: tuple[str, ...], least: int | None, most: int | None) -> float:
    shares = shares_of(code)
    limits = {key: value for key, value in (("min", least), ("max", most)) if value is not None}
    rule: Rule = {"about": code, **(limits or {"any_of" if wants else "none_of": items})}
    answers = {_whole_area(answer) if code == "postcode" else answer: share for answer, share in shares.items()}
    fitting = (share for answer, share in answers.items() if _leaf(rule, Told({code: answer}), "").fit == FITS)
    return sum(fitting) if shares else 0.5


def _whole_area(council: str) -> Area:
    """A council's area as an answer; without a code somewhere else."""
    return Area("", (tiers_of(council) if council else frozenset(),), (1.0,))
