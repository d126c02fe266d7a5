"""The hub manager's desk over HTTP: who is let in, the board of a day, the week, a visit and what is not shown."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from booking.tables import leg, visit
from casework import tables as t
from casework.cases import note
from foundation.clock import to_london, utc_now
from foundation.database import Database
from tests.integration.hub_fixtures import HOME, Browser, a_hub, at_the_desk, booked, day_of, put_visit, shown, soon
from web.hub_desk.routes import routes


@pytest.fixture
def hub(database: Database) -> Database:
    return a_hub(database)


@pytest.fixture
def sign_in(hub: Database, tmp_path: Path) -> Iterator[Browser]:
    with at_the_desk(hub, tmp_path) as browser:
        yield browser


def test_a_manager_lands_on_the_day_and_nobody_else_sees_a_page(sign_in: Browser) -> None:
    assert sign_in("grace").get("/desk").headers["location"] == HOME
    assert sign_in("grace").get(HOME).status_code == 200
    for route in routes:
        path = route.path.replace("{reference}", "7K4M2P").replace("{id}", "x").replace("{number:int}", "1")
        method = "POST" if route.methods and "POST" in route.methods else "GET"
        for username in ("priya", "team"):
            client = sign_in(username)
            csrf = client.get("/desk", follow_redirects=True).text.partition('name="csrf" value="')[2].partition('"')[0]
            answer = client.request(method, path, data={"csrf": csrf} if method == "POST" else None)
            assert answer.status_code == 403, (username, method, path)
        assert sign_in("").request(method, path).headers["location"] == "/desk/sign-in", path


def test_a_form_without_its_token_changes_nothing(sign_in: Browser, hub: Database) -> None:
    before = _everything(hub)
    for route in routes:
        if route.methods and "POST" in route.methods:
            path = route.path.replace("{reference}", "7K4M2P").replace("{id}", "jobcentre-a")
            answer = sign_in("grace").post(path.replace("{number:int}", "1"), data={"do": "x"})
            assert answer.status_code == 303, path
            assert answer.headers["location"] == "/desk", path
    assert _everything(hub) == before


def _everything(database: Database) -> list[object]:
    tables = [table for table in visit.metadata.sorted_tables if table.name not in ("staff",)]
    with database.reading() as db:
        return [sorted(map(str, db.execute(sa.select(table)).all())) for table in tables]


def test_the_board_has_a_visit_on_its_day_with_each_leg_and_no_more_than_the_first_name(
    sign_in: Browser, hub: Database
) -> None:
    made = booked(hub)
    page = sign_in("grace").get(f"{HOME}?day={day_of(made.start)}")
    words = shown(page.text)
    assert "Sam" in words
    assert made.reference[:3] in words
    assert "Expected" in words
    for each in made.legs:
        assert each.room_label in words
    assert "Work coach" in words
    assert "Housing adviser" in words
    for secret in ("Secret", "900482", "SECRET-WORDS"):
        assert secret not in page.text
    other = shown(sign_in("grace").get(f"{HOME}?day={day_of(made.start) + timedelta(days=1)}").text)
    assert "No visits on this day" in other


@pytest.mark.parametrize("day", ["", "yesterday", "9999-12-31", "0001-01-01", "31/02/2026", "2026-11-24T00:00"])
def test_a_day_that_is_none_shows_today_or_itself(sign_in: Browser, day: str) -> None:
    for path in (HOME, f"{HOME}/week"):
        assert sign_in("grace").get(path, params={"day": day}).status_code == 200


def test_where_a_visit_stands_is_told(sign_in: Browser, hub: Database) -> None:
    reference = put_visit(hub, soon())
    grace, day = sign_in("grace"), day_of(soon())
    assert "1 expected" in shown(grace.get(f"{HOME}?day={day}").text)
    change = sa.update(visit).where(visit.c.reference == reference)
    legs = sa.update(leg).where(leg.c.visit == reference)
    for values, table, said in (
        ({"arrived_at": utc_now()}, change, "1 here"),
        ({"state": "done", "done_at": utc_now()}, legs, "1 over"),
        ({"state": "missed"}, legs, "1 did not come"),
        ({"state": "cancelled"}, change, "1 cancelled"),
    ):
        with hub.writing() as db:
            db.execute(table.values(**values))
        assert said in shown(grace.get(f"{HOME}?day={day}").text)


def test_the_week_shows_what_is_booked_and_what_is_free(sign_in: Browser, hub: Database) -> None:
    made = booked(hub)
    first = made.legs[0]
    page = sign_in("grace").get(f"{HOME}/week?day={day_of(made.start)}").text
    assert "Tuesday hub session" not in page  # times, not names
    row = page.partition(f'/people/{first.adviser}"')[2].partition("</tr>")[0]
    assert f"/desk/hub/visits/{made.reference}" in row
    assert "free" in row
    rooms = sign_in("grace").get(f"{HOME}/week?what=rooms&day={day_of(made.start)}").text
    assert f"/desk/hub/visits/{made.reference}" in rooms.partition(f'/rooms/{first.room}"')[2].partition("</tr>")[0]


def test_a_visit_is_found_by_its_reference_however_it_is_typed(sign_in: Browser, hub: Database) -> None:
    made = booked(hub)
    typed = f"{made.reference[:3].lower()}-{made.reference[3:]} "
    found = sign_in("grace").get(f"{HOME}/find", params={"reference": typed})
    assert found.headers["location"] == f"{HOME}/visits/{made.reference}"
    for wrong in ("", "O0I1LL", "zzz", "x" * 5000):
        answer = sign_in("grace").get(f"{HOME}/find", params={"reference": wrong})
        assert answer.status_code == 404
        assert "6 letters and numbers" in shown(answer.text)
    assert sign_in("grace").get(f"{HOME}/visits/222222").status_code == 404


def test_of_the_case_only_what_is_about_the_visit_is_shown(sign_in: Browser, hub: Database) -> None:
    made = booked(hub)
    with hub.writing() as db:
        case = db.execute(sa.select(t.case_file.c.reference)).scalar_one()
        note(db, case, who="Resident", kind="visit", text="The resident moved the visit", now=utc_now())
        note(db, case, who="Priya", kind="note", text="PRIVATE-NOTE", now=utc_now())
    page = sign_in("grace").get(f"{HOME}/visits/{made.reference}").text
    assert "The resident moved the visit" in page
    for secret in ("PRIVATE-NOTE", "Secret", "900482", "SECRET-WORDS"):
        assert secret not in page
    assert str(to_london(made.start).day) in shown(page)
