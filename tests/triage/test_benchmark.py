"""The public benchmark of triage: its rows are sound, its marks see what is wrong, and Front Door reaches the floors.

What the floors are about, and how the rows came to be: tests/triage/README.md.
"""

import json
import re
from functools import cache

import pytest

from directory.circumstances import QUESTIONS
from directory.deciding.eligibility import BANDS
from directory.geography.postcodes import look_up
from foundation.needs import NEEDS
from tests.triage.answers import Answer, bm25, bm25_in_the_area, front_door
from tests.triage.councils import AREA_OF
from tests.triage.reading import HERE, KINDS, SPLITS, Row, rows, services
from tests.triage.score import Tally, mark, of_kind, tally
from understanding import models_ready

RECALL = 0.95  # of what must be shown, among the first three for each need
LEAD = 0.15  # by so much more than a search with a filter by postcode, whose words may get better
TRAINING = HERE.parents[1] / "data" / "understanding"
BY_ID = {row.id: row for row in rows()}


@cache
def reached(kind: str, split: str) -> Tally:
    if kind == "words" and not models_ready():
        pytest.skip("the models are not trained: python -m understanding.train")
    return tally(of_kind(kind, split), front_door)


def joined(kind: str) -> Tally:
    return Tally([m for split in SPLITS for m in reached(kind, split).marks])


# ------------------------------------------------------------- the floors


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("kind", KINDS)
def test_nobody_is_shown_a_council_that_owes_them_nothing(kind: str, split: str) -> None:
    assert [(m.row.id, m.wrong_council) for m in reached(kind, split).marks if m.wrong_council] == []


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("kind", KINDS)
def test_nobody_is_shown_what_they_cannot_have(kind: str, split: str) -> None:
    wrong = [(m.row.id, m.ineligible, m.asked_in_vain) for m in reached(kind, split).marks]
    assert [row for row in wrong if row[1] or row[2]] == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_must_be_shown_is_among_the_first_three(kind: str) -> None:
    assert joined(kind).recall >= RECALL, [(m.row.id, m.missed) for m in joined(kind).marks if m.missed]


@pytest.mark.parametrize("kind", KINDS)
def test_a_search_by_words_is_far_behind(kind: str) -> None:
    assert tally(of_kind(kind), bm25).count(lambda m: m.wrong_council) > 0
    assert joined(kind).recall >= tally(of_kind(kind), bm25_in_the_area).recall + LEAD


# ------------------------------------------------------- the marks see it


def shown(*stems: str, asking: tuple[str, ...] = ()) -> Answer:
    return Answer(first=frozenset(stems + asking), fitting=frozenset(stems), asking=frozenset(asking))


def test_the_citys_housing_office_for_saffron_walden_is_a_wrong_council_and_ineligible() -> None:
    row = next(row for row in rows() if row.postcode == "CB10 2RP" and row.needs == ("housing",))
    for answer in (shown("city-housing-advice"), shown(asking=("city-housing-advice",))):
        marked = mark(row, answer)
        assert marked.wrong_council == {"city-housing-advice"}
        assert marked.ineligible | marked.asked_in_vain == {"city-housing-advice"}
        assert marked.missed == row.must_include
    assert mark(row, shown("uttlesford-housing-advice")).wrong_council == frozenset()


def test_the_first_half_of_a_postcode_leaves_open_what_lies_there_and_nothing_else() -> None:
    assert mark(BY_ID["late-01"], shown(asking=("south-cambs-housing-advice",))).wrong_council == frozenset()
    assert mark(BY_ID["late-01"], shown(asking=("braintree-housing-advice",))).wrong_council


def test_one_of_a_group_is_enough_and_the_fourth_is_too_late() -> None:
    row = next(row for row in rows() if any(len(group) > 1 for group in row.must_include))
    group = next(group for group in row.must_include if len(group) > 1)
    assert group in mark(row, shown(min(group))).found
    far_down = Answer(first=frozenset(), fitting=group)
    assert group in mark(row, far_down).missed


# -------------------------------------------------------------- the rows


def test_there_are_enough_rows_of_every_sort() -> None:
    assert len(rows()) >= 240
    assert len(of_kind("words")) >= 90
    assert len(BY_ID) == len(rows()), "an id is there twice"
    for kind in KINDS:
        assert len(of_kind(kind, "locked")) >= len(of_kind(kind)) * 0.3


@pytest.mark.parametrize("need", NEEDS)
def test_every_need_is_asked_for_in_words_and_in_codes(need: str) -> None:
    assert sum(need in row.needs for row in of_kind("words")) >= 3
    assert sum(need in row.needs for row in of_kind("needs")) >= 6


def test_people_of_every_council_are_there_and_of_none() -> None:
    here = [look_up(row.postcode).councils for row in rows() if row.postcode]
    lived_in = {code for councils in here for tiers in councils for code in tiers}
    assert set(AREA_OF.values()) <= lived_in
    assert {"S92000003", "W92000004", "N92000002", "E12000007"} <= lived_in
    assert () in here, "no fixed address"
    assert any(len(councils) > 1 for councils in here), "half a postcode that several councils share"
    assert any(row.postcode is None for row in rows())


@pytest.mark.parametrize("row", rows(), ids=BY_ID)
def test_the_row_is_sound(row: Row) -> None:
    known = set(services())
    assert frozenset().union(*row.must_include) | row.must_not_include <= known
    assert not frozenset().union(*row.must_include) & row.must_not_include
    assert row.must_include or row.must_not_include, "a row that nothing can fail"
    assert set(row.needs) <= set(NEEDS)
    assert row.why.endswith(".")
    for stem in frozenset().union(*row.must_include):
        assert set(services()[stem].by_need) & set(row.needs), f"{stem} meets none of its needs"
    if row.words is None:
        for stem in row.must_not_include:
            assert set(services()[stem].by_need) & set(row.needs), f"{stem} would not be shown anyway"
    for code, value in row.circumstances.items():
        choices = {id for id, _ in QUESTIONS[code].choices} | (set(BANDS) if code == "age_band" else set())
        assert value == "skip" or not choices or value in choices, f"{value} is no answer to {code}"


def test_no_words_of_the_benchmark_were_learned_from() -> None:
    texts = (json.loads(line) for file in TRAINING.glob("*.jsonl") for line in file.read_text("utf-8").splitlines())
    learned = [words_in(text["text"]) for text in texts]
    near = [row.id for row in of_kind("words") if any(alike(words_in(row.words or ""), one) > 0.7 for one in learned)]
    assert near == []


def words_in(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.lower()))


def alike(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, len(one | other))
