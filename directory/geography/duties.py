"""Which council owes a person what: districts house, counties care, and one that stands alone does both."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.lists import format_list

from directory.geography.councils import COUNCIL, council_name
from directory.geography.postcodes import Area, look_up
from directory.labels import area_word
from foundation.errors import FrontDoorError
from foundation.languages import ENGLISH, spoken
from foundation.needs import NEEDS
from foundation.words import load_words

FILE = Path(__file__).with_name("duties.yml")
NORTHERN_IRELAND = "N"


class UnknownDuty(FrontDoorError):
    """The text is neither a need nor a duty of the table."""


@dataclass(frozen=True)
class Owed:
    """Who owes a duty to the people of an area: GSS codes, the likeliest first, or a `body` that is no council.

    Neither: the person has no address; then it is whichever council they ask.
    """

    duty: str
    tier: str
    law: str
    councils: tuple[str, ...] = ()
    body: str = ""

    @property
    def certain(self) -> bool:
        """Whether there is one who owes it, without doubt."""
        return len(self.councils) == 1 or bool(self.body)

    def in_words(self) -> str:
        """Their names: `Cambridge City Council or South Cambridgeshire District Council`; or what such a one is."""
        names = [council_name(code) for code in self.councils]
        if self.body or not names:
            return self.body or area_word("any_council")
        if not all(names):
            return area_word(f"your_{self.tier}")
        return format_list(names, style="or", locale="en_GB" if spoken() == ENGLISH else spoken())


def duty_council(need_or_duty: str, area: Area) -> Owed | None:
    """Who owes it there; None when no council does. Raises UnknownDuty for a code that is in no table."""
    table = load_words(FILE)
    duty = need_or_duty if need_or_duty in table["duties"] else table["needs"].get(need_or_duty)
    if duty is None:
        if need_or_duty in NEEDS:
            return None
        raise UnknownDuty(f"{need_or_duty!r} is neither a need nor a duty.")
    owes: dict[str, Any] = table["duties"][duty]
    owed = Owed(duty, owes["tier"], owes["law"])
    if not area.councils:
        return owed
    by_share = sorted(zip(area.shares, area.councils, strict=True), key=lambda pair: (-pair[0], sorted(pair[1])))
    councils = tuple(dict.fromkeys(_of_tier(tiers, owed.tier) for _, tiers in by_share))
    if councils[0].startswith(NORTHERN_IRELAND):
        body = table["northern_ireland"].get(duty)
        return Owed(duty, owed.tier, owed.law, body=body) if body else None
    if not councils[0].startswith(tuple(owes.get("only_in", ("E", "W", "S")))):
        return None
    return Owed(duty, owed.tier, owed.law, councils)


def council_to_ask(need: str, postcode: str | None) -> str:
    """Who owes what stands behind a need, in words; nothing when no council does, or nobody said where they live.

    Raises NotAPostcode, UnknownPostcode.
    """
    owed = duty_council(need, look_up(postcode)) if postcode else None
    return owed.in_words() if owed else ""


def _of_tier(tiers: frozenset[str], tier: str) -> str:
    counties = [code for code in tiers if code.startswith("E10")]
    if tier == "county" and counties:
        return counties[0]
    return next((code for code in tiers if COUNCIL.match(code)), min(tiers))
