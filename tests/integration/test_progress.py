"""The day of a visit: each step in one transaction, its cells given back or taken, its case told; on both databases."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from booking.errors import VisitOver
from booking.finding.finding import find_openings
from booking.openings import Opening, OpeningLeg
from booking.progress import progress
from booking.progress.progress import Step, progress_of
from booking.progress.states import StepNotPossible, TooSoon, UndoTooLate
from booking.rotas.loading import load_rota
from booking.visits.changing import cancel_visit
from booking.visits.holding import confirm_visit, hold_opening
from booking.visits.model import Visit, load_visit
from foundation.clock import CELL_SECONDS, cell_of
from foundation.database import Database
from tests.integration.booking_fixtures import NOW, PLACE, asked, claimed

TUESDAY = date(2026, 11, 24)


def on_tuesday(database: Database) -> Opening:
    found = find_openings(database, asked(), resident=None, from_day=TUESDAY, days=1, now=NOW, limit=1)
    return found.openings[0]


def book(database: Database, opening: Opening, resident: str = "c1") -> Visit:
    kept = hold_opening(database, opening, resident=resident, now=NOW)
    return confirm_visit(database, kept.id, resident=resident, now=NOW)


@pytest.fixture
def booked(database: Database) -> Visit:
    load_rota(database, PLACE, now=NOW)
    return book(database, on_tuesday(database))


def after(visit: Visit, minutes: float) -> datetime:
    return visit.start + timedelta(minutes=minutes)


def states(database: Database, visit: Visit) -> list[str]:
    return [leg.state for leg in progress_of(database, visit.reference)]


def ahead(database: Database, name: str, now: datetime) -> int:
    """How many cells this resource has from the next whole cell on."""
    first = -(-int(now.timestamp()) // CELL_SECONDS)
    return sum(1 for resource, cell in claimed(database) if resource == name and cell >= first)


def test_a_whole_visit_step_by_step(database: Database, booked: Visit) -> None:
    told: list[Step] = []

    def tell(_db: sa.Connection, step: Step) -> None:
        told.append(step)

    reference = booked.reference
    assert progress.arrive(database, reference, now=after(booked, -5), tell=tell)
    for number, (begins, ends) in enumerate(((0, 20), (21, 55), (60, 90)), 1):
        progress.begin_leg(database, reference, number, now=after(booked, begins), tell=tell)
        progress.finish_leg(database, reference, number, now=after(booked, ends), tell=tell)
    assert [step.what for step in told] == ["arrived", *("begun", "done") * 3]
    assert states(database, booked) == ["done"] * 3
    assert [each.early_minutes for each in progress_of(database, reference)] == [10, 5, 0]
    assert load_visit(database, reference).version == booked.version + 6
    assert ahead(database, "resident:c1", after(booked, 90)) == 0


def test_an_early_end_gives_its_cells_to_others_and_tells_who_comes_next(database: Database, booked: Visit) -> None:
    first, second = booked.legs[0], booked.legs[1]
    progress.begin_leg(database, booked.reference, 1, now=booked.start)
    step = progress.finish_leg(database, booked.reference, 1, now=after(booked, 10))
    assert step.leg is not None
    assert step.leg.early_minutes == 20
    assert step.following is not None
    assert (step.following.planned.agency, step.following.planned.room) == (second.agency, second.room)
    assert ahead(database, f"adviser:{first.adviser}", after(booked, 10)) == 0
    assert ahead(database, f"adviser:{second.adviser}", after(booked, 10)) == len(second.cells)
    assert (f"adviser:{first.adviser}", first.cells.start) in claimed(database), "what has been stays"


def test_the_next_leg_begins_sooner_where_its_adviser_is_free(database: Database, booked: Visit) -> None:
    second = booked.legs[1]
    progress.begin_leg(database, booked.reference, 1, now=booked.start)
    progress.finish_leg(database, booked.reference, 1, now=after(booked, 10))
    progress.begin_leg(database, booked.reference, 2, now=after(booked, 11))
    assert (f"adviser:{second.adviser}", cell_of(after(booked, 15))) in claimed(database)
    assert states(database, booked) == ["done", "begun", "planned"]


def test_it_does_not_where_its_adviser_sees_somebody_else_then(database: Database, booked: Visit) -> None:
    second = booked.legs[1]
    taken = Opening(legs=(second_for_another(booked),))
    book(database, taken, "c2")
    progress.begin_leg(database, booked.reference, 1, now=booked.start)
    progress.finish_leg(database, booked.reference, 1, now=after(booked, 10))
    before = claimed(database)
    with pytest.raises(StepNotPossible, match="not free yet"):
        progress.begin_leg(database, booked.reference, 2, now=after(booked, 11))
    assert claimed(database) == before
    assert states(database, booked) == ["done", "planned", "planned"]
    progress.begin_leg(database, booked.reference, 2, now=second.start)


def second_for_another(booked: Visit) -> OpeningLeg:
    """The adviser of the second leg, for the half hour before it, in another room."""
    second = booked.legs[1]
    return replace(second, start=second.start - timedelta(minutes=30), finish=second.start, room="quiet_room")


def test_an_adviser_who_still_sits_with_somebody_begins_with_nobody_else(database: Database, booked: Visit) -> None:
    other = book(database, Opening(legs=(second_for_another(booked),)), "c2")
    progress.begin_leg(database, other.reference, 1, now=after(booked, 25))
    progress.begin_leg(database, booked.reference, 1, now=booked.start)
    progress.finish_leg(database, booked.reference, 1, now=after(booked, 29))
    with pytest.raises(StepNotPossible, match="still with somebody else"):
        progress.begin_leg(database, booked.reference, 2, now=after(booked, 31))
    progress.finish_leg(database, other.reference, 1, now=after(booked, 35))
    progress.begin_leg(database, booked.reference, 2, now=after(booked, 36))


def test_a_missed_leg_frees_what_is_ahead_and_is_taken_back_while_it_is_free(database: Database, booked: Visit) -> None:
    first = booked.legs[0]
    with pytest.raises(TooSoon):
        progress.missed(database, booked.reference, 1, now=after(booked, 9))
    before = claimed(database)
    progress.missed(database, booked.reference, 1, now=after(booked, 11))
    assert ahead(database, f"adviser:{first.adviser}", after(booked, 11)) == 0
    assert ahead(database, f"room:{first.room}", after(booked, 11)) == sum(
        len(each.cells) for each in booked.legs[1:] if each.room == first.room
    )
    progress.undo(database, booked.reference, 1, now=after(booked, 12))
    assert claimed(database) == before
    assert states(database, booked) == ["planned"] * 3


def test_what_somebody_else_took_meanwhile_is_not_taken_back(database: Database, booked: Visit) -> None:
    first = booked.legs[0]
    progress.missed(database, booked.reference, 1, now=after(booked, 11))
    late = replace(first, start=first.start + timedelta(minutes=15))
    kept = hold_opening(database, Opening(legs=(late,)), resident="c2", now=after(booked, 12))
    with pytest.raises(UndoTooLate, match="Somebody else"):
        progress.undo(database, booked.reference, 1, now=after(booked, 13))
    assert states(database, booked) == ["missed", "planned", "planned"]
    assert kept.id


def test_nobody_came_is_one_persons_decision_and_can_be_taken_back(database: Database, booked: Visit) -> None:
    with pytest.raises(TooSoon):
        progress.no_show(database, booked.reference, now=after(booked, 5))
    before = claimed(database)
    step = progress.no_show(database, booked.reference, now=after(booked, 15))
    assert (step.what, step.leg, states(database, booked)) == ("no_show", None, ["missed"] * 3)
    begun = {(name, cell) for name, cell in before if cell < cell_of(after(booked, 15))}
    assert claimed(database) == begun, "all that is ahead is free"
    progress.undo(database, booked.reference, None, now=after(booked, 16))
    assert states(database, booked) == ["planned"] * 3
    assert ahead(database, "resident:c1", after(booked, 16)) > 0


def test_who_came_has_no_visit_that_nobody_came_to(database: Database, booked: Visit) -> None:
    progress.arrive(database, booked.reference, now=booked.start)
    with pytest.raises(StepNotPossible, match="came"):
        progress.no_show(database, booked.reference, now=after(booked, 30))


def test_an_arrival_is_taken_back_but_not_after_a_leg_began(database: Database, booked: Visit) -> None:
    progress.arrive(database, booked.reference, now=booked.start)
    progress.not_here(database, booked.reference, now=after(booked, 1))
    assert progress.here(database, booked.reference, now=after(booked, 2)).known_since is None
    progress.begin_leg(database, booked.reference, 1, now=after(booked, 3))
    assert progress.here(database, booked.reference, now=after(booked, 3)).known_since == after(booked, 3)
    with pytest.raises(StepNotPossible):
        progress.not_here(database, booked.reference, now=after(booked, 4))


def test_one_line_is_handed_to_the_next_leg(database: Database, booked: Visit) -> None:
    with pytest.raises(StepNotPossible, match="not begun"):
        progress.hand_over(database, booked.reference, 1, line="", now=booked.start)
    progress.begin_leg(database, booked.reference, 1, now=booked.start)
    with pytest.raises(StepNotPossible, match="200"):
        progress.hand_over(database, booked.reference, 1, line="x" * 201, now=after(booked, 5))
    step = progress.hand_over(database, booked.reference, 1, line="Rent is\n two months late ", now=after(booked, 5))
    assert step.leg is not None
    assert (step.leg.number, step.leg.handed_over) == (2, "Rent is two months late")
    assert [each.handed_over for each in progress_of(database, booked.reference)] == ["", "Rent is two months late", ""]
    for number in (1, 2, 3):
        if number > 1:
            progress.begin_leg(database, booked.reference, number, now=after(booked, 30 * number))
        progress.finish_leg(database, booked.reference, number, now=after(booked, 30 * number + 20))
    with pytest.raises(StepNotPossible, match="last part"):
        progress.hand_over(database, booked.reference, 3, line="", now=after(booked, 115))


def test_what_cannot_be_told_has_not_happened(database: Database, booked: Visit) -> None:
    class NotTold(Exception):
        pass

    def tell(_db: sa.Connection, _step: Step) -> None:
        raise NotTold

    before = claimed(database)
    for step in (progress.arrive, progress.no_show):
        with pytest.raises(NotTold):
            step(database, booked.reference, now=after(booked, 15), tell=tell)
    with pytest.raises(NotTold):
        progress.begin_leg(database, booked.reference, 1, now=after(booked, 15), tell=tell)
    assert claimed(database) == before
    assert states(database, booked) == ["planned"] * 3
    assert progress.here(database, booked.reference, now=after(booked, 15)).known_since is None
    assert load_visit(database, booked.reference) == booked


def test_a_cancelled_visit_takes_no_step(database: Database, booked: Visit) -> None:
    cancel_visit(database, booked.reference, now=NOW)
    assert not progress.arrive(database, booked.reference, now=booked.start)
    for step in (progress.begin_leg, progress.finish_leg, progress.missed, progress.undo):
        with pytest.raises(StepNotPossible, match="cancelled"):
            step(database, booked.reference, 1, now=after(booked, 20))
    assert claimed(database) == set()


def test_what_has_begun_early_is_neither_cancelled_nor_moved_by_the_resident(database: Database, booked: Visit) -> None:
    early = booked.start - timedelta(minutes=20)
    progress.begin_leg(database, booked.reference, 1, now=early)
    with pytest.raises(VisitOver):
        cancel_visit(database, booked.reference, now=early)
    assert load_visit(database, booked.reference).state == "booked"
