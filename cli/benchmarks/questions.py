"""How many questions until the plan is settled, beside a fixed questionnaire, for the same made-up people.

The questionnaire asks whoever has these needs everything that any rule of their services looks at: good forms do that.
"""

import random
from collections.abc import Iterator, Sequence
from typing import Any

from cli.benchmarks.figure import Figure, NotMeasurable, percentile
from cli.benchmarks.throwaway import cambridge
from directory.circumstances import QUESTIONS
from directory.deciding.answers import CHILDREN
from directory.deciding.catalogue import Catalogue
from directory.deciding.eligibility import looks_at
from directory.deciding.plan import make_plan
from directory.deciding.questions import next_question
from directory.keeping.services import current_services
from directory.priors import shares_of
from foundation.clock import utc_now
from foundation.needs import NEEDS

PEOPLE, SEED = 300, 20261122
# A postcode of each council round Cambridge, by its code: people are spread over them as the priors say.
POSTCODES = {
    "E07000008": "CB4 3EH", "E07000012": "CB24 9NN", "E07000011": "PE29 3TN", "E07000009": "CB7 4EE",
    "E07000245": "CB9 8AA", "E07000077": "CB10 1AA",
}  # fmt: skip

Person = tuple[list[str], dict[str, Any]]


def measure() -> Iterator[Figure]:
    """Median and p90 of questions asked; the share of people who end at the plan that full knowledge gives."""
    chance, now = random.Random(SEED), utc_now()
    people = [_person(chance) for _ in range(PEOPLE)]
    ours: list[float] = []
    theirs: list[float] = []
    same = 0
    with cambridge() as database:
        services = current_services(database)
        for needs, everything in people:
            told: dict[str, Any] = {}
            while (code := next_question(services, needs, told, now=now)) is not None:
                if code in told:
                    raise NotMeasurable(f"{code} was asked twice.")
                told[code] = everything[code]
            ours.append(len(told))
            form = questionnaire(services, needs)
            theirs.append(len(form))
            filled = {code: everything[code] for code in form}
            same += make_plan(services, needs, told, now=now).key() == make_plan(services, needs, filled, now=now).key()
    for name, percent in (("median", 50), ("p90", 90)):
        yield _figure(name, percentile(ours, percent), percentile(theirs, percent))
    yield _figure("mean", sum(ours) / PEOPLE, sum(theirs) / PEOPLE)
    yield Figure(
        figure="questions_same_plan", value=100 * same / PEOPLE, unit="%", reference="the plan of the whole form",
        reference_value=100, target=1, at_least=True,
    )  # fmt: skip


def questionnaire(services: Catalogue, needs: Sequence[str]) -> list[str]:
    """Every question that a rule of a service for these needs looks at and that people with them may be asked."""
    looked_at = {code for need in needs for entry in services.shelf(need).entries for code in looks_at(entry.service)}
    return [code for code, question in QUESTIONS.items() if code in looked_at and question.matters_to(list(needs))]


def _figure(name: str, ours: float, theirs: float) -> Figure:
    return Figure(
        figure=f"questions_{name}", value=ours, unit="questions", reference="a fixed questionnaire",
        reference_value=theirs, target=1,
    )  # fmt: skip


def _person(chance: random.Random) -> Person:
    """One to four needs and every answer, each as common as the priors say for somebody with these needs."""
    needs = chance.sample(NEEDS, chance.randint(1, 4))
    told: dict[str, Any] = {}
    for code in QUESTIONS:
        shares = shares_of(code, needs)
        answer = chance.choices(list(shares), list(shares.values()))[0]
        told[code] = CHILDREN[answer] if code == "children_ages" else answer
    told["postcode"] = POSTCODES.get(told["postcode"], "CB4 3EH")
    return needs, told
