"""The joint search: exact, with one leg after the other.

Objective: day, finish, waiting, preferred advisers; then one interpreter for all legs that need one, and then `after`
decides between orders that are equal in all of that.
"""

from booking.search.programme import Programme
from booking.search.staffing import End, Found, Place, staffed
from booking.search.tracing import Trace


class JointSearch(Programme):
    """The programme for one question; `best` reads answers out of it."""

    def best(self, starts: int) -> Found | None:
        """The best opening of those that start in the bitset `starts`."""
        end = self.end(starts)
        return self.at(end) if end else None

    def at(self, end: End) -> Found:
        """The best opening of those that end so."""
        trace = self._trace(end)
        return staffed(self.seats, [Place(*place) for place in trace.places], interpreters=trace.interpreters)

    def _trace(self, end: End) -> Trace:
        """The way to that end with most preferred advisers; among those, one with a single interpreter if it can."""
        everybody = frozenset(name for helpers in self.seats.helpers.values() for name in helpers)
        best = Trace(self, everybody, finish=end.finish, waited=end.waited)
        if self.terms.language:
            for few in (frozenset[str](), *(frozenset({name}) for name in sorted(everybody))):
                trace = Trace(self, few, finish=end.finish, waited=end.waited)
                if trace.preferred == best.preferred:
                    return trace
        return best
