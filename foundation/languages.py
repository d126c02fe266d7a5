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
from gettext import NullTranslations
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

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


def marked(text: str) -> str:
    """`text` as it is, marked for the catalogues: it is translated later, when it is said."""
    return text


def translate(text: str) -> str:
    """`text` in the language that is spoken now."""
    if not text or spoken() == ENGLISH:
        return text
    return catalogue(spoken()).gettext(text)


def translate_count(one: str, many: str, number: int) -> str:
    """`one` or `many`, or the form that the spoken language has for this number."""
    return catalogue(spoken()).ngettext(one, many, number)


class Missing(NullTranslations):
    """What stands behind a catalogue: the English, and a line in the log, once a text."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def gettext(self, message: str) -> str:
        """The English, with a line in the log."""
        _miss(self._language, message)
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The English for this number, with a line in the log."""
        _miss(self._language, msgid1)
        return super().ngettext(msgid1, msgid2, n)


@cache
def catalogue(language: str) -> NullTranslations:
    """Our words in a language, read from `locale/LANGUAGE/LC_MESSAGES/frontdoor.po`; none for English."""
    if language == ENGLISH:
        return NullTranslations()
    path = LOCALE / language / "LC_MESSAGES" / "frontdoor.po"
    if not path.is_file():
        return Missing(language)
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    found: NullTranslations = Translations(compiled, domain="frontdoor")
    found.add_fallback(Missing(language))
    return found


def read_catalogues() -> None:
    """Read every catalogue now. Left to the first who need one, they would all read it at once, and all others wait."""
    for language in LANGUAGES:
        catalogue(language)


@cache
def _miss(language: str, text: str) -> None:
    """Once a text, by the cache."""
    log.warning("no %s words for %r", language, text)
