"""`python -m understanding.measure dev`: every figure of a labelled split, with 95 % bootstrap intervals.

`dev` and `locked` are our own splits; anything else is a folder with needs.jsonl and crisis.jsonl.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from foundation.errors import FrontDoorError
from foundation.needs import NEEDS
from understanding.examples import MEASURED, Example, example_files, read_examples
from understanding.reading import understand
from understanding.results import ExamplesBroken, Understanding

Answers = NDArray[np.bool_]
RESAMPLES, SEED = 1000, 7
# Needs that often hide a crisis: an alert on such a message may be right, so it is no sign of a false alarm.
OFTEN_CRISIS = frozenset(
    ["domestic_abuse", "mental_health", "housing", "substance_misuse", "physical_health", "family_children"]
)


@dataclass(frozen=True)
class Figure:
    """One figure with the ends of its 95 % interval; `count` messages stand behind it."""

    name: str
    value: float
    low: float
    high: float
    count: int

    def line(self) -> str:
        """One line of a table in Markdown."""
        return f"| {self.name} | {self.value:.3f} | {self.low:.2f}-{self.high:.2f} | {self.count} |"


def macro_f1(truth: Answers, said: Answers) -> float:
    """The mean F1 of the needs; `truth` and `said` are (messages, needs). A need that never occurs is left out."""
    asked = truth.any(axis=0) | said.any(axis=0)
    hits = (truth & said).sum(axis=0)[asked].astype(float)
    return float(np.mean(2 * hits / (truth.sum(axis=0) + said.sum(axis=0))[asked]))


def micro_f1(truth: Answers, said: Answers) -> float:
    """F1 over all needs of all messages together."""
    return 2 * int((truth & said).sum()) / max(1, int(truth.sum()) + int(said.sum()))


def share(said: Answers) -> float:
    """The share of messages where `said` holds."""
    return float(said.mean())


def interval(name: str, figure: Callable[..., float], *answers: Answers) -> Figure:
    """`figure` of `answers` (all with one row a message), its interval from resampled messages."""
    count = len(answers[0])
    if not count:
        return Figure(name, float("nan"), float("nan"), float("nan"), 0)
    dice = np.random.default_rng(SEED)
    drawn = [figure(*(part[rows] for part in answers)) for rows in dice.integers(0, count, (RESAMPLES, count))]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Figure(name, figure(*answers), float(low), float(high), count)


def matrix(sets: list[frozenset[str]]) -> Answers:
    """(messages, needs), true where a need is in the set."""
    return np.array([[code in one for code in NEEDS] for one in sets], dtype=bool).reshape(len(sets), len(NEEDS))


def needs_figures(truth: Answers, said: Answers) -> Iterator[Figure]:
    """What the issue asks of needs."""
    some = truth.any(axis=1)
    yield interval("needs, macro-F1", macro_f1, truth, said)
    yield interval("needs, micro-F1", micro_f1, truth, said)
    yield interval("every need of a message found", share, (said | ~truth).all(axis=1)[some])
    yield interval("needs exactly as labelled", share, (said == truth).all(axis=1)[some])
    yield interval("no need claimed where there is none", share, ~said[~some].any(axis=1))


def each_need(truth: Answers, said: Answers) -> Iterator[Figure]:
    """F1 of each need that occurs; `count` is how often it does."""
    for place, code in enumerate(NEEDS):
        if truth[:, place].any():
            found = interval(code, micro_f1, truth[:, [place]], said[:, [place]])
            yield Figure(code, found.value, found.low, found.high, int(truth[:, place].sum()))


def crisis_figures(examples: list[Example], heard: list[Understanding]) -> Iterator[Figure]:
    """What the issue asks of crises, from rows labelled for crisis and from rows labelled for needs alone."""
    alarm = np.array([one.crisis is not None for one in heard], dtype=bool)
    right = np.array(
        [one.crisis is not None and one.crisis.kind == e.kind for e, one in zip(examples, heard, strict=True)],
        dtype=bool,
    )
    real = np.array([e.crisis is True for e in examples], dtype=bool)
    hard = np.array([e.crisis is False for e in examples], dtype=bool)
    plain = np.array([e.crisis is None and not OFTEN_CRISIS & (e.needs or frozenset()) for e in examples], dtype=bool)
    every = np.array([e.crisis is None for e in examples], dtype=bool)
    yield interval("crisis recall", share, alarm[real])
    yield interval("of the right kind", share, right[real])
    yield interval("alerts on hard negatives", share, alarm[hard])
    yield interval("alerts on ordinary messages", share, alarm[plain])
    yield interval("alerts on all messages labelled for needs alone", share, alarm[every])


def files_of(place: str) -> list[Path]:
    """The files of a split by its name, or of a folder. Raises ExamplesBroken when there are none."""
    files = example_files(split=place) if place in MEASURED else sorted(Path(place).glob("*.jsonl"))
    if not files:
        raise ExamplesBroken(f"There are no examples in {place}.")
    return files


def measure(place: str) -> Iterator[str]:
    """The lines of the report. Raises ExamplesBroken, ModelsMissing."""
    examples = read_examples(files_of(place))
    heard = [understand(example.text) for example in examples]
    told = [number for number, example in enumerate(examples) if example.needs is not None]
    truth = matrix([examples[number].needs or frozenset() for number in told])
    said = matrix([frozenset(one.need for one in heard[number].needs) for number in told])
    yield "| figure | value | 95 % interval | messages |"
    yield "| --- | --- | --- | --- |"
    for figure in (*needs_figures(truth, said), *crisis_figures(examples, heard)):
        yield figure.line()
    yield ""
    yield "| need | F1 | 95 % interval | positives |"
    yield "| --- | --- | --- | --- |"
    for figure in each_need(truth, said):
        yield figure.line()


def main(arguments: list[str]) -> int:
    """The command. 0 when everything was measured."""
    try:
        for line in measure(arguments[0] if arguments else "dev"):
            sys.stdout.write(line + "\n")
    except FrontDoorError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
