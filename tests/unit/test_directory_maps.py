"""The maps: read strictly, and what a foreign feed's terms lead to."""

import csv
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from directory.inferences import infer_needs
from directory.maps.command import NoSuchNeed, check_maps, show_need
from directory.maps.needs_of import needs_of
from directory.maps.reading import FILES, HERE, PACKAGE, MapsBroken, current_maps, read_maps
from directory.meets import Meets
from foundation.needs import NEEDS

ROOT = Path(__file__).parents[2]
ESD = ROOT.parent / "shared/data/lga/esd_service_types_2013.csv"
SERVICE = "http://id.esd.org.uk/service/"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (*FILES, PACKAGE):
        shutil.copy(HERE / name, tmp_path / name)
    return tmp_path


def tagged(*terms: dict[str, Any], **more: Any) -> dict[str, Any]:
    attributes = [{"id": f"a{n}", "taxonomy_term": {"id": f"t{n}", **term}} for n, term in enumerate(terms)]
    return {"id": "1", "name": "A name", "attributes": attributes, **more}


def met(document: dict[str, Any]) -> dict[str, int]:
    return {m.need: m.strength for m in needs_of(document)}


# ---------------------------------------------------------------- what they say
def test_every_need_is_met_by_some_type_of_service() -> None:
    assert [need for need in NEEDS if not current_maps().service_types_of(need)] == ["domestic_abuse"][:0]


def test_a_group_brings_what_stands_under_it() -> None:
    types = current_maps().service_types_of("housing")
    assert {"esdFunction:66", "esdFunction:68", "esdServiceType:112"} <= types  # Housing > Homelessness > its support
    assert "esdServiceType:651" not in types  # debt counselling
    assert current_maps().service_types_of("housing", "eviction_notice") == {"esdServiceType:117"}


def test_a_wider_circumstance_holds_for_its_narrower_ones(folder: Path) -> None:
    with (folder / "circumstance_needs.yml").open("a", encoding="utf-8") as file:
        file.write(
            '- {from: ["esdCircumstance:LowIncome"], given: [], to: "frontdoor:need/benefits", because: "because so"}\n'
        )
    maps = read_maps(folder)
    raised = {value: [row.need for row in maps.raised_by({"income_band": value}, frozenset())] for value in
              ("none", "low", "enough")}  # fmt: skip
    assert raised == {"none": ["benefits"], "low": ["benefits"], "enough": []}


def test_a_need_is_raised_only_with_what_it_is_given() -> None:
    out_of_work = {"employment_status": "unemployed"}
    assert [guess.need for guess in infer_needs(["employment"], out_of_work)] == ["benefits"]
    assert infer_needs(["food"], out_of_work) == []
    assert infer_needs(["employment"], {"employment_status": "skip"}) == []


def test_identifiers_are_the_lists_own() -> None:
    if not ESD.exists():
        pytest.skip("the LGA's list of 2013 is not here (../shared)")
    with ESD.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    labels = {f"esdServiceType:{row['service_id']}": " ".join(row["label"].split()) for row in rows}
    groups = {f"esdFunction:{row['function_id']}": row["function_path"].split(" > ")[-1] for row in rows}
    above = {f"esdServiceType:{row['service_id']}": f"esdFunction:{row['function_id']}" for row in rows}
    ours = [t for t in current_maps().terms.values() if t.curie.startswith("esdServiceType:")]
    assert len(ours) > 200
    assert all(labels.get(t.curie) == t.label and above[t.curie] == t.parent for t in ours)
    # Advice and benefits heads four groups and holds no service itself.
    functions = [t for t in current_maps().terms.values() if t.curie.startswith("esdFunction:")]
    assert [t.curie for t in functions if groups.get(t.curie) != t.label] == ["esdFunction:1"]


# ---------------------------------------------------------------- what a feed's terms lead to
@pytest.mark.parametrize(
    "term",
    [
        {"term_uri": SERVICE + "651"},
        {"term_uri": "https://id.esd.org.uk/service/651/"},
        {"term_uri": "https://standards.esd.org.uk/?uri=service%2F651"},
        {"term_uri": "https://standards.esd.org.uk/?uri=service/651"},
        {"code": "esdServiceType:651"},
        {"id": "esdServiceTypes:651"},
        {"term": "ESDSERVICETYPE:651"},
        {"code": "651", "taxonomy": "esdServiceTypes"},
        {"code": 651, "taxonomy": "http://id.esd.org.uk/list/services"},
        {"code": "0651", "taxonomy": "Local Government Services List"},
        {"name": "debt COUNSELLING", "taxonomy": "LGA esd-toolkit"},
        {"name": "Mine", "parent_id": "esdServiceType:651", "taxonomy": "BristolServiceType"},
    ],
)
def test_ways_to_write_a_term(term: dict[str, Any]) -> None:
    assert met(tagged(term)) == {"money_debt": 3}


@pytest.mark.parametrize(
    ("term", "needs"),
    [
        ({"code": "651", "taxonomy": "Our own list"}, {}),  # a bare number of somebody else's list
        ({"code": "651"}, {}),
        ({"term_uri": "http://example.org/service/651"}, {}),
        ({"term_uri": SERVICE + "571"}, {}),  # school crossing patrols meet none of the 19
        ({"term_uri": SERVICE + "116"}, {"rent_arrears": 3, "housing": 2}),  # rent arrears, under Housing
        ({"term_uri": "http://id.esd.org.uk/function/44"}, {"immigration": 3}),
        ({"code": "esdNeed:69"}, {"loneliness": 2}),
        ({"code": "frontdoor:need/housing/sofa_surfing"}, {"housing": 2}),
        ({"code": "frontdoor:need/nothing"}, {}),
        ({"code": "food", "taxonomy": "Front Door needs"}, {"food": 2}),
        ({"code": "nothing", "taxonomy": "Front Door needs"}, {}),
        ({"name": "Unemployed", "taxonomy": "esdCircumstance"}, {}),
    ],
)
def test_what_a_term_leads_to(term: dict[str, Any], needs: dict[str, int]) -> None:
    assert met(tagged(term)) == needs


def test_the_stronger_of_two_terms_counts() -> None:
    assert met(tagged({"code": "esdServiceType:189"}, {"code": "esdServiceType:190"}))["money_debt"] == 3


def test_a_local_list_is_followed_to_the_wider_term_that_is_known() -> None:
    local = {"id": "b78", "name": "Autism", "parent_id": "b7"}
    wider = {"id": "b7", "name": "Disabled people", "term_uri": SERVICE + "204"}
    document = {"attributes": [{"taxonomy_term": local}, {"taxonomy_term": wider, "link_type": "eligibility"}]}
    assert met(document) == {"disability": 3}
    wider["parent_id"], wider["term_uri"] = "b78", ""  # the two now lie under each other
    assert met(document) == {}


def test_whom_it_is_for_is_not_what_it_does() -> None:
    document = tagged({"code": "esdServiceType:651"})
    document["attributes"][0]["link_type"] = "service_eligibility"
    assert met(document) == {}


def test_words_are_a_guess_and_only_without_terms() -> None:
    words = {"name": "Friday food bank", "description": "Food parcels, and help with debts."}
    assert needs_of(words) == (
        Meets("food", None, 1, guessed=True),
        Meets("money_debt", None, 1, guessed=True),
    )
    assert met(tagged({"code": "esdServiceType:112"}, **words)).keys() == {"housing"}


def test_words_may_stand_on_two_lines_or_with_a_hyphen() -> None:
    guessed = needs_of({"name": "A", "description": "substance\nmisuse, food\u00a0bank, mental-health"})
    assert {m.need for m in guessed} == {"substance_misuse", "food", "mental_health"}


@pytest.mark.parametrize("text", ["Indebted to you", "A seafood bank", "Unhousing", "Refugenia"])
def test_parts_of_words_are_no_guess(text: str) -> None:
    assert needs_of({"name": text}) == ()


@pytest.mark.parametrize("attributes", [None, [], ["x"], [{}], [{"taxonomy_term": None}], [{"taxonomy_term_id": "u"}]])
def test_odd_attributes_are_no_terms(attributes: Any) -> None:
    assert needs_of({"name": "A name", "attributes": attributes}) == ()


# ---------------------------------------------------------------- strictness
def edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    def do(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return do


TERMS, MET, RAISED, WORDS = FILES[0], FILES[2], FILES[1], FILES[3]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (edit(TERMS, "esdServiceType:112,", "esdServiceType:x112,"), "is not written as esdServiceType terms are"),
        (edit(TERMS, "esdServiceType:112,", "lgaServiceType:112,"), "begins with none of"),
        (edit(TERMS, "esdServiceType:112,", "esdServiceType:651,"), "the term esdServiceType:651 is there twice"),
        (edit(TERMS, "Homelessness support,esdFunction:68", "Homelessness support,esdFunction:9999"),
         "belongs to esdFunction:9999, which is not there"),
        (edit(TERMS, "esdFunction:66,Housing,", "esdFunction:66,Housing,esdFunction:68"), "lies under itself"),
        (edit(TERMS, "Homelessness support", ""), "there is no label"),
        (edit(TERMS, "term,label,parent", "term,label"), "its columns must be term, label, parent"),
        (edit(TERMS, "esdServiceType:112,Homelessness support,", "esdServiceType:112,"), "does not have 3 columns"),
        (edit(MET, "frontdoor:need/housing,esdServiceType:112", "frontdoor:need/homes,esdServiceType:112"),
         "there is no need called 'homes'"),
        (edit(MET, "frontdoor:need/housing,esdServiceType:112", "frontdoor:need/housing,esdServiceType:99999"),
         "there is no term esdServiceType:99999"),
        (edit(MET, "frontdoor:need/housing,esdServiceType:112,Homelessness support,3",
              "frontdoor:need/housing,esdServiceType:112,Homelessness support,9"), "strength is '9', not 1, 2 or 3"),
        (edit(MET, "esdServiceType:112,Homelessness support", "esdServiceType:112,Debt"), "is called 'Homelessness"),
        (edit(MET, "esdServiceType:112,Homelessness support", "esdNeed:69,Social inclusion"), "is no type of service"),
        (edit(RAISED, "employment_status/unemployed", "employment_status/jobless"), "'jobless' is no answer to"),
        (edit(RAISED, "circumstance/employment_status", "circumstance/job"), "there is no circumstance called 'job'"),
        (edit(RAISED, "need/benefits", "need/money"), "there is no need called 'money'"),
        (edit(RAISED, "because you have lost", "you have lost"), "must begin with"),
        (edit(RAISED, "given:", "givn:"), "it needs from, given, to and because"),
        (edit(WORDS, "food:", "fud:"), "there is no need called 'fud'"),
        (edit(WORDS, "food bank*,", "hot meal*,"), "has twice hot meal*"),
        (edit(WORDS, "[", "[["), "cannot be read"),
        (edit(PACKAGE, "2026-11-22", "22/11/2026"), "created must be a date"),
        (edit(PACKAGE, '"version"', '"edition"'), "has no version"),
        (edit(PACKAGE, "terms.csv", "names.csv"), "does not list terms.csv"),
        (edit(PACKAGE, "{", "<"), "cannot be read"),
        (lambda folder: (folder / MET).unlink(), "cannot be read"),
        (lambda folder: (folder / MET).write_bytes(b"need,\xe9"), "cannot be read"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(folder: Path, change: Callable[[Path], None], problem: str) -> None:
    read_maps(folder)
    change(folder)
    with pytest.raises(MapsBroken) as broken:
        read_maps(folder)
    assert any(problem in line for line in broken.value.problems), broken.value.problems


def test_every_problem_is_told_at_once_with_its_line(folder: Path) -> None:
    lines = (folder / MET).read_text(encoding="utf-8").splitlines()
    double = [*lines, lines[1], "frontdoor:need/x,esdServiceType:112,Homelessness support,2"]
    (folder / MET).write_text("\n".join(double), encoding="utf-8")
    said: list[str] = []
    assert check_maps(folder, today=date(2026, 11, 22), echo=said.append) == 3
    assert len(said) == 3
    assert f"line {len(lines) + 1}" in said[0]
    assert "there twice" in said[0]
    assert f"line {len(lines) + 2}" in said[1]


# ---------------------------------------------------------------- the command
def test_the_check_tells_an_old_map(folder: Path) -> None:
    said: list[str] = []
    assert check_maps(folder, today=date(2026, 11, 22), echo=said.append) == 0
    assert len(said) == 1
    assert check_maps(folder, today=date(2027, 11, 24), echo=said.append) == 0
    assert "more than a year old" in said[1]


def test_a_need_that_nothing_meets_is_told(folder: Path) -> None:
    rows = (folder / MET).read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / MET).write_text("".join(row for row in rows if "need/food," not in row), encoding="utf-8")
    said: list[str] = []
    assert check_maps(folder, today=date(2026, 11, 22), echo=said.append) == 3
    assert said[0] == "No type of service meets food."


def test_show() -> None:
    said: list[str] = []
    show_need("benefits", maps=current_maps(), echo=said.append)
    assert said[0] == ("raised by frontdoor:circumstance/employment_status/unemployed, when employment was said")
    assert "met by esdServiceType:190  Benefits advice and assessment" in said
    with pytest.raises(NoSuchNeed, match="There is no need called 'benefit'"):
        show_need("benefit", maps=current_maps(), echo=said.append)


def test_the_package_says_where_it_is_from() -> None:
    package = json.loads((HERE / PACKAGE).read_text(encoding="utf-8"))
    assert package["licenses"][0]["name"] == "OGL-UK-3.0"
    assert {source["path"] for source in package["sources"]} >= {"http://id.esd.org.uk/list/services"}
