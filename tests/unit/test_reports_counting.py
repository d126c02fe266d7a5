"""Counting what happened, on weeks small enough to count by hand; and what is not told because it is small."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest

from booking.reports import counting
from booking.reports.chances import Chance
from booking.reports.intervals import exact
from booking.reports.past import Past, PastLeg, PastVisit, Presence, Search, Waited, WorkingDays
from booking.reports.report import Report, report_of
from booking.reports.sheets import as_csv
from booking.reports.small import NOT_TOLD, UNDER, told, told_parts, told_share
from foundation.clock import cell_of

MONDAY = date(2026, 11, 23)
TEN = datetime(2026, 11, 24, 10, tzinfo=UTC)  # a Tuesday, in winter
HOLIDAY = date(2026, 11, 26)
DAYS = WorkingDays(date(2026, 11, 1), date(2026, 12, 31), lambda day: day.weekday() < 5 and day != HOLIDAY)
NOTHING = Presence(adviser_cells=0, adviser_cells_in_sessions=0, room_cells=0, room_cells_in_sessions=0)


def leg(agency: str, minutes: int = 0, *, state: str = "done", early: int = 0, room: str = "r1") -> PastLeg:
    start = TEN + timedelta(minutes=minutes)
    finish = start + timedelta(minutes=30)
    done = finish - timedelta(minutes=early) if state == "done" else None
    return PastLeg(
        agency=agency, start=start, finish=finish, adviser=f"{agency}-1", room=room, state=state, done_at=done
    )


def visit(*legs: PastLeg, asked: datetime = TEN, late: int | None = 0) -> PastVisit:
    arrived = None if late is None else TEN + timedelta(minutes=late)
    return PastVisit(asked_at=asked, start=TEN, arrived_at=arrived, legs=legs)


def search(*agencies: str, first: date | None = None, day: date = MONDAY, what: str = "whole", why: str = "") -> Search:
    return Search(day=day, agencies=agencies, what=what, first_day=first, blocked=("agency", why) if why else ("", ""))


def past(
    searches: Iterable[Search] = (), visits: Iterable[PastVisit] = (), waiting: Iterable[Waited] = (),
    broken: Iterable[str] = (), presence: Presence = NOTHING, session: Iterable[int] = (),
) -> Past:  # fmt: skip
    return Past(
        since=MONDAY, until=MONDAY + timedelta(days=20), searches=tuple(searches), visits=tuple(visits),
        waiting=tuple(waiting), broken=tuple(broken), presence=presence, in_session=set(session).__contains__,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "then", "days"),
    [
        (date(2026, 11, 23), date(2026, 11, 23), 0),
        (date(2026, 11, 23), date(2026, 11, 24), 1),
        (date(2026, 11, 25), date(2026, 11, 27), 1),  # Wednesday to Friday, with the holiday between
        (date(2026, 11, 27), date(2026, 11, 30), 1),  # Friday to Monday
        (date(2026, 11, 22), date(2026, 11, 23), 1),  # asked on a Sunday
        (date(2026, 11, 24), date(2026, 11, 23), 0),
    ],
)
def test_waiting_is_counted_in_working_days(asked: date, then: date, days: int) -> None:
    assert DAYS.until(asked, then) == days


def test_waiting_times_by_number_of_agencies() -> None:
    asked = [TEN - timedelta(days=back) for back in (0, 1, 4, 5, 6, 7, 8, 11, 12, 13)]
    visits = [visit(leg("a"), leg("b", 30), asked=one) for one in asked]
    found = counting.waiting_times(past(visits=[*visits, visit(leg("a"))]), DAYS)
    # Back from Tuesday: 0, Mon 1, Fri 2, Thu 3, Wed 4, Tue 5, Mon 6, Fri 7, Thu 8, Wed 9.
    assert found[2] == counting.Spread(count=10, median=4.5, p90=8)
    assert found[1].count == 1


def test_only_a_whole_visit_in_time_counts_as_offered() -> None:
    searches = [
        search("a", "b", first=MONDAY), search("a", "b", first=MONDAY + timedelta(days=9)),
        search("a", "b", what="subset", first=MONDAY), search("a", "b", what="nothing"), search("a", first=MONDAY),
    ]  # fmt: skip
    found = counting.offered(searches, DAYS, within=(5, 10))
    assert found[2] == counting.Offered(searches=4, within={5: 1, 10: 2})  # Monday to Wednesday week: six working days
    assert found[1].within == {5: 1, 10: 1}


def test_week_by_week_begins_on_mondays_and_leaves_one_agency_out() -> None:
    searches = [search("a", "b", first=MONDAY), search("a", "b", day=date(2026, 12, 2), what="nothing"), search("a")]
    found = counting.by_week(past(searches), DAYS, within=10)
    assert found[:2] == [(MONDAY, 1, 1), (date(2026, 11, 30), 1, 0)]


def test_what_is_on_the_day() -> None:
    day = counting.on_the_day(
        past(
            visits=[
                visit(leg("a"), leg("b", 30, early=12), late=3),
                visit(leg("a", early=5), late=9),  # five minutes early is in time, nine late is late
                visit(leg("a", state="missed"), leg("b", state="missed"), late=None),
                visit(leg("a", state="planned"), late=None),
                visit(leg("a", state="begun"), leg("b", state="missed"), late=20),
            ]
        )
    )
    assert (day.visits, day.came, day.nobody_came, day.not_recorded) == (5, 3, 1, 1)
    assert (day.late, day.late_minutes) == (2, counting.Spread(count=2, median=14.5, p90=20))
    assert (day.legs, day.done_legs, day.missed_legs, day.early_legs, day.early_minutes) == (8, 3, 3, 1, 12)


def test_use_of_time_in_and_out_of_sessions() -> None:
    # One leg of two cells in a session of four, one by phone outside.
    session = range(cell_of(TEN), cell_of(TEN) + 4)
    there = Presence(adviser_cells=24, adviser_cells_in_sessions=8, room_cells=48, room_cells_in_sessions=16)
    legs = (leg("a"), leg("b", 90, room=""))
    use = counting.use_of_time(past(visits=[visit(*legs)], presence=there, session=session))
    assert use == counting.Use(advisers_in=2 / 8, advisers_out=2 / 16, rooms_in=2 / 16, rooms_out=0)
    assert counting.use_of_time(past()).advisers_in is None


def test_the_waiting_list() -> None:
    def waited(state: str, offers: int, ended: int | None = None) -> Waited:
        return Waited(since=TEN, state=state, offers=offers, ended_at=ended and TEN + timedelta(days=ended))  # type: ignore[arg-type]

    line = counting.waiting_list(
        past(waiting=[waited("booked", 2, 1), waited("offered", 1), waited("waiting", 1), waited("left", 0, 3)]), DAYS
    )
    assert (line.joined, line.waiting_now, line.booked, line.left, line.offers, line.not_taken) == (4, 2, 1, 1, 4, 2)
    assert line.until_booked == counting.Spread(count=1, median=1, p90=1)


# ------------------------------------------------------------------------- what is small
@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, UNDER), (4, UNDER), (5, 5), (60, 60)])
def test_counts_under_five_are_not_told(count: int, shown: object) -> None:
    assert told(count) == shown


def test_a_part_cannot_be_taken_from_the_whole() -> None:
    assert told_parts({"a": 20, "b": 7, "c": 3}) == {"a": 20, "b": NOT_TOLD, "c": UNDER}
    assert told_parts({"a": 20, "b": 2, "c": 3}) == {"a": 20, "b": UNDER, "c": UNDER}
    assert told_parts({"a": 20, "b": 7, "c": 3}, total_is_told=False) == {"a": 20, "b": 7, "c": UNDER}
    assert told_parts({"c": 3}) == {"c": UNDER}


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(10, 20, 0.5), (0, 20, 0.0), (20, 20, 1.0), (4, 20, None), (17, 20, None), (0, 0, None)],
)
def test_a_share_that_gives_a_small_count_away_is_not_told(part: int, whole: int, shown: float | None) -> None:
    assert told_share(part, whole) == shown


def made(there: Past, chances: tuple[Chance, ...] = ()) -> Report:
    return report_of(there, chances, hub="Hub", now=TEN, works=lambda day: day.weekday() < 5)


def test_a_report_of_nothing_is_empty_and_says_so() -> None:
    report = made(past())
    assert report.empty
    assert report.as_json()["on_the_day"] == []


def test_no_small_count_is_in_a_report() -> None:
    """Each section gets counts from one to four, and none of them comes out."""
    searches = [search("a", "b", what=what, why="a") for what in ("whole", "whole", "subset", "nothing")]
    visits = [visit(leg("a", early=12), late=9) for _ in range(3)]
    visits += [visit(leg("a", state="missed"), late=None)]
    waiting = [Waited(since=TEN, state="booked", offers=2, ended_at=TEN)]
    report = made(past(searches, visits, waiting, ["same_time", "by_hand"]))
    assert not report.empty
    of_people = {code: rows for code, rows in report.sections.items() if code not in ("chances", "use")}
    numbers = [
        value for rows in of_people.values() for row in rows for name, value in row.items()
        if isinstance(value, int | float) and name != "agencies"
    ]  # fmt: skip
    assert set(numbers) <= {0}
    assert {row["searches"] for row in report.sections["offered"]} == {UNDER}


def test_a_rare_reason_is_not_named() -> None:
    rare = Search(day=MONDAY, agencies=("a",), what="nothing", first_day=None, blocked=("interpreter", "ty"))
    report = made(past([*(search("a", "b", why="a") for _ in range(6)), rare, rare]))
    assert report.sections["blocked"] == [
        {"kind": "agency", "name": "a", "count": 6}, {"kind": "other", "name": "", "count": UNDER}
    ]  # fmt: skip


def test_what_is_large_is_told() -> None:
    report = made(past([search("a", "b", first=MONDAY, why="a") for _ in range(6)]))
    assert report.sections["offered"] == [{"agencies": 2, "searches": 6, "within_5": 1, "within_10": 1}]
    assert report.sections["ends"] == [{"ended": "whole", "count": 6}]
    assert report.sections["blocked"] == [{"kind": "agency", "name": "a", "count": 6}]
    assert report.sections["weeks"][0] == {"week": "2026-11-23", "searches": 6, "offered": 1}


def test_a_sheet_has_no_formula() -> None:
    sheet = as_csv(
        [{"kind": "rule", "name": '=HYPERLINK("x")', "count": 6}, {"kind": "rule", "name": "-1", "count": -2}]
    )
    assert sheet == 'kind,name,count\r\nrule,"\'=HYPERLINK(""x"")",6\r\nrule,\'-1,-2\r\n'
    assert as_csv([]) == ""


def test_a_chance_is_told_as_it_is() -> None:
    chance = Chance(
        agencies=2, within=5, chance=exact(0.25), combinations=3, starts=10, weights="even", sampled=0
    )  # no person is behind it, so nothing is hidden
    (row,) = made(past(), (chance,)).sections["chances"]
    assert (row["chance"], row["low"], row["high"]) == (0.25, 0.25, 0.25)
