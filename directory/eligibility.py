"""Three-valued eligibility: a service fits, does not fit, or would fit if something were known."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

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
        self._by_rules: dict[str, Verdict] = {}
        self._by_area: dict[Areas, Verdict] = {}
        self._whole: dict[tuple[Areas, str], Verdict] = {}

    def but(self, code: str, value: Any) -> "Judge":
        """The same person once one more thing is told."""
        other = Judge.__new__(Judge)
        other.told = self.told.but(code, value)
        other.area = other.told.area if code == "postcode" else self.area
        other._by_area = {} if code == "postcode" else self._by_area
        other._by_rules, other._whole = {}, {}
        return other

    def verdict(self, service: Service) -> Verdict:
        """Whether `service` is for this person."""
        kept = self._whole.get(service.profile)
        if kept is None:
            kept = self._whole[service.profile] = self._judge(service)
        return kept

    def _judge(self, service: Service) -> Verdict:
        areas, rules = service.profile
        if areas not in self._by_area:
            self._by_area[areas] = _judge_area(areas, self.area, skipped="postcode" in self.told.skipped)
        if rules not in self._by_rules:
            self._by_rules[rules] = _judge_rules(service.rules, self.told)
        area, own = self._by_area[areas], self._by_rules[rules]
        if area is YES:
            return own
        return all_of([area, own])


def judge(service: Service, circumstances: Mapping[str, Any]) -> Verdict:
    """Whether `service` is for a person with these `circumstances` (absent or "skip" means not known).

    Raises NotAPostcode, UnknownPostcode.
    """
    return Judge(circumstances).verdict(service)


def looks_at(service: Service) -> frozenset[str]:
    """The circumstances that the verdict on `service` depends on; no other can change it."""
    return service.asks_about | {"postcode"} if service.areas else service.asks_about


def _judge_rules(rules: tuple[Rule, ...], told: Told) -> Verdict:
    return _still_askable(all_of([judge_rule(rule, told) for rule in rules]), told)


def _still_askable(verdict: Verdict, told: Told) -> Verdict:
    """What was asked and not answered stays open, but is not asked again."""
    ask = tuple(code for code in verdict.ask if code not in told.skipped)
    return verdict if ask == verdict.ask else replace(verdict, ask=ask)


def _judge_area(areas: Areas, area: Area | None, *, skipped: bool) -> Verdict:
    if not areas:
        return YES
    if area is None:
        return Verdict(ASK, ask=() if skipped else ("postcode",))
    if not area.councils:  # someone with no address is served where they are
        return YES
    share = share_served(areas, area)
    if share is None:  # the record says in words where it helps: its staff can tell
        return Verdict(ASK, likely=0.5, provided=(match_word("served_there", postcode=area.postcode),))
    if share in (0, 1):
        return YES if share else Verdict(NO, (match_word("outside", postcode=area.postcode),), missed=FAR)
    return Verdict(ASK, (), ("postcode",), share)
