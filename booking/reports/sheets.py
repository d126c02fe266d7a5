"""A section of a report as a CSV file that no spreadsheet takes for a formula."""

import csv
import io
from collections.abc import Sequence

from booking.reports.report import Row
from directory.feeds.cells import made_safe


def as_csv(rows: Sequence[Row]) -> str:
    """The rows with a heading; nothing of none. What is not told is an empty cell."""
    text = io.StringIO()
    if rows:
        sheet = csv.writer(text)
        sheet.writerow(rows[0])
        for row in rows:
            sheet.writerow(made_safe(value) if isinstance(value, str) else value for value in row.values())
    return text.getvalue()
