"""The rows of a CSV file as objects: any usual separator, a byte order mark, Latin-1, cells with line ends."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from directory.feeds.cells import as_meant
from directory.feeds.letters import Letters, lines
from directory.feeds.records import Read, Remark, SourceUnreadable, Unreadable

LONGEST = 1_000_000  # letters of a line, and of a cell
SEPARATORS = ",;\t|"
Row = dict[str, str]


@dataclass
class _Seen:
    """What of a file went by: whether a quotation mark is open, and whether the last line had its end."""

    quotes: int = 0
    ended: bool = True
    first: list[str] = field(default_factory=list)

    def watch(self, several: Iterator[str]) -> Iterator[str]:
        for line in several:
            self.quotes += line.count('"')
            self.ended = line.endswith("\n")
            yield line


def rows_in(letters: Letters) -> Iterator[Read]:
    """Each row as {column: cell} without its empty cells; a row with too many cells is Unreadable.

    Raises SourceUnreadable when it is no table. When it ends in the middle, the last Remark says so.
    """
    seen = _Seen()
    csv.field_size_limit(LONGEST)
    source = seen.watch(lines(letters, longest=LONGEST))
    heading = next(source, "")
    if not heading.strip():
        raise SourceUnreadable(f"{letters.name} is empty.")
    separator = max(SEPARATORS, key=heading.count)
    columns = _columns(next(csv.reader([heading], delimiter=separator)), letters.name)
    yield from _rows(csv.reader(source, delimiter=separator), columns, letters.name, seen)
    yield from letters.remarks()


def _rows(reader: Iterator[list[str]], columns: list[str], name: str, seen: _Seen) -> Iterator[Read]:
    last: list[str] | None = None
    number = 1
    try:
        for cells in reader:
            if last is not None:
                yield _row(last, columns, name, number)
            last, number = cells, number + 1
    except csv.Error as error:
        if last is not None:
            yield _row(last, columns, name, number)
        yield _broken_off(name, number, f"a quotation mark is opened and never closed ({error})")
        return
    if seen.quotes % 2:
        yield _broken_off(name, number, "a quotation mark is opened and never closed")
    elif last and not seen.ended and len(last) < len(columns):
        yield _broken_off(name, number, "the last row has too few cells")
    elif last is not None:
        yield _row(last, columns, name, number)


def _broken_off(name: str, number: int, why: str) -> Remark:
    return Remark(f"{name} ends in the middle, at row {number:,}: {why}. The rows before it were read.", whole=False)


def _row(cells: list[str], columns: list[str], name: str, number: int) -> Read:
    if len(cells) > len(columns):
        return Unreadable(f"{name}, row {number:,}", f"It has {len(cells)} cells, and the heading has {len(columns)}.")
    told = zip(columns, cells, strict=False)
    return {column: as_meant(cell.strip()) for column, cell in told if column and cell.strip()}


def _columns(heading: list[str], name: str) -> list[str]:
    columns = [re.sub(r"\W+", "_", column.strip().casefold()).strip("_") for column in heading]
    named = [column for column in columns if column]
    twice = {column for column in named if named.count(column) > 1}
    if twice:
        raise SourceUnreadable(f"{name} has the column {sorted(twice)[0]!r} twice.")
    return columns
