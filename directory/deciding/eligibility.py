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
NOTHING_TOLD = Told({})
FAR = 2  # a service for another area is a farther miss than one for another kind of person


class Judge:
    """The verdicts for one person. Services with the same rules share one, so a thousand services cost little.

    `before` judges somebody of whom the same is known, but for the `changed` codes: what looks at none of these is
    not judged again.
    """

    def __init__(self, told: Told, *, before: "Judge | None" = None, changed: frozenset[str] = frozenset()) -> None:
        stays = before is not None and "postcode" not in changed
        self.told = told
        self.area: Area | None = before.area if before and stays else told.area
        self._before, self._changed = before, changed
        self._by_rule: dict[int, Verdict] = {}
        self._by_rules: dict[str, Verdict] = {}
        self._by_area: dict[Areas, Verdict] = before._by_area if before and stays else {}
        self._joined: dict[tuple[Verdict, str], Verdict] = {}

    def of(self, circumstances: Mapping[str, Any]) -> "Judge":
        """For somebody who told this, from the judge for nobody at all. Raises NotAPostcode, UnknownPostcode."""
        told = read_told(circumstances)
        return Judge(told, before=self, changed=told.skipped.union(told.known))

    def but(self, code: str, value: Any) -> "Judge":
        """For the same person once one more thing is told."""
        return Judge(self.told.but(code, value), before=self, changed=frozenset({code}))

    def verdict(self, service: Service) -> Verdict:
        """Whether `service` is for this person."""
        areas, rules = service.profile
        area = self._by_area.get(areas)
        if area is None:
            skipped = "postcode" in self.told.skipped
            area = self._by_area[areas] = _judge_area(areas, self.area, skipped=skipped)
        if area.fit == NO:
            return area
        own = self._own(service)
        if area is YES or own is YES:
            return own if area is YES else area
        kept = self._joined.get((area, rules))
        if kept is None:
            kept = self._joined[area, rules] = all_of([area, own])
        return kept

    def _own(self, service: Service) -> Verdict:
        """By its rules alone."""
        rules = service.profile[1]
        kept = self._by_rules.get(rules)
        if kept is None:
            kept = self._by_rules[rules] = self._judge_rules(service)
        return kept

    def _judge_rules(self, service: Service) -> Verdict:
        if not service.rules:
            return YES
        if self._before is not None and self._changed.isdisjoint(service.asks_about):
            return self._before._own(service)
        parts = [self._rule(*one) for one in zip(service.rules, service.codes_of_rules, strict=True)]
        return _still_askable(parts[0] if len(parts) == 1 else all_of(parts), self.told)

    def _rule(self, rule: Rule, codes: frozenset[str]) -> Verdict:
        kept = self._by_rule.get(id(rule))  # services share equal rules, and live longer than any judge
        if kept is None:
            untouched = self._before is not None and self._changed.isdisjoint(codes)
            kept = self._before._rule(rule, codes) if self._before and untouched else judge_rule(rule, self.told)
            self._by_rule[id(rule)] = kept
        return kept


def judge(service: Service, circumstances: Mapping[str, Any]) -> Verdict:
    """Whether `service` is for a person with these `circumstances` (absent or "skip" means not known).

    Raises NotAPostcode, UnknownPostcode.
    """
    return Judge(read_told(circumstances)).verdict(service)


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
