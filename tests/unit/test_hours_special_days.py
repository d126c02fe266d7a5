"""Bank holidays of each nation, named days, seasons and school terms."""

from datetime import date, timedelta

import pytest

from directory.hours import CLOSED, OPEN, UNKNOWN, OpenState, hours_of, open_at, state_of
from directory.hours.calendars import bank_holiday, terms_of
from tests.unit.hours_examples import OFFICE, WORKDAYS, london, wall, weekly


def test_on_a_bank_holiday_the_week_says_nothing() -> None:
    christmas = london("2026-12-25T10:00")  # a Friday; Monday the 28th stands in for Boxing Day
    found = open_at(OFFICE, christmas)
    assert (found.state, found.why, found.unsure_on) == (UNKNOWN, "bank_holiday", date(2026, 12, 28))
    shut = open_at(OFFICE, christmas, bank_holidays="closed")
    assert (shut.state, wall(shut.next_opens), shut.why) == (CLOSED, "Tue 29 Dec 09:00", "bank_holiday")
    assert open_at(OFFICE, christmas, bank_holidays="open").state == OPEN
    assert open_at(OFFICE, christmas, bank_holidays="perhaps").state == UNKNOWN


def test_a_day_on_which_it_is_closed_anyhow_is_closed_on_a_bank_holiday_too() -> None:
    saturday = [weekly("SA", "10:00", "12:00")]
    assert open_at(saturday, london("2026-12-25T11:00")).state == CLOSED


@pytest.mark.parametrize(
    ("day", "division", "holiday"),
    [
        ("2026-11-30", "scotland", True), ("2026-11-30", "england-and-wales", False),  # St Andrew's
        ("2027-03-17", "northern-ireland", True), ("2027-03-17", "england-and-wales", False),  # St Patrick's
        ("2027-03-29", "england-and-wales", True), ("2027-03-29", "scotland", False),  # Easter Monday
        ("2099-12-25", "england-and-wales", None),  # nobody has published it
    ],
)  # fmt: skip
def test_each_nation_has_its_own(day: str, division: str, holiday: bool | None) -> None:
    assert bank_holiday(date.fromisoformat(day), division) is holiday


def test_beyond_the_published_days_a_working_day_is_not_known() -> None:
    found = open_at(OFFICE, london("2099-11-24T10:00"), bank_holidays="closed")
    assert (found.state, found.why) == (UNKNOWN, "bank_holiday")
    assert open_at(OFFICE, london("2099-11-24T10:00"), bank_holidays="open").state == OPEN


def test_the_nation_is_the_places() -> None:
    def at(postcode: str) -> str:
        place = {"schedules": OFFICE, "location": {"addresses": [{"postal_code": postcode}]}}
        return state_of(hours_of({"service_at_locations": [place]}), london("2026-11-30T10:00")).state

    assert (at("CB4 3EH"), at("EH1 1YZ"), at("")) == (OPEN, UNKNOWN, OPEN)


def test_named_days_come_before_the_week() -> None:
    exceptions = [
        {"from": "2026-12-21", "to": "2027-01-03", "closed": True, "reason": "Christmas."},
        {"date": "2026-12-29", "opens_at": "10:00", "closes_at": "12:00"},
        {"date": "2026-12-05", "opens_at": "10:00", "closes_at": "14:00", "reason": "Open day."},
        {"date": "2026-12-10"},
    ]

    def at(text: str) -> OpenState:
        return open_at(OFFICE, london(text), exceptions=exceptions, bank_holidays="closed")

    shut = at("2026-12-22T10:00")
    assert (shut.state, shut.why, shut.note, wall(shut.next_opens)) == (
        CLOSED,
        "exception",
        "Christmas.",
        "Tue 29 Dec 10:00",
    )
    assert at("2026-12-29T11:00").state == OPEN  # the day by itself says more than the fortnight
    assert at("2026-12-29T12:00").state == CLOSED
    assert at("2026-12-05T11:00").state == OPEN  # a Saturday
    assert at("2026-12-10T11:00").state == UNKNOWN  # something is different, and nobody wrote what
    assert at("2027-01-04T10:00").state == OPEN


def test_an_exception_says_what_happens_on_a_bank_holiday() -> None:
    hours = [{"date": "2026-12-25", "opens_at": "11:00", "closes_at": "14:00"}]  # a Christmas dinner
    assert open_at(OFFICE, london("2026-12-25T12:00"), exceptions=hours).state == OPEN
    assert open_at(OFFICE, london("2026-12-25T15:00"), exceptions=hours).state == CLOSED


def test_exceptions_that_contradict_each_other_are_not_known() -> None:
    both = [{"date": "2026-11-24", "closed": True}, {"date": "2026-11-24", "opens_at": "10:00", "closes_at": "12:00"}]
    assert open_at(OFFICE, london("2026-11-24T11:00"), exceptions=both).state == UNKNOWN
    twice = [{"date": "2026-11-24", "opens_at": f"{h}:00", "closes_at": f"{h + 1}:00"} for h in (10, 14)]
    assert [open_at(OFFICE, london(f"2026-11-24T{h}:30"), exceptions=twice).state for h in (10, 12, 14)] == [
        OPEN,
        CLOSED,
        OPEN,
    ]


def test_hours_for_a_season_say_nothing_of_the_rest_of_the_year() -> None:
    summer = [weekly(WORKDAYS, "09:00", "17:00", valid_from="2026-04-01", valid_to="2026-09-30")]
    assert open_at(summer, london("2026-09-30T10:00")).state == OPEN
    past = open_at(summer, london("2026-11-24T10:00"))
    assert (past.state, past.why) == (UNKNOWN, "out_of_date")
    winter = [*summer, weekly("MO", "10:00", "12:00", valid_from="2026-10-01")]
    assert open_at(winter, london("2026-11-24T10:00")).state == CLOSED
    assert open_at(winter, london("2026-11-23T10:00")).state == OPEN


def test_before_the_first_time_it_is_closed_and_after_the_last_nobody_knows() -> None:
    course = [weekly("MO", "10:00", "12:00", dtstart="2026-11-30", until="2026-12-14")]
    before = open_at(course, london("2026-11-23T10:30"))
    assert (before.state, wall(before.next_opens)) == (CLOSED, "Mon 30 Nov 10:00")
    after = open_at(course, london("2026-12-21T10:30"))
    assert (after.state, after.why, after.next_opens) == (UNKNOWN, "out_of_date", None)


def test_a_rare_opening_is_found_months_ahead() -> None:
    yearly = [{"freq": "YEARLY", "dtstart": "2024-09-05", "opens_at": "10:00", "closes_at": "12:00"}]
    assert wall(open_at(yearly, london("2026-09-06T10:00")).next_opens) == "Sun 05 Sep 10:00"


def test_in_term_time_only() -> None:
    def at(text: str, authority: bool | str = "E10000003") -> OpenState:
        return open_at(OFFICE, london(text), term_time=authority, bank_holidays="closed")

    assert at("2026-11-24T10:00").state == OPEN
    half_term = at("2026-10-27T10:00")
    assert (half_term.state, half_term.why, wall(half_term.next_opens)) == (CLOSED, "out_of_term", "Mon 02 Nov 09:00")
    assert at("2027-05-03T10:00").state == CLOSED  # May Day, in term
    unknown = at("2027-09-06T10:00")  # the next school year, not published yet
    assert (unknown.state, unknown.why) == (UNKNOWN, "term_unknown")
    assert at("2026-11-24T10:00", True).state == UNKNOWN  # in whose terms?
    assert at("2026-11-24T10:00", "E10000012").state == UNKNOWN  # of Essex we have none
    assert at("2026-11-22T10:00", "E10000012").state == CLOSED  # but a Sunday is a Sunday


def test_the_terms_are_those_of_the_place() -> None:
    def at(postcode: str) -> str:
        place = {"schedules": OFFICE, "location": {"addresses": [{"postal_code": postcode}]}}
        document = {"service_at_locations": [place], "front_door": {"term_time": True}}
        return state_of(hours_of(document), london("2026-10-27T10:00")).state

    assert (at("CB4 3EH"), at("CB10 1AA")) == (CLOSED, UNKNOWN)
    by_area = {"schedules": OFFICE, "service_areas": [{"extent": "E10000003"}], "front_door": {"term_time": True}}
    assert state_of(hours_of(by_area), london("2026-10-27T10:00")).state == CLOSED


def test_the_terms_make_195_days() -> None:
    """Schools are in term on 195 working days in a year, five of them for training (the council's own page)."""
    terms = terms_of("E10000003")
    assert terms is not None
    year = [terms.covers[0] + timedelta(days=n) for n in range((terms.covers[1] - terms.covers[0]).days + 1)]
    in_term = [day for day in year if terms.in_term(day) and day.weekday() < 5]
    assert len([day for day in in_term if not bank_holiday(day, "england-and-wales")]) == 195
    assert terms.in_term(date(2026, 8, 31)) is None
