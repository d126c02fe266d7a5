"""A closer look at one service for one person, today: how it suits them, how fresh its facts are, whether it has room.

Points put services in order; notes are what to know before going there, in the language spoken now.
"""

from functools import cache

from directory.catalogue import room_of, tier_of
from directory.enquiry import Enquiry
from directory.freshness import label
from directory.labels import match_word
from directory.model import Service
from directory.suiting import SUITS, Suiting, in_words, suiting
from directory.weights import weight
from foundation.languages import spoken
from foundation.plain_times import day_of

OPEN = "open"
LOOKED_AT = frozenset({"language", "access_needs"})


def closer_points(service: Service, enquiry: Enquiry) -> float:
    """The points that depend on this person and this hour; 0 when nothing is known that counts."""
    return weight("unsuited") * _suiting(service, enquiry).penalty


def closer_notes(service: Service, enquiry: Enquiry) -> list[str]:
    """What to know before going there, the most important first."""
    return [
        *_referral(service),
        *_room(service, enquiry),
        *in_words(_suiting(service, enquiry).notes),
        *_freshness(service, enquiry),
    ]


def _suiting(service: Service, enquiry: Enquiry) -> Suiting:
    if not enquiry.told.keys() & LOOKED_AT:
        return SUITS
    kept = enquiry.suited.get(service.id)
    if kept is None:
        kept = enquiry.suited[service.id] = suiting(service, enquiry.told)
    return kept


def _referral(service: Service) -> list[str]:
    if service.access != "referral_only":
        return []
    who = ", ".join(service.referred_by)
    return [match_word("referred_by", who=who) if who else match_word("referral_only")]


def _room(service: Service, enquiry: Enquiry) -> list[str]:
    if enquiry.today is None or service.capacity is None:
        return []
    room = room_of(service, enquiry.today)
    return [] if room == OPEN else [match_word(room, date=day_of(service.capacity.on))]


def _freshness(service: Service, enquiry: Enquiry) -> list[str]:
    said = "" if enquiry.today is None else _label(tier_of(service, enquiry.today), spoken())
    return [said] if said else []


@cache
def _label(tier: str, language: str) -> str:  # said in the language spoken now
    return label(tier)
