"""Plots as SVG that stands in a page: bars with their numbers, and whiskers for how sure these are.

Written with the standard library's XML writer, which escapes what it is given. Nothing is inline that a strict content
security policy forbids (no style, no script): looks are attributes. Bars differ by pattern as well as by colour, so
that they can be told apart in print and by everybody; the numbers stand beside them, and belong in a table too.

A plot is as wide as a phone's page, with its labels above their bars: a wider one would be shrunk there, its words
with it, to half the size of the text around it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

INK, PAPER = "#0f4a4b", "#ffffff"
WIDTH, LEFT, NUMBERS = 340, 4, 66  # user units, a CSS pixel each on a phone: the whole, the axis, room for numbers
BAR, GAP, GROUP_GAP, TEXT, LINE, TOP = 18, 4, 12, 16, 23, 8
SPAN = WIDTH - LEFT - NUMBERS


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar. `value`, `low` and `high` are parts of the whole scale, 0 to 1; None: nothing to show but `text`."""

    value: float | None
    text: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Group:
    """Bars that belong together, one a series."""

    label: str
    bars: tuple[Bar, ...]


def bar_chart(code: str, *, title: str, description: str, series: Sequence[str], groups: Sequence[Group]) -> str:
    """The SVG element of a chart with level bars. `code` is unique on the page; texts are in the reader's language."""
    above = TOP + LINE * len(series)
    height = above + sum(LINE + len(group.bars) * (BAR + GAP) + GROUP_GAP for group in groups)
    svg = Xml.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {WIDTH} {height}", "class": "fd-plot", "role": "img",
            "aria-labelledby": f"{code}-title {code}-desc", "font-size": str(TEXT),
            "fill": INK,
        },
    )  # fmt: skip
    Xml.SubElement(svg, "title", {"id": f"{code}-title"}).text = title
    Xml.SubElement(svg, "desc", {"id": f"{code}-desc"}).text = description
    _hatch(svg, code)
    _legend(svg, code, series)
    _scale(svg, above, height)
    top = above
    for group in groups:
        top = _group(svg, code, group, top=top)
    return Xml.tostring(svg, encoding="unicode")


def _hatch(svg: Xml.Element, code: str) -> None:
    size = {"width": "6", "height": "6"}
    pattern = Xml.SubElement(
        Xml.SubElement(svg, "defs"), "pattern", {"id": f"{code}-hatch", "patternUnits": "userSpaceOnUse", **size}
    )
    Xml.SubElement(pattern, "rect", {**size, "fill": PAPER})
    Xml.SubElement(pattern, "path", {"d": "M0 6 6 0M-1 1 1 -1M5 7 7 5", "stroke": INK, "stroke-width": "1.5"})


def _look(code: str, number: int) -> dict[str, str]:
    """The first series is solid, the second hatched."""
    return {"fill": INK if number == 0 else f"url(#{code}-hatch)", "stroke": INK, "stroke-width": "1"}


def _legend(svg: Xml.Element, code: str, series: Sequence[str]) -> None:
    for number, label in enumerate(series):
        top = 3 + LINE * number
        square = {"x": "1", "y": str(top), "width": "16", "height": "14", **_look(code, number)}
        Xml.SubElement(svg, "rect", square)
        _text(svg, label, x=26, y=top + 13)


def _scale(svg: Xml.Element, above: int, height: int) -> None:
    axis = {"stroke": INK, "stroke-width": "1"}
    Xml.SubElement(svg, "path", {"d": f"M{LEFT} {above}V{height - GROUP_GAP + 4}", **axis})


def _group(svg: Xml.Element, code: str, group: Group, *, top: int) -> int:
    _text(svg, group.label, x=LEFT + 8, y=top + 16)
    top += LINE
    for number, bar in enumerate(group.bars):
        _bar(svg, bar, top=top, look=_look(code, number))
        top += BAR + GAP
    return top + GROUP_GAP


def _bar(svg: Xml.Element, bar: Bar, *, top: int, look: dict[str, str]) -> None:
    end = LEFT
    if bar.value is not None:
        end = _across(bar.value)
        place = {"x": str(LEFT), "y": str(top), "width": str(end - LEFT), "height": str(BAR)}
        Xml.SubElement(svg, "rect", {**place, **look})
    if bar.low is not None and bar.high is not None and bar.high > bar.low:
        _whisker(svg, _across(bar.low), _across(bar.high), middle=top + BAR // 2)
        end = max(end, _across(bar.high))
    _text(svg, bar.text, x=end + 8, y=top + 14)


def _across(part: float) -> int:
    return LEFT + round(SPAN * min(1.0, max(0.0, part)))


def _whisker(svg: Xml.Element, low: int, high: int, *, middle: int) -> None:
    """From low to high, drawn white under black, so that it is seen on a solid bar as well."""
    line = f"M{low} {middle}H{high}M{low} {middle - 5}V{middle + 5}M{high} {middle - 5}V{middle + 5}"
    for colour, width in ((PAPER, "5"), ("#000000", "2")):
        Xml.SubElement(svg, "path", {"d": line, "fill": "none", "stroke": colour, "stroke-width": width})


def _text(svg: Xml.Element, text: str, *, x: int, y: int) -> None:
    Xml.SubElement(svg, "text", {"x": str(x), "y": str(y)}).text = text
