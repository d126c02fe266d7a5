"""The languages that a wording asks for: “Spanish or Portuguese speaking”."""

import re
from collections.abc import Iterator
from functools import cache

from directory.wordings.mentions import Kind, Mention
from directory.wordings.vocabulary import languages


def find_tongues(text: str) -> Iterator[Mention]:
    """Every demand for a language in a tidied wording, as a rule about `language`."""
    for hit in _pattern().finditer(text):
        named = re.findall(r"[a-z]+", (hit["before"] or hit["after"]).casefold())
        found = [name for name in named if name in languages()]
        codes = list(dict.fromkeys(languages()[name] for name in found))
        says = f"for people who speak {' or '.join(dict.fromkeys(name.capitalize() for name in found))}"
        yield Mention(
            hit.start(), hit.end(), Kind.GROUP, "language", {"about": "language", "any_of": codes, "says": says}
        )


@cache
def _pattern() -> re.Pattern[str]:
    one = rf"(?:{'|'.join(sorted(languages(), key=len, reverse=True))})"
    several = rf"{one}(?:\s*(?:/|,|&|\band\b|\bor\b)\s*(?:(?:and|or)\s+)?{one})*"
    return re.compile(
        rf"\b(?P<before>{several})[\s-]*(?:speaking|speakers?)\b"
        rf"|\b(?:who\s+)?(?:speakers\s+of|speaks?|speaking|whose\s+first\s+language\s+is)\s+(?P<after>{several})\b",
        re.IGNORECASE,
    )
