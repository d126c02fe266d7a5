"""Texts with places to fill that are said later, in the language of whoever reads them; and errors that are such."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from foundation.errors import FrontDoorError
from foundation.languages import translate


@dataclass(frozen=True)
class Told:
    """A marked text and what fills its places, another such text or error among it. `str()` is the English."""

    text: str
    places: Mapping[str, object] = field(default_factory=dict)
    capital: bool = False

    def __str__(self) -> str:
        return self._in(str)

    def said(self) -> str:
        """In the language that is spoken now."""
        return self._in(translate)

    def at_the_start(self) -> "Told":
        """The same at the beginning of a sentence."""
        return replace(self, capital=True)

    def _in(self, language: Callable[[str], str]) -> str:
        text = language(self.text)
        if self.places:
            text = text.format(**{name: _filled(value, language) for name, value in self.places.items()})
        return text[:1].upper() + text[1:] if self.capital else text


class ToldError(FrontDoorError):
    """An error whose text has places. The text is marked for the catalogues by the error's name in tools/words.py."""

    def __init__(self, text: str, /, **places: object) -> None:
        self.told = Told(text, places)
        super().__init__(str(self.told))


def in_words(error: Exception) -> str:
    """What an error says, in the language that is spoken now."""
    return error.told.said() if isinstance(error, ToldError) else translate(str(error))


def _filled(value: object, language: Callable[[str], str]) -> str:
    told = value.told if isinstance(value, ToldError) else value
    return told._in(language) if isinstance(told, Told) else str(told)
