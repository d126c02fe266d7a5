"""Finding services by words, on the Cambridge services and on small made-up ones."""

import random
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import yaml

from directory.model import Service, read_service
from directory.searching.because import changed
from directory.searching.entries import texts_of
from directory.searching.finding import Answer, Asked, answer, search
from directory.searching.index import ServiceIndex, Wanted
from directory.searching.meanings import FILE, MeaningsBroken, meanings, read_meanings
from directory.searching.words import read_words, stems_of, words_of
from foundation.needs import NEEDS
from tests.unit.directory_fixtures import by_slug, cambridge, made

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def index() -> ServiceIndex:
    return ServiceIndex(cambridge())


def ask(index: ServiceIndex, text: str, **more: object) -> Answer:
    return answer(index, Asked(text=text, now=NOW, **more))  # type: ignore[arg-type]


def names(found: Answer, first: int = 5) -> list[str]:
    return [one.service.name for one in found.found[:first]]


# What is typed, and the service that a person at a front desk would name first. Not from the meanings file alone:
# plain words, slang, mistakes, two words in one, endings, word order, apostrophes, capitals.
FIRST = {
    "dole": {"Universal Credit and finding work", "Universal Credit by phone or online"},
    "ON THE DOLE": {"Universal Credit and finding work", "Universal Credit by phone or online"},
    "benifits advice": {"Benefits advice"},
    "leccy": {"Help with energy problems"},
    "my electrisity bill": {"Help with energy problems", "Advice on a warmer home and lower energy bills"},
    "foodbank": {"Cambridge City Foodbank", "Ely Foodbank", "Uttlesford Foodbank"},
    "food bank": {"Cambridge City Foodbank", "Ely Foodbank", "Uttlesford Foodbank", "Help through Hardship"},
    "dentest": {"Help to find an NHS dentist"},
    "Womens aid": {"Cambridge Women's Aid"},
    "WOMEN’S AID": {"Cambridge Women's Aid"},
    "samaritan": {"Samaritans of Cambridge"},
    "dementia": {"Dementia support line"},
    "bereavment": {"Cruse Bereavement Support"},
    "going blind": {"Cam Sight, for people with sight loss"},
    "midwife": {"Midwives in your community"},
    "refugees": {"Help for refugees in Cambridge"},
    "housing benefit": {"Housing Benefit and extra help with rent"},
    "rent council tenant": {"Help with rent for council tenants"},
    "council tax": {"Council tax support and council tax you owe"},
    "he hits me": {"Cambridge Women's Aid", "National Domestic Abuse Helpline"},
    "jimmys": {"Jimmy's Cambridge"},
    "nowhere to sleep tonight": {"Help if you are homeless or soon will be"},
    "debtadvice": {"Debt advice", "Free debt help"},
    "criminal record": {"Unlock, help with a criminal record"},
}


@pytest.mark.parametrize("text", FIRST)
def test_what_a_front_desk_would_name_first_comes_first(index: ServiceIndex, text: str) -> None:
    assert names(ask(index, text))[0] in FIRST[text]


@pytest.mark.parametrize(
    ("wrote", "meant"),
    [("benifits", "benefits"), ("alchohol", "alcohol"), ("deppression", "depression"), ("fodbank", "foodbank"),
     ("homless", "homeless"), ("eviciton", "eviction"), ("immagration", "immigration")],
)  # fmt: skip
def test_a_mistyped_word_is_put_right_and_that_is_said(index: ServiceIndex, wrote: str, meant: str) -> None:
    found = ask(index, wrote)
    assert found.changes == ((wrote, meant),)
    assert found.total
    assert changed(wrote, meant) == f"You wrote “{wrote}”. We looked for “{meant}”."


@pytest.mark.parametrize("word", ["Polish", "Ukrainian", "housing", "dole", "zzzz", "12345", "abc", "help"])
def test_what_is_a_word_or_no_likely_mistake_is_left_alone(index: ServiceIndex, word: str) -> None:
    assert ask(index, word).changes == ()


def test_nothing_is_found_for_what_nobody_offers(index: ServiceIndex) -> None:
    assert ask(index, "skydiving zzzz") == Answer([], 0)


def test_a_word_that_is_not_finished_finds_what_begins_so(index: ServiceIndex) -> None:
    assert "Dementia support line" in names(ask(index, "deme"))
    assert "Dementia support line" not in names(ask(index, "deme "), 99), "a space ends a word"
    small = ServiceIndex([read_service(made("art")), read_service(made("arthritis"))])
    assert names(ask(small, "art")) == ["Art"]
    assert names(ask(small, "art", typing=True)) == ["Art", "Arthritis"]


def test_words_in_quotation_marks_stand_side_by_side() -> None:
    documents = [made("one", why="Advice on debt."), made("two", why="On debt they give advice.")]
    index = ServiceIndex([read_service(document) for document in documents])
    assert names(ask(index, '"advice on debt"')) == ["One"]
    assert set(names(ask(index, "advice on debt"))) == {"One", "Two"}


def test_no_phrase_reaches_from_one_text_into_the_next() -> None:
    document = {**made("one", why="tea"), "description": "Afternoon"}
    index = ServiceIndex([read_service(document)])
    assert ask(index, '"afternoon tea"').total == 0
    assert ask(index, "afternoon tea").total == 1


def test_a_word_in_the_name_says_more_than_one_in_what_happens() -> None:
    documents = [made("gardening"), made("other", what_happens="Perhaps some gardening.")]
    index = ServiceIndex([read_service(document) for document in documents])
    assert names(ask(index, "gardening")) == ["Gardening", "Other"]


def test_what_has_all_that_was_typed_comes_before_what_is_named_after_one_word_of_it() -> None:
    wines = [made(f"bar{number}", what_happens="Wine." if number < 6 else "Tea.") for number in range(18)]
    documents = [made("cheese"), made("wine", why="Cheese."), *wines]
    index = ServiceIndex([read_service(document) for document in documents])
    assert names(ask(index, "cheese"))[0] == "Cheese"
    assert names(ask(index, "wine cheese"))[0] == "Wine"


def test_what_nobody_checked_for_long_comes_lower() -> None:
    old, new = ({**made(name, why="Knitting."), "assured_date": on} for name, on in
                (("a-old", "2024-01-01"), ("b-new", "2026-11-01")))  # fmt: skip
    index = ServiceIndex([read_service(old), read_service(new)])
    assert names(ask(index, "knitting")) == ["B-new", "A-old"]


def test_because_names_the_words_as_the_service_writes_them(index: ServiceIndex) -> None:
    assert ask(index, "dentists").found[0].because == ("It mentions “dentist”.",)
    dole = ask(index, "on the dole").found[0].because
    assert dole[0].startswith("You wrote “on the dole”. It mentions “Universal Credit”")
    by_need = ask(index, "leccy", limit=99).found[-1].because
    assert by_need


def test_every_answer_says_why(index: ServiceIndex) -> None:
    for text in FIRST:
        for found in ask(index, text, limit=99).found:
            assert found.because, (text, found.service.name)


def test_needs_and_area_let_through_what_is_asked_for(index: ServiceIndex) -> None:
    food = ask(index, "", needs=("food",), limit=99)
    assert food.total
    assert all("food" in one.service.by_need for one in food.found)
    there = names(ask(index, "housing advice", postcode="CB10 1AA"), 99)
    assert "Housing advice in Uttlesford" in there
    assert "Housing advice" not in there, "Saffron Walden is never sent to Cambridge City's housing office"
    assert "Housing advice" in names(ask(index, "housing advice", postcode="CB4 3EH"), 99)


def test_someone_without_an_address_is_let_in_everywhere(index: ServiceIndex) -> None:
    assert ask(index, "housing", postcode="none").total == ask(index, "housing").total


def test_only_lets_the_caller_decide_too(index: ServiceIndex) -> None:
    chosen = by_slug()["cruse"] if "cruse" in by_slug() else cambridge()[0]
    assert names(ask(index, "", only=lambda service: service.id == chosen.id)) == [chosen.name]


def test_without_words_all_come_by_name_in_parts(index: ServiceIndex) -> None:
    everything = ask(index, " ", limit=999)
    assert everything.total == len(cambridge())
    second = ask(index, "", start=20, limit=20)
    assert [one.service for one in second.found] == [one.service for one in everything.found[20:40]]
    assert second.total == everything.total


def test_the_short_way_is_the_same(index: ServiceIndex) -> None:
    assert search(index, "debt", now=NOW, limit=3) == ask(index, "debt", limit=3).found


def test_a_refuge_is_not_found_by_its_street() -> None:
    at = {"location": {"name": "Rose House", "addresses": [{"address_1": "1 Hidden Lane", "city": "Ely"}]}}
    document = {**made("refuge", confidential_address=True), "service_at_locations": [at]}
    document["description"] = "A safe house. Come to 1 Hidden Lane."
    index = ServiceIndex([read_service(document)])
    assert ask(index, "safe house").total == 1
    for words in ('"hidden lane"', "hidden", '"rose house"'):
        assert ask(index, words).total == 0, words


def test_long_and_strange_texts_do_no_harm(index: ServiceIndex) -> None:
    for text in ("a" * 5000, '"' * 99, "' OR 1=1 --", "NEAR(a b)", "💷 £££", "\x00", "rent " * 999, "“”", "name:debt*"):
        ask(index, text)


# ---- the index itself


def test_words_are_read_alike_one_by_one_and_all_at_once() -> None:
    for text in ("Women’s Aid, 24-hour", "rock 'n' roll", "o''neil", "Zażółć gęślą", "ŁÓDŹ ½ ﬁne", "e-mail: a_b"):
        assert [word.plain for word in read_words(text)] == words_of(text)


def test_it_finds_what_fts5_finds() -> None:
    """SQLite's full text search as the judge, for words and phrases, over the Cambridge services."""
    with closing(sqlite3.connect(":memory:")) as db:
        _compare(db, ServiceIndex(cambridge()), random.Random(7))


def _compare(db: sqlite3.Connection, index: ServiceIndex, chance: random.Random) -> None:
    db.execute("CREATE VIRTUAL TABLE t USING fts5(a, b, c, d, e, f, tokenize='ascii')")
    for number, service in enumerate(cambridge()):
        columns = [" ".join(stems_of(text)) for text in texts_of(service).values()]
        db.execute("INSERT INTO t (rowid, a, b, c, d, e, f) VALUES (?, ?, ?, ?, ?, ?, ?)", (number, *columns))
    stems = [stems_of(text) for service in cambridge() for text in texts_of(service).values()]
    pairs = [pair for words in stems for pair in pairwise(words)]
    phrases = [*((chance.choice(pair),) for pair in chance.sample(pairs, 200)), *chance.sample(pairs, 300)]
    phrases += [tuple(reversed(pair)) for pair in chance.sample(pairs, 100)]  # most are nowhere
    for phrase in phrases:
        scores, parts = index.scores([Wanted(phrase, 0, 1.0)])
        theirs = {row for (row,) in db.execute("SELECT rowid FROM t WHERE t MATCH ?", (f'"{" ".join(phrase)}"',))}
        assert set(scores.nonzero()[0].tolist()) == theirs, phrase
        assert set(parts.nonzero()[0].tolist()) == theirs, phrase


def test_an_index_made_from_the_one_before_is_as_a_new_one(index: ServiceIndex) -> None:
    changed_one = read_service({**cambridge()[3].document, "name": "Wholly otherwise named xylophone"})
    services: list[Service] = [*cambridge()[5:], changed_one, read_service(made("brand-new", why="Xylophones."))]
    again, fresh = ServiceIndex(services, before=index), ServiceIndex(services)
    assert again.written == fresh.written
    assert dict(again.counts) == dict(fresh.counts)
    for text in ("xylophone", "debt advice", "leccy", "xylofone"):
        assert ask(again, text, limit=99) == ask(fresh, text, limit=99)
    assert names(ask(index, "debt advice")) == names(ask(ServiceIndex(cambridge()), "debt advice")), (
        "and that is as it was"
    )
    assert ask(index, "xylophone").total == 0


def test_an_empty_directory_finds_nothing() -> None:
    assert ask(ServiceIndex([]), "debt").total == 0
    assert ask(ServiceIndex([]), "").total == 0


# ---- what people mean by their words


def test_every_need_can_be_found_by_what_people_say() -> None:
    assert {need for meaning in meanings().by_said.values() for need in meaning.needs} == set(NEEDS)


@pytest.mark.parametrize(
    "entry",
    [{"said": ["dole"]}, {"said": [], "look_for": ["x"]}, {"said": [3], "look_for": ["x"]}, "dole",
     {"said": ["dole"], "look_for": ["x"], "needs": ["no_such_need"]}],
)  # fmt: skip
def test_a_broken_entry_is_named(entry: object) -> None:
    good = {"said": ["good"], "look_for": ["x"]}
    with pytest.raises(MeaningsBroken, match="Entry 2"):
        read_meanings({"means": [good, entry]})
    with pytest.raises(MeaningsBroken):
        read_meanings({})


def test_a_meaning_leads_somewhere() -> None:
    """By its needs or by words; four kinds of people have no service of their own in this small directory."""
    written = {stem for service in cambridge() for text in texts_of(service).values() for stem in stems_of(text)}
    lost = [
        meaning.look_for
        for meaning in meanings().by_said.values()
        if not meaning.needs and not any(set(stems_of(phrase)) <= written for phrase in meaning.look_for)
    ]
    assert len(set(lost)) <= 4, lost


def test_the_file_was_looked_at_within_two_years() -> None:
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    assert NOW.date() - data["checked"] < timedelta(days=730)
    assert data["version"] >= 1
    assert data["source"]
