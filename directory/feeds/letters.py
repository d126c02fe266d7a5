"""Bytes of a feed as text: UTF-8 (or UTF-16 with its mark), and single bytes of Windows Latin-1 among them.

A feed in Latin-1, or in UTF-8 with pieces of Latin-1 in it, is read letter by letter: what is no UTF-8 is Latin-1. It
is counted, with an example, so that it never happens in silence.
"""

import codecs
import re
from collections.abc import Iterator
from typing import Protocol

from directory.feeds.records import Remark, SourceUnreadable

CHUNK = 1 << 18
MAX_BYTES = 2_000_000_000  # of one source, after unpacking
_ODD = re.compile("[\udc80-\udcff]")


def _letter(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)  # the five that Windows leaves open are controls in Latin-1


_LATIN = {0xDC00 + byte: _letter(byte) for byte in range(0x80, 0x100)}


class Bytes(Protocol):
    """Anything that bytes are read from."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; none at the end."""


class Letters:
    """The text of a stream of bytes, piece by piece. Raises SourceUnreadable past `limit` bytes."""

    def __init__(self, stream: Bytes, name: str, *, limit: int = MAX_BYTES) -> None:
        self.name = name
        self._stream, self._limit, self._taken = stream, limit, 0
        self._decoder: codecs.IncrementalDecoder | None = None
        self._odd, self._example = 0, ""

    def read(self) -> str:
        """The next piece; "" at the end."""
        while True:
            chunk = self._chunk()
            if self._decoder is None:
                self._decoder = _decoder(chunk)
            try:
                text = self._decoder.decode(chunk, not chunk)
            except UnicodeDecodeError as error:
                raise SourceUnreadable(f"{self.name} holds bytes that are no letters: {error.reason}.") from error
            if text or not chunk:
                return self._mended(text)

    def remarks(self) -> Iterator[Remark]:
        """What to tell about the letters, when all is read."""
        if self._odd:
            yield Remark(
                f"{self.name} is not all in UTF-8. We read {self._odd:,} letters as Windows Latin-1, such as in "
                f"“{self._example}”. Check that this is right, and send UTF-8 if you can."
            )

    def _chunk(self) -> bytes:
        try:
            chunk = self._stream.read(CHUNK)
        except OSError as error:
            raise SourceUnreadable(f"{self.name} could not be read any further: {error}.") from error
        self._taken += len(chunk)
        if self._taken > self._limit:
            raise SourceUnreadable(f"{self.name} is larger than {self._limit // 1_000_000:,} MB, so we stopped there.")
        return chunk

    def _mended(self, text: str) -> str:
        if text.isascii():
            return text
        first = _ODD.search(text)
        if first is None:
            return text
        mended = text.translate(_LATIN)
        self._odd += len(_ODD.findall(text))
        if not self._example:
            around = mended[max(0, first.start() - 20) : first.start() + 20]
            self._example = " ".join(re.sub(r"[^\w\s'’-]+", " ", around).split())
        return mended


def _decoder(start: bytes) -> codecs.IncrementalDecoder:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return codecs.getincrementaldecoder("utf-16")("strict")
    return codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")


def lines(letters: Letters, *, longest: int) -> Iterator[str]:
    """The lines of it with their ends. Raises SourceUnreadable for one of more than `longest` letters."""
    rest = ""
    while piece := letters.read():
        *whole, rest = _split(rest + piece)
        yield from whole
        if len(rest) > longest:
            raise SourceUnreadable(f"{letters.name} has a line of more than {longest:,} letters.")
    if rest:
        yield rest


def _split(text: str) -> list[str]:
    parts = text.split("\n")
    return [*(part + "\n" for part in parts[:-1]), parts[-1]]
