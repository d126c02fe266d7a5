"""What is said when nothing fits, and when nothing fits sooner; and questions that cannot be asked."""

from datetime import time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.errors import OpeningNotReadable, OpeningsNotPossible
from booking.openings import LegRequest, read_opening_code
from booking.tables import claim, hold
from booking.wishes import Wishes
from foundation.database import Database
from tests.integration.booking_fixtures import count
from tests.integration.finding_fixtures import (
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    at,
    find,
    legs,
    put_adviser,
    put_hub,
    put_room,
    starts,
    take,
    why,
)


@pytest.fixture
def hub(database: Database) -> Database:
    put_hub(database)
    put_room(database, "room", "step_free")
    put_adviser(database, "ann", "council", (TUESDAY, 9, 13), (WEDNESDAY, 9, 13))
    put_adviser(database, "ben", "advice", (WEDNESDAY, 9, 13))
    return database


def test_the_agency_that_stands_in_the_way_is_named_in_plain_words(hub: Database) -> None:
    result = find(hub, "council", "nurse")
    assert (result.openings, result.blocked_by, why(result)) == ((), "nurse", {("agency", "nurse")})
    assert result.blockers[0].text == "Nurse has no time free that would fit."


@pytest.mark.parametrize(
    ("asked", "wishes", "kind", "name", "says"),
    [
        (legs("council"), Wishes(room_features=frozenset({"private"})), "room", "private", "private room"),
        (legs("council"), Wishes(room_features=frozenset({"piano"})), "room", "piano", "piano"),
        (legs("council"), Wishes(interpreter="uk"), "interpreter", "uk", "Ukrainian"),
        (legs("council", skills=frozenset({"debt"})), Wishes(), "agency", "council", "knows about debt"),
        (legs("council"), Wishes(not_weekdays=frozenset({1, 2})), "resident", "not_weekdays", "days of the week"),
        (legs("council"), Wishes(not_before=time(14)), "resident", "not_before", "earlier"),
        (legs("council"), Wishes(by_phone=frozenset({"council"})), "resident", "by_phone", "in person"),
        (legs("council", minutes=180), Wishes(not_after=time(11)), "resident", "not_after", "later"),
    ],
)  # fmt: skip
def test_each_kind_of_hindrance_is_named(
    hub: Database, asked: list[LegRequest], wishes: Wishes, kind: str, name: str, says: str
) -> None:
    result = find(hub, *asked, wishes=wishes)
    assert result.openings == ()
    assert (kind, name) in why(result)
    assert any(says in blocker.text for blocker in result.blockers if (blocker.kind, blocker.name) == (kind, name))


def test_rooms_that_are_all_taken_and_another_visit_of_the_person(hub: Database) -> None:
    for day in (TUESDAY, WEDNESDAY):
        take(hub, "room:room", day, 9, 17)
    assert why(find(hub, "council", from_day=TUESDAY, days=2)) == {("room", "any")}
    put_room(hub, "other")
    take(hub, "resident:sam", TUESDAY, 9, 17)
    assert why(find(hub, "council", from_day=TUESDAY, days=1)) == {("resident", "other_visits")}
    assert starts(find(hub, "council"))[0] == at(WEDNESDAY, "09:00")


def test_the_hubs_buffer_is_named(database: Database) -> None:
    put_hub(database, booking={"buffer_minutes": 30})
    put_room(database, "room")
    put_adviser(database, "ann", "council", (TUESDAY, 9, 10))
    put_adviser(database, "ben", "advice", (TUESDAY, 9, 10))
    result = find(database, *legs("council", "advice"))
    assert ("rule", "buffer") in why(result)
    assert any("30 minutes" in blocker.text for blocker in result.blockers)


def test_what_stood_in_the_way_of_an_earlier_day_is_told_when_it_is_asked(hub: Database) -> None:
    result = find(hub, "council", "advice", why_not_sooner=True)
    assert starts(result)[0] == at(WEDNESDAY, "09:00")
    assert (result.blocked_by, why(result)) == (None, {("agency", "advice")})
    assert find(hub, "council", "advice").blockers == ()
    first_day = find(hub, "council", "advice", from_day=WEDNESDAY, why_not_sooner=True)
    assert first_day.blockers == ()


RIGHT: dict[str, Any] = {"days": 14, "from_day": MONDAY}


@pytest.mark.parametrize(
    ("agencies", "asked", "says"),
    [
        ([], {}, "you asked for 0"),
        (["council"] * 30, {}, "you asked for 30"),
        (["council", "council"], {}, "each agency once"),
        (["butchers"], {}, "'butchers' is no agency"),
        (["interpreters"], {}, "no agency"),
        (["council"], {"from_day": MONDAY - timedelta(days=1)}, "in the past"),
        (["council"], {"days": 400}, "you asked for 400"),
        (["council"], {"days": 0}, "you asked for 0"),
        (["council"], {"limit": 0}, "at least one"),
        (["council"], {"hub": "nowhere"}, "'nowhere' is no hub"),
        (["council"], {"wishes": Wishes(not_before=time(15), not_after=time(9))}, "after 15:00 and before 09:00"),
        (["council"], {"wishes": Wishes(not_before=time(9), not_after=time(9, 15))}, "only 15 are left"),
        (["council"], {"wishes": Wishes(not_weekdays=frozenset(range(7)))}, "No day of the week"),
        (["council"], {"wishes": Wishes(not_weekdays=frozenset({9}))}, "a number from 0"),
        (["council", "advice"], {"wishes": Wishes(min_gap=60, max_gap=30)}, "at least 60 and at most 30"),
        (["council", "advice"], {"wishes": Wishes(min_gap=180)}, "more than 120 minutes"),
        (["council"], {"wishes": Wishes(max_gap=-1)}, "less than no minutes"),
        (["council"], {"wishes": Wishes(max_waiting=10**6)}, "at most 600 minutes"),
        (["council", "advice"], {"wishes": Wishes(together=True, in_order=True)}, "only one of these"),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_asked_gets_a_sentence_and_changes_nothing(
    hub: Database, agencies: list[str], asked: dict[str, Any], says: str
) -> None:
    before = count(hub, claim), count(hub, hold)
    with pytest.raises(OpeningsNotPossible, match=says):
        find(hub, *agencies, **(RIGHT | asked))
    assert (count(hub, claim), count(hub, hold)) == before


def test_agencies_that_each_come_before_the_other_and_legs_of_no_length(hub: Database) -> None:
    ring = [
        LegRequest(agency=one, service_id="s", minutes=30, follows=frozenset({other}))
        for one, other in (("council", "advice"), ("advice", "council"))
    ]
    with pytest.raises(OpeningsNotPossible, match="before the other"):
        find(hub, *ring)
    for minutes in (0, -30, 10**6):
        with pytest.raises(OpeningsNotPossible, match="minutes"):
            find(hub, *legs("council", minutes=minutes))


def test_where_there_is_no_hub_at_all(database: Database) -> None:
    with pytest.raises(OpeningsNotPossible, match="no visit times yet"):
        find(database, "council")


GOOD = "council.s.1989000.2.ann.room"


@pytest.mark.parametrize(
    "code",
    ["", "~", GOOD + "~", GOOD.replace("1989000", "-5"), GOOD.replace("1989000", "9" * 30), GOOD.replace(".2.", ".0."),
     GOOD.replace(".2.", ".97."), GOOD + ".iga.more", "~".join([GOOD] * 9), GOOD + "~" + GOOD.replace("9000", "8000"),
     "a.b.c.d.e.f", "council.s.1989000", GOOD.replace("1989000", "1e9")],
)  # fmt: skip
def test_a_forged_code_is_not_read(code: str) -> None:
    assert read_opening_code(GOOD).legs[0].adviser == "ann"
    with pytest.raises(OpeningNotReadable):
        read_opening_code(code)


LIKE_A_CODE = r"[a-z]{1,3}(\.[0-9]{1,9}){2,5}\.[a-z]*(~[a-z.0-9]{0,20})?"


@given(st.text(max_size=80) | st.from_regex(LIKE_A_CODE, fullmatch=True))
def test_any_text_is_read_or_refused(code: str) -> None:
    try:
        opening = read_opening_code(code)
    except OpeningNotReadable:
        return
    assert opening.start <= opening.finish
