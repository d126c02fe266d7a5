"""Sixteen processes, started together at a barrier, on both databases: one winner, nothing doubled, nothing half done.

Each race has a negative control: the same on a variant that is weakened on purpose must fail, or the race proves
nothing. In the controls the processes meet once more where the weakness is, so that they fail every time.
"""

import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from booking.openings import Opening
from booking.tables import claim, hold, leg, visit
from booking.visits import holds
from booking.visits.changing import cancel_visit, change_visit, reseat_visit
from booking.visits.holding import HOLD_MINUTES, confirm_visit, hold_opening
from booking.visits.model import load_visit
from booking.visits.wanted import Wanted
from foundation.database import Database
from tests.integration.booking_fixtures import count
from tests.integration.booking_world import (
    AGENCIES,
    NOW,
    WRITERS,
    book,
    build,
    doubled,
    in_processes,
    kinds,
    one,
    three,
    without_key,
    wrong,
)

pytestmark = [pytest.mark.race, pytest.mark.timeout(180)]

END = NOW + timedelta(minutes=HOLD_MINUTES)
JUST_BEFORE = END - timedelta(microseconds=1)
type Meet = Callable[[], object]


@pytest.fixture
def hub(database: Database) -> Database:
    return build(database)


def books(database: Database, _meet: Meet, opening: Opening, resident: str, now=NOW) -> str:
    return f"won {book(database, opening, resident, now=now)}"


def books_by_looking(database: Database, meet: Meet, opening: Opening, resident: str) -> str:
    """Check, then insert: what everybody writes first."""
    wanted = Wanted(opening=opening, resident=resident)
    with database.writing() as db:
        holds.make_way(db, wanted, now=NOW)
    meet()
    holder = secrets.token_hex(16)
    with database.writing() as db:
        holds.add_hold(db, holder, wanted, until=END)
    return f"won {confirm_visit(database, holder, resident=resident, now=NOW).reference}"


def confirms(database: Database, _meet: Meet, hold_id: str, resident: str) -> str:
    return f"won {confirm_visit(database, hold_id, resident=resident, now=JUST_BEFORE).reference}"


def confirms_by_looking(database: Database, meet: Meet, hold_id: str, resident: str) -> str:
    """Looks whether the hold lasts, and books without asking again."""
    with database.reading() as db:
        found = db.execute(sa.select(hold).where(hold.c.id == hold_id)).one()
    assert (found.state, found.until > JUST_BEFORE) == ("held", True)
    meet()  # now it is taken over
    meet()
    with database.writing() as db:
        db.execute(sa.update(hold).where(hold.c.id == hold_id).values(state="held", until=END))
    return f"won {confirm_visit(database, hold_id, resident=resident, now=JUST_BEFORE).reference}"


# The same opening.


def test_one_of_sixteen_gets_an_opening(hub: Database) -> None:
    found = in_processes(hub, [(books, three(), f"resident-{n}") for n in range(WRITERS)])
    assert kinds(found) == {"won": 1, "taken": WRITERS - 1}, found
    assert (count(hub, visit), count(hub, leg), wrong(hub)) == (1, 3, [])


def test_control_looking_before_inserting_doubles(hub: Database) -> None:
    without_key(hub)
    found = in_processes(hub, [(books_by_looking, three(), f"resident-{n}") for n in range(WRITERS)])
    assert kinds(found) == {"won": WRITERS}, found
    assert doubled(hub)


def test_looking_before_inserting_is_stopped_by_the_key(hub: Database) -> None:
    """The same weak code, with the key: it is the database that refuses."""
    found = in_processes(hub, [(books_by_looking, three(), f"resident-{n}") for n in range(WRITERS)])
    assert kinds(found) == {"won": 1, "taken": WRITERS - 1}, found
    assert wrong(hub) == []


# Openings that cross: the same people in another order, at times that overlap in part.

ORDERS = (AGENCIES, AGENCIES[::-1], AGENCIES[1:] + AGENCIES[:1])


def crossing(number: int) -> Opening:
    return three(number % 4, ORDERS[number % 3], where=f"r{1 + number % 2}")


def test_openings_that_cross_never_meet_in_a_ring(hub: Database) -> None:
    found = in_processes(hub, [(books, crossing(n), f"resident-{n}") for n in range(WRITERS)])
    assert set(kinds(found)) <= {"won", "taken"}, found
    assert kinds(found)["won"] == count(hub, visit) >= 1
    assert wrong(hub) == []


def moves_hold(database: Database, _meet: Meet, there: Opening, here: Opening, resident: str) -> str:
    """Choose one, then the other, again and again, as people do who cannot make up their minds."""
    held = 0
    for turn in range(10):
        try:
            hold_opening(database, (here, there)[turn % 2], resident=resident, now=NOW)
            held += 1
        except holds.OpeningTaken:
            continue
    return f"held {held}"


def test_people_who_change_their_minds_across_each_other_never_meet_in_a_ring(hub: Database) -> None:
    jobs = [(moves_hold, crossing(n), crossing(n + 1), f"resident-{n}") for n in range(WRITERS)]
    found = in_processes(hub, jobs)
    assert set(kinds(found)) == {"held"}, found
    assert any(answer != "held 0" for answer in found)
    assert wrong(hub) == []


def test_control_openings_that_cross_double_without_the_key(hub: Database) -> None:
    without_key(hub)
    found = in_processes(hub, [(books_by_looking, crossing(n), f"resident-{n}") for n in range(WRITERS)])
    assert kinds(found) == {"won": WRITERS}, found
    assert doubled(hub)


def claims_unsorted(database: Database, meet: Meet, cells: list[tuple[str, int]], holder: str) -> str:
    with database.writing() as db:
        db.execute(sa.insert(hold).values(id=holder, resident=holder, opening="", state="held", until=END))
        for number, (resource, cell) in enumerate(cells):
            db.execute(sa.insert(claim).values(resource=resource, cell=cell, hold=holder, state="held", until=END))
            if not number:
                meet()
    return "won"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_control_unsorted_claims_meet_in_a_ring(hub: Database) -> None:
    """On SQLite one writer at a time is let in, so nobody waits for a row."""
    cells = [("room:r1", 1), ("room:r1", 2)]
    found = in_processes(hub, [(claims_unsorted, cells, "x"), (claims_unsorted, cells[::-1], "y")])
    assert any("deadlock" in answer for answer in found), found


# A hold at its last instant.


def test_a_hold_that_runs_out_has_one_winner(hub: Database) -> None:
    for at in (0, 8, 16):
        before = count(hub, visit)
        kept = hold_opening(hub, three(at), resident=f"owner-{at}", now=NOW)
        takers = [(books, three(at), f"resident-{at}-{n}", END) for n in range(WRITERS - 1)]
        found = in_processes(hub, [(confirms, kept.id, f"owner-{at}"), *takers])
        assert kinds(found)["won"] == 1, found
        assert set(kinds(found)) <= {"won", "taken", "expired"}, found
        assert (count(hub, visit), wrong(hub)) == (before + 1, [])


def takes_over(database: Database, meet: Meet, opening: Opening, resident: str) -> str:
    meet()
    try:
        return f"won {book(database, opening, resident, now=END)}"
    finally:
        meet()


def test_control_looking_before_confirming_has_two_winners(hub: Database) -> None:
    without_key(hub)
    kept = hold_opening(hub, three(), resident="owner", now=NOW)
    found = in_processes(hub, [(confirms_by_looking, kept.id, "owner"), (takes_over, three(), "resident")])
    assert kinds(found) == {"won": 2}, found
    assert doubled(hub)


def test_sixteen_confirmations_of_one_hold_are_one_visit(hub: Database) -> None:
    kept = hold_opening(hub, three(), resident="owner", now=NOW)
    found = in_processes(hub, [(confirms, kept.id, "owner")] * WRITERS)
    assert len(set(found)) == 1
    assert found[0].startswith("won ")
    assert (count(hub, visit), wrong(hub)) == (1, [])


# One person, two visits.


def test_sixteen_devices_of_one_person_get_one_visit_at_a_time(hub: Database) -> None:
    """Different agencies and rooms, the same half hours: the person is the resource that is taken."""
    legs = [one(AGENCIES[n % 3], at=0, who="ab"[n % 2], where=f"r{1 + n % 4}") for n in range(WRITERS)]
    found = in_processes(hub, [(books, Opening(legs=(each,)), "sam") for each in legs])
    # A device whose hold another device of hers let go finds it expired: that is one person choosing again.
    assert kinds(found)["won"] == 1, found
    assert set(kinds(found)) <= {"won", "taken", "expired"}, found
    assert (count(hub, visit), wrong(hub)) == (1, [])


# Change against cancel.


def changes(database: Database, _meet: Meet, reference: str, opening: Opening) -> str:
    return f"won {change_visit(database, reference, opening, now=NOW).version}"


def cancels(database: Database, _meet: Meet, reference: str) -> str:
    return f"cancelled {cancel_visit(database, reference, now=NOW).version}"


def cancels_by_looking(database: Database, meet: Meet, reference: str) -> str:
    """Reads what there is to give back, and gives it back later."""
    with database.reading() as db:
        holder = db.execute(sa.select(visit.c.hold).where(visit.c.reference == reference)).scalar_one()
        cells = holds.claims_of(db, holder)
    meet()
    meet()
    with database.writing() as db:
        db.execute(sa.update(visit).where(visit.c.reference == reference).values(state="cancelled"))
        holds.drop_claims(db, holder, sorted(cells))
    return "cancelled"


def test_change_against_cancel(hub: Database) -> None:
    reference = book(hub, three(), "sam")
    jobs = [(changes, reference, three(8 * (1 + n % 8))) for n in range(WRITERS // 2)]
    found = in_processes(hub, jobs + [(cancels, reference)] * (WRITERS // 2))
    after = load_visit(hub, reference)
    won = sorted(int(answer.split()[1]) for answer in found if answer.startswith("won"))
    cancelled = {answer for answer in found if answer.startswith("cancelled")}
    assert set(kinds(found)) <= {"won", "over", "cancelled"}, found
    # Every change counted once and before the one cancellation, which all who cancel see.
    assert won == list(range(2, 2 + len(won)))
    assert cancelled == {f"cancelled {len(won) + 2}"}
    assert (after.state, after.version) == ("cancelled", len(won) + 2)
    assert (count(hub, claim), wrong(hub)) == (0, [])


def changes_between(database: Database, meet: Meet, reference: str, opening: Opening) -> str:
    meet()
    try:
        return changes(database, meet, reference, opening)
    finally:
        meet()


def test_control_cancelling_what_was_read_before_leaves_cells_taken(hub: Database) -> None:
    reference = book(hub, three(), "sam")
    found = in_processes(hub, [(cancels_by_looking, reference), (changes_between, reference, three(8))])
    assert set(kinds(found)) == {"won", "cancelled"}, found
    assert wrong(hub)


# Re-seating against a confirmation of the same time.


def reseats(database: Database, _meet: Meet, reference: str, opening: Opening) -> str:
    return f"seated {reseat_visit(database, reference, opening, now=END, version=1).version}"


def test_reseating_against_a_confirmation(hub: Database) -> None:
    """A broken visit is moved to a time whose hold runs out just then, while its owner confirms it."""
    for at in (0, 24, 48):
        reference = book(hub, three(at), f"sam-{at}")
        kept = hold_opening(hub, three(at + 8), resident=f"owner-{at}", now=NOW)
        jobs = [(reseats, reference, three(at + 8))] * (WRITERS // 2)
        found = in_processes(hub, jobs + [(confirms, kept.id, f"owner-{at}")] * (WRITERS // 2))
        seated, confirmed = kinds(found)["seated"], {answer for answer in found if answer.startswith("won")}
        assert set(kinds(found)) <= {"seated", "won", "taken", "changed", "expired"}, found
        assert (seated, len(confirmed)) in {(1, 0), (0, 1)}, found
        after = load_visit(hub, reference)
        assert (after.version, after.start == three(at + 8).start) == (1 + seated, bool(seated))
        assert wrong(hub) == []


def reseats_between(database: Database, meet: Meet, reference: str, opening: Opening) -> str:
    meet()
    try:
        return reseats(database, meet, reference, opening)
    finally:
        meet()


def test_control_reseating_against_a_confirmation_that_looked_before(hub: Database) -> None:
    without_key(hub)
    reference = book(hub, three(), "sam")
    kept = hold_opening(hub, three(8), resident="owner", now=NOW)
    jobs = [(reseats_between, reference, three(8)), (confirms_by_looking, kept.id, "owner")]
    found = in_processes(hub, jobs)
    assert set(kinds(found)) == {"seated", "won"}, found
    assert doubled(hub)


def test_two_visits_that_swap_never_lose_their_place(hub: Database) -> None:
    references = [book(hub, three(8 * n), f"resident-{n}") for n in range(4)]
    jobs = [(changes, references[n % 4], three(8 * ((n + 1 + n // 4) % 4))) for n in range(WRITERS)]
    found = in_processes(hub, jobs)
    assert set(kinds(found)) <= {"won", "taken"}, found
    assert (count(hub, visit), wrong(hub)) == (4, [])
