"""The language in which we speak to a person, and our words in it: gettext catalogues under locale/.

English is the source: what stands in the YAML files and templates is the message id. A text that a catalogue lacks
is said in English, and the log says once that it is missing; `make words` and a test list them all.
"""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

log = logging.getLogger("frontdoor.words")
LOCALE = Path(__file__).resolve().parent.parent / "locale"
ENGLISH = "en"
# Languages in which a whole conversation can be held, each by its own name.
LANGUAGES = {ENGLISH: "English", "pl": "Polski"}
_speaking: ContextVar[str] = ContextVar("speaking", default=ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Everything said inside is said in this language; English where we do not have it."""
    token = _speaking.set(language if language in LANGUAGES else ENGLISH)
    try:
        yield
    finally:
        _speaking.reset(token)


def spoken() -> str:
    """The language that is spoken now: a key of LANGUAGES."""
    return _speaking.get()


def translate(text: str) -> str:
    """`text` in the language that is spoken now."""
    if not text or spoken() == ENGLISH:
        return text
    found = str(catalogue(spoken()).gettext(text))
    if found == text:
        _miss(spoken(), text)
    return found


def translate_count(one: str, many: str, number: int) -> str:
    """`one` or `many`, or the form that the spoken language has for this number."""
    return str(catalogue(spoken()).ngettext(one, many, number))


@cache
def catalogue(language: str) -> NullTranslations:
    """Our words in a language, read from `locale/LANGUAGE/LC_MESSAGES/frontdoor.po`; none for English."""
    path = LOCALE / language / "LC_MESSAGES" / "frontdoor.po"
    if not path.is_file():
        return NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled, domain="frontdoor")


@cache
def _miss(language: str, text: str) -> None:
    """Once a text, by the cache."""
    log.warning("no %s words for %r", language, text)
