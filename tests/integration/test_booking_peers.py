"""Bugs that are known from other booking systems, each by its name, and what a visit is besides its time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import time, timedelta

import pytest
import sqlalchemy as sa

from booking.errors import HoldExpired, OpeningNotReadable, OpeningTaken, VisitChanged, VisitOver
from booking.openings import LegRequest, Opening, OpeningLeg
from booking.tables import adviser, hold, leg, room, room_closure, shift, visit
from booking.visits import holds
from booking.visits.changing import cancel_visit, change_visit, reseat_visit
from booking.visits.holding import confirm_visit, hold_opening
from booking.visits.model import load_visit, read_opening
from booking.wishes import Wishes
from foundation.database import Database
from tests.integration.booking_fixtures import claimed, count
from tests.integration.booking_world import MINUTE, NOW, TEN, book, build, one, three, wrong


@pytest.fixture
def hub(database: Database) -> Database:
    return build(database)


def opening(*legs: OpeningLeg) -> Opening:
    return Opening(legs=legs)


def write(database: Database, statement: sa.Executable) -> None:
    with database.writing() as db:
        db.execute(statement)


# Known from peers.


def test_a_booking_that_encloses_the_new_one_stops_it(hub: Database) -> None:
    """Whoever asks only whether a start or an end lies inside the new time does not see one that lies around it."""
    book(hub, opening(one("work", at=0, cells=6)), "sam")
    for at, cells in ((2, 2), (0, 6), (0, 2), (4, 2), (5, 1)):
        with pytest.raises(OpeningTaken):
            hold_opening(hub, opening(one("work", at=at, cells=cells, where="r2")), resident="alex", now=NOW)
    with pytest.raises(OpeningTaken):  # and the other way round: the new one encloses it
        hold_opening(hub, opening(one("work", at=-2, cells=10, where="r2")), resident="alex", now=NOW)
    assert (count(hub, visit), wrong(hub)) == (1, [])


def test_times_are_half_open(hub: Database) -> None:
    """What ends at ten and what begins at ten do not meet, on either side, for the adviser, the room or the person."""
    book(hub, opening(one("work", at=2)), "sam")
    for at, resident in ((0, "sam"), (4, "sam"), (6, "alex")):
        book(hub, opening(one("work", at=at)), resident)
    assert (count(hub, visit), wrong(hub)) == (4, [])


def test_ones_own_hold_is_not_let_go_before_the_new_one_is_had(hub: Database) -> None:
    mine = hold_opening(hub, three(), resident="sam", now=NOW)
    hold_opening(hub, three(8), resident="alex", now=NOW)
    before = claimed(hub)
    with pytest.raises(OpeningTaken):
        hold_opening(hub, three(4), resident="sam", now=NOW)  # half of it is Alex's
    assert claimed(hub) == before
    assert confirm_visit(hub, mine.id, resident="sam", now=NOW).legs[0].start == three().start


def test_ones_own_cells_are_not_let_go_while_one_moves(hub: Database) -> None:
    """A visit that moves by half an hour lets go of no cell that it has before and after."""
    reference = book(hub, three(), "sam")
    book(hub, three(16), "alex")
    with let_go(hub) as gone:
        change_visit(hub, reference, three(2), now=NOW)
    before, after = set(three().claims("sam")), set(three(2).claims("sam"))
    assert before & after
    assert sorted(gone) == sorted(before - after)
    assert claimed(hub) == after | set(three(16).claims("alex"))


WATCHED = {
    "sqlite": (
        "CREATE TRIGGER let_go AFTER DELETE ON claim BEGIN INSERT INTO gone VALUES (old.resource, old.cell); END",
    ),
    "postgresql": (
        "CREATE FUNCTION note_gone() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN INSERT INTO gone VALUES (old.resource, old.cell); RETURN old; END $$",
        "CREATE TRIGGER let_go AFTER DELETE ON claim FOR EACH ROW EXECUTE FUNCTION note_gone()",
    ),
}
UNWATCHED = {"sqlite": "DROP TRIGGER let_go", "postgresql": "DROP FUNCTION note_gone CASCADE"}


@contextmanager
def let_go(database: Database) -> Iterator[list[tuple[str, int]]]:
    """Afterwards, every claim that was deleted meanwhile, as the database itself saw it."""
    gone: list[tuple[str, int]] = []
    with database.writing() as db:
        for line in ("CREATE TABLE gone (resource TEXT, cell INTEGER)", *WATCHED[database.dialect]):
            db.exec_driver_sql(line)
    try:
        yield gone
    finally:
        with database.writing() as db:
            gone += [(resource, cell) for resource, cell in db.exec_driver_sql("SELECT resource, cell FROM gone")]
            for line in (UNWATCHED[database.dialect], "DROP TABLE gone"):
                db.exec_driver_sql(line)


def test_a_booking_at_the_instant_a_hold_runs_out(hub: Database) -> None:
    kept = hold_opening(hub, three(), resident="sam", now=NOW)
    with pytest.raises(OpeningTaken):
        hold_opening(hub, three(), resident="alex", now=kept.until - timedelta(microseconds=1))
    with pytest.raises(HoldExpired):
        confirm_visit(hub, kept.id, resident="sam", now=kept.until)
    assert book(hub, three(), "alex", now=kept.until)
    assert wrong(hub) == []


def test_the_person_is_a_resource_over_two_visits(hub: Database) -> None:
    book(hub, opening(one("work", at=0)), "sam")
    second = book(hub, opening(one("housing", at=4, where="r2")), "sam")
    with pytest.raises(OpeningTaken):
        hold_opening(hub, opening(one("advice", at=1, where="r3")), resident="sam", now=NOW)
    with pytest.raises(OpeningTaken):
        change_visit(hub, second, opening(one("housing", at=1, where="r2")), now=NOW)
    with pytest.raises(OpeningTaken):
        reseat_visit(hub, second, opening(one("housing", at=1, where="r2")), now=NOW)
    assert load_visit(hub, second).version == 1
    assert wrong(hub) == []


@pytest.mark.parametrize("apart", [0, 1])
def test_nobody_is_in_two_rooms_of_one_visit(hub: Database, apart: int) -> None:
    legs = (one("work", at=0), one("housing", at=apart, where="r2"))
    with pytest.raises(OpeningTaken, match="no longer on offer"):
        hold_opening(hub, opening(*legs), resident="sam", now=NOW)


# Interpreters, telephones, skills, rooms.


def test_an_interpreter_is_claimed_and_must_be_there(hub: Database) -> None:
    wishes = Wishes(interpreter="ro")
    with_help = opening(one("work", at=0, helper="helper-ro"))
    kept = hold_opening(hub, read_opening(hub, with_help.id), resident="sam", now=NOW, wishes=wishes)
    made = confirm_visit(hub, kept.id, resident="sam", now=NOW)
    assert (made.legs[0].interpreter, made.wishes) == ("helper-ro", wishes)
    assert load_visit(hub, made.reference) == made
    assert ("adviser:helper-ro", TEN) in claimed(hub)
    other = opening(one("housing", at=1, where="r2", helper="helper-ro"))
    with pytest.raises(OpeningTaken, match="somebody else"):
        hold_opening(hub, other, resident="alex", now=NOW)
    write(hub, sa.delete(shift).where(shift.c.adviser == "helper-ro"))
    with pytest.raises(OpeningTaken, match="no longer on offer"):
        hold_opening(hub, opening(one("work", at=8, helper="helper-ro")), resident="alex", now=NOW)


@pytest.mark.parametrize("helper", ["", "helper-pl", "housing-b", "nobody"])
def test_who_does_not_speak_the_language_is_no_interpreter(hub: Database, helper: str) -> None:
    wishes = Wishes(interpreter="ro")
    with pytest.raises(OpeningTaken, match="no longer on offer"):
        hold_opening(hub, opening(one("work", at=0, helper=helper)), resident="sam", now=NOW, wishes=wishes)


def test_an_adviser_who_speaks_the_language_needs_none(hub: Database) -> None:
    write(hub, sa.update(adviser).where(adviser.c.id == "work-a").values(languages=["ro"]))
    assert hold_opening(hub, opening(one("work", at=0)), resident="sam", now=NOW, wishes=Wishes(interpreter="ro"))


def test_a_leg_by_phone_takes_no_room_and_needs_an_adviser_who_rings(hub: Database) -> None:
    call = opening(one("work", at=0, where=""))
    reference = book(hub, call, "sam")
    assert load_visit(hub, reference).legs[0].by_phone
    assert {name.split(":")[0] for name, _ in claimed(hub)} == {"adviser", "resident"}
    write(hub, sa.update(adviser).where(adviser.c.id == "housing-a").values(by_phone=False))
    write(hub, sa.update(adviser).where(adviser.c.id == "housing-b").values(in_person=False))
    for agency, how in (("housing", {"where": ""}), ("housing", {"who": "b", "where": "r2"})):
        with pytest.raises(OpeningTaken, match="no longer on offer"):
            hold_opening(hub, opening(one(agency, at=4, **how)), resident="alex", now=NOW)
    assert wrong(hub) == []


def test_skills_and_rooms_that_were_asked_for_hold_at_each_change(hub: Database) -> None:
    asked = (LegRequest(agency="work", service_id="s-work", minutes=30, skills=frozenset({"appeals"})),)
    wishes = Wishes(room_features=frozenset({"step_free"}), not_before=time(9, 30))
    keep = {"resident": "sam", "now": NOW, "wishes": wishes, "asked": asked}
    for how in ({"who": "b"}, {"where": "r3"}):
        with pytest.raises(OpeningTaken, match="no longer on offer"):
            hold_opening(hub, opening(one("work", at=0, **how)), **keep)
    kept = hold_opening(hub, opening(one("work", at=0)), **keep)
    reference = confirm_visit(hub, kept.id, resident="sam", now=NOW).reference
    booked = load_visit(hub, reference)
    assert (booked.wishes, booked.asked, booked.requests[0].skills) == (wishes, asked, frozenset({"appeals"}))
    for how in ({"who": "b"}, {"where": "r3"}):
        with pytest.raises(OpeningTaken, match="no longer on offer"):
            change_visit(hub, reference, opening(one("work", at=4, **how)), now=NOW)
    assert load_visit(hub, reference) == booked
    moved = change_visit(hub, reference, opening(one("work", at=4, where="r3")), now=NOW, wishes=Wishes())
    assert (moved.wishes, moved.legs[0].room, moved.legs[0].room_label) == (Wishes(), "r3", "R3")


@pytest.mark.parametrize(
    "broken",
    [
        sa.update(room).where(room.c.id == "r1").values(open=False),
        sa.insert(room_closure).values(room="r1", first_cell=TEN + 1, end_cell=TEN + 2),
        sa.update(room).where(room.c.id == "r1").values(capacity=1),
        sa.update(adviser).where(adviser.c.id == "work-a").values(active=False),
        sa.update(shift).where(shift.c.adviser == "work-a").values(end_cell=TEN + 1),
    ],
    ids=["shut", "closed for a while", "too small", "left", "goes home"],
)
def test_a_time_that_the_rota_lost_is_neither_held_nor_confirmed(hub: Database, broken: sa.Executable) -> None:
    kept = hold_opening(hub, opening(one("work", at=0)), resident="sam", now=NOW)
    write(hub, broken)
    with pytest.raises(OpeningTaken, match="no longer on offer"):
        hold_opening(hub, opening(one("work", at=0)), resident="sam", now=NOW)
    with pytest.raises(HoldExpired):
        confirm_visit(hub, kept.id, resident="sam", now=NOW)
    assert (claimed(hub), count(hub, visit)) == (set(), 0)


def test_together_is_one_room_and_counts_everybody_in_it(hub: Database) -> None:
    both = opening(one("work", at=0), one("housing", at=0))
    assert book(hub, both, "sam")
    four = opening(*(one(agency, at=4) for agency in ("work", "housing", "advice")))
    with pytest.raises(OpeningTaken, match="no longer on offer"):
        hold_opening(hub, four, resident="alex", now=NOW)
    assert wrong(hub) == []


def test_a_hold_needs_somebody_it_is_for(hub: Database) -> None:
    for resident in ("", "x" * 65):
        with pytest.raises(OpeningNotReadable):
            hold_opening(hub, three(), resident=resident, now=NOW)
    assert count(hub, hold) == 0


# Re-seating.


def has_happened(database: Database, reference: str, number: int, state: str) -> None:
    where = (leg.c.visit == reference) & (leg.c.number == number)
    write(database, sa.update(leg).where(where).values(state=state, begun_at=three().start))


def test_reseating_one_leg_leaves_the_others_as_they_are(hub: Database) -> None:
    reference = book(hub, three(), "sam")
    write(hub, sa.delete(shift).where(shift.c.adviser.in_(["work-a", "advice-a"])))  # only the broken leg is looked up
    legs = three().legs
    other = opening(legs[0], replace(legs[1], adviser="work-b"), legs[2])
    moved = reseat_visit(hub, reference, other, now=NOW, version=1)
    assert [each.adviser for each in moved.legs] == ["housing-a", "work-b", "advice-a"]
    assert (moved.version, moved.start, wrong(hub)) == (2, three().start, [])


def test_reseating_a_visit_that_has_begun_keeps_what_has_happened(hub: Database) -> None:
    reference = book(hub, three(), "sam")
    has_happened(hub, reference, 1, "done")
    begun = three().start + 20 * MINUTE
    with pytest.raises(VisitOver):
        change_visit(hub, reference, three(8), now=begun)
    rest = opening(*(replace(each, adviser=each.adviser[:-1] + "b") for each in three().legs[1:]))
    moved = reseat_visit(hub, reference, rest, now=begun)
    assert [each.adviser for each in moved.legs] == ["housing-a", "work-b", "advice-b"]
    with hub.reading() as db:
        states = db.execute(sa.select(leg.c.state, leg.c.begun_at.is_not(None)).order_by(leg.c.number)).all()
    assert [tuple(row) for row in states] == [("done", True), ("planned", False), ("planned", False)]
    with pytest.raises(VisitChanged):
        reseat_visit(hub, reference, three(8), now=begun)  # the first part has happened: it cannot be at another time
    with pytest.raises(OpeningTaken):
        reseat_visit(hub, reference, opening(*(one(a, at=0, where="r2") for a in ("work",))), now=begun)  # not ahead
    assert load_visit(hub, reference) == moved
    assert wrong(hub) == []


def test_reseating_leaves_what_was_given_back_to_whoever_has_it(hub: Database) -> None:
    """The first part ended early; its adviser and room are somebody else's now."""
    reference = book(hub, three(), "sam")
    has_happened(hub, reference, 1, "done")
    cells = [("adviser:housing-a", TEN + 1), ("room:r1", TEN + 1)]
    with hub.writing() as db:
        holder = db.execute(sa.select(visit.c.hold)).scalar_one()
        holds.drop_claims(db, holder, cells)
    book(hub, opening(one("housing", at=1, cells=1)), "alex")
    legs = three().legs
    other = opening(legs[0], legs[1], replace(legs[2], adviser="advice-b"))
    moved = reseat_visit(hub, reference, other, now=three().start)
    assert [each.adviser for each in moved.legs] == ["housing-a", "work-a", "advice-b"]
    assert set(cells) <= claimed(hub)


def test_a_plan_that_is_out_of_date_changes_nothing(hub: Database) -> None:
    reference = book(hub, three(), "sam")
    change_visit(hub, reference, three(8), now=NOW, version=1)
    before, cells = load_visit(hub, reference), claimed(hub)
    for step in (
        lambda: reseat_visit(hub, reference, three(), now=NOW, version=1),
        lambda: change_visit(hub, reference, three(), now=NOW, version=1),
        lambda: cancel_visit(hub, reference, now=NOW, version=1),
    ):
        with pytest.raises(VisitChanged):
            step()
    assert (load_visit(hub, reference), claimed(hub)) == (before, cells)
    cancel_visit(hub, reference, now=NOW, version=2)
    with pytest.raises(VisitOver):
        reseat_visit(hub, reference, three(), now=NOW)


def test_a_visit_whose_parts_are_all_done_is_over(hub: Database) -> None:
    reference = book(hub, three(), "sam")
    for number in (1, 2, 3):
        has_happened(hub, reference, number, "done")
    with pytest.raises(VisitOver):
        reseat_visit(hub, reference, three(8), now=NOW)
    assert load_visit(hub, reference).version == 1
