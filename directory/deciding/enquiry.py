"""What one person asks of the directory: the values that matching, the plan and the questions share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from directory.deciding.catalogue import Catalogue, Shelf, catalogue_of
from directory.deciding.eligibility import Judge
from directory.deciding.suiting import Suiting
from directory.geography.distance import SPREAD_METRES, Home, home_of
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
        return self.services.nobody.of(self.circumstances)

    def but(self, code: str, value: Any) -> "Enquiry":
        """The same once one more thing is told."""
        other = replace(self, circumstances={**self.circumstances, code: value})
        other.__dict__["judge"] = self.judge.but(code, value)
        return other

    @cached_property
    def suited(self) -> dict[str, Suiting] | None:
        """How services suit these language and access needs, by id, as far as that was looked at for anybody.

        None for somebody who told neither: all services suit.
        """
        told = [self.circumstances.get(code) for code in ("language", "access_needs")]
        return self.services.suited_to(str(told)) if any(told) else None

    @cached_property
    def home(self) -> Home | None:
        """About where the person lives, when that is known well enough to tell near from far."""
        area = self.judge.area
        home = home_of(area) if area is not None and area.postcode else None
        return home if home is not None and home.spread <= SPREAD_METRES else None

    @cached_property
    def told(self) -> dict[str, Any]:
        """The circumstances as a plain dict."""
        return dict(self.circumstances)

    @cached_property
    def today(self) -> date | None:
        """The day in London."""
        return None if self.now is None else to_london(self.now).date()

    def shelf(self, need: str) -> Shelf:
        """The services that meet `need`, as they stand today."""
        return self.services.shelf(need, self.today)


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
