"""Arriving at the hub: the case is told once on the visit's day, on both databases."""

from datetime import timedelta

import pytest

from booking.errors import VisitNotFound
from booking.rotas.loading import load_rota
from booking.visits.changing import cancel_visit
from booking.visits.holding import confirm_visit, hold_opening
from booking.visits.model import load_visit
from casework import cases, visits
from casework import tables as t
from casework.assessment import Assessment
from casework.routing import Route
from foundation.database import Database
from tests.conftest import rows
from tests.integration.booking_fixtures import NOW, PLACE, openings


def booked(database: Database) -> str:
    load_rota(database, PLACE, now=NOW)
    hold = hold_opening(database, openings(database)[0], resident="c1", now=NOW)
    reference = confirm_visit(database, hold.id, resident="c1", now=NOW).reference
    route = Route("visit", "joint_visit", urgent=False)
    cases.open_case(database, "c1", Assessment(), route=route, visit_reference=reference, now=NOW)
    return reference


def told(database: Database) -> int:
    return sum(row["kind"] == visits.ARRIVED for row in rows(database, t.case_event))


def test_the_case_is_told_once_and_only_on_the_day(database: Database) -> None:
    reference = booked(database)
    start = load_visit(database, reference).start
    for moment, added, lines in (
        (start - timedelta(days=1), False, 0),
        (start - timedelta(minutes=10), True, 1),
        (start, False, 1),
        (start + timedelta(days=1), False, 1),
    ):
        assert visits.arrive(database, reference, now=moment) is added
        assert told(database) == lines


def test_a_cancelled_visit_is_not_arrived_at(database: Database) -> None:
    reference = booked(database)
    start = load_visit(database, reference).start
    cancel_visit(database, reference, now=NOW)
    assert visits.arrive(database, reference, now=start) is False
    assert told(database) == 0


def test_a_visit_that_is_not_there_is_named(database: Database) -> None:
    with pytest.raises(VisitNotFound):
        visits.arrive(database, "ZZZZZZ", now=NOW)
