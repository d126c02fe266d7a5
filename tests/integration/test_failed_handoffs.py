"""A referral that did not work counts as evidence about the service's record, once, and without a word of the case."""

from datetime import UTC, datetime

import pytest

from casework import tables as t
from casework.cases import CaseNotFound
from casework.desk import referral_failed
from casework.staff import Staff
from directory.keeping.evidence import unsettled
from directory.keeping.keepers import Keeper
from directory.keeping.tables import evidence
from directory.keeping.versions import record_version
from foundation.database import Database
from tests.conftest import rows
from tests.unit.directory_fixtures import made

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PRIYA = Staff("priya", "Priya", "", "named_contact")
TOM = Staff("tom", "Tom", "", "named_contact")
CASE = {"state": "open", "route": "named_contact", "reason": "asked", "said": "my own words", "needs": [],
        "circumstances": {}, "contact": {"name": "Sam"}, "plan": {}, "named_contact": "priya"}  # fmt: skip


@pytest.fixture
def referred(database: Database) -> Database:
    """A case of Priya's with a referral to a service."""
    with database.writing() as db:
        record_version(db, "a", made("a"), by=None, why="imported", now=NOW)
        for number, reference in enumerate(("AAAAAA", "BBBBBB")):
            identity = f"c{number}"
            db.execute(
                t.case_file.insert().values(reference=reference, conversation_id=identity, opened_at=NOW, **CASE)
            )
        db.execute(
            t.referral.insert().values(
                case_reference="AAAAAA", agency="a", service_id="a", needs=[], state="sent", at=NOW
            )
        )
    return database


def test_it_counts_once_and_tells_nothing_of_the_person(referred: Database) -> None:
    referral_failed(referred, PRIYA, "AAAAAA", 1, now=NOW)
    with pytest.raises(CaseNotFound):
        referral_failed(referred, PRIYA, "AAAAAA", 1, now=NOW)
    assert rows(referred, t.referral)[0]["state"] == "failed"
    (row,) = rows(referred, evidence)
    assert (row["kind"], row["service_id"], row["settled_at"]) == ("handoff_failed", "a", None)
    assert not {"AAAAAA", "priya", "Sam"} & set(map(str, row.values()))
    with referred.reading() as db:
        assert [one.kind for one in unsettled(db, Keeper("anna", "org-a"))] == ["handoff_failed"]


def test_only_who_answers_for_the_case_can_say_so(referred: Database) -> None:
    for who, reference in ((TOM, "AAAAAA"), (PRIYA, "BBBBBB")):
        with pytest.raises(CaseNotFound):
            referral_failed(referred, who, reference, 1, now=NOW)
    assert rows(referred, evidence) == []
