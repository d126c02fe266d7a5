"""The words of the channels: what people reply with, what we say to what we cannot read, in any language."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from foundation import languages
from foundation.languages import LANGUAGES, speaking
from tests.unit.channel_examples import LINKS, examples
from tests.unit.test_channels_table import check_meta
from web.channels import sms, whatsapp
from web.channels.said import keyword, meant_keyword, sorry_for, words
from web.channels.segments import segments, survives_notify
from web.choices import ANY_TIME

LETTERS = str.maketrans("aeoscznAEOSCZN", "ąęóśćżńĄĘÓŚĆŻŃ")


@pytest.fixture
def pretend_polish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A real catalogue file in which every text of ours has Polish letters and is a third longer."""
    with (languages.LOCALE / "frontdoor.pot").open("rb") as file:
        texts = read_po(file)
    catalogue = Catalog(locale="pl")
    for message in texts:
        if message.id and isinstance(message.id, str):
            catalogue.add(message.id, _pretend(message.id))
        elif message.id:
            catalogue.add(message.id, [_pretend(message.id[-1])] * catalogue.num_plurals)
    for text in words.get("keywords").values():
        catalogue.add(text, _pretend(text))
    folder = tmp_path / "pl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "frontdoor.po").open("wb") as file:
        write_po(file, catalogue)
    monkeypatch.setattr(languages, "LOCALE", tmp_path)
    languages.catalogue.cache_clear()
    with speaking("pl"):
        yield
    languages.catalogue.cache_clear()


def _pretend(text: str) -> str:
    pieces = re.split(r"(\{\w+\}|%\(\w+\)s|<[^>]*>)", text)  # places to fill, and HTML, stay
    said = "".join(piece if piece[:1] in ("{", "%", "<") else piece.translate(LETTERS) for piece in pieces)
    return said if text.isupper() else said + " ęó" * (len(text) // 9)


@pytest.mark.usefixtures("pretend_polish")
def test_every_reply_stays_within_its_limits_in_polish_letters() -> None:
    assert words("hints.number") == "Ręply with ą ńumbęr. ęó ęó"
    encodings: Counter[str] = Counter()
    for name, replies in examples().items():
        for text in sms.render(replies, links=LINKS):
            assert segments(text).count <= 4, name
            encodings[segments(text).encoding] += 1
        for message in whatsapp.render(replies, links=LINKS):
            check_meta(message)
        assert all(len(text.encode()) <= 1600 for text in whatsapp.plain(replies, links=LINKS))
    assert encodings["UCS-2"] > encodings["GSM-7"] > 0, "captured replies are in English and stay so"


@pytest.mark.usefixtures("pretend_polish")
def test_words_to_reply_with_are_known_in_both_languages_with_and_without_accents() -> None:
    assert keyword("talk_to_person") == "PĘRŚÓŃ"
    assert {meant_keyword(text) for text in ("PERSON", "pęrśóń", "Person.", "PĘRŚÓŃ!")} == {"talk_to_person"}


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("PERSON", "talk_to_person"),
        (" person. ", "talk_to_person"),
        ("Skip", "skip"),
        ("BACK", "go_back"),
        ("again", "start_again"),
        ("move", "move"),
        ("I also have a bad back", None),
        ("a person hit me", None),
        ("1", None),
        ("", None),
        ("!", None),
    ],
)
def test_a_word_alone_is_a_choice_and_a_sentence_is_not(text: str, choice: str | None) -> None:
    assert meant_keyword(text) == choice


def test_every_word_stands_for_something_that_can_be_chosen_at_any_time() -> None:
    assert set(words.get("keywords")) - {"move", "this_number"} <= set(ANY_TIME)
    assert len({keyword(choice) for choice in words.get("keywords")}) == len(words.get("keywords"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_we_say_ourselves_fits_where_it_is_shown(language: str) -> None:
    with speaking(language):
        assert len(words("whatsapp.open")) <= 20
        assert len(words("whatsapp.section")) <= 24
        assert all(len(title) <= 24 for title in words.get("titles").values())
        assert all(word == word.upper() and " " not in word for word in words.get("keywords").values())
        hint = words("hints.person", word=keyword("talk_to_person"))
        assert len(hint) <= 60


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("voice", "listen"), ("audio", "listen"), ("image", "do not keep"), ("document", "do not keep"),
        ("mms", "do not keep"), ("video", "do not keep"), ("sticker", "only read words"), ("location", "postcode"),
        ("empty", "nothing in that message"), ("contact", "contact cards"), ("contacts", "contact cards"),
        ("unsupported", "PERSON"), ("a kind of next year", "PERSON"),
    ],
)  # fmt: skip
def test_what_we_cannot_read_gets_a_kind_sentence_that_says_what_to_do(kind: str, says: str) -> None:
    said = sorry_for(kind)
    assert says in said
    assert "lease type" in said
    assert segments(said).count == 1
    assert survives_notify(said)


def test_a_reaction_needs_no_answer() -> None:
    assert sorry_for("reaction") == ""
