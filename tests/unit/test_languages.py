"""The spoken language: catalogues without gaps, dates and plurals, and a visible fall-back to English."""

import logging
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from jinja2 import DictLoader

from casework.safety import safety_reply
from directory.circumstances import QUESTIONS, short_label, value_label
from directory.hours import in_words
from directory.labels import agency_label, need_label
from directory.model import read_service
from foundation import languages as l
from foundation.languages import speaking, spoken, translate, translate_count
from foundation.needs import CRISIS_KINDS
from foundation.plain_times import by_when, clock, day, day_and_time
from tests.unit.directory_examples import made_up_document
from tools.words import all_texts, difference, problems, read
from web import formatting as f
from web import times
from web.environment import make_environment
from web.language import OUR_PAGE

TEN = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
HALF_PAST_TWO = datetime(2026, 11, 26, 14, 30, tzinfo=UTC)
SOFT = f.NO_BREAK


# ---------------------------------------------------------------- the catalogue
@pytest.fixture(scope="module")
def texts() -> Catalog:
    return all_texts()


def test_polish_says_everything_with_the_same_places_figures_and_links(texts: Catalog) -> None:
    assert problems(texts, read("pl")) == [], "run `make words` and translate what it prints"


def test_every_kind_of_file_is_read(texts: Catalog) -> None:
    for text in (
        "Good to know",  # a template's _()
        "Call %(phone)s",  # a template's trans
        "before {time} {when}",  # Python's translate
        "on Friday {date}",  # Python's marked
        "That time is no longer on offer. Please choose another one.",  # an error that a page shows
        "Who is your landlord?",  # a question
        "A private landlord or letting agent",  # its answer
        "because you are not safe at home",  # a guess
        "999, then 55",  # a number with words in it
        "If your life is in danger now",  # a safety answer
        "You are welcome.",  # the bot's own
        "Did we hear you right?",  # words.yml
    ):
        assert text in texts, text


@pytest.mark.parametrize("code", ["rent_arrears", "emergency", "choice", "tel:999", "116 123", "heading", "any"])
def test_codes_and_numbers_are_no_texts(texts: Catalog, code: str) -> None:
    assert code not in texts


def test_a_text_without_polish_words_is_a_problem() -> None:
    texts, words = Catalog(), Catalog(locale="pl")
    texts.add("Hello {name}, call 999")
    assert problems(texts, words) == ["missing: 'Hello {name}, call 999'"]
    words.add("Hello {name}, call 999", "Witaj {name}, zadzwoń pod 998")
    assert [problem.split(":")[0] for problem in problems(texts, words)] == ["differs (figures"]


@pytest.mark.parametrize(
    ("english", "said", "wrong"),
    [
        ("Call {phone}", "Zadzwoń: {phone}", None),
        ("Call {phone}", "Zadzwoń: {telefon}", "places"),
        ("Call %(phone)s", "Zadzwoń", "places"),
        ("Text SHOUT to 85258", "Wyślij SHOUT na 85285", "figures"),
        ("9am to 12 noon", "9:00 do 12:00", None),
        ("12 noon to 3pm", "12:00–15:00", None),
        ("3pm to 5pm", "3:00–5:00", "figures"),
        ('<a href="/talk">Talk</a>', '<a href="/help">Rozmowa</a>', "HTML"),
        ("<strong>Now</strong>", "Teraz", "HTML"),
    ],
)
def test_what_must_stand_alike(english: str, said: str, wrong: str | None) -> None:
    found = difference(english, said)
    assert (found or "").startswith(wrong or "")
    assert bool(found) is bool(wrong)


# ---------------------------------------------------------------- what is missing
def test_a_missing_text_is_said_in_english_and_logged_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    l._miss.cache_clear()
    monkeypatch.setattr(l.log, "disabled", False)  # import-linter, run by a test before, turns off loggers
    with caplog.at_level(logging.WARNING, "frontdoor.words"), speaking("pl"):
        said = [translate("Nobody has translated this."), translate("Nobody has translated this.")]
        counted = translate_count("one gap", "many gaps", 3)
    assert said == ["Nobody has translated this."] * 2
    assert counted == "many gaps"
    assert [record.message for record in caplog.records] == [
        "no pl words for 'Nobody has translated this.'",
        "no pl words for 'one gap'",
    ]


def test_english_needs_no_catalogue(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "frontdoor.words"):
        assert translate("Nobody has translated that.") == "Nobody has translated that."
    assert not caplog.records


def test_a_language_that_we_do_not_speak_is_english() -> None:
    with speaking("pl"):
        with speaking("xx"):
            assert spoken() == "en"
        assert spoken() == "pl"
    assert spoken() == "en"


# ---------------------------------------------------------------- how Polish says it
@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "1 minuta"), (3, "3 minuty"), (5, "5 minut"), (12, "12 minut"), (22, "22 minuty"), (0, "0 minut")],
)
def test_polish_counts_in_three_forms(number: int, words: str) -> None:
    with speaking("pl"):
        assert times.minutes(number) == words


def test_dates_and_times_in_polish() -> None:
    with speaking("pl"):
        assert (clock(TEN), clock(NOON), clock(HALF_PAST_TWO)) == ("10:00", "12:00", "14:30")
        assert day(TEN) == "czwartek 26 listopada"
        assert day_and_time(TEN) == "czwartek 26 listopada, godz. 10:00"
        assert times.span(TEN, NOON) == "10:00–12:00"
        assert times.timeline_time(TEN) == "10:00"
        assert times.short_date(date(2026, 11, 9)) == f"9{SOFT}listopada{SOFT}2026"
        assert times.day_or_today(TEN, TEN) == f"Dzisiaj, czwartek 26{SOFT}listopada"
        assert times.about_hours(95) == "1 i pół godziny"
        assert (times.about_hours(60), times.about_hours(120)) == ("1 godziny", "2 godzin")
        assert f.listed(["a", "b", "c"]) == "a, b i c"
        assert f.figures(2) == "2"


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("2026-11-23T14:00", "dzisiaj przed 14:00"),
        ("2026-11-24T10:30", "jutro przed 10:30"),
        ("2026-11-25T11:00", "w środę 25 listopada przed 11:00"),
        ("2026-12-01T11:00", "we wtorek 1 grudnia przed 11:00"),
    ],
)
def test_a_promise_in_polish(by: str, said: str) -> None:
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    with speaking("pl"):
        assert by_when(datetime.fromisoformat(by).replace(tzinfo=UTC), now=now) == said


def test_opening_hours_in_polish() -> None:
    weekly = {"freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR", "opens_at": "09:00", "closes_at": "17:00"}
    with speaking("pl"):
        assert in_words([weekly]) == "poniedziałek–piątek, 9:00–17:00"
        assert in_words([]) == "Najpierw zadzwoń i zapytaj, kiedy jest otwarte"


def test_questions_and_labels_follow_the_language_and_keep_their_codes() -> None:
    english = QUESTIONS["tenure"]
    with speaking("pl"):
        polish = english.spoken()
        assert polish.text == "Kto wynajmuje ci mieszkanie?"
        assert (short_label("postcode"), value_label("tenure", "council")) == ("Okolica", "Rada miasta (council)")
        assert need_label("food") == "Jedzenie"
        assert agency_label("jobcentre").startswith("Jobcentre Plus (")
    assert [id for id, _ in polish.choices] == [id for id, _ in english.choices]
    assert need_label("food") == "Food"


def _numbers(data: Any) -> list[str]:
    return re.findall(r"tel:\d+|sms:\d+|https:\S+", str(data))


@pytest.mark.parametrize("kind", CRISIS_KINDS)
@pytest.mark.parametrize("role", ["victim", "witness", "harms"])
def test_a_safety_answer_in_polish_dials_the_same_numbers(kind: str, role: str) -> None:
    english = safety_reply(kind, role).as_json()
    with speaking("pl"):
        polish = safety_reply(kind, role).as_json()
    assert _numbers(polish["data"]) == _numbers(english["data"]) != []
    assert polish["text"] != english["text"]
    assert [choice["id"] for choice in polish["choices"]] == [choice["id"] for choice in english["choices"]]


# ---------------------------------------------------------------- pages
def test_what_the_directory_says_is_marked_as_english_on_a_polish_page() -> None:
    template = make_environment().overlay(loader=DictLoader({"t": "{{ name | in_english }}"})).get_template("t")
    assert template.render(name="Rent <advice>") == "Rent &lt;advice&gt;"
    with speaking("pl"):
        assert template.render(name="Rent <advice>") == '<span lang="en">Rent &lt;advice&gt;</span>'
        assert template.render(name=["a bag", "a coat"]) == '<span lang="en">A bag and a coat</span>'


def test_a_reason_that_joins_a_service_s_own_is_english_whoever_reads_it_first() -> None:
    with speaking("pl"):
        service = read_service(made_up_document("Youth club") | {"maximum_age": 25})
    assert [rule["says"] for rule in service.rules] == ["for people aged 25 or under"]


def test_what_a_service_is_unsure_of_is_said_in_our_words_where_we_have_them() -> None:
    things = ["hours", "phone", "whether <you> need a voucher"]
    assert f.uncertainties(things) == "hours, phone and whether &lt;you&gt; need a voucher"
    with speaking("pl"):
        assert f.uncertainties(things) == (
            'godziny otwarcia, telefon i <span lang="en">whether &lt;you&gt; need a voucher</span>'
        )


@pytest.mark.parametrize("path", ["/", "/chat", "/chat#latest", "/visit/7K4M2P/change", "/desk/cases/7K4M2P"])
def test_a_language_link_leads_back_to_a_page_of_ours(path: str) -> None:
    assert OUR_PAGE.fullmatch(path)


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "/\\evil", "evil", "", "/a b", "/a\r\nX: y"]
)
def test_and_never_to_another_site(path: str) -> None:
    assert not OUR_PAGE.fullmatch(path)
