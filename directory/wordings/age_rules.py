"""Whose ages a sentence gives: everyone's, those of one group, or the children's."""

from dataclasses import dataclass, field

from directory.wordings.ages import says_ages
from directory.wordings.combining import any_of
from directory.wordings.mentions import Kind, Mention, Rule
from directory.wordings.parts import Item

ADULT: Rule = {"about": "age_band", "min": 18, "says": "for people aged 18 or over"}
_CHILD = 12  # an age up to this is a child's, whatever the words
_YOUNG = 25
_PARENTS = {"families", "single_parents"}
_ITS_GROUPS, _ANOTHER_WAY, _UNSURE, _EVERYONES, _NOBODYS = (
    "its groups",
    "another way",
    "unsure",
    "everyone's",
    "nobody's",
)


@dataclass
class AgesRead:
    """`limits` hold for the sentence, `local` for the item that starts there; `alternatives` are items of an age alone.

    `of_children`: the items whose ages are the children's. `unsettled`: “young people” without any number.
    """

    limits: list[Rule] = field(default_factory=list)
    local: dict[int, list[Rule]] = field(default_factory=dict)
    alternatives: set[int] = field(default_factory=set)
    of_children: set[int] = field(default_factory=set)
    unsettled: list[Mention] = field(default_factory=list)
    used: list[Mention] = field(default_factory=list)


def read_ages(items: list[Item]) -> AgesRead:
    """The ages in the items of one sentence."""
    read = AgesRead()
    everyone: list[list[Rule]] = []
    for number, item in enumerate(items):
        nouns = _nouns(items, number)
        rules = [[_rule(mention, item, nouns, read)] for mention in item.of(Kind.AGE)]
        whose = _whose(items, number, read) if rules else _NOBODYS
        if whose in (_ITS_GROUPS, _ANOTHER_WAY):
            read.local[item.start] = any_of(rules)
        if whose == _ANOTHER_WAY:
            read.alternatives.add(item.start)
        elif whose == _UNSURE:
            read.unsettled += item.of(Kind.AGE)
        elif whose == _EVERYONES:
            everyone += rules
            read.used += item.of(Kind.AGE)
    read.limits = any_of(everyone) if everyone else []
    _settle_nouns(items, read)
    return read


def _whose(items: list[Item], number: int, read: AgesRead) -> str:
    """Whose an item's age is: that of its own groups, of another way in, of everybody in the sentence, or unsure."""
    item = items[number]
    grouped = [one for one in items if one.of(Kind.GROUP)]
    own_noun = any(m.name != "adults" for m in item.of(Kind.AGE_NOUN))
    optional = is_optional(items, number)
    later = any(after.tells and not after.follows for after in items[number + 1 :])
    others_come = later and not item.goes_on_after(item.of(Kind.AGE)[-1])
    if item in grouped:
        among_others = len(grouped) > 1 and (own_noun or item is not grouped[-1])
        mine = optional or others_come or among_others or item.start in read.of_children
        return _ITS_GROUPS if mine else _EVERYONES
    if grouped and (own_noun or optional or item.headed):
        return _ANOTHER_WAY
    return _UNSURE if optional or (item.tells and others_come) else _EVERYONES


def is_optional(items: list[Item], number: int) -> bool:
    """Whether an item's age or place is one of two ways in: “over 60 or disabled”, “60+ or 50+ with a disability”."""
    item = items[number]
    joined = [items[number - 1]] if item.or_before else []
    joined += [after for after in items[number + 1 : number + 2] if after.or_before]
    if not item.tells:
        return any(other.tells or _limits(other) != _limits(item) for other in joined)
    return any(not other.tells and _limits(other) for other in joined)


def _limits(item: Item) -> set[Kind]:
    return {m.kind for m in item.mentions if m.kind in (Kind.AGE, Kind.PLACE)}


def _rule(mention: Mention, item: Item, nouns: set[str], read: AgesRead) -> Rule:
    assert mention.rule is not None
    low, high = mention.rule.get("min"), mention.rule.get("max")
    of_parents = bool(_PARENTS & {m.name for m in item.of(Kind.GROUP)})
    childish = "children" in nouns or (high is not None and high <= _CHILD)
    if of_parents and (childish or (not low and high is not None and high <= _YOUNG)):
        read.of_children.add(item.start)
        return {**mention.rule, "about": "children_ages", "says": says_ages(mention.rule, whom="families with a child")}
    if childish:
        says = says_ages(mention.rule, whom="children")
        themselves = {**mention.rule, "says": says}
        return {"any": [themselves, {**themselves, "about": "children_ages"}], "says": says}
    return {**mention.rule, "says": says_ages(mention.rule)}


def _nouns(items: list[Item], number: int) -> set[str]:
    """The nouns of age that belong to an item: its own, and those of items before it that say nothing else."""
    found = {m.name for m in items[number].of(Kind.AGE_NOUN)}
    while number and _only_noun(items[number - 1]):
        number -= 1
        found |= {m.name for m in items[number].of(Kind.AGE_NOUN)}
    return found


def _only_noun(item: Item) -> bool:
    return bool(item.mentions) and not item.left and all(m.kind is Kind.AGE_NOUN for m in item.mentions)


def _settle_nouns(items: list[Item], read: AgesRead) -> None:
    """“Adults” alone are 18 or over; any other noun needs a number, in its item or after items of nouns alone."""
    aged = [bool(item.of(Kind.AGE)) for item in items]
    saying = [
        item
        for item in items
        if item.left or any(m.kind in (Kind.GROUP, Kind.NARROWS, Kind.AGE_NOUN) for m in item.mentions)
    ]
    for number, item in enumerate(items):
        for noun in item.of(Kind.AGE_NOUN):
            if aged[number] or (_only_noun(item) and any(aged[number:])) or (noun.name == "adults" and any(aged)):
                continue
            if noun.name == "adults" and len(saying) == 1:
                read.limits.append(ADULT)
                read.used.append(noun)
            else:
                read.unsettled.append(noun)
