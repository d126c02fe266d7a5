"""Three-valued eligibility: a service fits, does not fit, or would fit if something were known.

Rules are data, each with its source: `any_of`, `none_of`, `min`/`max` years over age bands, `any` of several rules.
"""

from dataclasses import dataclass
from typing import Any

from directory.geography.postcodes import Area, look_up
from directory.model import Service

FITS, ASK, NO = "fits", "ask", "no"
SKIPPED = "skip"
BANDS = {
    "under_16": (0, 15), "16_17": (16, 17), "18_24": (18, 24), "25_34": (25, 34), "35_54": (35, 54),
    "55_64": (55, 64), "65_79": (65, 79), "80_plus": (80, 130),
}  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """`fit` with the plain reasons for it, and the circumstances that would settle what is open.

    `likely`, 0 to 1, breaks ties: how much of a partly known area the service serves, or how many of the ages.
    """

    fit: str
    because: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    likely: float = 1.0


def judge(service: Service, circumstances: dict[str, Any]) -> Verdict:
    """Whether `service` is for a person with these `circumstances` (absent or "skip" means not known)."""
    known = {code: value for code, value in circumstances.items() if value != SKIPPED}
    verdicts = [_area(service, known), *(_rule(rule, known) for rule in service.rules)]
    no = [verdict for verdict in verdicts if verdict.fit == NO]
    if no:
        return Verdict(NO, tuple(reason for verdict in no for reason in verdict.because))
    because = tuple(reason for verdict in verdicts if verdict.fit == FITS for reason in verdict.because)
    asks = tuple(dict.fromkeys(code for verdict in verdicts for code in verdict.ask))
    # What was asked and not answered stays open, but is not asked again.
    open_still = tuple(c for c in asks if circumstances.get(c) != SKIPPED)
    return Verdict(ASK if asks else FITS, because, open_still, min(verdict.likely for verdict in verdicts))


def looks_at(service: Service) -> frozenset[str]:
    """The circumstances that the verdict on `service` depends on; no other can change it."""
    return service.asks_about | {"postcode"} if service.areas else service.asks_about


def _area(service: Service, known: dict[str, Any]) -> Verdict:
    if not service.areas:
        return Verdict(FITS)
    if "postcode" not in known:
        return Verdict(ASK, (), ("postcode",))
    area = look_up(str(known["postcode"]))
    if not area.councils:  # someone with no address is served where they are
        return Verdict(FITS)
    inside = [bool(tiers & service.areas) for tiers in area.councils]
    if all(inside):
        return Verdict(FITS)
    if not any(inside):
        return Verdict(NO, (_outside(area),))
    likely = sum(share for share, served in zip(area.shares, inside, strict=True) if served)
    return Verdict(ASK, (), ("postcode",), likely)


def _outside(area: Area) -> str:
    return f"It does not serve {area.postcode}."


def _rule(rule: dict[str, Any], known: dict[str, Any]) -> Verdict:
    if "any" in rule:
        return _any([_rule(part, known) for part in rule["any"]], str(rule.get("says", "")))
    code, says = str(rule["about"]), str(rule.get("says", ""))
    if code not in known:
        return Verdict(ASK, (says,), (code,), _share_of_ages(rule))
    value = known[code]
    if "min" in rule or "max" in rule:
        return _age(rule, str(value), says)
    values = {str(item) for item in (value if isinstance(value, list) else [value])}
    wanted = {_plain(item) for item in rule.get("any_of", rule.get("none_of", []))}
    holds = bool(values & wanted) if "any_of" in rule else not values & wanted
    return Verdict(FITS if holds else NO, (says,) if says else ())


def _plain(item: Any) -> str:
    """YAML and hand-edited JSON turn yes and no into booleans; our values are words."""
    return {True: "yes", False: "no"}.get(item, str(item)) if isinstance(item, bool) else str(item)


def _share_of_ages(rule: dict[str, Any]) -> float:
    """How many of the age bands a rule lets in: while an age is not known, what is for most comes before the rest."""
    return sum(_age(rule, band, "").fit == FITS for band in BANDS) / len(BANDS)


def _age(rule: dict[str, Any], band: str, says: str) -> Verdict:
    if band not in BANDS:  # an age that cannot be read is not known
        return Verdict(ASK, (says,), ("age_band",))
    low, high = BANDS[band]
    least, most = int(rule.get("min", 0)), int(rule.get("max", 130))
    if high < least or low > most:
        return Verdict(NO, (says,))
    inside = least <= low and high <= most
    # A band that lies across the limit counts as fitting: the service's own staff will look at the exact age.
    return Verdict(FITS, (says,) if inside else (says, "ask them about the exact age"))


def _any(parts: list[Verdict], says: str) -> Verdict:
    fitting = [part for part in parts if part.fit == FITS]
    if fitting:
        return fitting[0]
    asks = tuple(code for part in parts for code in part.ask)
    return Verdict(ASK, (says,), asks) if asks else Verdict(NO, (says,))
