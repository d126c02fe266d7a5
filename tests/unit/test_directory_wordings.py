"""Free text about whom a service is for, read into rules: wordings of our own, each with the rules it should give."""

from typing import Any

import pytest

from directory.wordings.reading import read_wording
from tests.unit.wording_examples import EXAMPLES


def short(rule: dict[str, Any]) -> str:
    """A rule in a few letters, its parts and values in the order of the alphabet."""
    for key, sign in (("any", " | "), ("all", " & ")):
        if key in rule:
            return f"({sign.join(sorted(short(part) for part in rule[key]))})"
    about = rule["about"]
    if "any_of" in rule:
        return f"{about}={','.join(sorted(rule['any_of']))}"
    if "none_of" in rule:
        return f"{about}!={','.join(sorted(rule['none_of']))}"
    return f"{about}[{rule.get('min', '')}-{rule.get('max', '')}]"


def in_order(text: str) -> str:
    """A rule written in short, its parts and values in the order of the alphabet."""
    if text.startswith("("):
        sign = " | " if " | " in text else " & "
        return f"({sign.join(sorted(in_order(part) for part in text[1:-1].split(sign)))})"
    head, sign, values = text.partition("=")
    return f"{head}{sign}{','.join(sorted(values.split(',')))}" if sign else text


@pytest.mark.parametrize(("wording", "rules", "left"), EXAMPLES, ids=[repr(row[0])[:60] for row in EXAMPLES])
def test_a_wording(wording: str, rules: list[str], left: str) -> None:
    read = read_wording(wording)
    assert sorted(map(short, read.rules)) == sorted(map(in_order, rules))
    assert left.casefold() in read.left.casefold()
    assert bool(read.left) == bool(left)
