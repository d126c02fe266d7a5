"""A closer look at one service for one person, now: how it suits them, how far it is, when it is open, its facts, room.

Points put services in order; notes are what to know before going there, in the language spoken now.
"""

from functools import cache
from math import hypot

from directory.deciding.catalogue import room_of, tier_of
from directory.deciding.enquiry import Enquiry
from directory.deciding.suiting import FROM_HOME, SUITS, Suiting, in_words, suiting
from directory.deciding.travel import how_far
from directory.deciding.weights import is_urgent, weight
from directory.freshness import label
from directory.geography.distance import Near, Spot, spots_of
from directory.hours import hours_of, state_of
from directory.hours.kept import state_now
from directory.hours.saying import state_in_words
from directory.hours.state import OpenState
from directory.hours.timetable import OPEN
from directory.labels import match_word
from directory.model import Service
from foundation.languages import spoken
from foundation.plain_times import day_of

ROOM = "open"
MOST_KILOMETRES, SOON_SECONDS = 10.0, 24 * 3600


def closer_points(service: Service, need: str, enquiry: Enquiry) -> float:
    """The points that depend on this person and this hour; 0 when nothing is known that counts."""
    points = weight("unsuited") * _suiting(service, enquiry).penalty
    if service.is_leg:  # seen at the hub, by appointment
        return points
    near = _near(service, enquiry)
    if near is not None:
        points += weight("far") * min(MOST_KILOMETRES, near.metres / 1000)
    return points + (_hours_points(service, near, enquiry) if is_urgent(need) else 0.0)


def closer_notes(service: Service, need: str, enquiry: Enquiry) -> list[str]:
    """What to know before going there, the most important first."""
    near = None if service.is_leg else _near(service, enquiry)
    return [
        *_referral(service),
        *_room(service, enquiry),
        *([f"{how_far(near.metres)}."] if near else []),
        *_hours(service, near, need, enquiry),
        *in_words(_suiting(service, enquiry).notes),
        *_freshness(service, enquiry),
    ]


def _suiting(service: Service, enquiry: Enquiry) -> Suiting:
    suited = enquiry.suited
    if suited is None:
        return SUITS
    kept = suited.get(service.id)
    if kept is None:
        kept = suited[service.id] = suiting(service, enquiry.told)
    return kept


def _near(service: Service, enquiry: Enquiry) -> Near | None:
    """The nearest of the places that people go to, from about where this person lives."""
    home = enquiry.home
    if home is None or service.access in FROM_HOME:
        return None
    east, north = home.middle
    ways = [(hypot(spot.east - east, spot.north - north), spot.place) for spot in _spots(service, enquiry)]
    return None if not ways else Near(min(ways)[1], min(ways)[0])


def _spots(service: Service, enquiry: Enquiry) -> tuple[Spot, ...]:
    kept = enquiry.services.spots.get(service.id)
    if kept is None:
        kept = enquiry.services.spots[service.id] = spots_of(service.document)
    return kept


def _hours_points(service: Service, near: Near | None, enquiry: Enquiry) -> float:
    state = _state(service, near.place if near else 0, enquiry)
    if state is None or enquiry.now is None:
        return 0.0
    if state.state == OPEN:
        return weight("open_now")
    opens = state.next_opens
    soon = opens is not None and (opens - enquiry.now).total_seconds() <= SOON_SECONDS
    return weight("opens_soon") if soon else 0.0


def _state(service: Service, place: int, enquiry: Enquiry) -> OpenState | None:
    """Whether it is open; what was found out before counts as long as it still tells something."""
    now, kept = enquiry.now, enquiry.services.states.get((service.id, place))
    if now is None or not _has_hours(service):
        return None
    told = state_now(kept[0], now, as_of=kept[1]) if kept is not None and kept[1] <= now else None
    if told is None:
        told = state_of(hours_of(service.document, place=place), now)
        enquiry.services.states[service.id, place] = (told, now)
    return told


def _has_hours(service: Service) -> bool:
    document = service.document
    if document.get("schedules"):
        return True
    places = document.get("service_at_locations") or []
    return any(place.get("schedules") or (place.get("location") or {}).get("schedules") for place in places)


def _hours(service: Service, near: Near | None, need: str, enquiry: Enquiry) -> list[str]:
    if enquiry.now is None or service.is_leg or not is_urgent(need):
        return []
    state = _state(service, near.place if near else 0, enquiry)
    return [state_in_words(state, enquiry.now)] if state is not None and state.state == OPEN else []


def _referral(service: Service) -> list[str]:
    if service.access != "referral_only":
        return []
    who = ", ".join(service.referred_by)
    return [match_word("referred_by", who=who) if who else match_word("referral_only")]


def _room(service: Service, enquiry: Enquiry) -> list[str]:
    if enquiry.today is None or service.capacity is None:
        return []
    room = room_of(service, enquiry.today)
    return [] if room == ROOM else [match_word(room, date=day_of(service.capacity.on))]


def _freshness(service: Service, enquiry: Enquiry) -> list[str]:
    said = "" if enquiry.today is None else _label(tier_of(service, enquiry.today), spoken())
    return [said] if said else []


@cache
def _label(tier: str, language: str) -> str:  # said in the language spoken now
    return label(tier)
