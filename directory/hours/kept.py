"""An opening state kept on a card, and read again later: hours go on while a page lies open."""

from dataclasses import asdict, fields, replace
from datetime import date, datetime
from typing import Any

from directory.hours.saying import state_in_words
from directory.hours.state import OpenState
from directory.hours.timetable import CLOSED, IN_WORDS, NOT_TOLD, OPEN, UNKNOWN, WEEK
from foundation.clock import to_london

INSTANTS = ("until", "next_opens", "next_closes")


def kept_state(state: OpenState) -> dict[str, Any]:
    """As JSON: instants and dates as ISO text."""
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in asdict(state).items()}


def read_state(kept: dict[str, Any]) -> OpenState:
    """The state from its JSON."""
    told = {field.name: kept[field.name] for field in fields(OpenState) if field.name in kept}
    instants = {key: datetime.fromisoformat(told[key]) for key in INSTANTS if told.get(key)}
    unsure = {"unsure_on": date.fromisoformat(told["unsure_on"])} if told.get("unsure_on") else {}
    return OpenState(**told | instants | unsure)


def state_now(state: OpenState, now: datetime, *, as_of: datetime) -> OpenState | None:
    """What `state`, found out `as_of`, still tells `now`; None when it tells nothing any more."""
    today, same_day = to_london(now).date(), to_london(now).date() == to_london(as_of).date()
    if state.unsure_on and today >= state.unsure_on:
        return None
    if state.state == OPEN and (now < state.until if state.until else same_day):
        return state
    if state.next_opens and state.next_closes and state.next_opens <= now:
        ended = now >= state.next_closes
        return None if ended else OpenState(OPEN, state.next_closes, by_appointment=state.by_appointment)
    if state.state == UNKNOWN:
        return state if same_day else None
    if state.state == CLOSED and same_day:
        return state
    return replace(state, state=CLOSED, until=None, why=WEEK, note="") if state.next_opens else None


def words_now(kept: dict[str, Any], now: datetime, *, as_of: datetime) -> str:
    """A kept state in words for `now`; nothing where it tells nothing, or no more than that nobody knows the hours."""
    state = state_now(read_state(kept), now, as_of=as_of)
    if state is None or (state.state == UNKNOWN and state.why in (NOT_TOLD, IN_WORDS) and not state.by_appointment):
        return ""
    return state_in_words(state, now)
