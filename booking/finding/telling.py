"""Reasons in plain words: what stood in the way, as a sentence for the person who asked."""

from collections.abc import Sequence
from pathlib import Path

from babel import Locale

from booking.hub import Hub
from booking.openings import Blocker
from booking.search.reasons import Reason
from booking.wishes import Wishes
from foundation.languages import spoken
from foundation.words import Words

words = Words(Path(__file__).with_name("words.yml"))


def blockers_of(reasons: Sequence[Reason], hub: Hub, wishes: Wishes) -> tuple[Blocker, ...]:
    """Each reason with its sentence, in the language that is spoken now."""
    return tuple(Blocker(kind=each.kind, name=each.name, text=_text(each, hub, wishes)) for each in reasons)


def _text(reason: Reason, hub: Hub, wishes: Wishes) -> str:
    if reason.kind == "agency":
        label = hub.agencies.get(reason.name, {}).get("label", reason.name)
        return words("skill" if reason.skill else "agency", agency=label, skill=reason.skill.replace("_", " "))
    if reason.kind == "interpreter":
        language = Locale.parse(spoken()).languages.get(reason.name, reason.name)
        return words("interpreter", language=language)
    if reason.kind == "room" and not words.has(f"room.{reason.name}"):
        return words("room_with", feature=reason.name.replace("_", " "))
    return words(f"{reason.kind}.{reason.name}", minutes=_minutes(reason.name, hub, wishes))


def _minutes(name: str, hub: Hub, wishes: Wishes) -> int:
    told = {"buffer": hub.booking_rules.buffer_minutes, "min_gap": wishes.min_gap, "max_waiting": wishes.max_waiting}
    return told.get(name, wishes.max_gap or 0)
