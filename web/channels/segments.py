"""How a text message travels: GSM-7 or UCS-2, in how many segments, and whether a carrier keeps its letters.

Sources: 3GPP TS 23.038 (the GSM 7 bit default alphabet, section 6.2.1, and its extension table, 6.2.1.1) and
TS 23.040 (concatenated messages: a header of 6 octets leaves 153 septets or 67 UCS-2 units of the 140 octets).
"""

from dataclasses import dataclass
from typing import Literal

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Each takes two septets: an escape and a letter, which are never parted.
GSM_EXTENSION = frozenset("\f^{}\\[~]|€")
# Room in a message that travels alone, and in each part of one that does not.
ALONE = {"GSM-7": 160, "UCS-2": 70}
IN_PARTS = {"GSM-7": 153, "UCS-2": 67}
# Welsh letters that GOV.UK Notify keeps, though some make the whole text UCS-2 (notifications-utils, SanitiseSMS).
WELSH = frozenset("àèìòùẁỳÀÈÌÒÙẀỲáéíóúẃýÁÉÍÓÚẂÝäëïöüẅÿÄËÏÖÜẄŸâêîôûŵŷÂÊÎÔÛŴŶ")

# Punctuation alone, where nothing is lost. Letters stay, and so do the joiners that other scripts are written with.
_SAFE = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′´`", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−•", "-"),
        **dict.fromkeys("\N{NO-BREAK SPACE}\u2002\u2003\u2009\u200a\u202f\u2007\t", " "),
        **dict.fromkeys("\N{SOFT HYPHEN}\N{WORD JOINER}\N{ZERO WIDTH NO-BREAK SPACE}", ""),
        **dict.fromkeys("\u2028\u2029\v\f", "\n"),
        "…": "...",
    }
)

type Encoding = Literal["GSM-7", "UCS-2"]


@dataclass(frozen=True)
class Segments:
    """How a text is sent: `units` are septets (GSM-7) or UTF-16 code units (UCS-2); `count` is what is paid for."""

    encoding: Encoding
    units: int
    count: int


def segments(text: str) -> Segments:
    """The segments that `text` takes, exactly as it stands. An empty text is one."""
    encoding: Encoding = "GSM-7" if is_gsm(text) else "UCS-2"
    sizes = [_size(character, encoding) for character in text]
    units = sum(sizes)
    return Segments(encoding, units, 1 if units <= ALONE[encoding] else _parts(sizes, IN_PARTS[encoding]))


def is_gsm(text: str) -> bool:
    """Whether every character is in the GSM 7 bit default alphabet or its extension table."""
    return all(character in GSM_BASIC or character in GSM_EXTENSION for character in text)


def to_gsm(text: str) -> str:
    """`text` with its punctuation made GSM-safe: quotes, dashes, ellipses, odd spaces. No letter is changed."""
    return text.translate(_SAFE)


def survives_notify(text: str) -> bool:
    """Whether GOV.UK Notify sends every character of `text` as it is.

    Notify keeps GSM-7 and the Welsh letters. It takes the accents off other letters and makes the rest "?", so a text
    in Polish or Arabic must go by another provider. Source: alphagov/notifications-utils, `sanitise_text.py`,
    SanitiseSMS, read at commit a9af02a of August 2026. (It also trims spaces and blank lines: no letter is lost.)
    """
    return all(
        character in WELSH or character in GSM_BASIC or (character in GSM_EXTENSION and character != "\f")
        for character in text
    )


def _size(character: str, encoding: Encoding) -> int:
    if encoding == "GSM-7":
        return 2 if character in GSM_EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1


def _parts(sizes: list[int], room: int) -> int:
    """How many parts, when what takes two units (an escape, a surrogate pair) is never parted."""
    count, used = 1, 0
    for size in sizes:
        if used + size > room:
            count, used = count + 1, 0
        used += size
    return count
