"""What a template says is marked for translation: no text stands in it bare."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment

TEMPLATES = Path(__file__).resolve().parents[2] / "web" / "templates"
# Names, and the streets on the map.
NAMES = {
    "Front Door", "– Front Door", "Front Door – Front Door",
    "Newmarket Road", "Fair Street", "Fitzroy Street", "Burleigh", "Street", "Grafton", "Centre", "East Road",
}  # fmt: skip
SPOKEN_ATTRIBUTES = ("aria-label", "alt", "title", "placeholder", "aria-description", "aria-roledescription")


class Bare(HTMLParser):
    """Collects texts and spoken attributes that have letters in them, but for what is marked as English."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._english: list[str] = []  # what is open of an element that is English on purpose

    def handle_data(self, data: str) -> None:
        self._take(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._english[:1] or (tag != "html" and dict(attrs).get("lang") == "en"):
            self._english.append(tag)
        for name, value in attrs:
            if name in SPOKEN_ATTRIBUTES:
                self._take(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._english[:1]:
            self._english.pop()

    def _take(self, text: str) -> None:
        plain = " ".join(text.replace("§", " ").split()).strip(" .,:;·()")
        if re.search(r"[A-Za-z]{2}", plain) and plain not in NAMES and not self._english:
            self.found.append(plain)


def bare_texts(source: str) -> list[str]:
    """The texts of a template that no catalogue would ever see. Code and translated blocks become a mark."""
    page, translated = "", False
    source = re.sub(r"{% block (?:body_class|body_data|robots) %}.*?{% endblock %}", "", source)
    tokens = list(Environment(extensions=["jinja2.ext.i18n"]).lex(source))
    for place, (_, kind, value) in enumerate(tokens):
        if kind == "name" and value in ("trans", "endtrans") and _begins_block(tokens, place):
            translated = value == "trans"
        if kind == "data" and not translated:
            page += value
        elif kind in ("variable_end", "block_end"):
            page += "§" if kind == "variable_end" else ""
    parser = Bare()
    parser.feed(page)
    return parser.found


def _begins_block(tokens: list[tuple[int, str, str]], place: int) -> bool:
    before = [kind for _, kind, _ in tokens[:place] if kind != "whitespace"]
    return before[-1:] == ["block_begin"]


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda p: str(p.relative_to(TEMPLATES)))
def test_no_text_stands_bare_in_a_template(path: Path) -> None:
    assert bare_texts(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello there</p>", ["Hello there"]),
        ('<p>{{ _("Hello there") }}</p>', []),
        ("<p>{% trans name=x %}Hello {{ name }}{% endtrans %} and more</p>", ["and more"]),
        ('<nav aria-label="Main menu"></nav>', ["Main menu"]),
        ('<div lang="en">Hello <div>there</div> you</div> too', ["too"]),
        ("<h1>{% if a %}Yes please{% endif %}</h1>", ["Yes please"]),
    ],
)
def test_a_bare_text_is_seen(source: str, found: list[str]) -> None:
    assert bare_texts(source) == found
