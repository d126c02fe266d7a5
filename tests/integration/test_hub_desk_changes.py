"""What a hub manager changes: the day, visits, the rota with its impact, people, rooms, what broke, who waits."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from booking.openings import LegRequest
from booking.rotas import keeping
from booking.rotas.rules import Person, Rule
from booking.tables import adviser, disruption, leg, visit, waiting
from booking.visits.model import Visit, load_visit
from booking.waiting.list import join
from casework import tables as t
from foundation.clock import to_london, utc_now
from foundation.database import Database
from tests.conftest import rows
from tests.integration.hub_fixtures import (
    HOME,
    Browser,
    a_hub,
    add_case,
    at_the_desk,
    booked,
    day_of,
    put_visit,
    shown,
    soon,
    token,
)

RULE = {"whom": "adviser:jobcentre-a", "kind": "leave", "repeat": "daily", "first": "", "last": ""}


@pytest.fixture
def hub(database: Database) -> Database:
    return a_hub(database)


@pytest.fixture
def sign_in(hub: Database, tmp_path: Path) -> Iterator[Browser]:
    with at_the_desk(hub, tmp_path) as browser:
        yield browser


def post(client: TestClient, path: str, **fields: Any) -> Any:
    return client.post(path, data={**token(client), **fields})


def yes(client: TestClient, page: Any, path: str) -> Any:
    """Press "Make this change" on a page that shows what it breaks, with all that the page carries."""
    main = page.text.partition("<main")[2]
    sent = re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', main)
    fields: dict[str, Any] = {}
    for name, value in sent:
        fields.setdefault(name, []).append(unescape(value))
    return client.post(path, data={**fields, "do": "make"})


def rules_of(database: Database) -> tuple[Rule, ...]:
    with database.reading() as db:
        return keeping.rules_of(db, "fitzroy_street")


def person(database: Database, name: str) -> Person:
    with database.reading() as db:
        return next(one for one in keeping.people_of(db, "fitzroy_street") if one.id == name)


def events(database: Database) -> list[tuple[str, str]]:
    return [(row["who"], row["text"]) for row in rows(database, t.case_event)]


def leave_on(made: Visit) -> dict[str, str]:
    """The form that sends the adviser of a visit's first leg on leave that day."""
    day = day_of(made.start).isoformat()
    return {**RULE, "whom": f"adviser:{made.legs[0].adviser}", "first": day, "last": day}


# ---------------------------------------------------------------- the day
def test_arrival_begin_done_hand_over_and_undo_are_pressed_and_noted_with_who(sign_in: Browser, hub: Database) -> None:
    reference = put_visit(hub, soon())
    grace, path = sign_in("grace"), f"{HOME}/visits/{reference}/steps"
    page = shown(grace.get(HOME).text)
    assert "Arrived" in page
    for do, said in (("arrived", "1 here"), ("begin-1", "With them now"), ("done-1", "Done")):
        answer = post(grace, path, do=do)
        assert answer.headers["location"] == f"{HOME}?day={day_of(soon())}#visit-{reference}", answer.text
        assert said in shown(grace.get(HOME).text)
    post(grace, path, do="undo-1")
    assert "With them now" in shown(grace.get(HOME).text)
    refused = post(grace, path, **{"do": "hand_over-1", "line-1": "needs the form"})
    assert refused.status_code == 409
    assert "not agreed to pass anything on" in shown(refused.text)
    assert 'value="needs the form"' in refused.text
    assert post(grace, path, **{"do": "hand_over-1", "line-1": ""}).status_code == 303
    assert [who for who, _ in events(hub)] == ["Grace"] * 5
    assert [text for _, text in events(hub)][:4] == [
        "Arrived at the hub",
        "Jobcentre Plus began",
        "Jobcentre Plus finished",
        "Taken back: Jobcentre Plus",
    ]


def test_a_step_that_cannot_be_is_told_beside_its_visit_and_changes_nothing(sign_in: Browser, hub: Database) -> None:
    reference = put_visit(hub, soon())
    before = rows(hub, leg)
    answer = post(sign_in("grace"), f"{HOME}/visits/{reference}/steps", do="done-1")
    assert answer.status_code == 409
    assert "has not begun yet" in shown(answer.text)
    for wrong in ("", "begin-9", "explode", "begin-1-1", "x" * 500):
        assert post(sign_in("grace"), f"{HOME}/visits/{reference}/steps", do=wrong).status_code in (303, 409)
    assert rows(hub, leg) == before


# ---------------------------------------------------------------- visits
def test_a_visit_is_moved_with_a_reason_that_the_case_keeps(sign_in: Browser, hub: Database) -> None:
    made, grace = booked(hub), sign_in("grace")
    path = f"{HOME}/visits/{made.reference}/change"
    page = grace.get(path).text
    times = [unescape(code) for code in re.findall(r'name="opening" value="([^"]+)"', page)]
    assert len(times) > 1
    nothing = post(grace, path, version="1")
    assert nothing.status_code == 400
    assert "Choose a time." in shown(nothing.text)
    assert "Write why it is moved." in shown(nothing.text)
    assert load_visit(hub, made.reference).version == 1
    kept = post(grace, path, version="1", opening=times[-1])
    assert f'value="{times[-1]}" checked' in unescape(kept.text)
    done = post(grace, path, version="1", opening=times[-1], reason="They asked by phone")
    assert done.headers["location"] == f"{HOME}/visits/{made.reference}?saved=yes"
    assert load_visit(hub, made.reference).start != made.start
    assert events(hub)[-1] == ("Grace", "Moved by the hub: They asked by phone")
    late = post(grace, path, version="1", opening=times[0], reason="Again")
    assert late.status_code == 409
    assert "changed meanwhile" in shown(late.text)


def test_a_time_of_another_visit_or_none_of_ours_moves_nothing(sign_in: Browser, hub: Database) -> None:
    made, other = booked(hub), booked(hub, "Ali", agencies=("nhs_primary", "cvs"))
    for code in ("rubbish", "~" * 50):
        answer = post(sign_in("grace"), f"{HOME}/visits/{made.reference}/change", version="1", reason="x", opening=code)
        assert answer.status_code == 409
    theirs = re.findall(
        r'name="opening" value="([^"]+)"', sign_in("grace").get(f"{HOME}/visits/{other.reference}/change").text
    )
    answer = post(
        sign_in("grace"), f"{HOME}/visits/{made.reference}/change", version="1", reason="x", opening=theirs[0]
    )
    assert "for another visit" in shown(answer.text)
    assert load_visit(hub, made.reference).start == made.start


def test_cancelling_needs_a_reason_and_is_kept(sign_in: Browser, hub: Database) -> None:
    made, grace = booked(hub), sign_in("grace")
    path = f"{HOME}/visits/{made.reference}"
    assert post(grace, path, version="1").status_code == 400
    assert load_visit(hub, made.reference).state == "booked"
    assert post(grace, path, version="1", reason="They moved away").status_code == 303
    assert load_visit(hub, made.reference).state == "cancelled"
    assert events(hub)[-1] == ("Grace", "Cancelled by the hub: They moved away")
    again = post(grace, f"{HOME}/visits/{booked(hub, 'Ali').reference}", version="7", reason="x")
    assert again.status_code == 409


# ---------------------------------------------------------------- the rota
def test_what_a_leave_breaks_is_seen_before_it_is_made_and_left_to_do_after(sign_in: Browser, hub: Database) -> None:
    made, grace = booked(hub), sign_in("grace")
    before = rules_of(hub)
    look = post(grace, f"{HOME}/rota/new", **leave_on(made), do="look")
    assert look.status_code == 200
    words = shown(look.text)
    assert "1 visit is booked there" in words
    assert f"Sam {made.reference[:3]}" in words
    assert rules_of(hub) == before
    done = yes(grace, look, f"{HOME}/rota/new")
    assert done.headers["location"] == f"{HOME}/broken?saved=rota"
    new = set(rules_of(hub)) - set(before)
    assert [(rule.kind, rule.first_day, rule.changed_by) for rule in new] == [("leave", day_of(made.start), "grace")]
    assert load_visit(hub, made.reference).state == "booked"
    todo = shown(grace.get(f"{HOME}/broken").text)
    assert "Left to you (1)" in todo
    assert "is not here at" in todo
    times = re.findall(r'name="opening" value="([^"]+)"', grace.get(f"{HOME}/visits/{made.reference}/change").text)
    post(grace, f"{HOME}/visits/{made.reference}/change", version="1", opening=unescape(times[0]), reason="Rang them")
    assert "Left to you (0)" in shown(grace.get(f"{HOME}/broken").text)
    assert "Grace" in shown(grace.get(f"{HOME}/rota/history").text)


def test_one_press_finds_what_a_change_broke_another_place_and_each_person_is_told_once(
    sign_in: Browser, hub: Database
) -> None:
    made, grace = booked(hub), sign_in("grace")
    look = post(grace, f"{HOME}/rota/new", **leave_on(made), do="look")
    assert "one button finds it another place" in shown(look.text)
    page = grace.get(yes(grace, look, f"{HOME}/rota/new").headers["location"])
    assert "Left to you (1)" in shown(page.text)
    assert "Find another place for 1 visit" in shown(page.text)
    done = yes(grace, page, f"{HOME}/broken/rota")
    assert done.status_code == 303
    after = load_visit(hub, made.reference)
    assert after.version == 2
    assert made.legs[0].adviser not in {each.adviser for each in after.legs if day_of(each.start) == day_of(made.start)}
    assert [text for _, text in events(hub) if text.startswith("Somebody or a room was not there.")] == [
        text for _, text in events(hub)
    ]
    became = shown(grace.get(done.headers["location"]).text)
    assert "A change of the rota" in became
    assert "1 visit was hit." in became
    assert "Take it out of the rota" not in became, "nothing of it is in the rota"
    after_that = shown(grace.get(f"{HOME}/broken").text)
    assert "Left to you (0)" in after_that
    assert "Find another place" not in after_that
    again = yes(grace, page, f"{HOME}/broken/rota")
    assert again.status_code == 409
    assert "has its place by now, or is left to you" in shown(again.text)
    assert load_visit(hub, made.reference).version == 2


def test_what_finds_no_other_place_stays_on_the_list_for_somebody_to_ring(sign_in: Browser, hub: Database) -> None:
    made, grace = booked(hub), sign_in("grace")
    with hub.reading() as db:
        team = [one for one in keeping.people_of(db, "fitzroy_street") if one.agency == made.legs[0].agency]
    for one in team:
        page = grace.get(f"{HOME}/people/{one.id}").text
        since = re.search(r'name="since" value="([^"]*)"', page)
        assert since is not None
        form = {"label": one.label, "agency": one.agency, "in_person": "yes", "since": since[1]}
        assert yes(grace, post(grace, f"{HOME}/people/{one.id}", **form, do="look"),
                   f"{HOME}/people/{one.id}").status_code == 303  # fmt: skip
    done = yes(grace, grace.get(f"{HOME}/broken"), f"{HOME}/broken/rota")
    assert "1 left to you" in shown(grace.get(done.headers["location"]).text)
    page = grace.get(f"{HOME}/broken")
    assert "Left to you (1)" in shown(page.text)
    assert "Ring these people" in shown(page.text)
    assert "Nothing else fitted by itself." in shown(page.text)
    assert "Find another place" not in shown(page.text), "it was tried"
    assert load_visit(hub, made.reference).version == 1
    assert events(hub)[-1][1] == "The visit cannot be as planned, and nothing else fits. Please ring."


def test_what_is_booked_after_the_look_is_seen_before_it_is_made(sign_in: Browser, hub: Database) -> None:
    made, grace = booked(hub), sign_in("grace")
    before = rules_of(hub)
    with hub.writing() as db:
        db.execute(sa.update(visit).values(state="cancelled"))
    look = post(grace, f"{HOME}/rota/new", **leave_on(made), do="look")
    assert "No visit is hit" in shown(look.text)
    with hub.writing() as db:
        db.execute(sa.update(visit).values(state="booked"))
    second = yes(grace, look, f"{HOME}/rota/new")
    assert second.status_code == 409
    assert "Something was booked or changed since you looked" in shown(second.text)
    assert rules_of(hub) == before
    assert yes(grace, second, f"{HOME}/rota/new").status_code == 303
    assert len(rules_of(hub)) == len(before) + 1


def test_of_two_managers_at_one_rule_the_second_is_told(sign_in: Browser, hub: Database) -> None:
    rule = next(one for one in rules_of(hub) if one.adviser == "jobcentre-b")
    path = f"{HOME}/rota/rules/{rule.id}"
    grace, henry = sign_in("grace"), sign_in("henry")
    since = re.search(r'name="since" value="([^"]*)"', grace.get(path).text)
    assert since is not None
    form = {"whom": rule.whom, "kind": "works", "start": "10", "end": "2pm", "repeat": "weekly",
            "weekday": ["MO", "TU"], "since": unescape(since[1])}  # fmt: skip
    looks = [post(client, path, **form, do="look") for client in (grace, henry)]
    assert yes(grace, looks[0], path).status_code == 303
    late = yes(henry, looks[1], path)
    assert late.status_code == 409
    assert "Somebody else has changed this rule" in shown(late.text)
    kept = next(one for one in rules_of(hub) if one.id == rule.id)
    assert (kept.end, kept.changed_by) == ("14:00", "grace")


def test_a_rule_is_taken_away(sign_in: Browser, hub: Database) -> None:
    rule = next(one for one in rules_of(hub) if one.adviser == "jobcentre-c")
    path, grace = f"{HOME}/rota/rules/{rule.id}", sign_in("grace")
    since = re.search(r'name="since" value="([^"]*)"', grace.get(path).text)
    assert since is not None
    look = post(grace, path, do="look_removed", since=unescape(since[1]))
    assert "Taken away" in shown(look.text)
    assert yes(grace, look, path).status_code == 303
    assert rule.id not in {one.id for one in rules_of(hub)}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Choose what this is."),
        ({"kind": "leave", "whom": "hub"}, "Choose a person"),
        ({"kind": "closed", "whom": "adviser:jobcentre-a"}, "Choose the hub or a room"),
        ({"kind": "works", "whom": "adviser:jobcentre-a"}, "from when to when"),
        ({"kind": "works", "whom": "adviser:jobcentre-a", "start": "5pm", "end": "9am"}, "comes before the start"),
        ({"kind": "leave", "whom": "adviser:jobcentre-a", "first": "31/02/2026"}, "Write a day"),
        ({"kind": "leave", "whom": "adviser:jobcentre-a", "first": "2026-12-02", "last": "2026-12-01"},
         "before the first"),
        ({"kind": "session", "whom": "hub", "start": "9", "end": "10", "note": ""}, "Give the session a name"),
        ({"kind": "works", "whom": "adviser:jobcentre-a", "start": "9", "end": "10", "repeat": "weekly"},
         "Tick at least"),
        ({"kind": "leave", "whom": "adviser:jobcentre-a", "first": "2026-12-01", "repeat": "own",
          "rrule": "FREQ=SECONDLY"}, "repeats within a day"),
        ({"kind": "leave", "whom": "adviser:jobcentre-a", "first": "2026-12-01", "repeat": "own", "rrule": ""},
         "Write the rule"),
        ({"kind": "works", "whom": "adviser:jobcentre-a", "start": "10", "end": "11", "repeat": "weekly",
          "weekday": "MO"}, "overlap"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_rule_is_told_and_what_was_typed_is_kept(
    sign_in: Browser, hub: Database, typed: dict[str, str], said: str
) -> None:
    before = rules_of(hub)
    answer = post(sign_in("grace"), f"{HOME}/rota/new", **{"repeat": "daily", "note": "KEEP-THIS", **typed}, do="look")
    assert answer.status_code == 400
    assert said in shown(answer.text)
    assert "KEEP-THIS" in answer.text or "note" in typed
    assert rules_of(hub) == before


def test_the_rota_is_exported_changed_and_imported_with_its_impact(sign_in: Browser, hub: Database) -> None:
    made, grace = booked(hub), sign_in("grace")
    sheet = grace.get(f"{HOME}/rota/export.csv").text
    assert grace.get(f"{HOME}/rota/export.ics").text.startswith("BEGIN:VCALENDAR")
    before = rules_of(hub)
    same = _upload(grace, sheet)
    assert "0 rules are new" in shown(same.text)
    without = "\n".join(line for line in sheet.splitlines() if made.legs[0].adviser not in line)
    look = _upload(grace, without)
    assert "1 visit is booked there" in shown(look.text)
    assert rules_of(hub) == before
    assert yes(grace, look, f"{HOME}/rota/import").status_code == 303
    assert not person(hub, made.legs[0].adviser).active
    for wrong in ("", "adviser,agency\nx,y", "\x00\x01", "BEGIN:VCALENDAR\nnonsense"):
        answer = _upload(grace, wrong)
        assert answer.status_code == 400, wrong
        assert "There is a problem" in answer.text


def test_a_wrong_rota_is_told_in_polish_at_a_polish_desk(sign_in: Browser) -> None:
    grace = sign_in("grace")
    grace.cookies.set("language", "pl")
    sheet = "adviser,agency,label,kind,weekdays,start,end,from,until\na,cvs,A,works,Mon,12:00,09:00,,\n"
    answer = _upload(grace, sheet)
    assert answer.status_code == 400
    assert "Wiersz 2 grafiku – błąd: start (12:00) musi być przed end (09:00)." in shown(answer.text)
    form = {**RULE, "whom": "adviser:jobcentre-a", "kind": "leave", "first": "2026-12-01", "repeat": "own"}
    typed = post(grace, f"{HOME}/rota/new", **form, rrule="FREQ=SECONDLY", do="look")
    assert "FREQ=SECONDLY powtarza się w ciągu dnia" in shown(typed.text)


def _upload(client: TestClient, text: str) -> Any:
    files = {"file": ("rota.csv", text.encode(), "text/csv")}
    return client.post(f"{HOME}/rota/import", data={**token(client), "do": "look"}, files=files)


# ---------------------------------------------------------------- people and rooms
def test_a_person_is_added_changed_and_let_go_after_seeing_what_it_breaks(sign_in: Browser, hub: Database) -> None:
    grace = sign_in("grace")
    new = {"id": "jobcentre-z", "label": "Work coach Z", "agency": "jobcentre", "languages": "pl, bn",
           "in_person": "yes", "active": "yes"}  # fmt: skip
    look = post(grace, f"{HOME}/people/new", **new, do="look")
    assert yes(grace, look, f"{HOME}/people/new").status_code == 303
    assert person(hub, "jobcentre-z").languages == {"pl", "bn"}
    made = booked(hub)
    path = f"{HOME}/people/{made.legs[0].adviser}"
    page = grace.get(path).text
    since = re.search(r'name="since" value="([^"]*)"', page)
    assert since is not None
    form = {"label": "Gone", "agency": made.legs[0].agency, "in_person": "yes", "since": since[1]}
    look = post(grace, path, **form, do="look")
    assert "1 visit is booked there" in shown(look.text)
    assert person(hub, made.legs[0].adviser).active
    yes(grace, look, path)
    assert not person(hub, made.legs[0].adviser).active
    late = post(grace, path, **form, do="look")
    assert late.status_code == 409
    assert "Somebody else has changed this since" in shown(late.text)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"id": "Bad Name"}, "Write a short name"),
        ({"id": "jobcentre-a"}, "Somebody has this short name"),
        ({"label": ""}, "Write what staff call them"),
        ({"agency": "nobody"}, "Choose whose they are"),
        ({"languages": "Polish!"}, "Write codes of two or three letters"),
        ({"agency": "interpreters"}, "for which languages"),
        ({"in_person": ""}, "Tick how they see people"),
    ],
)
def test_what_is_wrong_with_a_person_is_told(sign_in: Browser, hub: Database, typed: dict[str, str], said: str) -> None:
    right = {"id": "jobcentre-z", "label": "Work coach Z", "agency": "jobcentre", "in_person": "yes", "active": "yes"}
    before = rows(hub, adviser)
    answer = post(sign_in("grace"), f"{HOME}/people/new", **{**right, **typed}, do="look")
    assert answer.status_code == 400
    assert said in shown(answer.text)
    assert rows(hub, adviser) == before


def test_a_calendar_link_is_shown_once_and_only_its_hash_is_kept(sign_in: Browser, hub: Database) -> None:
    answer = post(sign_in("grace"), f"{HOME}/people/jobcentre-a", do="feed")
    link = re.search(r'value="[^"]*(/calendar/([\w-]+)\.ics)"', answer.text)
    assert link is not None
    assert sign_in("").get(link[1]).text.startswith("BEGIN:VCALENDAR")
    assert link[2] not in str(rows(hub, adviser))
    again = post(sign_in("grace"), f"{HOME}/people/jobcentre-a", do="feed")
    assert link[2] not in again.text
    assert sign_in("").get(link[1]).status_code == 404


def test_a_room_that_closes_breaks_what_is_booked_in_it(sign_in: Browser, hub: Database) -> None:
    made, grace = booked(hub), sign_in("grace")
    path = f"{HOME}/rooms/{made.legs[0].room}"
    since = re.search(r'name="since" value="([^"]*)"', grace.get(path).text)
    assert since is not None
    form = {"label": "Room", "capacity": "3", "feature": ["step_free"], "since": since[1]}
    for wrong, said in (({"capacity": "1"}, "from 2 to 500"), ({"capacity": "many"}, "from 2 to 500"),
                        ({"label": ""}, "on its door"), ({"others": "A!"}, "small letters")):  # fmt: skip
        assert said in shown(post(grace, path, **{**form, **wrong}, do="look").text)
    look = post(grace, path, **form, do="look")
    assert "visit is booked there" in shown(look.text)
    yes(grace, look, path)
    assert "cannot be used at" in shown(grace.get(f"{HOME}/broken").text)


# ---------------------------------------------------------------- what broke
def test_a_sick_adviser_end_to_end(sign_in: Browser, hub: Database) -> None:
    made, grace = booked(hub), sign_in("grace")
    day, who = day_of(made.start).isoformat(), f"adviser:{made.legs[0].adviser}"
    form = {"whom": who, "first": day, "last": day, "note": "called at 8"}
    look = post(grace, f"{HOME}/broken", **form, do="look")
    words = shown(look.text)
    assert "1 visit is hit" in words
    assert any(
        said in words for said in ("Same time, another adviser or room", "A part of it at another time", "Another day")
    )
    assert not rows(hub, disruption)
    assert load_visit(hub, made.reference).version == 1
    done = yes(grace, look, f"{HOME}/broken")
    assert done.status_code == 303
    assert rows(hub, disruption)[0]["by"] == "grace"
    after = load_visit(hub, made.reference)
    assert made.legs[0].adviser not in {each.adviser for each in after.legs if day_of(each.start) == day_of(made.start)}
    page = shown(grace.get(done.headers["location"]).text)
    assert "1 visit was hit." in page
    assert made.reference[:3] in page
    assert "Left to you (0)" in shown(grace.get(f"{HOME}/broken").text)
    assert "Work coach" in shown(grace.get(f"{HOME}/broken").text)


def test_when_nothing_fits_the_visit_is_left_to_the_manager(sign_in: Browser, hub: Database) -> None:
    made, grace = booked(hub), sign_in("grace")
    first = to_london(utc_now()).date()
    form = {"whom": "hub", "first": first.isoformat(), "last": (first + timedelta(days=100)).isoformat()}
    look = post(grace, f"{HOME}/broken", **form, do="look")
    assert "Left to you" in shown(look.text)
    done = yes(grace, look, f"{HOME}/broken")
    assert "1 left to you" in shown(grace.get(done.headers["location"]).text)
    todo = shown(grace.get(f"{HOME}/broken").text)
    assert "Left to you (1)" in todo
    assert "Nothing else fitted" in todo
    assert f"/desk/hub/visits/{made.reference}/change" in grace.get(f"{HOME}/broken").text
    post(grace, f"{HOME}/visits/{made.reference}", version="1", reason="They come another month")
    assert "Left to you (0)" in shown(grace.get(f"{HOME}/broken").text)
    assert "Done since." in shown(grace.get(done.headers["location"]).text)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"whom": "adviser:nobody"}, "Choose who or what is not there."),
        ({"first": "soon"}, "Write a day"),
        ({"start": "25:99"}, "Write a time"),
        ({"last": "2026-01-01"}, "It ends before it begins."),
        ({"first": "2026-01-01", "last": "2026-01-02"}, "That is over."),
        ({"last": "2098-01-01"}, "more than a year"),
        ({"note": "x" * 300}, "200 letters"),
    ],
)
def test_what_is_wrong_with_a_report_is_told(sign_in: Browser, hub: Database, typed: dict[str, str], said: str) -> None:
    day = date.today() + timedelta(days=1)  # noqa: DTZ011 - a day ahead, whichever zone
    right = {"whom": "adviser:jobcentre-a", "first": day.isoformat(), "last": day.isoformat(), "note": "KEEP-THIS"}
    answer = post(sign_in("grace"), f"{HOME}/broken", **{**right, **typed}, do="make")
    assert answer.status_code == 400
    assert said in shown(answer.text)
    assert "KEEP-THIS" in answer.text or "note" in typed
    assert not rows(hub, disruption)


# ---------------------------------------------------------------- the waiting list
def test_who_waits_is_listed_and_taken_off_with_a_reason(sign_in: Browser, hub: Database) -> None:
    legs = [LegRequest(agency=name, service_id=f"s-{name}", minutes=30) for name in ("jobcentre", "cvs")]
    place = join(hub, legs, resident="c-waits", now=utc_now())
    add_case(hub, "222222", "c-waits", "Zofia")
    grace = sign_in("grace")
    page = grace.get(f"{HOME}/waiting")
    assert "Zofia" in shown(page.text)
    assert "Jobcentre Plus; Cambridge Council for Voluntary Service" in shown(page.text)
    for secret in ("Secret", "900482", "SECRET-WORDS"):
        assert secret not in page.text
    assert post(grace, f"{HOME}/waiting", place=place.id).status_code == 400
    assert post(grace, f"{HOME}/waiting", place=place.id, reason="Found help elsewhere").status_code == 303
    assert [row["state"] for row in rows(hub, waiting)] == ["left"]
    assert events(hub)[-1] == ("Grace", "Taken off the waiting list: Found help elsewhere")
    assert post(grace, f"{HOME}/waiting", place=place.id, reason="Again").status_code == 404
