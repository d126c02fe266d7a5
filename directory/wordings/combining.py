"""Rules that stand beside each other, as one rule: any of them, or all."""

from directory.wordings.mentions import Rule


def any_of(alternatives: list[list[Rule]]) -> list[Rule]:
    """The rules, all of which must hold, that say "one of these lists holds"."""
    alternatives = _distributed(alternatives)
    if len(alternatives) == 1:
        return once(alternatives[0])
    merged: list[Rule] = []
    for rules in alternatives:
        rule = _as_one(once(rules))
        like = next((kept for kept in merged if _mergeable(kept, rule)), None)
        if like is None:
            merged.append(rule)
        elif rule["says"] != like["says"]:
            added = [value for value in rule["any_of"] if value not in like["any_of"]]
            says = _joined([like["says"], rule["says"]]) if added else like["says"]
            merged[merged.index(like)] = {**like, "any_of": [*like["any_of"], *added], "says": says}
    if len(merged) == 1:
        return merged
    return [{"any": merged, "says": _joined([str(rule["says"]) for rule in merged])}]


def _distributed(alternatives: list[list[Rule]]) -> list[list[Rule]]:
    """“Homeless refugees and asylum seekers”: what comes before the first is so of the second, when they are alike."""
    found: list[list[Rule]] = []
    for rules in alternatives:
        before = found[-1] if found else []
        if len(before) > 1 and len(rules) == 1 and _mergeable(before[-1], rules[0]):
            found[-1] = [*before[:-1], *any_of([[before[-1]], rules])]
        else:
            found.append(rules)
    return found


def _as_one(rules: list[Rule]) -> Rule:
    if len(rules) == 1:
        return rules[0]
    return {"all": rules, "says": " and ".join(str(rule["says"]) for rule in rules)}


def _mergeable(one: Rule, other: Rule) -> bool:
    return "any_of" in one and "any_of" in other and one["about"] == other["about"]


def once(rules: list[Rule]) -> list[Rule]:
    """The rules without those that are there already."""
    return [rule for number, rule in enumerate(rules) if rule not in rules[:number]]


def _joined(texts: list[str]) -> str:
    """“for carers”, “for students” -> “for carers, or for students”."""
    return ", or ".join(dict.fromkeys(texts))
