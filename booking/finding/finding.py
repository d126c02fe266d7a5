"""Finding openings: from the rota and the claims in the database to bitsets, and from the search back to instants."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain, repeat

import sqlalchemy as sa

from booking.finding.asking import Days, check_question, hours_of, midnight, terms_of
from booking.finding.ground import Ground, own_holds, read_ground, read_hub, read_sessions, read_stock
from booking.finding.telling import blockers_of
from booking.openings import LegRequest, Opening, OpeningLeg, OpeningsResult
from booking.search.picking import Question, find_joint_openings
from booking.search.reasons import Reason, find_reasons
from booking.search.staffing import Found
from booking.search.stock import Terms, union
from booking.wishes import Wishes
from foundation.clock import CELL_SECONDS, instant_of
from foundation.database import Database

NO_WISHES = Wishes()
# Days that are read and searched at once: few to begin with, for most questions are answered by the first.
PARTS = (2, 5, 7, 14, 28)


def find_openings(
    database: Database,
    agencies: Sequence[LegRequest],
    *,
    resident: str | None,
    from_day: date,
    days: int,
    now: datetime,
    limit: int = 3,
    instead_of: str | None = None,
    wishes: Wishes = NO_WISHES,
    hub: str | None = None,
    only: Callable[[str], bool] | None = None,
    why_not_sooner: bool = False,
) -> OpeningsResult:
    """Joint openings for all of `agencies`, best first, on `days` London days from `from_day`.

    What the resident holds, and the visit `instead_of` (a reference) that is to be changed, count as free. `hub` is an
    id; None is the installation's first. `only` says whether a resource ("adviser:ID", "room:ID") may be taken.
    Blockers are told when nothing fits, and with `why_not_sooner` also of the days before the first opening.
    Raises OpeningsNotPossible when the question itself is wrong. Writes nothing.
    """
    with database.reading() as db:
        place = read_hub(db, hub)
        check_question(place, agencies, wishes, from_day=from_day, days=days, now=now, limit=limit)
        asked = _Asked(
            legs=[replace(leg, room_features=leg.room_features | wishes.room_features) for leg in agencies],
            wishes=wishes, resident=resident, now=now,
            ground=read_ground(db, place, {leg.agency for leg in agencies}, language=wishes.interpreter, only=only),
        )  # fmt: skip
        ignoring = own_holds(db, resident, instead_of)
        parts = _Parts(_read_parts(db, asked, _in_parts(from_day, days, now), ignoring))
        found = _found(parts, asked, limit)
        reasons: tuple[Reason, ...] = ()
        if not found:
            reasons = find_reasons([part.question for part in parts])
        elif why_not_sooner:
            reasons = find_reasons(list(_before(parts, found[0])))
    return _result(found, reasons, asked)


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """One question, and who and what there is for it."""

    legs: Sequence[LegRequest]
    wishes: Wishes
    resident: str | None
    now: datetime
    ground: Ground

    @property
    def terms(self) -> Terms:
        return terms_of(self.ground.hub, self.wishes, self.ground.sites)


@dataclass(frozen=True, kw_only=True)
class _Part:
    """Some of the days: what is asked of them, and the time in them that is kept for joint visits."""

    question: Question
    fenced: int

    @property
    def outside(self) -> Question:
        """The same without the fenced time."""
        stock = self.question.stock
        return replace(self.question, stock=replace(stock, resident=stock.resident & ~self.fenced))


class _Parts:
    """Parts of the days, each read when it is first needed and then remembered."""

    def __init__(self, source: Iterator[_Part]) -> None:
        self._source, self._read = source, list[_Part]()

    def __iter__(self) -> Iterator[_Part]:
        yield from self._read
        for part in self._source:
            self._read.append(part)
            yield part


def _in_parts(from_day: date, days: int, now: datetime) -> Iterator[Days]:
    begun = -(-int(now.timestamp()) // CELL_SECONDS)
    over = from_day + timedelta(days=days)
    for size in chain(PARTS, repeat(PARTS[-1])):
        until = min(from_day + timedelta(days=size), over)
        part = Days(first=max(midnight(from_day), begun), end=midnight(until))
        if part.first < part.end:
            yield part
        if until == over:
            return
        from_day = until


def _read_parts(db: sa.Connection, asked: _Asked, parts: Iterator[Days], ignoring: Sequence[str]) -> Iterator[_Part]:
    terms, ground, alone = asked.terms, asked.ground, len(asked.legs) == 1
    for days in parts:
        hours = hours_of(ground.hub, asked.wishes, days, now=asked.now)
        stock = read_stock(db, ground, days, resident=asked.resident, now=asked.now, ignoring=ignoring)
        question = Question(legs=asked.legs, stock=stock, days=days.halves, terms=replace(terms, hours=hours))
        yield _Part(question=question, fenced=read_sessions(db, ground, days) if alone else 0)


def _found(parts: _Parts, asked: _Asked, limit: int) -> tuple[Found, ...]:
    """The hub sessions are kept for joint visits; one agency alone gets them only when there is nothing else."""
    outside = find_joint_openings((part.outside for part in parts), limit=limit) if len(asked.legs) == 1 else ()
    return outside or find_joint_openings((part.question for part in parts), limit=limit)


def _before(parts: _Parts, first: Found) -> Iterator[Question]:
    """What was asked of the days before that of the first opening."""
    for part in parts:
        stock = part.question.stock
        days = []
        for halves in part.question.days:
            if first.start < stock.first_cell + union(halves).bit_length():
                break
            days.append(halves)
        if days:
            yield replace(part.question, days=days)
        if len(days) < len(part.question.days):
            return


def _result(found: Sequence[Found], reasons: Sequence[Reason], asked: _Asked) -> OpeningsResult:
    agency = next((reason.name for reason in reasons if reason.kind == "agency"), None)
    return OpeningsResult(
        openings=tuple(_opening(each, asked) for each in found),
        blocked_by=None if found else agency,
        blockers=blockers_of(reasons, asked.ground.hub, asked.wishes),
    )


def _opening(found: Found, asked: _Asked) -> Opening:
    labels = asked.ground.labels
    return Opening(
        legs=tuple(
            OpeningLeg(
                agency=asked.legs[leg.request].agency,
                service_id=asked.legs[leg.request].service_id,
                start=instant_of(leg.start),
                finish=instant_of(leg.finish),
                adviser=leg.adviser,
                room=leg.room,
                room_label=labels.get(leg.room, ""),
                interpreter=leg.interpreter,
            )
            for leg in found.legs
        )
    )
