"""A change of the rota on both databases: what it would break, what it broke, and who made it."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from booking.changes.breaking import ADVISER, INTERPRETER, ROOM, Impact
from booking.changes.change import RotaChange
from booking.changes.files import export_rota, import_file
from booking.changes.log import changes_made
from booking.changes.rota import apply, preview
from booking.errors import HoldExpired, OpeningTaken, RotaNotReadable
from booking.hub import Room
from booking.openings import Opening
from booking.rotas import keeping
from booking.rotas.loading import import_rota, load_rota, roll_all_forward
from booking.rotas.rules import Person, Rule
from booking.tables import claim, hold, hub_session, room_closure, rota_change, rota_rule, shift, visit
from booking.visits.holding import confirm_visit, hold_opening
from booking.visits.model import load_visit
from foundation.clock import to_london
from foundation.database import Database
from tests.conftest import rows
from tests.integration.booking_fixtures import NOW, PLACE, claimed, count, openings

HUB = "fitzroy_street"
HEAD = "adviser,agency,label,kind,weekdays,start,end,from,until\n"


@pytest.fixture
def hub(database: Database) -> Database:
    load_rota(database, PLACE, now=NOW)
    return database


def booked(database: Database, opening: Opening, resident: str = "sam") -> str:
    kept = hold_opening(database, opening, resident=resident, now=NOW)
    return confirm_visit(database, kept.id, resident=resident, now=NOW).reference


def day_of(opening: Opening) -> date:
    return to_london(opening.start).date()


def leave(who: str, day: date, **told: str) -> Rule:
    return Rule(kind="leave", whom=f"adviser:{who}", first_day=day, last_day=day, **told)


def closed(whom: str, day: date, **told: str) -> Rule:
    return Rule(kind="closed", whom=whom, first_day=day, last_day=day, **told)


def tuesdays(kind: str, whom: str, rrule: str = "FREQ=WEEKLY;BYDAY=TU") -> Rule:
    return Rule(kind=kind, whom=whom, start="14:00", end="16:00", rrule=rrule, note="Tuesdays")


def everything(database: Database) -> list[list[dict[str, object]]]:
    tables = (rota_rule, shift, hub_session, room_closure, hold, claim, visit, rota_change)
    return [sorted(rows(database, table), key=repr) for table in tables]


def person(database: Database, name: str) -> Person:
    with database.reading() as db:
        return next(each for each in keeping.people_of(db, HUB) if each.id == name)


def rule_of(database: Database, whom: str, kind: str = "works") -> Rule:
    with database.reading() as db:
        return next(each for each in keeping.rules_of(db, HUB) if (each.whom, each.kind) == (whom, kind))


def room(database: Database, name: str) -> Room:
    with database.reading() as db:
        return next(each for each in keeping.rooms_of(db, HUB) if each.id == name)


def test_what_a_change_would_break_is_seen_before_and_nothing_is_done(hub: Database) -> None:
    first, other, _ = openings(hub)
    reference = booked(hub, first)
    kept = hold_opening(hub, other, resident="alex", now=NOW)
    coach = first.legs[0].adviser
    change = RotaChange(add=(leave(coach, day_of(first)),))
    before = everything(hub)
    seen = preview(hub, change, now=NOW)
    assert everything(hub) == before
    [leg] = seen.visits
    expected = next((number, leg) for number, leg in enumerate(first.legs, 1) if leg.adviser == coach)
    assert (leg.reference, leg.number, leg.agency) == (reference, expected[0], expected[1].agency)
    assert (leg.start, leg.finish, leg.why, leg.resident) == (expected[1].start, expected[1].finish, ADVISER, "sam")
    same_day = day_of(other) == day_of(first) and coach in {each.adviser for each in other.legs}
    assert {each.hold for each in seen.holds} == ({kept.id} if same_day else set())


def test_a_change_ends_the_holds_it_breaks_and_leaves_the_visits_it_returns(hub: Database) -> None:
    first, other, _ = openings(hub)
    reference = booked(hub, first)
    kept = hold_opening(hub, other, resident="alex", now=NOW)
    day = day_of(first)
    legs = {leg.adviser for leg in (*first.legs, *other.legs)}
    change = RotaChange(add=tuple(leave(name, each) for name in legs for each in {day, day_of(other)}), note="Flu")
    seen = preview(hub, change, now=NOW)
    done = apply(hub, change, by="grace", now=NOW)
    assert done == seen
    assert done.references == (reference,)
    assert {leg.hold for leg in done.holds} == {kept.id}
    assert load_visit(hub, reference).state == "booked"
    assert claimed(hub) == set(first.claims("sam"))
    with pytest.raises(HoldExpired):
        confirm_visit(hub, kept.id, resident="alex", now=NOW)
    with pytest.raises(OpeningTaken):
        hold_opening(hub, other, resident="alex", now=NOW)
    assert {each["state"] for each in rows(hub, hold)} == {"confirmed", "expired"}
    [made] = changes_made(hub, HUB)
    assert (made.by, made.note, made.at, len(made.after["rules"]), made.before["rules"]) == (
        "grace", "Flu", NOW, len(change.add), [],
    )  # fmt: skip
    # What was broken before is not the next change's doing.
    assert preview(hub, RotaChange(add=(closed("room:quiet_room", date(2026, 12, 31)),)), now=NOW) == Impact()


def test_part_of_a_day_breaks_only_what_is_in_it(hub: Database) -> None:
    first = openings(hub)[0]
    booked(hub, first)
    leg = first.legs[0]
    wall = to_london(leg.finish)
    after = {"start": f"{wall:%H:%M}", "end": "20:00"}
    before = {"start": "00:00", "end": f"{to_london(leg.start):%H:%M}"}
    for hours in (after, before):
        assert preview(hub, RotaChange(add=(leave(leg.adviser, day_of(first), **hours),)), now=NOW) == Impact()
    last_quarter = {"start": f"{wall - timedelta(minutes=15):%H:%M}", "end": f"{wall:%H:%M}"}
    found = preview(hub, RotaChange(add=(leave(leg.adviser, day_of(first), **last_quarter),)), now=NOW)
    assert [each.agency for each in found.visits] == [leg.agency]


def test_a_room_or_the_hub_that_closes_breaks_what_is_in_it(hub: Database) -> None:
    first = openings(hub)[0]
    reference = booked(hub, first)
    rooms = [leg.room for leg in first.legs]
    shut = RotaChange(add=(closed(f"room:{rooms[0]}", day_of(first)),))
    assert [(leg.number, leg.why) for leg in preview(hub, shut, now=NOW).visits] == [
        (number, ROOM) for number, name in enumerate(rooms, 1) if name == rooms[0]
    ]
    apply(hub, shut, by="grace", now=NOW)
    assert all(leg.room != rooms[0] for each in openings(hub) if day_of(each) == day_of(first) for leg in each.legs)
    gone = RotaChange(rooms=(replace(room(hub, rooms[0]), open=False),))
    assert preview(hub, gone, now=NOW) == Impact()  # it is broken already
    whole = apply(hub, RotaChange(add=(closed("hub", day_of(first)),)), by="grace", now=NOW)
    assert {leg.reference for leg in whole.visits} <= {reference}
    assert all(day_of(each) != day_of(first) for each in openings(hub))


@pytest.mark.parametrize("way", ["inactive", "other agency", "by phone alone", "no rules", "shorter day"])
def test_however_an_adviser_goes_their_visits_are_named(hub: Database, way: str) -> None:
    first = openings(hub, "county_children")[0]
    reference, leg = booked(hub, first), first.legs[0]
    who, works = person(hub, leg.adviser), rule_of(hub, f"adviser:{leg.adviser}")
    with hub.reading() as db:
        ids = tuple(each.id for each in keeping.rules_of(db, HUB) if each.whom == who.whom)
    change = {
        "inactive": RotaChange(people=(replace(who, active=False),)),
        "other agency": RotaChange(people=(replace(who, agency="cvs"),)),
        "by phone alone": RotaChange(people=(replace(who, by_phone=True, in_person=False),)),
        "no rules": RotaChange(remove=ids),
        "shorter day": RotaChange(replace=(replace(works, start="06:00", end="06:15"),)),
    }[way]
    done = apply(hub, change, by="grace", now=NOW)
    assert [(each.reference, each.why) for each in done.visits] == [(reference, ADVISER)]
    if way != "by phone alone":
        with pytest.raises(OpeningTaken):
            hold_opening(hub, Opening(legs=(leg,)), resident="alex", now=NOW)


def test_an_interpreter_who_goes_is_missed(hub: Database) -> None:
    first = openings(hub, "jobcentre")[0]
    with_one = Opening(legs=(replace(first.legs[0], interpreter="interpreter-a"),))
    reference = booked(hub, with_one)
    done = apply(hub, RotaChange(add=(leave("interpreter-a", day_of(first)),)), by="grace", now=NOW)
    assert [(leg.reference, leg.why) for leg in done.visits] == [(reference, INTERPRETER)]


def test_a_new_adviser_a_new_room_and_longer_hours_are_offered_at_once(hub: Database) -> None:
    new = Person(id="nurse-z", agency="nhs_primary", label="Nurse Z", languages=frozenset({"pl"}))
    works = Rule(kind="works", whom="adviser:nurse-z", rrule="FREQ=WEEKLY;BYDAY=FR", start="09:00", end="10:00")
    place = Room(id="room_9", label="Room 9", features=("step_free",), capacity=4)
    done = apply(hub, RotaChange(people=(new,), add=(works,), rooms=(place,)), by="grace", now=NOW)
    assert done == Impact()
    friday = [each for each in openings(hub, "nhs_primary") if to_london(each.start).weekday() == 4]
    assert {leg.adviser for each in friday for leg in each.legs} == {"nurse-z"}
    assert person(hub, "nurse-z") == new
    assert room(hub, "room_9") == place
    load_rota(hub, PLACE, now=NOW)  # the next start keeps what the desk did
    assert person(hub, "nurse-z") == new
    assert rule_of(hub, "adviser:nurse-z").rrule == "FREQ=WEEKLY;BYDAY=FR"
    assert room(hub, "room_9").open


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (RotaChange(add=(leave("nobody", date(2026, 12, 1)),)), "there is no adviser “nobody”"),
        (RotaChange(add=(closed("room:cellar", date(2026, 12, 1)),)), "“cellar” is no room of Fitzroy Street Hub"),
        (RotaChange(add=(leave("cvs-a", date(2026, 12, 1), start="10:00", end="09:00"),)), "start .* before end"),
        (RotaChange(add=(tuesdays("works", "adviser:cvs-a", rrule="FREQ=MINUTELY"),)), "repeats within a day"),
        (RotaChange(add=(tuesdays("works", "adviser:cvs-a"),)), "overlap for cvs-a on 2026-11-24"),
        (RotaChange(add=(tuesdays("session", "hub"),)), "overlap for the hub on 2026-11-24"),
        (RotaChange(remove=("gone",)), "not there any more"),
        (RotaChange(people=(Person(id="x", agency="butchers", label="X"),)), "no agency of Fitzroy Street Hub"),
        (RotaChange(people=(Person(id="X Y", agency="cvs", label="X"),)), "small letters"),
        (RotaChange(rooms=(Room(id="r", label="R", features=(), site="moon"),)), "“moon” is no site"),
        (RotaChange(rooms=(Room(id="r", label="R", features=(), capacity=1),)), "from 2 to 500 people"),
        (RotaChange(rooms=(Room(id="r", label="", features=()),)), "needs an id"),
        (RotaChange(hub="elsewhere"), "no such hub"),
    ],
)  # fmt: skip
def test_a_change_that_cannot_be_is_refused_and_nothing_is_changed(
    hub: Database, change: RotaChange, says: str
) -> None:
    before = everything(hub)
    for way in (lambda: preview(hub, change, now=NOW), lambda: apply(hub, change, by="grace", now=NOW)):
        with pytest.raises(RotaNotReadable, match=says):
            way()
    assert everything(hub) == before


def test_two_managers_do_not_undo_each_other(hub: Database) -> None:
    mine = theirs = rule_of(hub, "adviser:nhs-primary-a")
    soon = NOW + timedelta(minutes=1)
    apply(hub, RotaChange(replace=(replace(mine, end="14:00"),)), by="grace", now=soon)
    with pytest.raises(RotaNotReadable, match="Somebody else has changed"):
        apply(hub, RotaChange(replace=(replace(theirs, end="13:00"),)), by="ada", now=NOW + timedelta(minutes=1))
    kept = rule_of(hub, "adviser:nhs-primary-a")
    assert (kept.end, kept.changed_by, kept.changed_at, kept.source) == ("14:00", "grace", soon, "desk")
    assert kept.id == mine.id


def test_an_import_says_what_it_breaks_and_a_wrong_one_changes_nothing(hub: Database, tmp_path: Path) -> None:
    first, other, _ = openings(hub)
    reference = booked(hub, first)
    kept = hold_opening(hub, other, resident="alex", now=NOW)
    file = tmp_path / "rota.csv"
    file.write_text(HEAD + "cvs-z,cvs,Z,works,Thu,10:00,12:00,,\n")
    done = import_file(hub, PLACE, file, by="grace", now=NOW)
    assert {leg.reference for leg in done.impact.visits} == {reference}
    assert {leg.hold for leg in done.impact.holds} == {kept.id}
    assert (done.people, done.rules, done.shifts) == (1, 1, count(hub, shift))
    assert count(hub, hub_session) > 20  # a file without sessions leaves those there are
    before = everything(hub)
    file.write_text(HEAD + "cvs-z,cvs,Z,works,Thu,10:00,12:00,,\ncvs-z,cvs,Z,works,Thu,11:00,13:00,,\n")
    with pytest.raises(RotaNotReadable, match="Line 2 and line 3 overlap"):
        import_file(hub, PLACE, file, by="grace", now=NOW)
    assert everything(hub) == before


@pytest.mark.parametrize("form", ["csv", "ics"])
def test_a_rota_that_goes_out_and_comes_in_again_is_the_same(hub: Database, form: str, tmp_path: Path) -> None:
    file = tmp_path / f"rota.{form}"
    apply(hub, RotaChange(add=(leave("cvs-a", date(2026, 12, 1)), closed("hub", date(2026, 12, 24)))), by="g", now=NOW)
    before = [rows(hub, table) for table in (shift, hub_session, room_closure)]
    file.write_text(export_rota(hub, form), newline="")
    done = import_file(hub, PLACE, file, by="grace", now=NOW)
    assert done.impact == Impact()
    assert [rows(hub, table) for table in (shift, hub_session, room_closure)] == before
    assert export_rota(hub, form) == export_rota(hub, form)


def test_a_start_writes_nothing_that_is_so_already_and_every_day_goes_on(hub: Database) -> None:
    before = everything(hub)
    load_rota(hub, PLACE, now=NOW + timedelta(minutes=5))
    assert everything(hub) == before
    ahead = roll_all_forward(hub, now=NOW + timedelta(days=1))
    last = max(row["first_cell"] for row in rows(hub, shift))
    assert last > max(row["first_cell"] for row in before[1])
    assert ahead < count(hub, shift)  # yesterday stays


def test_a_hub_with_rules_that_were_imported_keeps_them_at_a_start(hub: Database, tmp_path: Path) -> None:
    file = tmp_path / "rota.csv"
    file.write_text(HEAD + "cvs-z,cvs,Z,works,Thu,10:00,12:00,,\n")
    shifts = import_rota(hub, PLACE, file, now=NOW)
    assert load_rota(hub, PLACE, now=NOW) == shifts
    assert {row["whom"] for row in rows(hub, rota_rule)} == {"adviser:cvs-z", "hub"}
    with hub.reading() as db:
        assert db.scalar(sa.text("select count(*) from adviser where active")) == 1
