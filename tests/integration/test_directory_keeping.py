"""Who may change a service, and how: checked, versioned, undone, never over somebody else's change; and the lists."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest

from directory.keeping import conflicts, editing, evidence, proposals, quarantined, reviews
from directory.keeping.editing import NotRight, PartChanged, ServiceNotFound, ServiceRemoved
from directory.keeping.keepers import Keeper, NotYours
from directory.keeping.tables import conflict, proposed_rule, quarantine, review, service
from directory.keeping.versions import history, record_version
from directory.records.parts import put
from foundation.database import Database
from tests.conftest import rows
from tests.unit.directory_fixtures import made

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ANNA = Keeper("anna", "org-a")
BEN = Keeper("ben", "org-b")
TEAM = Keeper("team", manager=True)
NOBODY = Keeper("priya")
STRANGERS = (BEN, TEAM, NOBODY)


@pytest.fixture
def kept(database: Database) -> Database:
    """Two services of two organisations."""
    with database.writing() as db:
        for name in "ab":
            record_version(db, name, made(name) | {"assured_date": "2026-01-01"}, by=None, why="imported", now=NOW)
    return database


def document(database: Database, service_id: str = "a") -> dict[str, Any]:
    with database.reading() as db:
        return editing.load_record(db, service_id).document


def versions(database: Database, service_id: str = "a") -> list[tuple[int, str, str | None]]:
    with database.reading() as db:
        return [(one.number, one.why, one.by) for one in history(db, service_id)]


def about(database: Database, name: str, *, who: Keeper = ANNA, base: int = 1, service_id: str = "a") -> int:
    return editing.change_part(database, who, service_id, "about", {"name": name}, base=base, now=LATER)


# ---------------------------------------------------------------- changing
def test_an_editor_changes_their_service_and_its_history_says_so(kept: Database) -> None:
    assert about(kept, "New name") == 2
    assert document(kept)["name"] == "New name"
    assert {row["name"] for row in rows(kept, service)} == {"New name", "B"}
    assert versions(kept) == [(2, "edited", "anna"), (1, "imported", None)]


@pytest.mark.parametrize("who", STRANGERS, ids=lambda who: who.username)
def test_nobody_else_changes_anything(kept: Database, who: Keeper) -> None:
    with kept.writing() as db:
        db.execute(conflict.insert().values(service_id="a", path="name", ours="A", theirs="B", at=NOW))
        rule = {"about": "age_band", "min": 65, "says": "for people over 65"}
        db.execute(
            proposed_rule.insert().values(
                service_id="a", wording="65+", rules=[rule], left="", state="proposed", at=NOW
            )
        )
    tries: list[Callable[[], object]] = [
        lambda: about(kept, "Mine", who=who),
        lambda: editing.assure(kept, who, "a", base=1, now=LATER),
        lambda: editing.undo(kept, who, "a", to=1, base=1, now=LATER),
        lambda: conflicts.settle_conflict(kept, who, 1, take="theirs", now=LATER),
        lambda: conflicts.settle_conflict(kept, who, 1, take="ours", now=LATER),
        lambda: proposals.confirm_proposal(kept, who, 1, now=LATER),
        lambda: proposals.refuse_proposal(kept, who, 1, now=LATER),
    ]
    for attempt in tries:
        with pytest.raises(NotYours):
            attempt()
    assert versions(kept) == [(1, "imported", None)]
    assert len(rows(kept, conflict)) == 1
    assert rows(kept, proposed_rule)[0]["state"] == "proposed"


def test_an_editor_reaches_no_other_part_than_the_one_they_write(kept: Database) -> None:
    changes = {"name": "New", "front_door.internal": True, "organization": {"id": "org-b"}, "id": "b"}
    editing.change_part(kept, ANNA, "a", "about", changes, base=1, now=LATER)
    assert document(kept) == {**document(kept), "id": "a", "organization": made("a")["organization"]}
    assert "internal" not in document(kept)["front_door"]


def test_what_would_not_be_right_is_not_kept(kept: Database) -> None:
    with pytest.raises(NotRight, match="no need called"):
        editing.change_part(kept, ANNA, "a", "needs", {"front_door.needs": [{"need": "gold"}]}, base=1, now=LATER)
    with pytest.raises(NotRight, match="no name"):
        about(kept, " ")
    assert versions(kept) == [(1, "imported", None)]


def test_what_was_wrong_before_holds_up_no_other_change(kept: Database) -> None:
    with kept.writing() as db:
        bad = put(document(kept), {"schedules": [{"id": "s", "opens_at": "noon"}]})
        record_version(db, "a", bad, by=None, why="imported", now=NOW)
    assert about(kept, "New name", base=2) == 3


def test_the_same_again_makes_no_new_state(kept: Database) -> None:
    assert about(kept, "A") == 1
    assert versions(kept) == [(1, "imported", None)]


def test_what_is_gone_or_never_was_is_said(kept: Database) -> None:
    with pytest.raises(ServiceNotFound):
        about(kept, "New", service_id="none")
    with kept.writing() as db:
        record_version(db, "a", document(kept), by=None, why="removed", now=NOW, removed=True)
    with pytest.raises(ServiceRemoved):
        about(kept, "New", base=2)


# ---------------------------------------------------------------- two at once
def test_a_second_change_of_the_same_part_is_told_and_shown(kept: Database) -> None:
    about(kept, "First")
    with pytest.raises(PartChanged) as told:
        about(kept, "Second")
    assert told.value.record.document["name"] == "First"
    assert told.value.by == "anna"
    assert about(kept, "Second", base=2) == 3, "once they have seen it they may go on"


def test_a_change_of_another_part_meanwhile_is_kept_beside_it(kept: Database) -> None:
    about(kept, "First")
    editing.change_part(kept, ANNA, "a", "access", {"front_door.access": "drop_in"}, base=1, now=LATER)
    assert (document(kept)["name"], document(kept)["front_door"]["access"]) == ("First", "drop_in")


ROUNDS = 10


def race(database: Database, change: Callable[[Database, str, int], object]) -> int:
    """Two editors save their name for the service at the same moment, again and again: how many were told they had."""
    won = 0
    for _ in range(ROUNDS):
        with database.reading() as db:
            base = editing.load_record(db, "a").version
        start = Barrier(2)

        def save(name: str, base: int = base, start: Barrier = start) -> bool:
            own = Database(database.url.render_as_string(hide_password=False))
            try:
                start.wait()
                change(own, name, base)
            except PartChanged:
                return False
            finally:
                own.close()
            return True

        with ThreadPoolExecutor(2) as both:
            won += sum(both.map(save, [f"One after {base}", f"Other after {base}"]))
    return won


@pytest.mark.race
def test_of_two_who_save_at_the_same_time_one_wins_and_the_other_is_told(kept: Database) -> None:
    assert race(kept, lambda own, name, base: about(own, name, base=base)) == ROUNDS
    assert len(versions(kept)) == 1 + ROUNDS


@pytest.mark.race
def test_looking_first_and_writing_afterwards_would_lose_changes(kept: Database) -> None:
    """The negative control: the same race with the check outside the transaction that writes."""
    together = Barrier(2)

    def naive(own: Database, name: str, base: int) -> None:
        with own.reading() as db:
            seen = editing.load_record(db, "a")
        together.wait()
        if seen.version != base:
            raise PartChanged(seen, None)
        with own.writing() as db:
            record_version(db, "a", put(seen.document, {"name": name}), by="anna", why="edited", now=LATER)

    assert race(kept, naive) == 2 * ROUNDS, "both believe that theirs was kept"


# ---------------------------------------------------------------- undoing and assuring
def test_undoing_brings_the_old_state_back_as_a_new_one(kept: Database) -> None:
    about(kept, "New name")
    assert editing.undo(kept, ANNA, "a", to=1, base=2, now=LATER) == 3
    assert document(kept)["name"] == "A"
    assert versions(kept)[0] == (3, "undone", "anna")
    with pytest.raises(ServiceNotFound):
        editing.undo(kept, ANNA, "a", to=9, base=3, now=LATER)
    with pytest.raises(PartChanged):
        editing.undo(kept, ANNA, "a", to=2, base=2, now=LATER)


def test_assuring_dates_the_record_and_settles_what_was_told(kept: Database) -> None:
    with kept.writing() as db:
        assert evidence.record_evidence(db, "a", kind="said_wrong", part="phone", now=NOW)
        assert evidence.record_evidence(db, "b", kind="said_wrong", part="phone", now=NOW)
        reviews.ask(db, "a", now=NOW)
    with pytest.raises(PartChanged):
        editing.assure(kept, ANNA, "a", base=0, now=LATER)
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # the second of July in London
    assert editing.assure(kept, ANNA, "a", base=1, now=late) == 2
    assert document(kept)["assured_date"] == "2026-07-02"
    assert versions(kept)[0] == (2, "assured", "anna")
    with kept.reading() as db:
        assert evidence.evidence_days(db, now=NOW) == {"b": [date(2026, 11, 22)]}
    assert rows(kept, review)[0]["answered_at"] == late


# ---------------------------------------------------------------- the lists
def test_everybody_sees_what_is_theirs_and_the_team_sees_all(kept: Database) -> None:
    with kept.writing() as db:
        for name in "ab":
            evidence.record_evidence(db, name, kind="handoff_failed", part="other", now=NOW)
            db.execute(conflict.insert().values(service_id=name, path="name", ours="x", theirs="y", at=NOW))
            db.execute(
                proposed_rule.insert().values(service_id=name, wording="w", rules=[], left="", state="proposed", at=NOW)
            )
    for who, seen in ((ANNA, ["a"]), (BEN, ["b"]), (TEAM, ["a", "b"]), (NOBODY, [])):
        with kept.reading() as db:
            for found in (
                evidence.unsettled(db, who),
                conflicts.open_conflicts(db, who),
                proposals.open_proposals(db, who),
            ):
                assert sorted(one.service_id for one in found) == seen
    with pytest.raises(NotYours), kept.reading() as db:
        quarantined.set_aside(db, ANNA)


def test_a_conflict_is_settled_for_ours_or_for_theirs(kept: Database) -> None:
    with kept.writing() as db:
        for path, ours, theirs in (("name", "A", "The feed's"), ("front_door.access", None, "drop_in")):
            db.execute(conflict.insert().values(service_id="a", path=path, ours=ours, theirs=theirs, at=NOW))
    conflicts.settle_conflict(kept, ANNA, 1, take="ours", now=LATER)
    assert versions(kept) == [(1, "imported", None)]
    conflicts.settle_conflict(kept, ANNA, 2, take="theirs", now=LATER)
    assert document(kept)["front_door"]["access"] == "drop_in"
    assert document(kept)["name"] == "A"
    assert versions(kept)[0] == (2, "settled", "anna")
    assert rows(kept, conflict) == []
    with pytest.raises(conflicts.NoSuchConflict):
        conflicts.settle_conflict(kept, ANNA, 1, take="theirs", now=LATER)


def test_a_conflict_shows_what_counts_now_and_goes_when_both_are_of_one_mind(kept: Database) -> None:
    with kept.writing() as db:
        db.execute(conflict.insert().values(service_id="a", path="name", ours="A", theirs="The feed's", at=NOW))
    about(kept, "Newer")
    with kept.reading() as db:
        (one,) = conflicts.open_conflicts(db, ANNA)
    assert (one.ours, one.theirs) == ("Newer", "The feed's")
    about(kept, "The feed's", base=2)
    assert rows(kept, conflict) == []


def test_a_rule_counts_once_it_is_confirmed_and_says_who_did(kept: Database) -> None:
    rule = {"about": "age_band", "min": 65, "says": "for people over 65"}
    with kept.writing() as db:
        for wording in ("65+ years old", "only the over 65s", "red hair"):
            db.execute(
                proposed_rule.insert().values(
                    service_id="a", wording=wording, rules=[rule], left="", state="proposed", at=NOW
                )
            )
    proposals.confirm_proposal(kept, ANNA, 1, now=LATER)
    proposals.confirm_proposal(kept, ANNA, 2, now=LATER)
    proposals.refuse_proposal(kept, ANNA, 3, now=LATER)
    source = "“65+ years old”, confirmed by A organisation, 22 November 2026"
    assert document(kept)["front_door"]["eligibility"] == [{**rule, "source": source}], (
        "the same rule is not kept twice"
    )
    assert [row["state"] for row in rows(kept, proposed_rule)] == ["confirmed", "confirmed", "refused"]
    with pytest.raises(proposals.NoSuchProposal):
        proposals.confirm_proposal(kept, ANNA, 3, now=LATER)


# ---------------------------------------------------------------- evidence
def test_evidence_has_kinds_and_a_limit_a_day(kept: Database) -> None:
    with kept.writing() as db:
        assert not evidence.record_evidence(db, "none", kind="said_wrong", part="phone", now=NOW)
        taken = [evidence.record_evidence(db, "a", kind="said_wrong", part="phone", now=NOW) for _ in range(25)]
        assert sum(taken) == evidence.MOST_A_DAY
        assert evidence.record_evidence(db, "a", kind="said_wrong", part="hours", now=NOW + timedelta(days=2))
        with pytest.raises(ValueError, match="no evidence"):
            evidence.record_evidence(db, "a", kind="gossip", part="phone", now=NOW)


def test_evidence_is_settled_by_those_who_see_it(kept: Database) -> None:
    with kept.writing() as db:
        for _ in range(2):
            evidence.record_evidence(db, "a", kind="said_wrong", part="phone", now=NOW)
        evidence.record_evidence(db, "b", kind="said_wrong", part="phone", now=NOW)
    with pytest.raises(NotYours):
        evidence.settle_evidence(kept, ANNA, [1, 3], now=LATER)
    with kept.reading() as db:
        assert len(evidence.unsettled(db, TEAM)) == 3, "all of them or none"
    evidence.settle_evidence(kept, ANNA, [1, 2], now=LATER)
    evidence.settle_evidence(kept, TEAM, [3], now=LATER)
    with kept.reading() as db:
        assert evidence.unsettled(db, TEAM) == []
        assert evidence.evidence_days(db, now=LATER) == {}


# ---------------------------------------------------------------- what an import set aside
def aside(database: Database, record: str, *, source: str = "feed.json") -> int:
    with database.writing() as db:
        values = {"source": source, "name": "C", "record": record, "reason": "The status is 'open'.", "at": NOW}
        return int(db.execute(quarantine.insert().values(**values).returning(quarantine.c.id)).scalar_one())


def test_a_record_that_was_set_aside_is_put_right_and_goes_in(kept: Database) -> None:
    identity = aside(kept, json.dumps(made("c") | {"status": "open"}))
    right = json.dumps(made("c"))
    with pytest.raises(NotYours):
        quarantined.take_corrected(kept, ANNA, identity, right, now=LATER)
    for wrong in ("{", "[]", json.dumps(made("c") | {"status": "open"}), json.dumps({"id": "c"})):
        with pytest.raises(NotRight):
            quarantined.take_corrected(kept, TEAM, identity, wrong, now=LATER)
    assert quarantined.take_corrected(kept, TEAM, identity, right, now=LATER) == "c"
    (row,) = (row for row in rows(kept, service) if row["id"] == "c")
    assert (row["source"], row["feed_document"], row["version"]) == ("feed.json", made("c"), 1)
    assert rows(kept, quarantine) == []
    with pytest.raises(quarantined.NoSuchRecord):
        quarantined.put_away(kept, TEAM, identity)


def test_a_corrected_record_does_not_take_over_a_service_of_another_source(kept: Database) -> None:
    identity = aside(kept, json.dumps(made("a")))
    with pytest.raises(NotRight, match="another source"):
        quarantined.take_corrected(kept, TEAM, identity, json.dumps(made("a")), now=LATER)
    with pytest.raises(NotYours):
        quarantined.put_away(kept, BEN, identity)
    quarantined.put_away(kept, TEAM, identity)
    assert rows(kept, quarantine) == []


# ---------------------------------------------------------------- reviews
def test_what_is_due_is_asked_about_once_in_thirty_days(kept: Database) -> None:
    with kept.writing() as db:
        owner = {"name": "Ada", "email": "ada@example.org"}
        record_version(db, "a", put(document(kept), {"front_door.owner": owner}), by=None, why="imported", now=NOW)
        fresh = made("c") | {"assured_date": "2026-08-24"}  # 90 days ago
        record_version(db, "c", fresh, by=None, why="imported", now=NOW)
        closed = made("d") | {"status": "defunct"}
        record_version(db, "d", closed, by=None, why="imported", now=NOW)
    with kept.writing() as db:
        found = reviews.due(db, now=NOW)
        assert [(one.service_id, one.email) for one in found] == [("a", "ada@example.org"), ("b", None)]
        reviews.ask(db, "a", now=NOW)
        assert [one.service_id for one in reviews.due(db, now=NOW + timedelta(days=29))] == ["b", "c"]
        assert [one.service_id for one in reviews.due(db, now=NOW + timedelta(days=31))] == ["a", "b", "c"]


def test_one_click_says_still_right_once(kept: Database) -> None:
    secret = reviews.ask_by_hand(kept, ANNA, "a", now=NOW)
    assert secret not in str(rows(kept, review))
    with kept.reading() as db:
        assert reviews.reviewed(db, secret, now=LATER).id == "a"
    assert versions(kept) == [(1, "imported", None)], "looking changes nothing"
    with pytest.raises(PartChanged):
        reviews.still_right(kept, secret, base=0, now=LATER)
    reviews.still_right(kept, secret, base=1, now=LATER)
    assert document(kept)["assured_date"] == "2026-11-22"
    assert versions(kept)[0] == (2, "assured", reviews.BY_LINK)
    with pytest.raises(reviews.ReviewOver):
        reviews.still_right(kept, secret, base=2, now=LATER)


def test_something_wrong_becomes_evidence(kept: Database) -> None:
    secret = reviews.ask_by_hand(kept, TEAM, "a", now=NOW)
    with pytest.raises(NotYours):
        reviews.ask_by_hand(kept, BEN, "a", now=NOW)
    reviews.something_wrong(kept, secret, part="hours", now=LATER)
    with kept.reading() as db:
        assert [(one.part, one.kind) for one in evidence.unsettled(db, ANNA)] == [("hours", "said_wrong")]
        with pytest.raises(reviews.ReviewOver):
            reviews.reviewed(db, secret, now=LATER)


def test_an_old_or_invented_link_opens_nothing(kept: Database) -> None:
    secret = reviews.ask_by_hand(kept, ANNA, "a", now=NOW)
    with kept.reading() as db:
        for text, now in ((secret, NOW + timedelta(days=30)), (secret[:-1], NOW), ("", NOW)):
            with pytest.raises(reviews.ReviewOver):
                reviews.reviewed(db, text, now=now)
    with kept.writing() as db:
        record_version(db, "a", document(kept), by=None, why="removed", now=NOW, removed=True)
        with pytest.raises(reviews.ReviewOver):
            reviews.reviewed(db, secret, now=LATER)
