"""What others do between a look at the database and the turn to write that was waited for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from booking.errors import HoldExpired, OpeningTaken
from booking.tables import claim, hold, shift, visit
from booking.visits import making
from booking.visits.holding import HOLD_MINUTES, confirm_visit, hold_opening
from booking.visits.model import Visit, load_visit
from foundation.database import Database
from tests.conftest import rows
from tests.integration.booking_fixtures import claimed
from tests.integration.booking_world import NOW, book, build, three, wrong


@pytest.fixture
def hub(database: Database) -> Database:
    return build(database)


def meanwhile(monkeypatch: pytest.MonkeyPatch, database: Database, what: Callable[[], object]) -> None:
    """Do `what` once, right before the next transaction that writes begins."""
    writing = database.writing

    @contextmanager
    def late() -> Iterator[sa.Connection]:
        monkeypatch.undo()
        what()
        with writing() as db:
            yield db

    monkeypatch.setattr(database, "writing", late)


def nobody_works(database: Database) -> None:
    with database.writing() as db:
        db.execute(sa.delete(shift).where(shift.c.adviser == "work-a"))


def test_somebody_takes_it(hub: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    meanwhile(monkeypatch, hub, lambda: hold_opening(hub, three(), resident="alex", now=NOW))
    with pytest.raises(OpeningTaken):
        hold_opening(hub, three(), resident="sam", now=NOW)
    assert claimed(hub) == set(three().claims("alex"))
    assert [row["resident"] for row in rows(hub, hold)] == ["alex"]


def test_the_same_person_keeps_another_on_a_second_page(hub: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    meanwhile(monkeypatch, hub, lambda: hold_opening(hub, three(20), resident="sam", now=NOW))
    kept = hold_opening(hub, three(), resident="sam", now=NOW)
    assert claimed(hub) == set(three().claims("sam"))
    assert {row["id"]: row["state"] for row in rows(hub, hold)}[kept.id] == "held"
    assert sorted(row["state"] for row in rows(hub, hold)) == ["held", "released"]


def test_the_rota_loses_the_time_before_it_is_kept(hub: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    meanwhile(monkeypatch, hub, lambda: nobody_works(hub))
    with pytest.raises((OpeningTaken, HoldExpired)):  # PostgreSQL looks once, in its transaction; SQLite at the end too
        book(hub, three(), "sam")
    assert (claimed(hub), rows(hub, visit)) == (set(), [])


def test_the_rota_loses_the_time_before_it_is_booked(hub: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = hold_opening(hub, three(), resident="sam", now=NOW)
    meanwhile(monkeypatch, hub, lambda: nobody_works(hub))
    with pytest.raises(HoldExpired):
        confirm_visit(hub, kept.id, resident="sam", now=NOW)
    assert (claimed(hub), rows(hub, visit)) == (set(), [])


def test_the_hold_runs_out_and_is_somebody_elses(hub: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = hold_opening(hub, three(), resident="sam", now=NOW)
    late = NOW + timedelta(minutes=HOLD_MINUTES)
    meanwhile(monkeypatch, hub, lambda: book(hub, three(), "alex", now=late))
    with pytest.raises(HoldExpired):
        confirm_visit(hub, kept.id, resident="sam", now=late - timedelta(seconds=1))
    assert {row["resident"] for row in rows(hub, visit)} == {"alex"}
    assert claimed(hub) == set(three().claims("alex"))
    assert wrong(hub) == []


def test_a_second_press_books_it(hub: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, told = hold_opening(hub, three(), resident="sam", now=NOW), list[Visit]()
    first = list[Visit]()
    meanwhile(
        monkeypatch,
        hub,
        lambda: first.append(
            confirm_visit(hub, kept.id, resident="sam", now=NOW, tell=lambda _, made: told.append(made))
        ),
    )
    again = confirm_visit(hub, kept.id, resident="sam", now=NOW, tell=lambda _, made: told.append(made))
    assert (again, told) == (first[0], first)
    assert wrong(hub) == []


def test_a_reference_that_is_taken_is_made_anew(hub: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = book(hub, three(), "alex")
    names = iter([taken, taken, "7K4M29"])
    monkeypatch.setattr(making, "new_reference", lambda: next(names))
    assert book(hub, three(20), "sam") == "7K4M29"
    assert load_visit(hub, taken).resident == "alex"
    assert load_visit(hub, "7K4M29").start == three(20).start
    with hub.reading() as db:
        assert set(db.scalars(sa.select(claim.c.state))) == {"booked"}
    assert wrong(hub) == []
