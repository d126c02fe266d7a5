"""What the person asks of a visit: days, hours, by phone, an interpreter, a room they can use."""

from dataclasses import dataclass, fields
from datetime import date, time
from typing import Any, Self

from foundation.errors import FrontDoorError


class WishesNotReadable(FrontDoorError):
    """Wishes that came from outside are wrong. The text says which."""


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """The resident's own constraints. Times are London wall time; gaps are minutes between one leg and the next.

    `by_phone`: agencies that ring the person instead of seeing them. `together`: all agencies at once, in one room.
    `in_order`: as the legs are given, by `after` and then their place. `interpreter`: an ISO 639-1 code, for every leg.
    `prefer`: advisers who are taken where times are equal.
    """

    not_weekdays: frozenset[int] = frozenset()  # Monday is 0
    not_days: frozenset[date] = frozenset()
    not_before: time | None = None
    not_after: time | None = None  # the last leg is over by then
    by_phone: frozenset[str] = frozenset()
    interpreter: str = ""
    room_features: frozenset[str] = frozenset()
    together: bool = False
    in_order: bool = False
    min_gap: int = 0
    max_gap: int | None = None
    max_waiting: int = 120  # minutes between legs, all together
    prefer: frozenset[str] = frozenset()

    def as_json(self) -> dict[str, Any]:
        """Only what differs from nothing asked."""
        return {
            each.name: _plain(value) for each in fields(self) if (value := getattr(self, each.name)) != each.default
        }

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Self:
        """What `as_json` made. Raises WishesNotReadable."""
        try:
            return cls(**{name: _READ.get(name, _as_it_is)(value) for name, value in document.items()})
        except (TypeError, ValueError) as error:
            raise WishesNotReadable(f"These wishes cannot be read: {error}.") from error


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(_plain(one) for one in value)
    return value.isoformat() if isinstance(value, date | time) else value


def _as_it_is(value: Any) -> Any:
    return value


_READ: dict[str, Any] = {
    "not_weekdays": frozenset,
    "not_days": lambda days: frozenset(map(date.fromisoformat, days)),
    "not_before": time.fromisoformat,
    "not_after": time.fromisoformat,
    "by_phone": frozenset,
    "room_features": frozenset,
    "prefer": frozenset,
}
