"""Words as the index has them: small letters, no accents, no apostrophes, without their endings."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from threading import local

import Stemmer

_APOSTROPHES = "'’‘ʼ`´"
_WORD = re.compile(rf"[^\W_]+(?:[{_APOSTROPHES}]+[^\W_]+)*")
_LETTERS = re.compile(r"[^\W_]+")
_thread = local()  # a stemmer is not safe for two threads


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was written, and as it is compared: `Women’s` is `womens`."""

    shown: str
    plain: str

    @property
    def stem(self) -> str:
        """It without its ending."""
        return stem(self.plain)


def read_words(text: str) -> list[Word]:
    """The words of a text, in order."""
    return [Word(found[0], _plain(found[0])) for found in _WORD.finditer(text)]


def words_of(text: str) -> list[str]:
    """The same, as they are compared: `Women’s Aid, 24-hour` is `womens aid 24 hour`."""
    return _LETTERS.findall(_plain(text))


def _plain(text: str) -> str:
    for apostrophe in _APOSTROPHES:
        text = text.replace(apostrophe, "")
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFD", text.casefold())  # an accent is a sign of its own then, and falls away
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """A word without its ending, by the English Snowball stemmer: `housing`, `housed` and `house` are one."""
    if not hasattr(_thread, "stemmer"):
        _thread.stemmer = Stemmer.Stemmer("english")
    return str(_thread.stemmer.stemWord(word))


def stems_of(text: str) -> tuple[str, ...]:
    """The words of a text without their endings, in order."""
    return tuple(stem(word) for word in words_of(text))
