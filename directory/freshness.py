"""How far a service's facts can be relied on: who last made sure of them, and what has spoken against them since."""

from collections.abc import Sequence
from datetime import date

from directory.labels import freshness_word

FRESH, CHECK, STALE = "fresh", "check", "stale"
CHECK_DAYS, STALE_DAYS = 90, 180
EVIDENCE_DAYS, EVIDENCE_ENOUGH = 30, 3


def freshness(assured: date | None, today: date, *, evidence: Sequence[date] = ()) -> str:
    """`fresh` up to 90 days, `check` up to 180, then `stale`; never assured is stale, and so is a date to come.

    `evidence`: the days on which a handoff failed or a resident said "this was wrong", as far as nobody at the desk
    has settled it. One within 30 days makes it a step worse, three make it stale.
    """
    tier = _by_age(assured, today)
    recent = sum((today - day).days <= EVIDENCE_DAYS for day in evidence)
    if recent >= EVIDENCE_ENOUGH:
        return STALE
    return {FRESH: CHECK}.get(tier, STALE) if recent else tier


def may_be_booked(tier: str) -> bool:
    """Whether a visit may be built on these facts. What is stale is rung first."""
    return tier != STALE


def label(tier: str) -> str:
    """What to tell a person of it, in the language spoken now; nothing when it is fresh."""
    return "" if tier == FRESH else freshness_word(tier)


def _by_age(assured: date | None, today: date) -> str:
    if assured is None:
        return STALE
    age = (today - assured).days
    # Nobody can have made sure tomorrow; one day is left for a source in another time zone.
    if age < -1 or age > STALE_DAYS:
        return STALE
    return FRESH if age <= CHECK_DAYS else CHECK
