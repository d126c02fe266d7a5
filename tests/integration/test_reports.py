"""Reports from the database: what is read of the coming days and of the past weeks, simulations, pages, the command."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from booking import tables as t
from booking.finding.finding import find_openings
from booking.reports.ahead import Ahead, read_ahead
from booking.reports.making import first_quarters, make_report, suppose, works_at
from booking.reports.report import Report
from booking.reports.runs import LONGEST, Question, RunGone, broken_off, last_run, start, work
from booking.reports.small import UNDER
from booking.reports.what_if import NotSimulated
from booking.reports.world import DAY
from booking.rotas.loading import load_rota
from booking.visits import store
from booking.visits.holding import confirm_visit, hold_opening
from booking.visits.model import Visit
from cli.main import main
from foundation.clock import cell_of
from foundation.database import Database
from tests.integration.booking_fixtures import NOW, PLACE, TODAY, asked
from tests.integration.hub_fixtures import HOME, Browser, a_hub, at_the_desk, shown, token

FAST = Question(hours=1, weekday=4, start=36, a_day=0.5, full=0, seeds=2)
LAST_WEEK = datetime(2026, 11, 17, 10, tzinfo=UTC)  # a Tuesday, in a hub session
PAGE = f"{HOME}/reports"


@pytest.fixture
def hub(database: Database) -> Database:
    # As a hub is after some weeks: its rota was rolled forward day by day, and what is past stays.
    load_rota(database, PLACE, now=NOW - timedelta(days=14))
    load_rota(database, PLACE, now=NOW)
    return database


def ahead(database: Database) -> Ahead:
    with database.reading() as db:
        place = store.the_hub(db)
        return read_ahead(db, place, now=NOW, works=works_at(place))


def book(database: Database, *agencies: str, resident: str = "c-1") -> Visit:
    found = find_openings(database, asked(agencies), resident=resident, from_day=TODAY, days=14, now=NOW).openings
    kept = hold_opening(database, found[0], resident=resident, now=NOW)
    return confirm_visit(database, kept.id, resident=resident, now=NOW)


# ------------------------------------------------------------------------- the coming days
def test_the_coming_days_are_working_days_of_the_hubs_nation(hub: Database) -> None:
    days = ahead(hub).free.days
    assert days[0] == TODAY
    assert all(day.weekday() < 5 for day in days)
    assert {date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)}.isdisjoint(days)
    assert {date(2026, 12, 24), date(2026, 12, 29)} <= set(days)


def test_hours_are_those_of_the_rota_in_wall_time(hub: Database) -> None:
    world = ahead(hub).rota
    monday = {
        agency: {n: bits & ((1 << DAY) - 1) for n, bits in team.items()} for agency, team in world.advisers.items()
    }
    assert monday["jobcentre"]["jobcentre-a"] == sum(1 << quarter for quarter in range(36, 66))  # 09:00 to 16:30
    assert monday["jobcentre"]["jobcentre-c"] == 0  # Tuesdays and Thursdays
    tuesday = world.sessions >> DAY & ((1 << DAY) - 1)
    assert tuesday == sum(1 << quarter for quarter in range(40, 60))  # 10:00 to 15:00


def test_a_visit_takes_its_own_cells_and_no_others(hub: Database) -> None:
    before = ahead(hub)
    visit = book(hub, "jobcentre", "city_housing")
    after = ahead(hub)
    assert before.rota == after.rota
    taken = {
        name: bits & ~after.free.advisers[agency][name]
        for agency, team in before.free.advisers.items() for name, bits in team.items()
    }  # fmt: skip
    taken |= {room: bits & ~after.free.rooms[room] for room, bits in before.free.rooms.items()}
    places = dict.fromkeys(taken, 0)
    for leg in visit.legs:
        day = before.free.days.index(leg.start.date())
        for name in (leg.adviser, leg.room):
            for cell in leg.cells:
                quarter = cell - cell_of(datetime.combine(leg.start.date(), datetime.min.time(), UTC))  # winter
                places[name] |= 1 << (day * DAY + quarter)
    assert taken == places


def test_who_is_not_active_or_only_interprets_is_nobody_to_see(hub: Database) -> None:
    with hub.writing() as db:
        db.execute(sa.update(t.adviser).where(t.adviser.c.id == "cvs-a").values(active=False))
    world = ahead(hub).free
    assert set(world.advisers["cvs"]) == {"cvs-b"}
    assert t.INTERPRETERS not in world.advisers


def test_who_asks_today_has_the_lead_time_from_now_and_later_from_the_morning(hub: Database) -> None:
    with hub.reading() as db:
        place = store.the_hub(db)
    days = ahead(hub).free.days
    firsts = first_quarters(days, place, now=NOW)
    assert firsts[:2] == [46, 44]  # 9:30 and two hours; nine and two hours
    late = first_quarters(days, place, now=NOW.replace(hour=16, minute=0))
    assert late[0] == DAY + 4 * 10  # 4pm: one working hour today, one on the next day


def test_the_chance_falls_as_diaries_fill_and_is_nought_when_nobody_is_there(hub: Database) -> None:
    empty = chance_of(make_report(hub, now=NOW), 3, 10)
    assert empty == 1  # a hub session every two days, and nothing booked
    with hub.writing() as db:
        db.execute(sa.delete(t.shift).where(t.shift.c.adviser.like("jobcentre-%")))
    # Of 35 sets of three among seven agencies, 20 are without the jobcentre, whose advisers are on no shift.
    assert chance_of(make_report(hub, now=NOW), 3, 10) == pytest.approx(20 / 35, abs=1e-4)
    assert "jobcentre" not in suppose(hub, now=NOW).world.advisers
    with hub.writing() as db:
        db.execute(sa.delete(t.shift))
    assert make_report(hub, now=NOW).sections["chances"] == []


def chance_of(report: Report, agencies: int, within: int) -> Any:
    return next(
        row["chance"] for row in report.sections["chances"] if (row["agencies"], row["within"]) == (agencies, within)
    )


# ------------------------------------------------------------------------- the past weeks
def put_search(
    database: Database, *agencies: str, times: int = 1, hub_id: str = "fitzroy_street", **values: Any
) -> None:
    row = {"hub": hub_id, "at": LAST_WEEK, "agencies": list(agencies), "what": "whole", "first_day": None} | values
    with database.writing() as db:
        db.execute(sa.insert(t.search_outcome), [row] * times)


def put_visits(database: Database, times: int, *, state: str = "booked", **leg: Any) -> None:
    """Visits last Tuesday at ten with one leg of half an hour at the jobcentre."""
    half = LAST_WEEK + timedelta(minutes=30)
    with database.writing() as db:
        done = db.scalar(sa.select(sa.func.count()).select_from(t.visit)) or 0
        for number in range(done, done + times):
            held = {"id": f"h{number}", "resident": f"c{number}", "opening": "", "state": "confirmed", "until": NOW}
            db.execute(sa.insert(t.hold).values(**held))
            values = {
                "reference": f"V{number:05}", "hold": held["id"], "resident": held["resident"], "hub": "fitzroy_street",
                "host": "Grace", "state": state, "version": 1, "start": LAST_WEEK, "finish": half,
                "booked_at": LAST_WEEK - timedelta(days=5), "changed_at": LAST_WEEK,
                "arrived_at": leg.pop("arrived_at", None),
            }  # fmt: skip
            db.execute(sa.insert(t.visit).values(**values))
            planned = {
                "visit": values["reference"], "number": 1, "agency": "jobcentre", "service_id": "s", "start": LAST_WEEK,
                "finish": half, "adviser": "jobcentre-a", "room": "room_1", "room_label": "Room 1",
            }  # fmt: skip
            db.execute(sa.insert(t.leg).values(**planned | leg))


def test_how_searches_went(hub: Database) -> None:
    put_search(hub, "jobcentre", "cvs", times=6, first_day=date(2026, 11, 19))
    put_search(hub, "jobcentre", "cvs", times=6, what="waiting_list", blocked_kind="agency", blocked_name="cvs")
    put_search(hub, "jobcentre", "cvs", times=9, hub_id="elsewhere")
    put_search(hub, "jobcentre", "cvs", times=9, at=NOW - timedelta(days=200))
    sections = make_report(hub, now=NOW).sections
    assert sections["offered"] == [{"agencies": 2, "searches": 12, "within_5": 0.5, "within_10": 0.5}]
    assert {row["ended"]: row["count"] for row in sections["ends"]} == {"whole": 6, "waiting_list": 6}
    assert sections["blocked"] == [{"kind": "agency", "name": "cvs", "count": 6}]
    assert sections["weeks"] == [
        {"week": "2026-11-16", "searches": 12, "offered": 0.5},
        {"week": "2026-11-23", "searches": 0, "offered": None},
    ]


def test_how_visits_went(hub: Database) -> None:
    put_visits(hub, 6, state="booked")
    put_visits(hub, 5, state="cancelled")
    done = {"state": "done", "done_at": LAST_WEEK + timedelta(minutes=10)}
    with hub.writing() as db:
        db.execute(sa.update(t.leg).values(**done))
        db.execute(sa.update(t.visit).values(arrived_at=LAST_WEEK + timedelta(minutes=8)))
    sections = make_report(hub, now=NOW).sections
    (day,) = sections["on_the_day"]
    assert (day["visits"], day["came"], day["late"], day["late_minutes"]) == (6, 6, 6, 8)
    assert (day["done_legs"], day["early_legs"], day["early_minutes"]) == (6, 6, 6 * 20)
    # Booked on Thursday for Tuesday: Friday, Monday, Tuesday.
    assert sections["waiting_days"] == [{"agencies": 1, "count": 6, "median": 3, "p90": 3}]
    inside, outside = sections["use"]
    assert inside["advisers"] > 0
    assert outside["advisers"] == 0  # a Tuesday at ten is in the hub session


def test_who_waited_on_the_list_asked_when_they_joined_it(hub: Database) -> None:
    put_visits(hub, 5)
    joined = {
        "hub": "fitzroy_street", "legs": [], "wishes": {}, "state": "booked", "since": LAST_WEEK - timedelta(days=11),
        "offers": 1, "ended_at": LAST_WEEK - timedelta(days=5),
    }  # fmt: skip
    with hub.writing() as db:
        for number in range(5):
            db.execute(sa.insert(t.waiting).values(id=f"w{number}", resident=f"c{number}", hold=f"h{number}", **joined))
    sections = make_report(hub, now=NOW).sections
    # Friday the 6th to Tuesday the 17th: seven working days; on the list until Thursday the 12th: four.
    assert sections["waiting_days"][0]["median"] == 7
    (line,) = sections["waiting_list"]
    assert (line["joined"], line["booked"], line["not_taken"], line["days_median"]) == (5, 5, 0, 4)


def test_what_became_of_visits_that_something_broke(hub: Database) -> None:
    broken = {"id": "d1", "hub": "fitzroy_street", "whom": "adviser:cvs-a", "first_cell": 1, "end_cell": 2, "by": "x"}
    with hub.writing() as db:
        db.execute(sa.insert(t.disruption).values(**broken, at=LAST_WEEK))
        rows = [{"disruption": "d1", "visit": f"V{n}", "what": "same_time", "at": LAST_WEEK} for n in range(7)]
        db.execute(sa.insert(t.disrupted_visit), [*rows, {**rows[0], "visit": "V9", "what": "by_hand"}])
    found = make_report(hub, now=NOW).sections["broken"]
    assert found == [{"became": "same_time", "count": "not told"}, {"became": "by_hand", "count": UNDER}]


def test_a_report_writes_nothing(hub: Database) -> None:
    put_visits(hub, 3)
    before = everything(hub)
    make_report(hub, now=NOW)
    assert everything(hub) == before


def everything(database: Database) -> list[list[str]]:
    with database.reading() as db:
        return [sorted(map(str, db.execute(sa.select(table)))) for table in t.visit.metadata.sorted_tables]


# ------------------------------------------------------------------------- simulations
def test_demand_is_that_of_history_or_else_an_assumption(hub: Database) -> None:
    assumed = suppose(hub, now=NOW)
    assert (assumed.from_history, assumed.demand.full) == (False, 0.75)
    assert {len(agencies) for agencies in assumed.demand.mix} == {2, 3, 4}
    put_search(hub, "jobcentre", "cvs", times=40)
    put_search(hub, "jobcentre", "gone", times=40)  # an agency that has left the hub
    known = suppose(hub, now=NOW, full=0.5)
    assert known.from_history
    assert dict(known.demand.mix) == {("cvs", "jobcentre"): 40}
    assert (known.demand.a_day, known.demand.full) == (40 / 5, 0.5)  # Tuesday to Monday are five working days
    assert suppose(hub, now=NOW, a_day=2).demand.a_day == 2


def test_a_simulation_is_put_down_worked_out_and_told(hub: Database) -> None:
    assert last_run(hub, now=NOW) is None
    run, new = start(hub, FAST, by="grace", now=NOW)
    again, second = start(hub, FAST, by="henry", now=NOW)
    assert (new, second, again.id) == (True, False, run.id)
    work(hub, run.id, clock=lambda: NOW)
    done = last_run(hub, now=NOW)
    assert done is not None
    assert (done.state, done.asked, done.problem, done.ended_at) == ("done", FAST, "", NOW)
    assert done.result is not None
    assert done.result["common"] == {"weekday": 4, "start": 36, "end": 40}
    assert json.loads(json.dumps(done.result)) == done.result
    with pytest.raises(RunGone):
        work(hub, run.id, clock=lambda: NOW)
    assert start(hub, FAST, by="grace", now=NOW + timedelta(minutes=1))[1]


def test_a_run_whose_process_died_is_told_and_does_not_stop_the_next(hub: Database) -> None:
    run, _ = start(hub, FAST, by="grace", now=NOW)
    broken_off(hub, run.id, now=NOW)
    found = last_run(hub, now=NOW)
    assert found is not None
    assert (found.state, bool(found.problem)) == ("failed", True)
    lost, new = start(hub, FAST, by="grace", now=NOW + timedelta(seconds=1))  # and nobody says of this one that it died
    assert new
    later = NOW + LONGEST + timedelta(seconds=2)
    assert last_run(hub, now=later).state == "failed"  # type: ignore[union-attr]
    assert start(hub, FAST, by="grace", now=later)[0].id != lost.id


def test_a_result_is_not_taken_back(hub: Database) -> None:
    run, _ = start(hub, FAST, by="grace", now=NOW)
    work(hub, run.id, clock=lambda: NOW)
    broken_off(hub, run.id, now=NOW)
    assert last_run(hub, now=NOW).state == "done"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "wrong", [{"hours": 99}, {"weekday": 9, "start": 36}, {"weekday": 1}, {"weekday": 1, "start": 95}, {"seeds": 0}]
)
def test_a_question_that_cannot_be_asked_is_not_put_down(hub: Database, wrong: dict[str, Any]) -> None:
    with pytest.raises(NotSimulated):
        start(hub, Question(**wrong), by="grace", now=NOW)
    assert last_run(hub, now=NOW) is None


# ------------------------------------------------------------------------- the pages
@pytest.fixture
def grace(database: Database, tmp_path: Path) -> Iterator[Any]:
    a_hub(database)
    with at_the_desk(database, tmp_path) as sign_in:
        browser: Browser = sign_in
        yield browser("grace")


def test_the_page_of_a_new_hub_has_its_chances_and_nothing_to_count(grace: Any) -> None:
    answer = grace.get(PAGE)
    assert answer.status_code == 200
    assert "Nothing to count yet." in shown(answer.text)
    assert "Chance of a joint visit now" in shown(answer.text)
    (plot,) = re.findall(r"<svg[^>]*class=\"fd-plot\".*?</svg>", answer.text, re.DOTALL)
    assert "<title" in plot
    assert not re.search(r"style=|<style|<script", plot)


def test_the_page_tells_what_happened_and_hides_what_is_small(grace: Any, database: Database) -> None:
    now = datetime.now(UTC)
    put_search(
        database, "jobcentre", "cvs", times=6, at=now, first_day=now.date(), blocked_kind="agency", blocked_name="cvs"
    )
    put_search(database, "jobcentre", "cvs", times=2, at=now, what="named_contact")
    page = shown(grace.get(PAGE).text)
    assert "Nobody free: Cambridge Council for Voluntary Service" in page
    assert "A named contact under 5" in page
    sheet = grace.get(f"{PAGE}/blocked.csv")
    assert sheet.headers["content-type"].startswith("text/csv")
    assert list(csv.DictReader(io.StringIO(sheet.text))) == [{"kind": "agency", "name": "cvs", "count": "6"}]
    assert grace.get(f"{PAGE}/passwords.csv").status_code == 404


def test_a_simulation_is_started_from_the_page(grace: Any, database: Database) -> None:
    form = {"hours": "1", "weekday": "4", "start": "36", "a_day": "0.5", "full": "0"}
    answer = grace.post(PAGE, data=form | token(grace))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}#what-if")
    run = last_run(database, now=datetime.now(UTC))
    assert run is not None
    assert (run.state, run.asked.a_day, run.asked.full) == ("done", 0.5, 0)  # its process has ended: it was waited for
    page = shown(grace.get(PAGE).text)
    assert "Friday, 9am to 10am" in page
    assert "Rota as it is" in page


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"a_day": "many"}, "many is not a number."),
        ({"a_day": "0"}, "more than 0"),
        ({"full": "100"}, "0 to 95 percent"),
        ({"hours": "1.3"}, "quarters of an hour"),
        ({"weekday": "9", "start": "36"}, "Say both"),
        ({"weekday": "1", "start": ""}, "Say both"),
    ],
)
def test_a_wrong_number_is_told_and_nothing_starts(
    grace: Any, database: Database, form: dict[str, str], says: str
) -> None:
    answer = grace.post(PAGE, data=form | token(grace))
    assert answer.status_code == 400
    assert says in shown(answer.text)
    assert last_run(database, now=datetime.now(UTC)) is None


# ------------------------------------------------------------------------- the command
def test_the_command_tells_the_same(hub: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", hub.url.render_as_string(hide_password=False))
    monkeypatch.setenv("FRONTDOOR_DEMONSTRATION", "true")
    from foundation.settings import get_settings

    get_settings.cache_clear()
    try:
        run = CliRunner().invoke
        told = json.loads(run(main, ["report", "--json"]).output)
        assert {"hub", "chances", "offered", "blocked", "use"} <= set(told)
        assert "Nothing to count yet." in run(main, ["report"]).output
        assert run(main, ["report", "--csv", str(tmp_path / "sheets")]).exit_code == 0
        assert (tmp_path / "sheets" / "chances.csv").is_file()
        fast = ["--hours", "1", "--weekday", "Fri", "--start", "09:00", "--a-day", "0.5", "--full", "0", "--seeds", "2"]
        found = json.loads(run(main, ["report", "what-if", *fast, "--json"]).output)
        assert found["common"] == {"weekday": 4, "start": 36, "end": 40}
        refused = run(main, ["report", "what-if", "--hours", "99"])
        assert refused.exit_code == 1
        assert "Error: Choose between" in refused.output
    finally:
        get_settings.cache_clear()
