"""The phrase language and negation."""

import pytest

from understanding.evidence import evidence_in
from understanding.phrases import PhraseMatcher
from understanding.results import PatternsBroken
from understanding.text import clauses_of, pieces_of, words_of


def found(phrase: str, text: str) -> list[str]:
    """What `phrase` finds in `text`, as quoted."""
    words = words_of(text)
    return [
        words.quote(match.first, match.after) for match in PhraseMatcher([("x", phrase)], {"MY": "my|our"}).find(words)
    ]


@pytest.mark.parametrize(
    ("phrase", "text", "quotes"),
    [
        ("behind (with|on) MY? rent", "I'm BEHIND with my rent.", ["BEHIND with my rent"]),
        ("behind (with|on) MY? rent", "behind on rent", ["behind on rent"]),
        ("owe ~2 rent", "I owe quite some rent", ["owe quite some rent"]),
        ("owe ~2 rent", "I owe a very great deal of rent", []),
        ("owe ~2 rent", "I owe. The rent is fine", []),
        ("(out of work|jobless)", "been out of work", ["out of work"]),
        ("(sofa surf*|couch)", "Sofa surfing now", ["Sofa surfing"]),
        ("bully*", "bullying at school", ["bullying"]),
        ("cant pay", "I can’t pay", ["can’t pay"]),
    ],
)
def test_phrases(phrase: str, text: str, quotes: list[str]) -> None:
    assert found(phrase, text) == quotes


def test_a_phrase_that_begins_with_a_gap_is_refused() -> None:
    with pytest.raises(PatternsBroken):
        PhraseMatcher([("x", "~2 rent")], {})


@pytest.mark.parametrize(
    ("need", "text"),
    [
        ("money_debt", "I'm not in debt"),
        ("rent_arrears", "I'm not behind with my rent"),
        ("substance_misuse", "I don't take drugs"),
    ],
)
def test_what_is_denied_is_no_evidence(need: str, text: str) -> None:
    evidence = evidence_in(words_of(text))
    assert need not in evidence.strong
    assert evidence.denied(need)


@pytest.mark.parametrize(
    ("need", "text"),
    [
        ("rent_arrears", "I don't know how to pay my rent"),
        ("housing", "got no money sofa surfing"),
        ("employment", "not only that, I lost my job"),
    ],
)
def test_a_no_that_denies_something_else(need: str, text: str) -> None:
    assert need in evidence_in(words_of(text)).strong


def test_clauses_and_pieces_stay_inside_the_text() -> None:
    text = "Lost my job, and the gas is off. " * 60
    assert all(text[start:end].strip() == text[start:end] for start, end in clauses_of(text))
    assert "".join(text[start:end] for start, end in pieces_of(text)) == text
