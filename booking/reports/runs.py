"""Simulations that were asked for: kept in the database, worked out by a process of their own, one at a time."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Self

import sqlalchemy as sa

from booking.errors import OpeningsNotPossible
from booking.reports.making import suppose
from booking.reports.what_if import NotSimulated, WhatIf, check_numbers, what_if
from booking.reports.world import CommonHours
from booking.tables import hub, report_run
from booking.visits import store
from foundation.database import Database
from foundation.errors import FrontDoorError
from foundation.languages import marked

WAITS, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
LONGEST = timedelta(minutes=20)  # a run that is older has died with its process
USUAL_HOURS, USUAL_SEEDS = 2.0, 30
DIED = marked("The simulation was broken off. Please start it again.")


class RunGone(FrontDoorError):
    """There is no such run, or another process has taken it up."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of a simulation. `weekday` and `start` (quarters of an hour) are both given, or found out.

    `a_day` people ask (None: as in the past weeks); diaries are `full` besides (None: as is assumed).
    """

    hours: float = USUAL_HOURS
    weekday: int | None = None
    start: int | None = None
    a_day: float | None = None
    full: float | None = None
    seeds: int = USUAL_SEEDS
    seed: int = 0

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Self:
        """What `dataclasses.asdict` made."""
        return cls(**document)

    def checked(self) -> Self:
        """The same. Raises NotSimulated when it cannot be asked, whatever the rota is."""
        check_numbers(hours=self.hours, seeds=self.seeds, a_day=self.a_day, full=self.full)
        _ = self.given
        return self

    @property
    def given(self) -> CommonHours | None:
        """The hours that are asked about; None where the best are to be found. Raises NotSimulated."""
        if self.weekday is None and self.start is None:
            return None
        if self.weekday is None or self.start is None or not 0 <= self.weekday <= 6:
            raise NotSimulated(marked("Say both the day of the week and the hour, or neither."))
        end = self.start + int(self.hours * 4)
        if not (0 <= self.start < end <= 96):
            raise NotSimulated(marked("The hours must lie within one day."))
        return CommonHours(weekday=self.weekday, start=self.start, end=end)


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run. `result` once it is done (see `answer`), `problem` when it failed."""

    id: str
    state: str
    asked: Question
    at: datetime
    ended_at: datetime | None
    result: dict[str, Any] | None
    problem: str

    @property
    def open(self) -> bool:
        """Whether it is still to come."""
        return self.state in (WAITS, RUNNING)


def answer(database: Database, question: Question, *, now: datetime) -> dict[str, Any]:
    """Simulate, here and now: the difference, and what was supposed. Raises NotSimulated."""
    supposed = suppose(database, now=now, a_day=question.a_day, full=question.full)
    found: WhatIf = what_if(
        supposed.world, supposed.demand, hours=question.hours, seeds=question.seeds, seed=question.seed,
        given=question.given,
    )  # fmt: skip
    demand = supposed.demand
    told = {"a_day": round(demand.a_day, 2), "full": demand.full, "missed": round(demand.missed, 4)}
    days = len(supposed.world.days)
    return {**found.as_json(), "supposed": {**told, "from_history": supposed.from_history, "days": days}}


def start(database: Database, question: Question, *, by: str, now: datetime) -> tuple[Run, bool]:
    """Put a run down, unless one is open already: the run, and whether it is new. Raises NotSimulated."""
    question.checked()
    with database.writing() as db:
        place = store.the_hub(db).id
        db.execute(sa.select(hub.c.id).where(hub.c.id == place).with_for_update())  # two at once wait for each other
        before = _last(db, place, now=now)
        if before is not None and before.open:
            return before, False
        values = {"id": secrets.token_hex(8), "hub": place, "asked": asdict(question), "state": WAITS}
        row = db.execute(sa.insert(report_run).values(**values, by=by, at=now).returning(report_run)).one()
        return _run(row, now), True


def last_run(database: Database, *, now: datetime) -> Run | None:
    """The run that was asked for last."""
    with database.reading() as db:
        return _last(db, store.the_hub(db).id, now=now)


def _last(db: sa.Connection, place: str, *, now: datetime) -> Run | None:
    query = sa.select(report_run).where(report_run.c.hub == place)
    row = db.execute(query.order_by(report_run.c.at.desc(), report_run.c.id).limit(1)).one_or_none()
    return None if row is None else _run(row, now)


def _run(row: sa.Row[Any], now: datetime) -> Run:
    died = row.state in (WAITS, RUNNING) and now - row.at > LONGEST
    return Run(
        id=row.id, state=FAILED if died else row.state, asked=Question.from_json(row.asked), at=row.at,
        ended_at=row.ended_at, result=row.result, problem=DIED if died else row.problem,
    )  # fmt: skip


def work(database: Database, number: str, *, clock: Callable[[], datetime]) -> None:
    """Work out the run `number` and write what came of it. Raises RunGone when it is not there to be taken up."""
    now = clock()
    with database.writing() as db:
        mine = (report_run.c.id == number) & (report_run.c.state == WAITS)
        taken = sa.update(report_run).where(mine).values(state=RUNNING, begun_at=now).returning(report_run.c.asked)
        asked = db.scalar(taken)
    if asked is None:
        raise RunGone(f"There is no simulation {number} to be worked out.")
    try:
        found = {"state": DONE, "result": answer(database, Question.from_json(asked), now=now)}
    except OpeningsNotPossible as error:
        found = {"state": FAILED, "problem": str(error)[:300]}
    _end(database, number, found, now=clock())


def broken_off(database: Database, number: str, *, now: datetime) -> None:
    """Its process has ended without a result."""
    _end(database, number, {"state": FAILED, "problem": DIED}, now=now)


def _end(database: Database, number: str, found: Mapping[str, object], *, now: datetime) -> None:
    still = (report_run.c.id == number) & report_run.c.state.in_((WAITS, RUNNING))
    with database.writing() as db:
        db.execute(sa.update(report_run).where(still).values(ended_at=now, **found))
