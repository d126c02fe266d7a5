"""`frontdoor bench`: each figure beside its reference, measured in the same run.

`target` is for the ratio of value to reference: the most it may be for times, the least for rates. Where no target
was stated, `target` and `holds` are null.
"""

import importlib
import json
from collections.abc import Callable, Iterator, Sequence

import click

from cli.benchmarks.figure import Figure, NotMeasurable

NAMES = ("turn", "match", "questions", "search", "book", "understand", "receive", "find", "oruk", "imports")
HEADINGS = ("figure", "value", "unit", "reference", "its value", "ratio", "target", "holds")
WIDTHS = (27, 9, 11, 36, 9, 7, 7, 5)


def run(figures: Sequence[str], *, as_json: bool, echo: Callable[[str], object]) -> None:
    """Measure `figures` (none: all) and echo each as soon as it is known, as JSON or as a row of a table.

    Raises NotMeasurable when one that was asked for by name could not be measured; among all, that is only told.
    """
    if not as_json:
        echo(_row(HEADINGS))
    missing: list[str] = []
    for name in figures or NAMES:
        try:
            for figure in _measure(name):
                echo(json.dumps(figure.as_json()) if as_json else _row(_cells(figure)))
        except NotMeasurable as reason:
            missing.append(str(reason))
            if not figures:
                click.echo(str(reason), err=True)
    if figures and missing:
        raise NotMeasurable(" ".join(missing))


def _measure(name: str) -> Iterator[Figure]:
    measured: Iterator[Figure] = importlib.import_module(f"cli.benchmarks.{name}").measure()
    return measured


def _cells(figure: Figure) -> tuple[str, ...]:
    told = figure.as_json()
    sign = ">=" if figure.at_least else "<="
    target = "" if figure.target is None else f"{sign} {figure.target:g}"
    holds = {True: "yes", False: "NO", None: ""}[figure.holds]
    numbers = ("" if told[key] is None else f"{told[key]:g}" for key in ("value", "reference_value", "ratio"))
    value, beside, ratio = numbers
    return (figure.figure, value, figure.unit, figure.reference, beside, ratio, target, holds)


def _row(cells: Sequence[str]) -> str:
    numbers = (1, 4, 5, 6)
    padded = (
        cell.rjust(width) if at in numbers else cell.ljust(width)
        for at, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True))
    )
    return "  ".join(padded).rstrip()
