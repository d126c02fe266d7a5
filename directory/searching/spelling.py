"""Words that nobody wrote, and what was meant by them."""

from collections.abc import Mapping, Sequence
from functools import cache

from babel import Locale
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from directory.searching.meanings import is_filler, meanings
from directory.searching.words import stem, words_of

# The most letters that may be wrong, missing, too many or swapped, by the length of a word.
MISTAKES = {4: 1, 5: 1, 6: 1, 7: 2, 8: 2}
IN_LONG_WORDS = 3
SHORTEST = 4


def is_right(word: str) -> bool:
    """Whether it is a word as it is, though no service has it: one that we know the meaning of, or a language's name.

    Whoever looks for somebody who speaks Polish is not to be sent to the police.
    """
    return is_filler(word) or stem(word) in _right()


@cache
def _right() -> frozenset[str]:
    english = Locale("en")
    names = [*english.languages.values(), *english.territories.values()]
    words = {word for name in names for word in words_of(name)} | meanings().vocabulary
    return frozenset(stem(word) for word in words)


def mistakes_in(word: str) -> int:
    """How many mistakes a word of this length may have; none in short ones and in numbers."""
    if len(word) < SHORTEST or not word.isalpha():
        return 0
    return MISTAKES.get(len(word), IN_LONG_WORDS)


def nearest(word: str, choices: Sequence[str], counts: Mapping[str, int]) -> str | None:
    """The word of `choices` that was most likely meant; of equally near ones, that which most services use."""
    allowed = mistakes_in(word)
    if not allowed:
        return None
    found = extract(word, choices, scorer=OSA.distance, score_cutoff=allowed, limit=30)
    near = [(far, choice) for choice, far, _ in found if far <= 1 or choice[0] == word[0]]
    if not near:
        return None
    return min(near, key=lambda one: (one[0], one[1][0] != word[0], -counts.get(one[1], 0), one[1]))[1]


def cut_in_two(word: str, counts: Mapping[str, int]) -> tuple[str, str] | None:
    """Two words that were written as one: `debtadvice`. None when there are none such, of three letters at least."""
    cuts = [(word[:at], word[at:]) for at in range(3, len(word) - 2)]
    known = [cut for cut in cuts if cut[0] in counts and cut[1] in counts]
    return max(known, key=lambda cut: min(counts[cut[0]], counts[cut[1]]), default=None)
