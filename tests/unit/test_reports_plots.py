"""Plots: what a screen reader gets, what a strict page lets through, and that bars are as long as they say."""

import re
from xml.etree import ElementTree as Xml

import pytest

from booking.reports.plots import LEFT, SPAN, TEXT, WIDTH, Bar, Group, bar_chart

SVG = "{http://www.w3.org/2000/svg}"
GROUPS = (
    Group(label="2 agencies", bars=(Bar(value=0.5, text="50%", low=0.4, high=0.65), Bar(value=1, text="100%"))),
    Group(label="<3> & more", bars=(Bar(value=None, text="Not told"), Bar(value=0, text="0%"))),
)


@pytest.fixture
def plot() -> Xml.Element:
    text = bar_chart("p1", title="Chances <now>", description="Bars & lines", series=("In 5", "In 10"), groups=GROUPS)
    assert not re.search(r"<style|<script|style=|\son\w+=|href", text)  # what the page's policy forbids
    return Xml.fromstring(text)


def test_it_has_a_name_and_a_description(plot: Xml.Element) -> None:
    assert plot.get("role") == "img"
    named = {plot.find(f".//*[@id='{one}']").text for one in str(plot.get("aria-labelledby")).split()}  # type: ignore[union-attr]
    assert named == {"Chances <now>", "Bars & lines"}
    assert [plot[0].tag, plot[1].tag] == [f"{SVG}title", f"{SVG}desc"]


def test_bars_are_as_long_as_their_values(plot: Xml.Element) -> None:
    bars = [rect for rect in plot.findall(f"{SVG}rect") if rect.get("x") == str(LEFT)]
    assert [int(str(bar.get("width"))) for bar in bars] == [SPAN // 2, SPAN, 0]


def test_series_differ_by_pattern_and_not_by_colour_alone(plot: Xml.Element) -> None:
    bars = [rect for rect in plot.findall(f"{SVG}rect") if rect.get("x") == str(LEFT)]
    assert len({bars[0].get("fill"), bars[1].get("fill")}) == 2
    pattern = str(bars[1].get("fill")).removeprefix("url(#").removesuffix(")")
    assert plot.find(f".//{SVG}pattern[@id='{pattern}']") is not None


def test_every_number_and_label_stands_in_words_too(plot: Xml.Element) -> None:
    texts = [text.text for text in plot.findall(f"{SVG}text")]
    assert set(texts) == {"In 5", "In 10", "2 agencies", "50%", "100%", "<3> & more", "Not told", "0%"}


def test_whiskers_reach_from_low_to_high(plot: Xml.Element) -> None:
    lines = {str(path.get("d")) for path in plot.findall(f"{SVG}path") if path.get("stroke-width") == "2"}
    (line,) = lines
    low, high = LEFT + round(0.4 * SPAN), LEFT + round(0.65 * SPAN)
    assert re.match(rf"M{low} \d+H{high}M", line)


def test_it_is_no_wider_than_a_phone_so_that_its_words_are_not_shrunk(plot: Xml.Element) -> None:
    assert str(plot.get("viewBox")).split()[2] == str(WIDTH)
    assert WIDTH <= 350, "what a page of 390 px leaves"
    assert TEXT >= 16
    for text in plot.findall(f"{SVG}text"):
        assert int(str(text.get("x"))) + len(str(text.text)) * TEXT * 0.6 <= WIDTH, text.text


def test_nothing_leaves_the_picture() -> None:
    much = Group(label="x", bars=(Bar(value=9, text="!"),))
    plot = Xml.fromstring(bar_chart("p", title="t", description="d", series=("a",), groups=(much,)))
    assert max(int(str(rect.get("width"))) for rect in plot.findall(f"{SVG}rect")) == SPAN
