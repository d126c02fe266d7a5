"""Segments against a carrier of our own: it packs real user data, by the tables of 3GPP TS 23.038 and 23.040."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.channels.segments import Segments, segments, survives_notify, to_gsm

# TS 23.038, 6.2.1: the default alphabet in its own order, 0x00 to 0x7F, so that a letter's place is its code.
ALPHABET = (
    "@£$¥èéùìòÇ\nØø\rÅå"
    "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./"
    "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO"
    "PQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmno"
    "pqrstuvwxyzäöñüà"
)
# 6.2.1.1: the code after an escape (0x1B).
EXTENSION = {0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|",
             0x65: "€"}  # fmt: skip
OCTETS, HEADER = 140, 6
TEXTS = st.text(st.sampled_from("abc €[]~é@ΔŁł\n’…😀👩‍👧żعا漢"), max_size=500)


def carried(text: str) -> list[str]:
    """The parts that a carrier would send: as many whole characters as each part's 140 octets hold."""
    coded = [_septets(character) for character in text]
    if all(code is not None for code in coded):
        room, whole = (OCTETS - HEADER) * 8 // 7, OCTETS * 8 // 7
        sizes = [len(code or b"") for code in coded]
    else:
        room, whole = OCTETS - HEADER, OCTETS
        sizes = [len(character.encode("utf-16-be")) for character in text]
    if sum(sizes) <= whole:
        return [text]
    parts, left = [""], room
    for character, size in zip(text, sizes, strict=True):
        if size > left:
            parts, left = [*parts, ""], room
        parts[-1] += character
        left -= size
    return parts


def _septets(character: str) -> bytes | None:
    if character in ALPHABET and character != "\x1b":
        return bytes([ALPHABET.index(character)])
    return next((bytes([0x1B, code]) for code, shown in EXTENSION.items() if shown == character), None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a" * 160, Segments("GSM-7", 160, 1)),
        ("a" * 161, Segments("GSM-7", 161, 2)),
        ("a" * 306, Segments("GSM-7", 306, 2)),
        ("a" * 307, Segments("GSM-7", 307, 3)),
        ("à" * 612, Segments("GSM-7", 612, 4)),  # notifications-utils, test_template_types.py, has these six too
        ("à" * 613, Segments("GSM-7", 613, 5)),
        ("ÿ" * 70, Segments("UCS-2", 70, 1)),
        ("ÿ" * 71, Segments("UCS-2", 71, 2)),
        ("ÿ" * 268, Segments("UCS-2", 268, 4)),
        ("à" * 70 + "ÿ", Segments("UCS-2", 71, 2)),
        ("€" * 80, Segments("GSM-7", 160, 1)),
        ("€" * 81, Segments("GSM-7", 162, 2)),
        ("€" * 153, Segments("GSM-7", 306, 3)),  # 76 pairs a part: one septet of each is left over
        ("a" * 152 + "€" * 10, Segments("GSM-7", 172, 2)),  # the pair at 153 goes whole to the second
        ("😀" * 35, Segments("UCS-2", 70, 1)),
        ("😀" * 67, Segments("UCS-2", 134, 3)),  # 33 pairs a part: 134 units would fit two, were pairs parted
        ("", Segments("GSM-7", 0, 1)),
        ("ż", Segments("UCS-2", 1, 1)),
    ],
)
def test_known_texts(text: str, expected: Segments) -> None:
    assert segments(text) == expected


@given(TEXTS)
def test_any_text_counts_as_a_carrier_would_pack_it(text: str) -> None:
    assert segments(text).count == len(carried(text))


def test_the_whole_alphabet_is_known_letter_by_letter() -> None:
    for code in range(0x10000):
        character = chr(code)
        if 0xD800 <= code <= 0xDFFF or character == "\x1b":
            continue
        septets = _septets(character)
        found = segments(character)
        assert (found.encoding == "GSM-7") == (septets is not None), hex(code)
        assert found.units == (len(character.encode("utf-16-be")) // 2 if septets is None else len(septets)), hex(code)


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("I’m “here” – now…", 'I\'m "here" - now...'),
        ("01632 960 110", "01632 960 110"),
        ("non‑breaking—dash", "non-breaking-dash"),
        ("Łódź, Zoë, Ştefan, Zażółć", "Łódź, Zoë, Ştefan, Zażółć"),
        ("می‌خواهم", "می‌خواهم"),
        ("👩‍👧", "👩‍👧"),
        ("soft\u00adhyphen", "softhyphen"),
    ],
)
def test_only_punctuation_is_made_safe(text: str, sent: str) -> None:
    assert to_gsm(text) == sent


@given(st.text(max_size=100))
def test_no_letter_or_digit_is_ever_changed(text: str) -> None:
    assert [c for c in to_gsm(text) if c.isalnum()] == [c for c in text if c.isalnum()]


@pytest.mark.parametrize(
    ("text", "survives"),
    [
        ("Your visit is booked. Reference 7K4 M2P.", True),
        ("Café, £5, €5 [a] {b} ~ | ^ \\", True),
        ("Ŵêlsh chârâctêrs ârê kêpt", True),
        ("Dŵr ŷ", True),
        ("Łódź", False),  # becomes "Lodz"
        ("Zażółć gęślą jaźń", False),  # the accents go
        ("François", False),  # becomes "Francois": a small c with a cedilla is not in GSM-7
        ("عربي", False),
        ("你好", False),
        ("Hello 😬", False),
        ("It just works™", False),
        ("I’m here", False),  # sent as "I'm": to_gsm has done that before
    ],
)
def test_what_notify_keeps(text: str, survives: bool) -> None:
    assert survives_notify(text) is survives
    assert survives_notify("I’m here") is not survives_notify(to_gsm("I’m here"))
