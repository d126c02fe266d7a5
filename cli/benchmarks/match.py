"""Matching and planning for random people, beside nothing but reading the services by SQL."""

import random
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from cli.benchmarks.figure import Figure, milliseconds, pair
from cli.benchmarks.throwaway import cambridge
from directory.circumstances import QUESTIONS
from directory.keeping.services import current_services
from directory.keeping.tables import service
from directory.plan import make_plan
from foundation.database import Database
from foundation.needs import NEEDS

PEOPLE, SEED = 400, 20261122
POSTCODES = ("CB4 3EH", "CB1 2AA", "CB4 2AA", "CB1 3RB", "CB4 3", "none")
_BARE = sa.text(f"SELECT id, document FROM {service.name} WHERE status = 'active'")  # noqa: S608  a constant


def measure() -> Iterator[Figure]:
    """p50 and p95 in milliseconds of services, match and plan for one person."""
    chance = random.Random(SEED)
    people = [_person(chance) for _ in range(PEOPLE)]
    with cambridge() as database:
        current_services(database)
        ours, bare = [], []
        for needs, circumstances in people:
            ours.append(milliseconds(lambda n=needs, c=circumstances: _plan(database, n, c)))  # type: ignore[misc]
            bare.append(milliseconds(lambda: _read(database)))
    yield from pair("match", ours, bare, reference="reading the services by bare SQL", percents=(50, 95))


def _person(chance: random.Random) -> tuple[list[str], dict[str, Any]]:
    """One to four needs, and about half of the questions answered."""
    needs = chance.sample(NEEDS, chance.randint(1, 4))
    told: dict[str, Any] = {
        code: chance.choice(question.values)[0]
        for code, question in QUESTIONS.items()
        if question.kind in ("choice", "age") and question.values and chance.random() < 0.5
    }
    return needs, {**told, "postcode": chance.choice(POSTCODES)}


def _plan(database: Database, needs: list[str], circumstances: dict[str, Any]) -> None:
    make_plan(current_services(database), needs, circumstances)


def _read(database: Database) -> None:
    with database.reading() as db:
        db.execute(_BARE).all()
