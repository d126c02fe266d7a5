"""Two pictures for docs/understanding.md: how far the scores can be trusted, and what more recall costs.

Run with `.venv/bin/python tools/understanding_pictures.py` from the top of the checkout; needs the trained models.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FOLDER = ROOT / "docs" / "pictures"
SIDE, EDGE = 320, 48
Point = tuple[float, float]
Pair = tuple[float, bool]


def pairs() -> tuple[list[Pair], list[Pair]]:
    """(score, whether it is so) of every need of every dev message, and of every message labelled for crisis."""
    from foundation.needs import NEEDS
    from understanding.alarm import crisis_chance
    from understanding.examples import example_files, read_examples
    from understanding.reading import chances_of

    needs, crises = [], []
    for example in read_examples(example_files(split="dev")):
        chances = chances_of(example.text)
        if example.needs is not None:
            needs += [(chances[code], code in example.needs) for code in NEEDS]
        if example.crisis is not None:
            crises.append((float(crisis_chance(chances)), example.crisis))
    return needs, crises


def reliability(some: Sequence[Pair]) -> list[tuple[float, float, int]]:
    """(mean score, share that is so, count) of ten bins."""
    bins = [[pair for pair in some if number / 10 <= pair[0] < (number + 1) / 10] for number in range(10)]
    return [(sum(p for p, _ in one) / len(one), sum(t for _, t in one) / len(one), len(one)) for one in bins if one]


def precision_recall(some: Sequence[Pair]) -> list[Point]:
    """(recall, precision) at each score, the highest first."""
    every, hits, points = sum(truth for _, truth in some), 0, []
    for said, (_, truth) in enumerate(sorted(some, reverse=True), start=1):
        hits += truth
        points.append((hits / every, hits / said))
    return points


def place(point: Point) -> str:
    return f"{EDGE + point[0] * SIDE:.1f},{EDGE / 2 + (1 - point[1]) * SIDE:.1f}"


def picture(title: str, across: str, up: str, inside: Iterable[str]) -> str:
    """A square picture, 0 to 1 both ways, with a title for those who hear it read out."""
    bottom, right = EDGE / 2 + SIDE, EDGE + SIDE
    marks = "".join(
        f'<text x="{EDGE + share * SIDE}" y="{bottom + 16}" text-anchor="middle">{share:g}</text>'
        f'<text x="{EDGE - 6}" y="{EDGE / 2 + (1 - share) * SIDE + 4}" text-anchor="end">{share:g}</text>'
        for share in (0, 0.25, 0.5, 0.75, 1)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {right + 24} {bottom + EDGE}" role="img"'
        f' font-family="sans-serif" font-size="12"><title>{title}</title><rect width="100%" height="100%" fill="#fff"/>'
        f'<rect x="{EDGE}" y="{EDGE / 2}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#505a5f"/>{marks}'
        f'<text x="{EDGE + SIDE / 2}" y="{bottom + 36}" text-anchor="middle">{across}</text>'
        f'<text transform="translate(12 {EDGE / 2 + SIDE / 2}) rotate(-90)" text-anchor="middle">{up}</text>'
        f"{''.join(inside)}</svg>\n"
    )


def line(points: Iterable[Point], colour: str, dashes: str = "none") -> str:
    path = " ".join(map(place, points))
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>'


def label(text: str, row: int, colour: str) -> str:
    return f'<text x="{EDGE + 10}" y="{EDGE / 2 + SIDE - 12 - 16 * row}" fill="{colour}">{text}</text>'


def main() -> None:
    needs, crises = pairs()
    FOLDER.mkdir(exist_ok=True)
    ideal = line([(0, 0), (1, 1)], "#505a5f", "4 4")
    dots = [
        f'<circle cx="{place((p, t)).split(",")[0]}" cy="{place((p, t)).split(",")[1]}" r="4" fill="#1d70b8">'
        f"<title>{count} scores</title></circle>"
        for p, t, count in reliability(needs)
    ]
    (FOLDER / "understanding-reliability.svg").write_text(
        picture("How often a need with this score is there (dev)", "score", "share that is so", [ideal, *dots]),
        encoding="utf-8",
    )
    curves = [
        line(precision_recall(needs), "#1d70b8"),
        line(precision_recall(crises), "#d4351c"),
        label("needs, all together", 1, "#1d70b8"),
        label("crisis head, among hard negatives", 0, "#d4351c"),
    ]
    (FOLDER / "understanding-precision-recall.svg").write_text(
        picture("Precision and recall (dev)", "recall", "precision", curves), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
