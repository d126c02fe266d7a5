"""Wordings of feeds become proposals, once, for services that have no rules; what is settled stays so."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from directory.deciding.eligibility import judge
from directory.keeping.keepers import Keeper
from directory.keeping.proposals import confirm_proposal, open_proposals
from directory.keeping.proposing import propose_rules
from directory.keeping.tables import proposed_rule, service
from directory.model import read_service
from foundation.database import Database
from tests.conftest import rows
from tests.unit.directory_fixtures import made

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
WORDING = "65+ years old, Hounslow residents, women only"


def keep(database: Database, document: dict[str, Any], **columns: Any) -> None:
    with database.writing() as db:
        db.execute(sa.delete(service).where(service.c.id == document["id"]))
        db.execute(
            service.insert().values(
                id=document["id"], name=document["name"], organisation="O", status="active", source="feed",
                digest="d", document=document, changed_at=NOW, **columns,
            )
        )  # fmt: skip


def change(database: Database, service_id: str, **part: Any) -> None:
    with database.writing() as db:
        document = db.execute(sa.select(service.c.document).where(service.c.id == service_id)).scalar_one()
        db.execute(service.update().where(service.c.id == service_id).values(document={**document, **part}))


def settle(database: Database, state: str) -> None:
    with database.writing() as db:
        db.execute(proposed_rule.update().values(state=state, settled_at=NOW, settled_by="ann"))


@pytest.fixture
def lunch(database: Database) -> Database:
    keep(database, {**made("lunch"), "eligibility_description": WORDING})
    return database


def test_a_wording_becomes_a_proposal(lunch: Database) -> None:
    done = propose_rules(lunch, now=NOW)
    assert (done.wordings, done.new, done.known, done.without_rules) == (1, 1, 0, 0)
    (row,) = rows(lunch, proposed_rule)
    source = f"“{WORDING}”"
    assert row["rules"] == [
        {"about": "age_band", "min": 65, "says": "for people aged 65 or over", "source": source},
        {"about": "postcode", "any_of": ["E09000018"], "says": "for people who live in Hounslow", "source": source},
    ]
    assert (row["service_id"], row["wording"], row["left"]) == ("lunch", WORDING, "women")
    assert (row["state"], row["at"], row["settled_at"]) == ("proposed", NOW, None)


def test_it_is_proposed_once(lunch: Database) -> None:
    propose_rules(lunch, now=NOW)
    again = propose_rules(lunch, now=NOW + timedelta(days=1))
    assert (again.new, again.known) == (0, 1)
    assert [row["at"] for row in rows(lunch, proposed_rule)] == [NOW]


@pytest.mark.parametrize("state", ["refused", "confirmed"])
def test_what_was_settled_is_not_proposed_again(lunch: Database, state: str) -> None:
    propose_rules(lunch, now=NOW)
    settle(lunch, state)
    assert propose_rules(lunch, now=NOW).new == 0
    assert [row["state"] for row in rows(lunch, proposed_rule)] == [state]


def test_another_wording_takes_the_place_of_one_that_waits(lunch: Database) -> None:
    propose_rules(lunch, now=NOW)
    change(lunch, "lunch", eligibility_description="Over 50s")
    assert propose_rules(lunch, now=NOW).new == 1
    assert [row["wording"] for row in rows(lunch, proposed_rule)] == ["Over 50s"]


def test_another_wording_is_proposed_beside_one_that_was_settled(lunch: Database) -> None:
    propose_rules(lunch, now=NOW)
    settle(lunch, "refused")
    change(lunch, "lunch", eligibility_description="Over 50s")
    assert propose_rules(lunch, now=NOW).new == 1
    assert [row["state"] for row in rows(lunch, proposed_rule)] == ["refused", "proposed"]


def test_rules_of_its_own_need_no_proposal(database: Database) -> None:
    own = [{"about": "age_band", "min": 60, "says": "s", "source": "t"}]
    keep(database, {**made("lunch", rules=own), "eligibility_description": WORDING})
    assert propose_rules(database, now=NOW).wordings == 0
    assert rows(database, proposed_rule) == []


def test_a_service_that_is_gone_is_not_read_and_its_proposal_goes(lunch: Database) -> None:
    propose_rules(lunch, now=NOW)
    with lunch.writing() as db:
        db.execute(service.update().values(removed_at=NOW))
    assert propose_rules(lunch, now=NOW).wordings == 0
    assert rows(lunch, proposed_rule) == []


@pytest.mark.parametrize("wording", ["Women only", "Open to all", "Referral only", "   ", None, ["18+"]])
def test_what_says_nothing_that_we_ask_about_is_no_proposal(database: Database, wording: Any) -> None:
    keep(database, {**made("lunch"), "eligibility_description": wording})
    assert propose_rules(database, now=NOW).new == 0
    assert rows(database, proposed_rule) == []


def test_what_the_record_says_already_is_not_proposed(database: Database) -> None:
    document = made("lunch", areas=["E09000018"])
    keep(database, {**document, "minimum_age": 65, "eligibility_description": "65+ years old, Hounslow residents"})
    keep(database, {**made("tea"), "minimum_age": 60, "eligibility": "65+"})
    assert propose_rules(database, now=NOW).new == 1
    assert [row["service_id"] for row in rows(database, proposed_rule)] == ["tea"]


@pytest.mark.parametrize(
    ("wording", "told", "fit"),
    [
        (WORDING, {"age_band": "80_plus", "postcode": "TW3 1JL"}, "fits"),
        (WORDING, {"age_band": "80_plus", "postcode": "CB4 3EH"}, "no"),
        ("Anyone over 60 or disabled", {"age_band": "18_24", "disability_or_condition": "yes"}, "fits"),
        ("Aged 60+ or aged 50+ with a disability", {"age_band": "35_54", "disability_or_condition": "no"}, "no"),
        ("Families with children under 5", {"children_ages": ["3"]}, "fits"),
    ],
)
def test_what_a_person_confirms_judges_people(database: Database, wording: str, told: dict[str, Any], fit: str) -> None:
    document = {**made("lunch"), "id": "6f9e9b0e-7d0b-4b61-8d0e-0d1f1f8f7c11", "eligibility_description": wording}
    keep(database, document, organisation_id="org-lunch")
    propose_rules(database, now=NOW)
    who = Keeper("anna", organisation_id="org-lunch")
    with database.reading() as db:
        (waits,) = open_proposals(db, who)
    assert confirm_proposal(database, who, waits.id, now=NOW) == document["id"]
    (row,) = rows(database, service)
    assert judge(read_service(row["document"]), told).fit == fit
    assert propose_rules(database, now=NOW).wordings == 0  # it has rules of its own now


def test_many_services(database: Database) -> None:
    many = [
        {
            "id": f"s{n}", "name": "n", "organisation": "O", "status": "active", "source": "feed", "digest": "d",
            "document": {**made(f"s{n}"), "eligibility_description": f"Aged {n % 80 + 10}+"}, "changed_at": NOW,
        }
        for n in range(1201)
    ]  # fmt: skip
    with database.writing() as db:
        db.execute(service.insert(), many)
    assert propose_rules(database, now=NOW).new == 1201
    with database.writing() as db:
        db.execute(service.update().values(document={**made("s0"), "eligibility_description": "All"}))
    assert propose_rules(database, now=NOW).without_rules == 1201
    assert rows(database, proposed_rule) == []
