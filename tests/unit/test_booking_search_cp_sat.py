"""The joint search against CP-SAT, on random questions that vary all that can be asked."""

import json
import random
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from booking.search.joint import JointSearch
from booking.search.stock import Terms
from tests.solver.instances import answer, faults, instance, question

ROOT = Path(__file__).resolve().parents[2]
SOLVER, SCRIPT = ROOT / ".venv-solver/bin/python", ROOT / "tests/solver/cp_sat.py"
COUNT, LARGE, PROCESSES = 1000, 100, 2


def solved(asked: list[dict[str, Any]]) -> list[list[int] | None]:
    if not SOLVER.exists():
        pytest.fail("CP-SAT is not installed: `make test-setup` installs it in .venv-solver.")
    lines = "\n".join(map(json.dumps, asked))
    done = subprocess.run([SOLVER, SCRIPT], input=lines, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def asked() -> list[dict[str, Any]]:
    small = [instance(random.Random(seed)) for seed in range(COUNT - LARGE)]
    return small + [instance(random.Random(seed), cells=40, most_legs=6) for seed in range(COUNT - LARGE, COUNT)]


@pytest.fixture(scope="module")
def optima(asked: list[dict[str, Any]]) -> Iterator[list[list[int] | None]]:
    with ThreadPoolExecutor(PROCESSES) as pool:
        parts = pool.map(solved, [asked[part::PROCESSES] for part in range(PROCESSES)])
        answers: list[list[int] | None] = [None] * len(asked)
        for part, found in enumerate(parts):
            answers[part::PROCESSES] = found
        yield answers


@pytest.mark.slow
def test_equals_cp_sat_on_1000_random_questions(asked, optima) -> None:
    assert [answer(each) for each in asked] == optima


@pytest.mark.slow
def test_the_questions_vary_all_that_can_be_asked(asked, optima) -> None:
    fitting = [each for each, best in zip(asked, optima, strict=True) if best is not None]
    assert 100 < len(fitting) < COUNT - 100
    several = [each for each in fitting if len(each["legs"]) > 1]
    for name in ("together", "in_order", "min_gap", "buffer", "by_phone", "language", "prefer"):
        assert sum(bool(each["terms"][name]) for each in several) >= 20, name
    assert sum(each["terms"]["max_gap"] is not None for each in several) >= 20
    assert sum(len({room["site"] for room in each["rooms"].values()}) > 1 for each in several) >= 15
    assert sum(any(leg["follows"] for leg in each["legs"]) for each in several) >= 15
    assert sum(best is not None and best[1] > 0 for best in optima) >= 20  # somebody waits
    assert sum(best is not None and best[2] < 0 for best in optima) >= 20  # somebody is preferred


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["waiting", "buffer", "walks", "max_gap", "prefer"])
def test_a_search_that_forgets_something_is_caught(asked, optima, fault: str) -> None:
    """The negative control: with the fault planted, the answers differ from CP-SAT's."""
    forgets = {
        "waiting": {"max_waiting": 8}, "buffer": {"buffer": 0}, "walks": {"walks": {}}, "max_gap": {"max_gap": None},
        "prefer": {"prefer": frozenset()},
    }[fault]  # fmt: skip
    real = JointSearch.__init__

    def planted(self: JointSearch, legs: Any, stock: Any, terms: Terms) -> None:
        real(self, legs, stock, Terms(**{**terms.__dict__, **forgets}))

    with patch.object(JointSearch, "__init__", planted):
        assert [answer(each) for each in asked] != optima


@pytest.mark.slow
def test_what_is_found_can_be_done(asked) -> None:
    for seed, each in enumerate(asked):
        put = question(each)
        if found := put.search.best(put.days[0][0]):
            assert faults(put, found) == [], seed
