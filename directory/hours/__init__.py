"""When a service is open: schedules of Open Referral, exceptions, bank holidays and terms, in London's wall time."""

from directory.hours.records import hours_of, schedules_at
from directory.hours.saying import changes_ahead, in_words, regular_in_words, state_in_words
from directory.hours.state import OpenState, open_at, state_of
from directory.hours.timetable import CLOSED, OPEN, UNKNOWN, Timetable, timetable

__all__ = [
    "CLOSED",
    "OPEN",
    "UNKNOWN",
    "OpenState",
    "Timetable",
    "changes_ahead",
    "hours_of",
    "in_words",
    "open_at",
    "regular_in_words",
    "schedules_at",
    "state_in_words",
    "state_of",
    "timetable",
]
