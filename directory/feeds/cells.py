"""Cells that no spreadsheet takes for a formula: one apostrophe before them, and gone again when they are read.

A text that begins with apostrophes before such a letter gets one more, so that reading always gives back what was
written. Source: OWASP, CSV injection.
"""

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_MADE_SAFE = re.compile(r"'+[=+\-@\t\r＝＋－＠]")


def made_safe(text: str) -> str:
    """The text as a cell that stays a text."""
    return f"'{text}" if _FORMULA.match(text) else text


def as_meant(cell: str) -> str:
    """The text that `made_safe` made the cell of; any other cell as it is."""
    return cell[1:] if _MADE_SAFE.match(cell) else cell
