"""`python -m tests.triage.score`: the public benchmark of triage, beside search by BM25.

`--misses` lists what went wrong in the dev rows (never in the locked ones); `--needs` gives recall for each need.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from directory.geography.postcodes import look_up
from tests.triage.answers import Answer, bm25, bm25_in_the_area, front_door, told_the_needs
from tests.triage.councils import AREA_OF
from tests.triage.reading import KINDS, SPLITS, Row, rows, services

Answerer = Callable[[Row], Answer]
ANSWERERS: dict[str, Answerer] = {
    "Front Door": front_door,
    "BM25": bm25,
    "BM25 in the area": bm25_in_the_area,
}


@dataclass(frozen=True)
class Marks:
    """What is right and wrong in one answer, by the names of the services' files."""

    row: Row
    shown: int
    found: tuple[frozenset[str], ...]
    missed: tuple[frozenset[str], ...]
    wrong_council: frozenset[str]
    ineligible: frozenset[str]
    asked_in_vain: frozenset[str]


@dataclass
class Tally:
    """Many marks, counted. `recall` is the share of what must be shown that is among the first three for each need."""

    marks: list[Marks] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Between 0 and 1."""
        found = sum(len(m.found) for m in self.marks)
        return found / (found + sum(len(m.missed) for m in self.marks))

    @property
    def shown(self) -> float:
        """How many services a person sees on average: the first three for each need together."""
        return sum(m.shown for m in self.marks) / len(self.marks)

    def count(self, what: Callable[[Marks], Iterable[str]]) -> int:
        """How many services of a kind there are in all the answers."""
        return sum(len(list(what(m))) for m in self.marks)


def mark(row: Row, answer: Answer) -> Marks:
    """Compare one answer with its row."""
    found = tuple(one for one in row.must_include if one & answer.first)
    return Marks(
        row=row,
        shown=len(answer.first),
        found=found,
        missed=tuple(one for one in row.must_include if one not in found),
        wrong_council=_wrong_councils(row, answer.fitting | answer.asking),
        ineligible=answer.fitting & row.must_not_include,
        asked_in_vain=answer.asking & row.must_not_include,
    )


def tally(some: Iterable[Row], answerer: Answerer) -> Tally:
    """Every row answered and marked."""
    return Tally([mark(row, answerer(row)) for row in some])


def of_kind(kind: str, split: str | None = None) -> list[Row]:
    """The rows of one kind, of one split or of both."""
    return [row for row in rows() if row.kind == kind and split in (None, row.split)]


def _wrong_councils(row: Row, shown: frozenset[str]) -> frozenset[str]:
    """Services shown of councils that owe this person nothing: none of where they may live is that council's."""
    area = look_up(row.postcode) if row.postcode else None
    if area is None or not area.councils:
        return frozenset()
    here = frozenset().union(*area.councils)
    return frozenset(
        stem for stem in shown if (owed := AREA_OF.get(services()[stem].organisation)) is not None and owed not in here
    )


def _table(title: str, lines: Sequence[tuple[str, Tally]]) -> str:
    head = f"{title:<22}{'rows':>6}{'wrong council':>15}{'ineligible':>12}{'asked in vain':>15}"
    head += f"{'shown':>7}{'recall in 3':>13}"
    body = [
        f"{name:<22}{len(t.marks):>6}{t.count(lambda m: m.wrong_council):>15}{t.count(lambda m: m.ineligible):>12}"
        f"{t.count(lambda m: m.asked_in_vain):>15}{t.shown:>7.1f}{t.recall:>13.3f}"
        for name, t in lines
    ]
    return "\n".join([head, *body])


def _by_need(marks: Iterable[Marks]) -> str:
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for m in marks:
        for one in (*m.found, *m.missed):
            for need in {n for n in m.row.needs for stem in one if n in services()[stem].by_need}:
                found[need][0] += one in m.found
                found[need][1] += 1
    lines = (f"  {need:<20}{got:>4} of {of:<4}{got / of:>6.2f}" for need, (got, of) in sorted(found.items()))
    return "\n".join(lines)


def _misses(marks: Iterable[Marks]) -> str:
    lines = []
    for m in marks:
        lines += [f"  {m.row.id}: missed {' or '.join(sorted(group))}" for group in m.missed]
        for kind in ("wrong_council", "ineligible", "asked_in_vain"):
            lines += [f"  {m.row.id}: {kind.replace('_', ' ')} {stem}" for stem in sorted(getattr(m, kind))]
    return "\n".join(lines)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="what went wrong in the dev rows")
    parser.add_argument("--needs", action="store_true", help="recall for each need")
    chosen = parser.parse_args()
    for kind in KINDS:
        named = ANSWERERS | ({"Front Door, needs read": told_the_needs} if kind == "words" else {})
        for split in SPLITS:
            tallies = [(name, tally(of_kind(kind, split), answerer)) for name, answerer in named.items()]
            print(_table(f"{kind}, {split}", tallies), end="\n\n")
            if chosen.misses and split == "dev":
                print(_misses(tallies[0][1].marks), end="\n\n")
        if chosen.needs:
            print(_by_need(tally(of_kind(kind), front_door).marks), end="\n\n")


if __name__ == "__main__":
    main()
