from dataclasses import replace
from datetime import timedelta

import pytest

from booking.errors import (
    HoldExpired,
    HoldNotFound,
    OpeningsNotPossible,
    OpeningTaken,
    RotaNotReadable,
    VisitNotFound,
    VisitOver,
)
from booking.finding.finding import find_openings
from booking.openings import Opening
from booking.rotas.loading import import_rota, load_rota
from booking.tables import claim, hold, hub_session, shift, visit
from booking.visits.changing import cancel_visit, change_visit
from booking.visits.holding import confirm_visit, hold_opening, release_holds
from booking.visits.model import load_visit, read_opening
from foundation.clock import to_london
from foundation.database import Database
from tests.integration.booking_fixtures import NOW, PLACE, THREE, TODAY, asked, claimed, count, openings

MINUTE = timedelta(minutes=1)


@pytest.fixture
def hub(database: Database) -> Database:
    load_rota(database, PLACE, now=NOW)
    return database


def test_find_hold_confirm_and_load(hub: Database) -> None:
    best = openings(hub, resident="sam")[0]
    kept = hold_opening(hub, read_opening(hub, best.id), resident="sam", now=NOW)
    assert kept.until == NOW + 10 * MINUTE
    booked = confirm_visit(hub, kept.id, resident="sam", now=NOW)
    assert (booked.state, booked.version, booked.host) == ("booked", 1, "Grace")
    assert booked.legs == best.legs
    assert load_visit(hub, booked.reference) == booked
    assert claimed(hub) == set(best.claims("sam"))


def test_openings_are_joint_and_lie_ahead(hub: Database) -> None:
    for found in openings(hub):
        assert found.start >= NOW + 120 * MINUTE
        assert len({to_london(leg.start).date() for leg in found.legs}) == 1
        assert {leg.agency for leg in found.legs} == set(THREE)


def test_what_somebody_holds_is_not_offered_to_others_but_still_to_them(hub: Database) -> None:
    best = openings(hub, "cvs")[0]
    hold_opening(hub, best, resident="sam", now=NOW)
    assert best not in openings(hub, "cvs", resident="alex")
    assert openings(hub, "cvs", resident="sam")[0] == best


def test_a_held_opening_cannot_be_held_by_another(hub: Database) -> None:
    best = openings(hub)[0]
    hold_opening(hub, best, resident="sam", now=NOW)
    before = claimed(hub)
    with pytest.raises(OpeningTaken):
        hold_opening(hub, best, resident="alex", now=NOW)
    assert claimed(hub) == before
    assert count(hub, hold) == 1


def test_one_taken_leg_takes_the_whole_opening_and_leaves_nothing_behind(hub: Database) -> None:
    best = openings(hub)[0]
    hold_opening(hub, Opening(legs=best.legs[-1:]), resident="sam", now=NOW)
    before = claimed(hub)
    with pytest.raises(OpeningTaken):
        hold_opening(hub, best, resident="alex", now=NOW)
    assert claimed(hub) == before


def test_a_person_holds_one_opening_at_a_time_and_keeps_the_old_when_the_new_is_taken(hub: Database) -> None:
    first, second, third = openings(hub)
    hold_opening(hub, first, resident="sam", now=NOW)
    hold_opening(hub, second, resident="sam", now=NOW)
    assert claimed(hub) == set(second.claims("sam"))
    hold_opening(hub, third, resident="alex", now=NOW)
    before = claimed(hub)
    with pytest.raises(OpeningTaken):
        hold_opening(hub, third, resident="sam", now=NOW)
    assert claimed(hub) == before
    release_holds(hub, resident="sam")
    assert claimed(hub) == set(third.claims("alex"))


def test_nobody_can_be_in_two_places(hub: Database) -> None:
    one = openings(hub, "jobcentre")[0]
    same_time = next(each for each in openings(hub, "city_housing") if each.start == one.start)
    confirm_visit(hub, hold_opening(hub, one, resident="sam", now=NOW).id, resident="sam", now=NOW)
    other = replace(same_time.legs[0], room="room_5")
    with pytest.raises(OpeningTaken):
        hold_opening(hub, Opening(legs=(other,)), resident="sam", now=NOW)
    assert all(each.start >= one.finish for each in openings(hub, "city_housing", resident="sam"))


@pytest.mark.parametrize("wrong", [{"agency": "cvs"}, {"room": "cellar"}, {"adviser": "nobody"}])
def test_an_opening_that_was_never_on_offer_is_refused(hub: Database, wrong: dict[str, str]) -> None:
    best = openings(hub, "jobcentre")[0]
    forged = Opening(legs=(replace(best.legs[0], **wrong),))
    with pytest.raises(OpeningTaken, match="no longer on offer"):
        hold_opening(hub, forged, resident="sam", now=NOW)
    night = replace(best.legs[0], start=best.start + 720 * MINUTE, finish=best.finish + 720 * MINUTE)
    with pytest.raises(OpeningTaken, match="no longer on offer"):
        hold_opening(hub, Opening(legs=(night,)), resident="sam", now=NOW)
    with pytest.raises(OpeningTaken, match="no longer on offer"):
        hold_opening(hub, best, resident="sam", now=best.start + MINUTE)


def test_a_hold_runs_out_at_its_instant_and_another_takes_it_over(hub: Database) -> None:
    best = openings(hub)[0]
    kept = hold_opening(hub, best, resident="sam", now=NOW)
    just_before = kept.until - timedelta(microseconds=1)
    with pytest.raises(OpeningTaken):
        hold_opening(hub, best, resident="alex", now=just_before)
    assert best not in openings(hub, resident="alex", now=just_before)
    with pytest.raises(HoldExpired):
        confirm_visit(hub, kept.id, resident="sam", now=kept.until)
    taken = hold_opening(hub, best, resident="alex", now=kept.until)
    assert claimed(hub) == set(best.claims("alex"))
    with pytest.raises(HoldExpired):
        confirm_visit(hub, kept.id, resident="sam", now=just_before)  # its clock may lag: the claim is gone
    assert confirm_visit(hub, taken.id, resident="alex", now=kept.until).legs == best.legs
    assert count(hub, visit) == 1


def test_a_hold_can_be_confirmed_until_just_before_it_runs_out(hub: Database) -> None:
    best = openings(hub)[0]
    kept = hold_opening(hub, best, resident="sam", now=NOW)
    confirm_visit(hub, kept.id, resident="sam", now=kept.until - timedelta(microseconds=1))
    with pytest.raises(OpeningTaken):
        hold_opening(hub, best, resident="alex", now=kept.until + MINUTE)


def test_confirming_twice_gives_the_same_visit(hub: Database) -> None:
    kept = hold_opening(hub, openings(hub)[0], resident="sam", now=NOW)
    first = confirm_visit(hub, kept.id, resident="sam", now=NOW)
    assert confirm_visit(hub, kept.id, resident="sam", now=NOW + 60 * MINUTE) == first
    assert count(hub, visit) == 1


def test_nobody_confirms_what_another_holds(hub: Database) -> None:
    kept = hold_opening(hub, openings(hub)[0], resident="sam", now=NOW)
    with pytest.raises(HoldNotFound):
        confirm_visit(hub, kept.id, resident="alex", now=NOW)
    with pytest.raises(HoldNotFound):
        confirm_visit(hub, "no such", resident="sam", now=NOW)


def booked(database: Database, opening: Opening, resident: str = "sam") -> str:
    kept = hold_opening(database, opening, resident=resident, now=NOW)
    return confirm_visit(database, kept.id, resident=resident, now=NOW).reference


def test_a_change_takes_the_new_and_gives_the_old_back(hub: Database) -> None:
    old, new, _ = openings(hub)
    reference = booked(hub, old)
    changed = change_visit(hub, reference, new, now=NOW)
    assert (changed.version, changed.legs, changed.start) == (2, new.legs, new.start)
    assert claimed(hub) == set(new.claims("sam"))
    with hub.reading() as db:
        assert {row.state for row in db.execute(claim.select())} == {"booked"}


def test_a_change_to_what_is_taken_keeps_the_old(hub: Database) -> None:
    old, new, _ = openings(hub)
    reference = booked(hub, old)
    booked(hub, new, resident="alex")
    before, visit_before = claimed(hub), load_visit(hub, reference)
    with pytest.raises(OpeningTaken):
        change_visit(hub, reference, new, now=NOW)
    assert claimed(hub) == before
    assert load_visit(hub, reference) == visit_before


def test_a_change_may_overlap_with_its_own_old_time(hub: Database) -> None:
    old = openings(hub, "jobcentre")[0]
    reference = booked(hub, old)
    legs = asked(("jobcentre",))
    again = find_openings(hub, legs, resident="sam", from_day=TODAY, days=5, now=NOW, instead_of=reference)
    assert again.openings[0] == old
    later = replace(old.legs[0], start=old.start + 15 * MINUTE, finish=old.finish + 15 * MINUTE)
    change_visit(hub, reference, Opening(legs=(later,)), now=NOW)
    assert claimed(hub) == set(Opening(legs=(later,)).claims("sam"))


def test_a_cancelled_visit_gives_its_time_back_and_stays_cancelled(hub: Database) -> None:
    best, other, _ = openings(hub)
    reference = booked(hub, best)
    cancelled = cancel_visit(hub, reference, now=NOW)
    assert (cancelled.state, cancelled.version) == ("cancelled", 2)
    assert cancel_visit(hub, reference, now=NOW) == cancelled
    assert claimed(hub) == set()
    with pytest.raises(VisitOver):
        change_visit(hub, reference, other, now=NOW)
    assert openings(hub)[0] == best


def test_a_visit_that_has_begun_stays(hub: Database) -> None:
    best = openings(hub)[0]
    reference = booked(hub, best)
    with pytest.raises(VisitOver):
        cancel_visit(hub, reference, now=best.start)
    with pytest.raises(VisitNotFound):
        load_visit(hub, "222222")
    with pytest.raises(VisitNotFound):
        cancel_visit(hub, "222222", now=NOW)
    with pytest.raises(VisitNotFound):
        change_visit(hub, "222222", best, now=NOW)


def test_loading_the_rota_again_changes_nothing_and_a_later_day_rolls_it_forward(hub: Database) -> None:
    reference = booked(hub, openings(hub)[0])
    before, shifts, sessions = claimed(hub), count(hub, shift), count(hub, hub_session)
    load_rota(hub, PLACE, now=NOW)
    assert (claimed(hub), count(hub, shift), count(hub, hub_session)) == (before, shifts, sessions)
    load_rota(hub, PLACE, now=NOW + timedelta(days=7))
    assert count(hub, shift) > shifts  # the week that is over stays
    assert claimed(hub) == before
    assert load_visit(hub, reference).state == "booked"


def test_an_imported_rota_stays_at_the_next_start_and_a_wrong_one_changes_nothing(hub: Database, tmp_path) -> None:
    file = tmp_path / "rota.csv"
    file.write_text("adviser,agency,label,kind,weekdays,start,end,from,until\ncvs-z,cvs,Z,works,Thu,10:00,12:00,,\n")
    import_rota(hub, PLACE, file, now=NOW)
    load_rota(hub, PLACE, now=NOW)
    assert {leg.adviser for each in openings(hub, "cvs") for leg in each.legs} == {"cvs-z"}
    assert openings(hub, "jobcentre") == ()
    file.write_text(file.read_text().replace("cvs,Z", "butchers,Z"))
    with pytest.raises(RotaNotReadable, match="butchers"):
        import_rota(hub, PLACE, file, now=NOW)
    assert openings(hub, "cvs")


def test_who_stands_in_the_way_is_said(hub: Database, tmp_path) -> None:
    file = tmp_path / "rota.csv"
    head = "adviser,agency,label,kind,weekdays,start,end,from,until\n"
    file.write_text(head + "cvs-z,cvs,Z,works,Thu,10:00,12:00,,\njobcentre-z,jobcentre,Z,works,Mon,10:00,12:00,,\n")
    import_rota(hub, PLACE, file, now=NOW)
    legs = asked(("cvs", "city_housing"))
    result = find_openings(hub, legs, resident=None, from_day=TODAY, days=14, now=NOW)
    assert (result.openings, result.blocked_by) == ((), "city_housing")


def test_one_agency_alone_is_not_offered_the_hub_session_while_there_is_other_time(hub: Database) -> None:
    for found in openings(hub, "jobcentre"):
        wall = to_london(found.start)
        assert not (wall.weekday() in (1, 3) and 10 <= wall.hour < 15)
    assert openings(hub, "county_children")  # and where sessions are all there is, it is


@pytest.mark.parametrize(
    ("names", "day", "days", "says"),
    [
        ((), TODAY, 14, "you asked for 0"),
        (("cvs",) * 30, TODAY, 14, "you asked for 30"),
        (("butchers",), TODAY, 14, "'butchers' is no agency"),
        (("cvs",), TODAY - timedelta(days=1), 14, "in the past"),
        (("cvs",), TODAY, 91, "you asked for 91"),
        (("cvs",), TODAY, 0, "you asked for 0"),
    ],
)
def test_a_wrong_question_gets_a_plain_sentence(hub: Database, names, day, days, says) -> None:
    with pytest.raises(OpeningsNotPossible, match=says):
        find_openings(hub, asked(names), resident=None, from_day=day, days=days, now=NOW)
