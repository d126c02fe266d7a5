"""Which services meet which needs of this person, with the reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from directory.eligibility import ASK, FITS, NO, Verdict, judge
from directory.model import Service

# A service made for something finer than what was said (bereavement, say) comes after every general one.
UNSAID = 2.5


@dataclass(frozen=True)
class Match:
    """One service for one need. `score` orders matches: the higher, the better."""

    service: Service
    need: str
    fit: str
    because: tuple[str, ...]
    ask: tuple[str, ...]
    score: float


def match(
    services: Sequence[Service],
    needs: Sequence[str],
    circumstances: dict[str, Any],
    *,
    details: Mapping[str, str | None] | None = None,
) -> list[Match]:
    """Every service that meets one of `needs`, best first within each need; those that do not fit come last."""
    return rank(services, needs, verdicts_of(services, needs, circumstances), details=details)


def verdicts_of(services: Sequence[Service], needs: Sequence[str], circumstances: dict[str, Any]) -> dict[str, Verdict]:
    """The verdict on each service that meets one of `needs`, by its id."""
    return {s.id: judge(s, circumstances) for s in services if any(need in s.by_need for need in needs)}


def rank(
    services: Sequence[Service],
    needs: Sequence[str],
    verdicts: Mapping[str, Verdict],
    *,
    details: Mapping[str, str | None] | None = None,
) -> list[Match]:
    """As `match`, from verdicts that are there already. `verdicts` holds one for each service that meets a need."""
    order = {need: place for place, need in enumerate(dict.fromkeys(needs))}
    found = [
        _match(service, need, verdicts[service.id], (details or {}).get(need))
        for need in order
        for service in services
        if need in service.by_need
    ]
    return sorted(found, key=lambda m: (order[m.need], m.fit == NO, -m.score, m.service.name, m.service.id))


def _match(service: Service, need: str, verdict: Verdict, detail: str | None) -> Match:
    meets = service.by_need[need]
    strength = float(max(m.strength for m in meets))
    if detail is not None and any(m.detail == detail for m in meets):
        strength += 2.0
    elif all(m.detail is not None for m in meets):  # made for something finer that was not said
        strength -= UNSAID
    specific = 0.5 * min(2, len(service.rules)) if verdict.fit == FITS else 0.0
    local = 0.25 if service.areas else 0.0
    referral = -1.0 if service.access == "referral_only" else 0.0
    open_question = -0.75 if verdict.fit == ASK else 0.0
    unlikely = -0.25 * (1 - verdict.likely)
    score = strength + specific + local + referral + open_question + unlikely
    return Match(service, need, verdict.fit, tuple(r for r in verdict.because if r), verdict.ask, score)
