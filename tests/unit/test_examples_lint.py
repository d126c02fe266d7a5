"""The written examples under data/understanding hold known codes, no repeats, and enough of every kind."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from foundation.needs import CRISIS_KINDS, NEEDS

FOLDER = Path(__file__).resolve().parents[2] / "data" / "understanding"
TOO_ALIKE = 0.8
Example = tuple[str, int, dict[str, object]]


def read_examples(family: str, folder: Path = FOLDER) -> list[Example]:
    """Every line of one family of files ("needs" or "crisis") as (file name, line number, object)."""
    return [
        (path.name, number, json.loads(line))
        for path in sorted(folder.glob(f"{family}-*.jsonl"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    ]


def words_of(text: str) -> frozenset[str]:
    """The set of lower-case words in a text, apostrophes dropped and digits kept."""
    return frozenset(re.findall(r"\w+", text.lower().replace("'", "").replace("’", "")))


def split_of(name: str) -> str:
    """Which split a file belongs to, read from its name: dev, locked or train."""
    ending = name.removesuffix(".jsonl").rsplit("-", 1)[-1]
    return ending if ending in ("dev", "locked") else "train"


def find_alike(examples: list[Example]) -> list[str]:
    """Pairs of examples whose word sets overlap by more than TOO_ALIKE (Jaccard), as "file:line file:line"."""
    holders: dict[str, list[int]] = {}
    bags = [words_of(str(row["text"])) for _, _, row in examples]
    frequency = Counter(word for bag in bags for word in bag)
    alike = []
    for at, bag in enumerate(bags):
        rare_first = sorted(bag, key=lambda word: (frequency[word], word))
        prefix = rare_first[: len(bag) - int(TOO_ALIKE * len(bag)) + 1]
        for other in {seen for word in prefix for seen in holders.get(word, ())}:
            if len(bag & bags[other]) > TOO_ALIKE * len(bag | bags[other]):
                first, second = examples[other], examples[at]
                alike.append(f"{first[0]}:{first[1]} {second[0]}:{second[1]}")
        for word in prefix:
            holders.setdefault(word, []).append(at)
    return alike


@pytest.mark.parametrize("family", ["needs", "crisis"])
def test_no_example_repeats_another(family: str) -> None:
    """Not even one of the writers of whom nothing is learned."""
    unseen = read_examples(family, FOLDER / "unseen")
    assert unseen
    assert find_alike([*read_examples(family), *unseen]) == []


def test_alike_texts_are_found() -> None:
    rows: list[Example] = [
        ("needs-a.jsonl", 1, {"text": "The rent is due on Friday and I don't have it"}),
        ("needs-dev.jsonl", 7, {"text": "the rent is due on friday, and I dont have it!"}),
        ("needs-dev.jsonl", 8, {"text": "The rent was paid"}),
    ]
    assert find_alike(rows) == ["needs-a.jsonl:1 needs-dev.jsonl:7"]


def test_needs_lines_are_well_formed() -> None:
    wrong = []
    for name, number, row in read_examples("needs"):
        needs = row.get("needs")
        known = isinstance(needs, list) and set(needs) <= set(NEEDS) and len(needs) == len(set(needs))
        known = known and row.get("kind") in (None, *CRISIS_KINDS)  # where it was read for a crisis too
        if not known or not str(row.get("text", "")).strip() or not set(row) <= {"text", "needs", "detail", "kind"}:
            wrong.append(f"{name}:{number}")
    assert wrong == []


def test_crisis_lines_are_well_formed() -> None:
    wrong = [
        f"{name}:{number}"
        for name, number, row in read_examples("crisis")
        if set(row) != {"text", "kind"}
        or not str(row["text"]).strip()
        or (row["kind"] is not None and row["kind"] not in CRISIS_KINDS)
    ]
    assert wrong == []


def test_there_are_enough_needs_examples() -> None:
    rows = [(split_of(name), row) for name, _, row in read_examples("needs")]
    lists = [row["needs"] for _, row in rows if isinstance(row["needs"], list)]
    positives = Counter(need for needs in lists for need in needs)
    assert {need: positives[need] for need in NEEDS if positives[need] < 90} == {}
    assert sum(len(needs) >= 2 for needs in lists) >= len(lists) / 3
    assert sum(not needs for needs in lists) >= 0.15 * len(lists)
    sizes = Counter(split for split, _ in rows)
    least = {"train": 1150, "dev": 200, "locked": 180}
    assert [split for split in least if sizes[split] < least[split]] == []


def test_there_are_enough_crisis_examples() -> None:
    rows = [(split_of(name), row["kind"]) for name, _, row in read_examples("crisis")]
    sizes = Counter(split for split, _ in rows)
    least = {"train": 380, "dev": 110, "locked": 90}
    assert [split for split in least if sizes[split] < least[split]] == []
    for split in ("train", "dev", "locked"):
        kinds = Counter(kind for where, kind in rows if where == split)
        assert kinds[None] >= sum(kinds.values()) / 2
        assert all(kinds[kind] >= 8 for kind in CRISIS_KINDS)
