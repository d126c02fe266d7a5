"""Whatever people and directories write: nothing is cut that is one thing, no word is lost, no limit is passed."""

import copy
import re
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.unit.channel_examples import LINKS, Reply, captured, examples
from tests.unit.test_channels_table import check_meta, read
from web.channels import sms, whatsapp
from web.channels.breaking import pack, tidy
from web.channels.plainness import without_formatting
from web.channels.segments import segments, to_gsm

digits = st.text("0123456789", min_size=1)


def digits_of(length: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=length, max_size=length)


letters = st.sampled_from("23456789ABCDEFGHJKMNPQRSTUVWXYZ")
phones = st.one_of(
    st.builds("01632 960{}".format, digits_of(3)),
    st.builds("07700 900 {}".format, digits_of(3)),
    st.builds("+44 7700 900{}".format, digits_of(3)),
    st.sampled_from(["0808 2000 247", "116 123", "020 7008 0151", "0800 1111", "0345 045 5203"]),
)
references = st.lists(letters, min_size=6, max_size=6).map(lambda found: "".join(found[:3]) + " " + "".join(found[3:]))
links = st.builds("https://{}.example/{}".format, st.sampled_from(["a", "front-door", "x_y"]),
                  st.text("abc_*~-09/?=&", max_size=60))  # fmt: skip
times = st.builds("{}:{:02d}am to {}pm".format, st.integers(1, 12), st.integers(10, 59), st.integers(1, 11))
days = st.builds("{} {}".format, st.integers(1, 31), st.sampled_from(["May", "November"]))
postcodes = st.sampled_from(["CB4 3EH", "CB1 1EW", "E1 6AN", "SW1A 1AA"])
atoms = st.one_of(phones, references, links, times, days, postcodes)
word = st.text(st.characters(categories=("L", "Nd", "Po"), exclude_characters=";:,.!?"), min_size=1, max_size=12)
plain_words = st.one_of(
    st.sampled_from(["rent", "council", "letter", "I’m", "£40", "zażółć", "мова", "مساعدة", "😀", "you.", "Go!"]),
    st.sampled_from(["*now*", "_so_", "~no~", "`x`", "*", "_", ">"]),
    word,
)  # fmt: skip


# Long texts: without making a failing one smaller, which takes minutes.
HEAVY = settings(deadline=None, max_examples=25, phases=(Phase.explicit, Phase.reuse, Phase.generate))

pieces = st.one_of(plain_words, plain_words, plain_words, plain_words, plain_words, atoms.map(lambda atom: (atom,)))


def sayings(least: int = 1, most: int = 100) -> st.SearchStrategy[tuple[str, list[str]]]:
    """A text, and what in it is one thing. (A word stands between two of those, or they would be another thing.)"""
    return st.lists(pieces, min_size=least, max_size=most).map(_said)


def _said(found: list[str | tuple[str]]) -> tuple[str, list[str]]:
    wholes = [piece[0] for piece in found if isinstance(piece, tuple)]
    return " ".join(f"{piece[0]} or" if isinstance(piece, tuple) else piece for piece in found), wholes


def text_reply(text: str) -> Reply:
    return {"kind": "text", "text": text, "ask": None, "choices": [], "data": {}}


def bodies(replies: list[Reply]) -> list[list[str]]:
    """The same turn on the three channels, as it is read."""
    messages = whatsapp.render(replies, links=LINKS)
    for message in messages:
        check_meta(message)
    texts, numbered = sms.render(replies, links=LINKS), whatsapp.plain(replies, links=LINKS)
    assert all(segments(text).count <= 4 for text in texts)
    assert all(len(text.encode()) <= 1600 for text in numbered)
    return [texts, ["\n".join(read(message)) for message in messages], numbered]


@HEAVY
@given(sayings(least=25), st.integers(1, 6))
def test_numbers_links_references_and_times_stay_whole(said: tuple[str, list[str]], times_over: int) -> None:
    text, wholes = said
    for texts in bodies([text_reply(" ".join([text] * times_over))]):
        for one_thing in wholes:
            shown = [to_gsm(text) for text in texts]
            assert any(to_gsm(one_thing) in text for text in shown), one_thing
            missing = sum(text.count(to_gsm(one_thing)) for text in shown)
            assert missing >= times_over, "one of them was broken"


@HEAVY
@given(sayings())
def test_no_word_is_lost_or_cut(said: tuple[str, list[str]]) -> None:
    text, _ = said
    texts, messages, numbered = bodies([text_reply(text)])
    words = to_gsm(text).split()
    assert " ".join(texts).split()[: len(words)] == words
    assert [bare(found) for found in " ".join(messages).split()[: len(words)]] == [
        bare(found) for found in text.split()
    ]
    assert [bare(found) for found in " ".join(numbered).split()[: len(words)]] == [
        bare(found) for found in text.split()
    ]


def bare(text: str) -> str:
    """Without the signs that WhatsApp would format with, and without their twins."""
    return re.sub(r"[*_~`'∗∼＿>›]", "", text)


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_any_reply_with_any_words_in_it_stays_within_the_limits(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(EXAMPLES)))
    replies = [_filled(reply, data) for reply in copy.deepcopy(EXAMPLES[name])]
    bodies(replies)


EXAMPLES = examples()
FREE = ("label", "value", "service", "organisation", "why", "when", "where", "name", "how_words", "text", "bring")
anything = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=300)


def _filled(found: Any, data: st.DataObject, key: str = "") -> Any:
    """The reply with some of its free texts written anew."""
    if isinstance(found, dict):
        return {name: _filled(value, data, name) for name, value in found.items()}
    if isinstance(found, list):
        return [_filled(value, data, key) for value in found]
    if isinstance(found, str) and key in FREE and found and data.draw(st.integers(0, 3)) == 0:
        return "x" + data.draw(anything)
    return found


@pytest.mark.parametrize("sign", ["*", "_", "~", "`", "```"])
def test_signs_in_a_directory_do_not_format(sign: str) -> None:
    plan = copy.deepcopy(captured("plan")[0])
    plan["data"]["alone"][0]["service"] = f"{sign}Free{sign} food {sign}now"
    consent = copy.deepcopy(captured("consent")[0])
    consent["data"]["view"][0]["value"] = f"I {sign}really{sign} cannot"
    for texts in bodies([plan])[1:] + bodies([consent])[1:]:
        for line in "\n".join(texts).splitlines():
            assert not formatted(line), line
    assert any(f"{sign}Free{sign}".replace("`", "'") in text for text in bodies([plan])[0]), "a text shows it as it is"


def formatted(line: str) -> re.Match[str] | None:
    """What WhatsApp would format in this line: signs at the edges of words, in pairs; code; a quotation."""
    without_links = re.sub(r"\S*(?:https?://|@)\S*", "", line)
    return re.search(r"(?<!\w)([*_~])\S(?:.*\S)?\1(?!\w)|`.+`|^> ", without_links)


@given(sayings(most=30))
def test_no_line_formats_by_accident(said: tuple[str, list[str]]) -> None:
    assert not formatted(without_formatting(said[0]))


@pytest.mark.parametrize(
    "text",
    ["https://front-door.example/a_b_*c*_d~e", "_sam_x@example.org", "www.example.org/_a_", "my_file_name", "2 > 1"],
)
def test_links_addresses_and_names_stay_exact(text: str) -> None:
    assert without_formatting(f"see {text} now") == f"see {text.replace('_sam', '＿sam') if '@' in text else text} now"


def test_a_text_breaks_after_a_sentence_before_it_breaks_after_a_word() -> None:
    sentence = "We will call you about the letter from your landlord. "
    first, second = pack([[tidy(sentence * 5)]], fits=lambda text: len(text) <= 200)
    assert first.endswith("landlord.")
    assert second.startswith("We will")


def test_a_word_longer_than_any_text_is_cut_and_nothing_of_it_is_lost() -> None:
    long = "x" * 3000
    for texts in bodies([text_reply(long)]):
        assert "".join(texts).replace("\n", "").startswith(long)


def test_a_change_to_polish_letters_halves_the_room_and_is_counted() -> None:
    english, polish = (sms.render([text_reply(word * 200)], links=LINKS) for word in ("word ", "słowo "))
    assert len(polish) > len(english)
    assert {segments(text).encoding for text in polish} == {"UCS-2"}
    assert " ".join(polish).split()[:200] == ["słowo"] * 200


def test_short_replies_of_one_turn_are_one_text() -> None:
    question = captured("question")[0]
    (text,) = sms.render([text_reply("We added: Food."), question], links=LINKS)
    assert text.startswith(f"We added: Food.\n{question['text']}")


def test_what_is_on_a_button_or_row_is_whole_and_has_ordinary_spaces() -> None:
    labels = ["Call 116 123", "10am to 11am", "Only CB4 3EH", "After 12 noon on 3 May, a Sunday"]
    for count in (3, 4):
        choices = [{"id": f"c{n}", "label": label} for n, label in enumerate(labels[:count])]
        asked = {"kind": "question", "text": "Which?", "ask": None, "choices": choices, "data": {"kind": "choice"}}
        for texts in bodies([asked]):
            for label in labels[:count]:
                assert any(label in text for text in texts), label
