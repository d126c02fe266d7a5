"""When a service is open: schedules of Open Referral, exceptions, bank holidays and terms, in London's wall time."""

from directory.hours.saying import in_words
from directory.hours.state import OpenState, open_at, state_of
from directory.hours.timetable import CLOSED, OPEN, UNKNOWN, Timetable, timetable

__all__ = ["CLOSED", "OPEN", "UNKNOWN", "OpenState", "Timetable", "in_words", "open_at", "state_of", "timetable"]
