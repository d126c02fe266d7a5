"""What the resident asks of a visit: heard in what they said and answered, and as the search for a time takes it."""

from collections.abc import Sequence

import sqlalchemy as sa

from booking.openings import LegRequest
from booking.tables import adviser
from booking.wishes import Wishes
from casework.assessment import Assessment
from casework.wanting import EVERY_DAY, WEEKEND, Wants, wants_of_story
from casework.work import Work, words
from foundation.languages import ENGLISH
from foundation.plain_times import clock_of

FEATURES = {"step_free": "step_free", "hearing": "hearing_loop"}  # circumstance access_needs: what a room has to have


def wants_of(assessment: Assessment) -> Wants:
    """All that is known: the story first, then what they answered to questions, the newest last."""
    found = Wants()
    for said in assessment.said:
        found = found.and_then(wants_of_story(said))
    answered = assessment.answered()
    feature = FEATURES.get(str(answered.get("access_needs")))
    asked = Wants(
        room_features=frozenset({feature} if feature else ()),
        interpreter=str(answered.get("language", "")),
    )
    return found.and_then(asked).and_then(Wants.from_json(assessment.wants))


def learn(assessment: Assessment, wants: Wants) -> None:
    """Keep what they said of times and ways that suit."""
    assessment.wants = Wants.from_json(assessment.wants).and_then(wants).as_json()


def wishes_of(work: Work, assessment: Assessment, legs: Sequence[LegRequest]) -> Wishes:
    """The same, as the search for `legs` takes it.

    An interpreter is asked for only where the hub has one for the language: without any, no search would ever end well.
    """
    wants = wants_of(assessment)
    return Wishes(
        not_weekdays=wants.not_weekdays,
        not_before=wants.not_before,
        not_after=wants.not_after,
        by_phone=frozenset(leg.agency for leg in legs) if wants.by_phone else frozenset(),
        room_features=frozenset() if wants.by_phone else wants.room_features,
        interpreter=wants.interpreter if _is_spoken_here(work, wants.interpreter) else "",
    )


def _is_spoken_here(work: Work, language: str) -> bool:
    if language in ("", ENGLISH):
        return False
    with work.database.reading() as db:
        spoken = db.execute(sa.select(adviser.c.languages).where(adviser.c.active)).scalars()
        return any(language in languages for languages in spoken)


def in_words(wants: Wants) -> str:
    """What was taken, to say back: `not on Tuesdays, not before 9:30am`; empty when it says nothing."""
    days = wants.not_weekdays - WEEKEND if wants.only_days else wants.not_weekdays
    named = sorted(EVERY_DAY - wants.not_weekdays) if wants.only_days else sorted(days)
    parts = []
    if named:
        said = words("suiting.or").join(words(f"suiting.weekdays.{number}") for number in named)
        parts.append(words("suiting.only_on" if wants.only_days else "suiting.not_on", days=said))
    if wants.not_before:
        parts.append(words("suiting.not_before", time=clock_of(wants.not_before)))
    if wants.not_after:
        parts.append(words("suiting.not_after", time=clock_of(wants.not_after)))
    if wants.by_phone is not None:
        parts.append(words("suiting.by_phone_took" if wants.by_phone else "suiting.in_person_took"))
    parts += [words(f"suiting.features.{feature}") for feature in sorted(wants.room_features)]
    return ", ".join(parts)
