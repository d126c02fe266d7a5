from datetime import UTC, date, datetime, time, timedelta

import pytest

from booking.errors import OpeningNotReadable, RotaNotReadable
from booking.openings import Opening, OpeningLeg, read_opening_code
from booking.rotas.rota import COLUMNS, Pattern, cells_on, earliest_start, expand, is_working_day, read_rota, shifts_of
from foundation.clock import LONDON, instant_of, to_london

HEAD = ",".join(COLUMNS) + "\n"
EVERY_DAY = tuple(range(7))


def walls(day: date, start: time, end: time) -> list[str]:
    cells = cells_on(day, start, end)
    return [f"{to_london(instant_of(cell)):%H:%M}" for cell in (cells.start, cells.stop)]


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        (date(2026, 3, 27), "09:00"),  # the Friday before the clocks go forward
        (date(2026, 3, 30), "08:00"),  # the Monday after
        (date(2026, 10, 23), "08:00"),  # the Friday before they go back
        (date(2026, 10, 26), "09:00"),
    ],
)
def test_nine_in_london_stays_nine_when_the_clocks_change(day: date, utc: str) -> None:
    assert walls(day, time(9), time(17)) == ["09:00", "17:00"]
    assert f"{instant_of(cells_on(day, time(9), time(17)).start):%H:%M}" == utc


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_a_day_has_as_many_cells_as_it_has_hours(day: date, hours: int) -> None:
    first = cells_on(day, time(0), time(12))
    after = cells_on(day + timedelta(days=1), time(0), time(12))
    assert after.start - first.start == hours * 4


def test_only_whole_cells_are_offered() -> None:
    assert walls(date(2026, 6, 1), time(9, 5), time(9, 55)) == ["09:15", "09:45"]


def test_bank_holidays_are_no_working_days() -> None:
    assert not is_working_day(date(2026, 12, 25))
    assert not is_working_day(date(2026, 12, 28))  # Boxing Day is a Saturday in 2026: Monday instead
    assert is_working_day(date(2026, 11, 30))  # St Andrew's Day is one in Scotland alone
    week = Pattern(weekdays=EVERY_DAY, start=time(9), end=time(10))
    days = [date(2026, 12, 24) + timedelta(days=n) for n in range(7)]
    found = [to_london(instant_of(cells.start)).date() for cells in expand(week, days)]
    assert found == [date(2026, 12, 24), date(2026, 12, 29), date(2026, 12, 30)]


@pytest.mark.parametrize(
    ("now", "earliest"),
    [
        ("2026-11-23 09:30", "2026-11-23 11:30"),
        ("2026-11-23 06:00", "2026-11-23 11:00"),
        ("2026-11-23 14:59", "2026-11-23 16:59"),
        ("2026-11-23 15:00", "2026-11-24 09:00"),
        ("2026-11-23 16:30", "2026-11-24 10:30"),
        ("2026-11-23 22:00", "2026-11-24 11:00"),
        ("2026-11-27 15:30", "2026-11-30 09:30"),  # Friday afternoon to Monday
        ("2026-11-28 12:00", "2026-11-30 11:00"),  # Saturday
        ("2026-12-24 16:00", "2026-12-29 10:00"),  # over Christmas
        ("2026-03-27 16:00", "2026-03-30 10:00"),  # over the change to summer time
    ],
)
def test_the_earliest_start_is_two_working_hours_ahead(now: str, earliest: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=LONDON).astimezone(UTC)
    found = earliest_start(at)
    assert f"{to_london(found):%Y-%m-%d %H:%M}" == earliest
    assert found.tzinfo is UTC


def test_leave_takes_whole_days_out_and_overlapping_patterns_join() -> None:
    lines = read_rota(
        HEAD
        + "a,jobcentre,A,works,Mon Tue Wed,09:00,12:00,,\n"
        + "a,jobcentre,A,works,Wed,11:00,14:00,,\n"
        + "a,jobcentre,A,leave,,,,2026-11-24,2026-11-24\n"
    )
    [shifts] = shifts_of(lines, [date(2026, 11, 23) + timedelta(days=n) for n in range(7)]).values()
    spans = [(f"{instant_of(cells.start):%a %H:%M}", len(cells)) for cells in shifts]
    assert spans == [("Mon 09:00", 12), ("Wed 09:00", 20)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("adviser,agency\n", "no column"),
        (HEAD, "no lines"),
        (HEAD + "a,jobcentre,A,works,Mon,9,12:00,,\n", "Line 2"),
        (HEAD + "a,jobcentre,A,works,Mon,12:00,09:00,,\n", "start must be before end"),
        (HEAD + "a,jobcentre,A,works,Funday,09:00,12:00,,\n", "Funday"),
        (HEAD + "a,jobcentre,A,leave,,,,,\n", "leave needs"),
        (HEAD + "a.b,jobcentre,A,works,Mon,09:00,12:00,,\n", "adviser"),
        (HEAD + "a,jobcentre,A,sleeps,Mon,09:00,12:00,,\n", "kind"),
    ],
)
def test_a_wrong_rota_is_refused_with_its_line(text: str, says: str) -> None:
    with pytest.raises(RotaNotReadable, match=says):
        read_rota(text)


def test_an_opening_comes_back_from_its_code() -> None:
    start = datetime(2026, 11, 24, 10, tzinfo=UTC)
    first = OpeningLeg(
        agency="city_housing", service_id="0a1b-2c", start=start, finish=start + timedelta(minutes=30),
        adviser="city-housing-a", room="room_1", room_label="Room 1",
    )  # fmt: skip
    second = OpeningLeg(
        agency="cvs", service_id="0a1b-2d", start=start + timedelta(minutes=45), finish=start + timedelta(minutes=90),
        adviser="cvs-a", room="room_1", room_label="Room 1",
    )  # fmt: skip
    opening = Opening(legs=(first, second))
    assert read_opening_code(opening.id, {"room_1": "Room 1"}) == opening
    assert opening.waiting_minutes == 15


@pytest.mark.parametrize(
    "code", ["", "x", "a.b.c.d.e.f", "a.s.100.-1.x.r", "a.s.100.2.x.r~b.s.101.2.y.r", "~", "a.s.9e99.1.x.r"]
)
def test_what_is_no_opening_is_refused(code: str) -> None:
    with pytest.raises(OpeningNotReadable):
        read_opening_code(code)
