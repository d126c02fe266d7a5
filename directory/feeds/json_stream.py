"""The records of a JSON file one by one, however large it is: a service, a list, a page, or a record a line.

Only the frame is read here; the standard library's decoder reads each record. (A streaming parser was tried: it turned
half a letter, `\\ud83d`, into a question mark without a word, and such a record has to be set aside.)
"""

import json
from collections.abc import Iterator
from typing import Any

from directory.feeds.letters import Letters
from directory.feeds.records import SourceUnreadable

PAGE_KEYS = ("contents", "content", "services")  # UK 3.0, UK 1.0, and an organisation's
MAX_RECORD = 8_000_000  # letters of one record, and of what surrounds them
LONGEST_WORD = 400  # of a number or an escape, which may be cut in two
_SPACE = " \t\r\n"
_DECODER = json.JSONDecoder(strict=False)  # real feeds have line ends inside their texts


def records_in(letters: Letters, facts: dict[str, Any] | None = None) -> Iterator[Any]:
    """Every record; what a page says of itself (total_items, last_page) goes into `facts`, with `is_page`.

    Raises SourceUnreadable where it is no JSON, or no longer: what came before is whole.
    """
    reader = _Reader(letters)
    around = {} if facts is None else facts
    if not reader.peek():
        raise SourceUnreadable(f"{letters.name} is empty.")
    while reader.peek():  # one value, or a value a line
        if reader.peek() == "{":
            yield from _object(reader, around)
        elif reader.peek() == "[":
            yield from reader.items()
        else:
            yield reader.value()


def _object(reader: "_Reader", facts: dict[str, Any]) -> Iterator[Any]:
    """The records of a page, or the object itself when it holds none."""
    own: dict[str, Any] = {}
    is_page = False
    for key in reader.members():
        if key in PAGE_KEYS and reader.peek() == "[":
            is_page = True
            runs = {k: v for k, v in own.items() if not isinstance(v, list)} if {"id", "name"} <= set(own) else None
            for record in reader.items():
                yield _run_by(record, runs)
        else:
            own[key] = reader.value()
            if reader.taken > MAX_RECORD and not is_page:
                raise reader.trouble("holds one record that is far too large")
    if is_page:
        facts.update(own, is_page=True)
    else:
        yield own


def _run_by(record: Any, organisation: dict[str, Any] | None) -> Any:
    """A service in an organisation's list, with that organisation."""
    if organisation is None or not isinstance(record, dict) or record.get("organization"):
        return record
    return {**record, "organization": organisation}


def _what(error: json.JSONDecodeError, text: str) -> str:
    rest = text[error.pos : error.pos + 20].strip()
    if not rest or error.msg.startswith("Unterminated"):
        return "ends in the middle"
    return f"is broken at “{rest}”"


class _Reader:
    def __init__(self, letters: Letters) -> None:
        self._letters = letters
        self._text, self._at, self._ended = "", 0, False
        self._count = 0
        self.taken = 0  # letters of values outside lists

    def peek(self) -> str:
        """The next letter that is no space; "" at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _SPACE:
                    return self._text[self._at]
                self._at += 1
            if not self._more():
                return ""

    def value(self) -> Any:
        """The next value, whole."""
        first = self.peek()
        if not first:
            raise self.trouble("ends in the middle")
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                what = _what(error, self._text)
                if self._is_wrong(error) or not self._more():
                    raise self.trouble(what) from error
                continue
            except RecursionError as error:
                raise self.trouble("is nested far too deeply") from error
            if end < len(self._text) or not self._more():  # a number at the edge may go on
                self.taken += end - self._at
                self._at = end
                return value

    def items(self) -> Iterator[Any]:
        """The values of the list that begins here."""
        self._at += 1
        if self.peek() == "]":
            self._at += 1
            return
        while True:
            before = self.taken
            item = self.value()
            self.taken = before
            self._count += 1
            yield item
            if not self._goes_on("]"):
                return

    def members(self) -> Iterator[str]:
        """The keys of the object that begins here; its reader takes each value."""
        self._at += 1
        if self.peek() == "}":
            self._at += 1
            return
        while True:
            key = self.value()
            if not isinstance(key, str) or self.peek() != ":":
                raise self.trouble("is not JSON")
            self._at += 1
            yield key
            if not self._goes_on("}"):
                return

    def trouble(self, what: str) -> SourceUnreadable:
        """What to say where it cannot be read on."""
        name, so_far = self._letters.name, f" after {self._count:,} records" if self._count else ""
        if not self._count and self._text.lstrip()[:1] == "<":
            return SourceUnreadable(f"{name} is a web page, not data.")
        return SourceUnreadable(f"{name} is not whole JSON: it {what}{so_far}.")

    def _is_wrong(self, error: json.JSONDecodeError) -> bool:
        """Whether more letters would not mend it: it is wrong well before the end of what is held."""
        return error.pos + LONGEST_WORD < len(self._text) and "Unterminated" not in error.msg

    def _goes_on(self, end: str) -> bool:
        follows = self.peek()
        if follows not in (",", end):
            raise self.trouble("ends in the middle" if not follows else "is broken")
        self._at += 1
        return follows == ","

    def _more(self) -> bool:
        """Read on: as much again as is held, so that a long record is not tried too often. Whether there was any."""
        if self._ended:
            return False
        held = [self._text[self._at :]]
        size = wanted = len(held[0])
        while size < max(2 * wanted, 1):
            piece = self._letters.read()
            if not piece:
                self._ended = True
                break
            held.append(piece)
            size += len(piece)
        grew = len(held) > 1
        self._text, self._at = "".join(held), 0
        if size > 2 * MAX_RECORD:
            raise self.trouble("holds one record that is far too large")
        return grew
