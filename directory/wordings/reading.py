"""Reads a wording into rules to be confirmed: what somebody must be for the service to be for them.

A rule is proposed only where nobody whom the service is for should fail it; everything else is left for the person
who looks. So an item that is not understood, in a list of alternatives, takes the list's rules with it.
"""

import re
from dataclasses import dataclass, field

from directory.wordings.age_rules import AgesRead, is_optional, read_ages
from directory.wordings.combining import any_of, once
from directory.wordings.mentions import Kind, Mention, Rule
from directory.wordings.parts import Item, Span, sentences, tidy

_BOTH = re.compile(r"\b(?:must|both|have to)\b", re.IGNORECASE)
_ALSO = re.compile(r"\b(?:also|too)\b|(?<!you )\bcan\b", re.IGNORECASE)
LONGEST = 2_000  # letters; what is longer is no wording but a page, for a person to read
_STATUSES = {"refugees", "asylum", "asylum_and_refugees"}
_ONLY = re.compile(r"\bonly\b", re.IGNORECASE)


@dataclass(frozen=True)
class Reading:
    """A wording read: `rules` as in front_door.eligibility, `left` the words that no rule covers, how to get in."""

    rules: tuple[Rule, ...]
    left: str
    access: str | None


def read_wording(wording: str) -> Reading:
    """The rules in a feed's free text about whom a service is for, each with what it says in plain words."""
    if len(wording) > LONGEST:
        return Reading((), " ".join(wording.split()), None)
    read = _Read(tidy(wording))
    for items in sentences(read.text):
        _read_sentence(items, read)
    return Reading(tuple(once([*read.limits, *read.groups])), read.left(), read.access)


@dataclass
class _Read:
    """What has been understood of one wording so far."""

    text: str
    access: str | None = None
    limits: list[Rule] = field(default_factory=list)
    groups: list[Rule] = field(default_factory=list)
    used: list[Mention] = field(default_factory=list)
    unread: list[Span] = field(default_factory=list)

    def leave(self, *mentions: Mention) -> None:
        """These are for the person who looks."""
        self.unread += [(mention.start, mention.end) for mention in mentions]

    def left(self) -> str:
        """The words that were not understood, in their order; those with nothing understood between them are one."""
        merged: list[Span] = []
        for start, end in sorted(self.unread):
            if merged and not any(merged[-1][1] <= m.start < start for m in self.used):
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return "; ".join(_bracketed(" ".join(self.text[start:end].split())) for start, end in merged)


def _bracketed(text: str) -> str:
    """`text` with the bracket that its end cut off."""
    return f"{text})" if text.count("(") > text.count(")") else text


def _read_sentence(items: list[Item], read: _Read) -> None:
    """Limits of age and place hold for the whole sentence, its groups are alternatives."""
    said = _until_stopped(items, read)
    for item in said:
        _note(item, read)
    if any(item.of(Kind.PLACE) and not item.tells and is_optional(said, n) for n, item in enumerate(said)):
        read.leave(*(m for item in said for m in item.mentions))  # “Camden residents or carers”
        return
    ages = read_ages(said)
    read.leave(*ages.unsettled)
    places = [m for item in said for m in item.of(Kind.PLACE)]
    read.limits += [*ages.limits, *(m.rule for m in places if m.rule)]
    read.used += [*places, *ages.used]
    _read_groups(said, ages, read)


def _until_stopped(items: list[Item], read: _Read) -> list[Item]:
    """The items up to a word such as “especially”: what comes after it in the sentence is left."""
    for number, item in enumerate(items):
        if item.stopped:
            read.unread += [(later.start, later.end) for later in items[number + 1 :]]
            return items[: number + 1]
    return items


def _note(item: Item, read: _Read) -> None:
    """What no rule can say is left: how to get in, what narrows a group, words that are not known."""
    for mention in item.of(Kind.ACCESS):
        read.access = read.access or mention.name
    read.unread += item.left
    read.leave(*(m for m in item.mentions if m.kind in (Kind.ACCESS, Kind.NARROWS) or m.more))


def _read_groups(items: list[Item], ages: AgesRead, read: _Read) -> None:
    items = _without_adjectives(items, read)
    grouped = [item for item in items if item.of(Kind.GROUP) or item.start in ages.alternatives]
    if not grouped:
        return
    mentions = [m for item in grouped for m in item.mentions if m.kind is Kind.GROUP]
    mentions += [m for item in grouped if item.start in ages.local for m in item.of(Kind.AGE)]
    if _spoilt(items, grouped, ages, read.text):
        read.leave(*mentions)
        return
    read.used += [m for m in mentions if not m.more]
    alternatives = [[*_rules_of(item, ages), *ages.local.get(item.start, [])] for item in grouped]
    sentence = read.text[items[0].start : items[-1].end]
    both = len(grouped) > 1 and _BOTH.search(sentence)
    new = once([rule for rules in alternatives for rule in rules]) if both else any_of(alternatives)
    read.groups = any_of([read.groups, new]) if read.groups and _ALSO.search(sentence) else [*read.groups, *new]


def _without_adjectives(items: list[Item], read: _Read) -> list[Item]:
    """“Refugee/Migrant families” are families: what stands in the singular before another kind narrows it."""
    kept = []
    for item, after in zip(items, [*items[1:], None], strict=True):
        (first, *more) = [*item.mentions, None]
        single = first is not None and more == [None] and not item.left and first.name in _STATUSES
        other = after is not None and any(m.name not in _STATUSES for m in after.of(Kind.GROUP))
        if single and first is not None and other and not read.text[first.start : first.end].casefold().endswith("s"):
            read.leave(first)
        else:
            kept.append(item)
    return kept


def _rules_of(item: Item, ages: AgesRead) -> list[Rule]:
    """The rules of an item's groups; the age of a child says already that there is one."""
    found = [m for m in item.of(Kind.GROUP) if not (m.name == "families" and item.start in ages.of_children)]
    return [m.rule for m in found if m.rule]


def _spoilt(items: list[Item], grouped: list[Item], ages: AgesRead, text: str) -> bool:
    """Whether one of the alternatives is not understood, or lets in everyone: then no group is a rule."""
    follows = False  # a part of the clause before it: “who have A, B or C”
    for item in items:
        if item in grouped:
            follows = any(item.goes_on_after(mention) for mention in item.of(Kind.GROUP)[-1:])
            continue
        unknown = bool(item.left or item.of(Kind.NARROWS)) or any(m in ages.unsettled for m in item.mentions)
        if unknown and not (follows or item.follows) and not _ONLY.search(text, item.start, item.end):
            return True
        limited = item.of(Kind.AGE) or item.of(Kind.PLACE) or item.of(Kind.ACCESS)
        if item.of(Kind.OPEN) and not unknown and not limited:
            return True
    return False
