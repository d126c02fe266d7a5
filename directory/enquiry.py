"""What one person asks of the directory: the values that matching, the plan and the questions share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from directory.catalogue import Catalogue, catalogue_of
from directory.eligibility import Judge
from directory.model import Service
from foundation.clock import to_london


@dataclass(frozen=True)
class Enquiry:
    """What one person asks of the directory. Without `now`, neither hours nor freshness count."""

    services: Catalogue
    needs: tuple[str, ...]
    circumstances: Mapping[str, Any]
    details: Mapping[str, str | None]
    now: datetime | None = None

    @cached_property
    def judge(self) -> Judge:
        """Who decides for this person. Raises NotAPostcode, UnknownPostcode."""
        return Judge(self.circumstances)

    @cached_property
    def told(self) -> dict[str, Any]:
        """The circumstances as a plain dict."""
        return dict(self.circumstances)

    @cached_property
    def today(self) -> date | None:
        """The day in London."""
        return None if self.now is None else to_london(self.now).date()

    @cached_property
    def standing(self) -> dict[str, float]:
        """The points of each service for itself, today."""
        return self.services.standing(self.today)


def enquiry_of(
    services: Sequence[Service],
    needs: Sequence[str],
    circumstances: Mapping[str, Any],
    *,
    details: Mapping[str, str | None] | None = None,
    now: datetime | None = None,
) -> Enquiry:
    """What somebody with these needs asks; a need that is said twice counts once."""
    return Enquiry(catalogue_of(services), tuple(dict.fromkeys(needs)), circumstances, details or {}, now)
