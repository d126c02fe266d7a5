"""How far two labellers agree: numbers worked out by hand, and that every row of the second one is one of ours."""

import json
from pathlib import Path

import numpy as np
import pytest

from foundation.needs import CRISIS_KINDS, NEEDS
from understanding.agreement import AMBIGUOUS, kappa, needs_lines, paired
from understanding.examples import Example
from understanding.results import ExamplesBroken


def test_kappa_of_a_table_worked_out_by_hand() -> None:
    # 20 both yes, 5 only the first, 10 only the second, 15 both no: agreement .7, by chance .5.
    first = np.repeat([True, True, False, False], [20, 5, 10, 15])
    second = np.repeat([True, False, True, False], [20, 5, 10, 15])
    assert kappa(first, second) == pytest.approx(0.4)
    assert kappa(first, ~first) < 0
    assert kappa(first & False, first & False) == 1.0


def test_the_same_sets_agree_and_others_do_not() -> None:
    ours = [Example("a", frozenset({"food"}), None, None, "x"), Example("b", frozenset(), None, None, "x")]
    same = list(needs_lines(ours, [{"needs": ["food"]}, {"needs": []}]))
    assert same[0] == "| all needs | 1.00 | 1 | 1 |"
    assert "The same set: 1.00 of 2" in same[-1]
    other = list(needs_lines(ours, [{"needs": ["legal"]}, {"needs": ["food"]}]))
    assert "The same set: 0.00 of 2" in other[-1]


def test_each_row_of_the_second_labeller_is_one_of_ours_with_codes_that_exist() -> None:
    for name in ("needs", "crisis"):
        first, second = paired(name)
        assert len(first) == len(second) >= 150
        for row in second:
            known = set(row.get("needs", [])) <= set(NEEDS) and row.get("kind") in (None, AMBIGUOUS, *CRISIS_KINDS)
            assert known, row


def test_a_row_that_is_in_no_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "needs-a.jsonl").write_text(json.dumps({"text": "one", "needs": []}) + "\n")
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "needs.jsonl").write_text(json.dumps({"text": "two", "needs": []}) + "\n")
    with pytest.raises(ExamplesBroken, match="two"):
        paired("needs", folder=tmp_path / "second")
