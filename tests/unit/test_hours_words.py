"""Hours as people hear them: now, as a rule, and what will be other than usual."""

from datetime import datetime
from typing import Any

import pytest

from directory.hours import changes_ahead, regular_in_words, state_in_words, state_of, timetable
from directory.hours.kept import kept_state, read_state, words_now
from foundation.languages import LANGUAGES, speaking
from tests.unit.hours_examples import ALWAYS, OFFICE, WORKDAYS, london, weekly

HOLIDAYS = "Closed now. It may open tomorrow: ring first. Opens on Tuesday 29 December at 9am."
AFTERNOON = "Tuesday, 1pm to 3pm"
MONTHLY = [{"freq": "MONTHLY", "byday": "2TU", "opens_at": "10:00", "closes_at": "12:00"}]


def now_in_words(at: str, schedules: list[dict[str, Any]], **more: Any) -> str:
    return state_in_words(state_of(timetable(schedules, **more), london(at)), london(at))


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-11-24T10:00", "Open now until 5pm."),
        ("2026-11-24T08:00", "Closed now. Opens today at 9am."),
        ("2026-11-24T18:00", "Closed now. Opens tomorrow at 9am."),
        ("2026-11-27T18:00", "Closed now. Opens on Monday 30 November at 9am."),
        ("2026-12-25T10:00", "Today is a bank holiday. Ring first."),
        # The 25th and the 28th are bank holidays: it may open on the first, and certainly does on the 29th.
        ("2026-12-24T18:00", HOLIDAYS),
    ],
)
def test_an_office_now(at: str, words: str) -> None:
    assert now_in_words(at, OFFICE) == words


@pytest.mark.parametrize(
    ("schedules", "more", "at", "words"),
    [
        ([], {}, "2026-11-24T10:00", "We do not know the hours. Ring first."),
        ([{"description": "mornings"}], {}, "2026-11-24T10:00", "We do not know the hours. Ring first."),
        (ALWAYS, {}, "2026-11-24T10:00", "Open now."),
        ([weekly("TU", "18:00", "24:00")], {}, "2026-11-24T19:00", "Open now until midnight."),
        ([weekly("TU", "22:00", "02:00")], {}, "2026-11-24T23:00", "Open now until 2am."),
        (
            OFFICE, {"bank_holidays": "closed"}, "2026-12-28T10:00",
            "Closed today, a bank holiday. Opens tomorrow at 9am.",
        ),
        (
            OFFICE, {"term_time": "E10000003"}, "2026-10-27T10:00",
            "Closed in the school holidays. Opens on Monday 2 November at 9am.",
        ),
        (OFFICE, {"term_time": True}, "2026-10-27T10:00", "It is open in school terms only. Ring first."),
        (
            OFFICE, {"exceptions": [{"date": "2026-11-24", "closed": True}]}, "2026-11-24T10:00",
            "Other hours than usual today. Closed now. Opens tomorrow at 9am.",
        ),
        (
            OFFICE, {"exceptions": [{"date": "2026-11-24"}]}, "2026-11-24T10:00",
            "The hours may be different today. Ring first.",
        ),
        (
            [weekly(WORKDAYS, "09:00", "17:00", valid_to="2026-01-01")], {}, "2026-11-24T10:00",
            "The hours that we have are old. Ring first.",
        ),
        (OFFICE, {"by_appointment": True}, "2026-11-24T10:00", "Open now until 5pm. By appointment only. Ring first."),
    ],
)  # fmt: skip
def test_now(schedules: list[dict[str, Any]], more: dict[str, Any], at: str, words: str) -> None:
    assert now_in_words(at, schedules, **more) == words


@pytest.mark.parametrize(
    ("schedules", "more", "words"),
    [
        (OFFICE, {}, "Monday to Friday, 9am to 5pm"),
        (MONTHLY, {}, "Next on Tuesday 8 December, 10am to 12 noon"),
        ([*OFFICE, *MONTHLY], {}, "Monday to Friday, 9am to 5pm"),
        ([], {}, "Ring first to check when they are open"),
        (OFFICE, {"term_time": True}, "Monday to Friday, 9am to 5pm (in school terms only)"),
        (OFFICE, {"by_appointment": True}, "Monday to Friday, 9am to 5pm, by appointment only"),
        ([], {"by_appointment": True}, "By appointment only. Ring first."),
        ([weekly("MO", "9:00", "17:00", valid_to="2026-01-01"), weekly("TU", "13:00", "15:00")], {}, AFTERNOON),
        ([weekly("FR", "22:00", "02:00")], {}, "Friday, 10pm to 2am"),
    ],
)  # fmt: skip
def test_as_a_rule(schedules: list[dict[str, Any]], more: dict[str, Any], words: str) -> None:
    assert regular_in_words(timetable(schedules, **more), london("2026-11-24T10:00")) == words


def test_what_will_be_other_than_usual_within_two_weeks() -> None:
    exceptions = [
        {"from": "2026-12-23", "to": "2026-12-24", "closed": True, "reason": "Staff are away."},
        {"date": "2026-12-29", "opens_at": "10:00", "closes_at": "12:00"},
        {"date": "2026-12-30"},
        {"date": "2027-02-01", "closed": True},  # too far ahead
        {"date": "2026-12-18", "closed": True},  # today: the state tells it
    ]
    hours = timetable(OFFICE, exceptions=exceptions)
    assert changes_ahead(hours, london("2026-12-18T10:00")) == [
        "It may be closed on Friday 25 December, on Monday 28 December and on Friday 1 January, "
        "which are bank holidays. Ring first.",
        "Closed from Wednesday 23 December to Thursday 24 December. Staff are away.",
        "Open 10am to 12 noon on Tuesday 29 December.",
        "The hours may be different on Wednesday 30 December. Ring first.",
    ]
    closed = timetable(OFFICE, bank_holidays="closed")
    assert changes_ahead(closed, london("2027-03-25T10:00")) == [
        "Closed on Friday 26 March and on Monday 29 March, which are bank holidays."
    ]
    assert changes_ahead(closed, london("2027-08-20T10:00")) == ["Closed on Monday 30 August, a bank holiday."]
    assert changes_ahead(timetable(OFFICE), london("2026-11-02T10:00")) == []
    assert changes_ahead(timetable([]), london("2026-12-18T10:00")) == []
    assert changes_ahead(timetable(ALWAYS), london("2026-12-18T10:00")) == []


# ---------------------------------------------------------------- a card lies open while hours go on
def seen(made: str, later: str, schedules: list[dict[str, Any]] = OFFICE, **more: Any) -> str:
    kept = kept_state(state_of(timetable(schedules, **more), london(made)))
    return words_now(kept, london(later), as_of=london(made))


@pytest.mark.parametrize(
    ("made", "later", "words"),
    [
        ("2026-11-24T10:00", "2026-11-24T16:59", "Open now until 5pm."),
        ("2026-11-24T10:00", "2026-11-24T17:00", "Closed now. Opens tomorrow at 9am."),
        ("2026-11-24T10:00", "2026-11-25T08:00", "Closed now. Opens today at 9am."),
        ("2026-11-24T10:00", "2026-11-25T12:00", "Open now until 5pm."),
        ("2026-11-24T10:00", "2026-11-25T18:00", ""),  # nothing is kept of the day after
        ("2026-11-24T08:00", "2026-11-24T12:00", "Open now until 5pm."),
        ("2026-11-27T18:00", "2026-11-29T08:00", "Closed now. Opens tomorrow at 9am."),
        ("2026-12-24T18:00", "2026-12-24T19:00", HOLIDAYS),
        ("2026-12-24T18:00", "2026-12-25T12:00", ""),  # nobody knows of that day
        ("2026-12-25T10:00", "2026-12-25T11:00", "Today is a bank holiday. Ring first."),
        ("2026-12-25T10:00", "2026-12-26T11:00", ""),  # what was not known is not closed a day later
        ("2026-12-24T10:00", "2026-12-24T18:00", HOLIDAYS),
        ("2026-12-24T10:00", "2026-12-25T12:00", ""),
    ],
)  # fmt: skip
def test_an_old_card_never_says_what_is_no_longer_so(made: str, later: str, words: str) -> None:
    assert seen(made, later) == words


def test_what_nobody_knows_needs_no_second_line() -> None:
    assert seen("2026-11-24T10:00", "2026-11-24T11:00", []) == ""
    assert seen("2026-11-24T10:00", "2026-11-24T11:00", ALWAYS) == "Open now."
    assert seen("2026-11-24T10:00", "2026-11-26T11:00", ALWAYS) == ""
    told = seen("2026-11-24T10:00", "2026-11-24T11:00", exceptions=[{"date": "2026-11-24", "closed": True}])
    assert told == "Other hours than usual today. Closed now. Opens tomorrow at 9am."
    exceptions = [{"date": "2026-11-27", "closed": True}]
    assert seen("2026-11-27T10:00", "2026-11-28T11:00", exceptions=exceptions).startswith("Closed now. Opens on Monday")


@pytest.mark.parametrize("at", ["2026-11-24T10:00", "2026-12-24T18:00", "2026-12-25T10:00"])
def test_a_state_is_kept_whole(at: str) -> None:
    state = state_of(timetable(OFFICE), london(at))
    assert read_state(kept_state(state)) == state
    assert isinstance(kept_state(state)["next_opens"], str)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_can_be_said_in_every_language(language: str) -> None:
    at: datetime = london("2026-12-24T18:00")
    with speaking(language):
        assert state_in_words(state_of(timetable(OFFICE), at), at)
        assert changes_ahead(timetable(OFFICE), at)
        assert regular_in_words(timetable(MONTHLY), at)
