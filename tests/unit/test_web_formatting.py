"""How pages write times, numbers and people's own words."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from web import formatting as f
from web import times

SOFT = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        ("2026-11-26T10:00:00+00:00", "10am"),
        ("2026-11-26T10:30:00+00:00", "10:30am"),
        ("2026-11-26T17:45:00+00:00", "5:45pm"),
        ("2026-07-01T09:00:00+00:00", "10am"),  # summer: UTC is an hour behind the wall
    ],
)
def test_times_are_wall_time_without_needless_minutes(instant: str, words: str) -> None:
    assert times.clock(instant) == words


def test_a_span_says_to() -> None:
    assert times.span("2026-11-26T10:00:00+00:00", "2026-11-26T11:45:00+00:00") == "10am to 11:45am"


def test_a_timeline_keeps_its_minutes_so_that_times_line_up() -> None:
    assert times.timeline_time("2026-11-26T10:00:00+00:00") == "10:00am"
    assert times.timeline_time("2026-11-26T12:15:00+00:00") == "12:15pm"


def test_a_day_keeps_its_number_with_its_month() -> None:
    assert times.day("2026-11-26T10:00:00+00:00") == f"Thursday 26{SOFT}November"
    assert times.day("2026-11-26") == times.day(date(2026, 11, 26))


def test_a_day_near_midnight_is_the_london_day() -> None:
    assert times.day(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == f"Wednesday 1{SOFT}July"


def test_today_is_named_only_today() -> None:
    monday = datetime(2026, 11, 23, 14, tzinfo=UTC)
    assert times.day_or_today(monday, now=monday).startswith("Today, Monday")
    assert times.day_or_today(monday, now=datetime(2026, 11, 22, 14, tzinfo=UTC)).startswith("Monday")


@pytest.mark.parametrize(
    ("typed", "groups"),
    [
        ("01632960110", "01632 960 110"),
        ("07700 900 482", "07700 900 482"),
        ("+447700900482", "07700 900 482"),
        ("02079460000", "020 7946 0000"),
        ("08088010327", "0808 801 0327"),
        ("0808 2000 247", "0808 2000 247"),
        ("116 123", "116 123"),
        ("999", "999"),
    ],
)
def test_numbers_come_in_groups_that_hold_together(typed: str, groups: str) -> None:
    assert f.phone(typed) == groups.replace(" ", SOFT)


@pytest.mark.parametrize("words", ["Thursday 26 November, 10am", "sam@example.org", "Text SHOUT to 85258"])
def test_what_is_no_number_stays_as_it_is(words: str) -> None:
    assert f.phone(words) == words


def test_a_number_within_words_holds_together_and_the_words_may_split() -> None:
    assert f.phone("Call 0300 300 0055, option 2") == f"Call 0300{SOFT}300{SOFT}0055, option 2"
    assert f.phone("ring 01223457000") == f"ring 01223{SOFT}457{SOFT}000"


def test_a_link_dials_digits_alone() -> None:
    assert f.dial("01632 960 110") == "01632960110"
    assert f.dial("+44 1632 960110") == "+441632960110"


def test_a_reference_is_shown_in_two_halves() -> None:
    assert f.reference("7K4M2P") == f.reference("7K4 M2P") == f"7K4{SOFT}M2P"


@pytest.mark.parametrize(("number", "words"), [(0, "no"), (1, "one"), (3, "three"), (4, "4")])
def test_figures_begin_at_4(number: int, words: str) -> None:
    assert f.figures(number) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(30, "30 minutes"), (45, "1 hour"), (60, "1 hour"), (105, "2 hours"), (95, "1 and a half hours")],
)
def test_a_length_is_said_to_the_half_hour(minutes: int, words: str) -> None:
    assert times.about_hours(minutes) == words


@pytest.mark.parametrize(
    ("items", "words"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_a_list_reads_as_a_sentence(items: list[str], words: str) -> None:
    assert f.listed(items) == words


def test_heard_words_are_marked_in_the_sentence() -> None:
    assert f.mark_words("I lost my job", ["lost my job"]) == "I <mark>lost my job</mark>"


def test_phrases_that_overlap_share_one_mark() -> None:
    assert f.mark_words("behind with my rent", ["behind with my", "my rent"]) == "<mark>behind with my rent</mark>"


def test_what_a_person_writes_is_never_markup() -> None:
    assert (
        f.mark_words("<b>rent</b> & job", ["rent", "<b>"])
        == "<mark>&lt;b&gt;</mark><mark>rent</mark>&lt;/b&gt; &amp; job"
    )


@given(text=st.text(max_size=80), data=st.data())
def test_marking_changes_no_word(text: str, data: st.DataObject) -> None:
    ends = st.integers(min_value=0, max_value=len(text))
    phrases = [text[min(pair) : max(pair)] for pair in data.draw(st.lists(st.tuples(ends, ends), max_size=4))]
    marked = f.mark_words(text, phrases)
    assert marked.replace("<mark>", "").replace("</mark>", "") == escape(text)


def test_events_are_gathered_by_london_day() -> None:
    late, early = datetime(2026, 6, 30, 23, 30, tzinfo=UTC), datetime(2026, 6, 30, 9, tzinfo=UTC)
    assert [day for day, _ in f.groupby_day([{"at": late}, {"at": early}])] == [date(2026, 7, 1), date(2026, 6, 30)]
