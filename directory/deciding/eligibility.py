"""Three-valued eligibility: a service fits, does not fit, or would fit if something were known."""

from collections.abc import Mapping
from typing import Any

from directory.geography.councils import is_an_area
from directory.geography.coverage import share_served
from directory.geography.postcodes import Area
from directory.labels import match_word
from directory.model import Service
from directory.rules import BANDS, SKIPPED, Rule, Told, judge_rule, read_told
from directory.verdicts import ASK, FITS, NO, YES, Verdict, all_of

__all__ = ["ASK", "BANDS", "FITS", "NO", "SKIPPED", "Judge", "Verdict", "judge", "looks_at"]

Areas = frozenset[str]
FAR = 2  # a service for another area is a farther miss than one for another kind of person


class Judge:
    """The verdicts for one person. Services with the same rules share one, so a thousand services cost little."""

    def __init__(self, circumstances: Mapping[str, Any]) -> None:
        self.told: Told = read_told(circumstances)
        self.area: Area | None = self.told.area
        self._before: tuple[str, Judge] | None = None
        self._by_rule: dict[int, Verdict] = {}
        self._by_rules: dict[str, Verdict] = {}
        self._by_area: dict[Areas, Verdict] = {}
        self._whole: dict[tuple[Areas, str], Verdict] = {}

    def but(self, code: str, value: Any) -> "Judge":
        """The same person once one more thing is told. What that does not touch is not judged again."""
        other = Judge({})
        other.told = self.told.but(code, value)
        other._before = (code, self)
        if code == "postcode":
            other.area = other.told.area
        else:
            other.area, other._by_area = self.area, self._by_area
        return other

    def verdict(self, service: Service) -> Verdict:
        """Whether `service` is for this person."""
        kept = self._whole.get(service.profile)
        if kept is None:
            kept = self._whole[service.profile] = self._judge(service)
        return kept

    def _judge(self, service: Service) -> Verdict:
        areas = service.profile[0]
        if areas not in self._by_area:
            skipped = "postcode" in self.told.skipped
            self._by_area[areas] = _judge_area(areas, self.area, skipped=skipped)
        area, own = self._by_area[areas], self._judge_rules(service)
        if area is YES:
            return own
        return area if own is YES or area.fit == NO else all_of([area, own])

    def _judge_rules(self, service: Service) -> Verdict:
        if not service.rules:
            return YES
        if self._before is not None and self._before[0] not in service.asks_about:
            return self._before[1]._judge_rules(service)
        rules = service.profile[1]
        kept = self._by_rules.get(rules)
        if kept is None:
            parts = [self._rule(rule) for rule in service.rules]
            joined = parts[0] if len(parts) == 1 else all_of(parts)
            kept = self._by_rules[rules] = _still_askable(joined, self.told)
        return kept

    def _rule(self, rule: Rule) -> Verdict:
        kept = self._by_rule.get(id(rule))  # services share equal rules, and live longer than any judge
        if kept is None:
            kept = self._by_rule[id(rule)] = judge_rule(rule, self.told)
        return kept


def judge(service: Service, circumstances: Mapping[str, Any]) -> Verdict:
    """Whether `service` is for a person with these `circumstances` (absent or "skip" means not known).

    Raises NotAPostcode, UnknownPostcode.
    """
    return Judge(circumstances).verdict(service)


def looks_at(service: Service) -> frozenset[str]:
    """The circumstances that the verdict on `service` depends on; no other can change it."""
    return service.asks_about | {"postcode"} if service.areas else service.asks_about


def _still_askable(verdict: Verdict, told: Told) -> Verdict:
    """What was asked and not answered stays open, but is not asked again."""
    if not told.skipped.intersection(verdict.ask):
        return verdict
    return verdict._replace(ask=tuple(code for code in verdict.ask if code not in told.skipped))


def _share_of_council(areas: Areas, area: Area) -> float | None:
    """The same for a council as a whole, which is tried as an answer: what is drawn or in words cannot be told."""
    if any(tiers & areas for tiers in area.councils):
        return 1.0
    return 0.0 if all(is_an_area(code) for code in areas) else None


def _judge_area(areas: Areas, area: Area | None, *, skipped: bool) -> Verdict:
    if not areas:
        return YES
    if area is None:
        return Verdict(ASK, ask=() if skipped else ("postcode",))
    if not area.councils:  # someone with no address is served where they are
        return YES
    share = share_served(areas, area) if area.postcode else _share_of_council(areas, area)
    if share is None:  # the record says in words where it helps: its staff can tell
        return Verdict(ASK, likely=0.5, provided=(match_word("served_there", postcode=area.postcode),))
    if share in (0, 1):
        return YES if share else Verdict(NO, (match_word("outside", postcode=area.postcode),), missed=FAR)
    return Verdict(ASK, (), ("postcode",), share)
