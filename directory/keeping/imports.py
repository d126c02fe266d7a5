"""An import: many records into the database, in small transactions, so that nobody waits and nothing is lost.

A crash in the middle leaves what was in; the run's row then has no end.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched

import sqlalchemy as sa

from directory.feeds.records import Progress, Remark, SourceUnreadable
from directory.keeping import tombstones
from directory.keeping.judging import Aside, Good, Judged, judge
from directory.keeping.tables import import_run, quarantine
from directory.keeping.taking import Taken, known_digests, take
from foundation.clock import to_london
from foundation.database import Database

BATCH = 100  # some 30 ms of writing
LONGEST_NOTE = 4_000
Tell = Callable[[str], None]


@dataclass
class Outcome:
    """What came of an import: services by what became of them, and whether the source was read to its end."""

    changed: int = 0
    unchanged: int = 0
    set_aside: int = 0
    readable: int = 0  # of all records, those that could be read at all
    removed: int = 0
    kept_back: int = 0  # would have vanished, but were too many at once
    clashes: int = 0
    whole: bool = True
    notes: list[str] = field(default_factory=list)

    @property
    def read(self) -> int:
        """How many records came by."""
        return self.changed + self.unchanged + self.set_aside

    def note(self, text: str, tell: Tell, *, whole: bool = True) -> None:
        """Tell the data's owner something about the whole source, and keep it."""
        self.notes.append(text)
        self.whole = self.whole and whole
        tell(text)


def bring_in(
    database: Database,
    records: Iterable[object],
    *,
    source: str,
    now: datetime,
    tell: Tell,
    let_go: bool = False,
    tick: Tell = lambda line: None,
    each: Callable[[Outcome], None] = lambda outcome: None,
) -> Outcome:
    """Take in every record that can be, set the others aside, let go of what the source no longer has.

    `tell` gets a line for the data's owner, `tick` how far it is, `each` what has been done so far, after each batch.
    """
    outcome, seen = Outcome(), set[str]()
    run = _begin(database, source, now)
    today = to_london(now).date()
    for batch in batched(_until_it_breaks(records, outcome, tell, tick), BATCH):
        known = _known(database, batch, source)
        judged = [judge(record, seen, known, today) for record in batch]
        _take_batch(database, judged, outcome, run=run, source=source, now=now)
        for one in judged:
            if isinstance(one, Aside):
                tell(f"Set aside: {one.name}: {one.reason}")
        each(outcome)
    if outcome.whole and outcome.read:
        gone = tombstones.let_go(database, source, seen, now=now, insist=let_go)
        outcome.removed, outcome.kept_back = gone.removed, gone.kept_back
    _end(database, outcome, run=run, source=source, now=now)
    return outcome


def _until_it_breaks(records: Iterable[object], outcome: Outcome, tell: Tell, tick: Tell) -> Iterator[object]:
    """The records; what is told of the source is noted, and where it cannot be read on is an end."""
    try:
        for record in records:
            if isinstance(record, Progress):
                tick(record.text)
            elif isinstance(record, Remark):
                outcome.note(record.text, tell, whole=record.whole)
            else:
                yield record
    except SourceUnreadable as error:
        outcome.note(str(error), tell, whole=False)


def _begin(database: Database, source: str, now: datetime) -> int:
    values = {"source": source, "began_at": now, "whole": False, "changed": 0, "unchanged": 0, "set_aside": 0}
    with database.writing() as db:
        made = db.execute(import_run.insert().values(**values, removed=0).returning(import_run.c.id))
        return int(made.scalar_one())


def _known(database: Database, batch: Sequence[object], source: str) -> dict[str, str]:
    ids = [str(record.get("id")) for record in batch if isinstance(record, dict)]
    ids = [id for id in ids if id.isascii() and "\x00" not in id]  # others no database takes
    with database.reading() as db:
        return known_digests(db, ids, source)


def _take_batch(
    database: Database, judged: list[Judged], outcome: Outcome, *, run: int, source: str, now: datetime
) -> None:
    good = [one for one in judged if isinstance(one, Good)]
    aside = [one for one in judged if isinstance(one, Aside)]
    taken = Taken(0, 0)
    if good or aside:
        with database.writing() as db:
            taken = take(db, good, source=source, now=now)
            _set_aside(db, aside, run=run, source=source, now=now)
    outcome.changed += taken.changed
    outcome.clashes += taken.clashes
    outcome.unchanged += len(judged) - len(aside) - taken.changed
    outcome.set_aside += len(aside)
    outcome.readable += len(judged) - sum(not one.record for one in aside)
    if any(not one.id for one in aside):
        outcome.whole = False  # which service that was to be we cannot tell, so nothing is known to have vanished


def _set_aside(db: sa.Connection, aside: list[Aside], *, run: int, source: str, now: datetime) -> None:
    rows = [{"name": a.name, "record": a.record, "reason": a.reason} for a in aside]
    if rows:
        db.execute(quarantine.insert(), [{**row, "source": source, "run_id": run, "at": now} for row in rows])


def _end(database: Database, outcome: Outcome, *, run: int, source: str, now: datetime) -> None:
    """Close the run. What earlier runs of this source set aside was judged again, as far as this one came."""
    older = sa.and_(quarantine.c.source == source, sa.or_(quarantine.c.run_id.is_(None), quarantine.c.run_id != run))
    again = sa.select(quarantine.c.name).where(quarantine.c.run_id == run)
    with database.writing() as db:
        ids = db.execute(
            sa.select(quarantine.c.id).where(older if outcome.whole else older & quarantine.c.name.in_(again))
        )
        db.execute(quarantine.delete().where(quarantine.c.id.in_(ids.scalars().all())))
        db.execute(
            import_run.update()
            .where(import_run.c.id == run)
            .values(
                ended_at=now, whole=outcome.whole, changed=outcome.changed, unchanged=outcome.unchanged,
                set_aside=outcome.set_aside, removed=outcome.removed, note="\n".join(outcome.notes)[:LONGEST_NOTE],
            )
        )  # fmt: skip
