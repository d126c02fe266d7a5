"""The tables that the partnership may change: each weight has a reason, each share a source and a question."""

from pathlib import Path

import pytest
import yaml

from directory import priors
from directory.circumstances import QUESTIONS
from directory.deciding import weights
from directory.deciding.answers import CHILDREN, places_told_apart
from directory.deciding.eligibility import BANDS
from foundation.needs import NEEDS

WEIGHTS = yaml.safe_load(weights.FILE.read_text(encoding="utf-8"))
PRIORS = yaml.safe_load(priors.FILE.read_text(encoding="utf-8"))
CODE = "".join(file.read_text(encoding="utf-8") for file in Path(weights.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("kind", ["score", "change"])
def test_every_weight_gives_its_reason_and_is_used(kind: str) -> None:
    for name, row in WEIGHTS[kind].items():
        assert row["because"].endswith("."), name
        assert isinstance(row["weight"], float), name
        read = name in ("waiting", "full") or f'eight("{name}")' in CODE  # those two are read by what a service says
        assert read, name


def test_urgency_is_of_needs_that_there_are() -> None:
    assert set(WEIGHTS["urgency"]["needs"]) <= set(NEEDS)
    assert all(value >= 1 for value in WEIGHTS["urgency"]["needs"].values())


@pytest.mark.parametrize("code", PRIORS)
def test_every_share_is_of_an_answer_that_can_be_given_and_has_a_source(code: str) -> None:
    row, question = PRIORS[code], QUESTIONS[code]
    assert len(row["source"]) > 20
    for shares in (row["shares"], *row.get("given", {}).values()):
        if question.kind == "postcode":
            assert all(not key or key.startswith("E0") for key in shares)
            continue
        answers = {"age": BANDS, "numbers": CHILDREN}.get(question.kind, dict(question.choices))
        assert set(shares) == set(answers)
        assert 0.9 < sum(shares.values()) < 1.1
    assert set(row.get("given", {})) <= set(NEEDS)


def test_every_question_has_shares() -> None:
    assert set(PRIORS) == set(QUESTIONS)
    assert all(sum(priors.shares_of(code, ["housing"]).values()) == pytest.approx(1) for code in QUESTIONS)


def test_places_are_those_that_services_tell_apart_and_one_that_none_serves() -> None:
    found = places_told_apart({"E07000008": 3, "E10000003": 9, "E10000029": 1, "E92000001": 2})
    assert list(found.values()) == ["E07000008", "E10000029", ""]  # Cambridgeshire is where Cambridge is
    (cambridge, suffolk, elsewhere) = (area.councils[0] for area in found)
    assert {"E07000008", "E10000003", "E92000001"} <= cambridge
    assert "E10000029" in suffolk
    assert not elsewhere & {"E07000008", "E10000003", "E10000029"}
    assert places_told_apart({}) == {}
