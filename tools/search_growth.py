"""The picture in docs/joint-search.md: what a search costs as agencies, advisers and days grow.

Run with `.venv/bin/python tools/search_growth.py` from the top of the checkout (a few minutes). It measures the
processor's time of searches that have to look at every day, from the database to the openings.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FILE = ROOT / "docs" / "pictures" / "search-growth.svg"
COLOUR, QUIET = "#1d70b8", "#505a5f"


def main() -> None:
    """Measure and draw."""
    import matplotlib as mpl

    from cli.benchmarks.search import USUAL, grow

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "front-door", "font.size": 9})  # the same figures make the same file
    from matplotlib import pyplot

    grown = grow(print)
    figure, panes = pyplot.subplots(1, len(grown), figsize=(10, 3.4), sharey=False, layout="constrained")
    for pane, (what, points) in zip(panes, grown.items()):
        sizes, took = zip(*points)
        pane.plot(sizes, took, "o-", color=COLOUR)
        pane.plot([0, sizes[-1]], [0, took[-1]], ":", color=QUIET, label="in proportion to the last point")
        pane.set(xlabel=what, xlim=(0, None), ylim=(0, None))
        others = ", ".join(f"{size} {name}" for name, size in USUAL.items() if name != what)
        pane.set_title(f"with {others}", fontsize=9)
        pane.spines[["top", "right"]].set_visible(False)
    panes[0].set_ylabel("milliseconds of the processor")
    panes[-1].legend(frameon=False, fontsize=8)
    figure.savefig(FILE, metadata={"Date": None, "Title": "What a search costs as it grows"})


if __name__ == "__main__":
    main()
