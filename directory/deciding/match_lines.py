"""The lines of `frontdoor match`: what somebody needs and tells, in; the services, with reasons, out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from directory.deciding.closer import closer_notes
from directory.deciding.enquiry import Enquiry, enquiry_of
from directory.deciding.matching import Match, shortlist
from directory.deciding.questions import ask_next
from directory.labels import match_word, need_label
from directory.model import Service
from directory.verdicts import ASK, NO
from foundation.errors import FrontDoorError
from foundation.needs import NEEDS


class NotAQuestion(FrontDoorError):
    """A line for `frontdoor match` is not of its shape."""


def match_line(services: Sequence[Service], asked: dict[str, Any], *, now: datetime | None = None) -> dict[str, Any]:
    """One line of `frontdoor match`. Raises NotAQuestion and the errors of postcodes.

    Every service that meets a need is in it; of a need with very many, the best and the nearest misses.
    """
    enquiry = _read(services, asked, now)
    matches = shortlist(enquiry)
    general = {need: match_word("for_need", need=need_label(need)) for need in enquiry.needs}
    return {
        "id": asked.get("id"),
        "matches": [_as_json(enquiry, m, general[m.need]) for m in matches],
        "next_question": ask_next(enquiry, matches=matches),
    }


def _read(services: Sequence[Service], asked: dict[str, Any], now: datetime | None) -> Enquiry:
    needs = asked.get("needs")
    circumstances, details = ({} if asked.get(key) is None else asked[key] for key in ("circumstances", "details"))
    if not isinstance(needs, list) or not isinstance(circumstances, dict) or not isinstance(details, dict):
        raise NotAQuestion('Send {"id", "needs": [...], "circumstances": {...}, "postcode"}.')
    unknown = [need for need in needs if need not in NEEDS]
    if unknown:
        raise NotAQuestion(f"There is no need called {unknown[0]!r}.")
    told = {code: value for code, value in circumstances.items() if value is not None}
    if asked.get("postcode"):
        told["postcode"] = asked["postcode"]
    return enquiry_of(services, needs, told, details=details, now=now)


def _as_json(enquiry: Enquiry, m: Match, general: str) -> dict[str, Any]:
    return {
        "service_id": m.service.id, "service": m.service.name, "organisation": m.service.organisation,
        "need": m.need, "fit": m.fit, "because": _because(enquiry, m, general), "ask": list(m.ask),
    }  # fmt: skip


def _because(enquiry: Enquiry, m: Match, general: str) -> list[str]:
    """Why it is for them, or why not; then what to know before going there."""
    if m.fit == NO:
        return list(m.because)
    reasons = [*m.because, *(m.provided if m.fit == ASK else ())]
    return [*(reasons or [general]), *closer_notes(m.service, m.need, enquiry)]
