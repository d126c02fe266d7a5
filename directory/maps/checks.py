"""What can be wrong with a term of the maps, in sentences for the person who edits them."""

import re
from collections.abc import Iterator, Mapping

from directory.circumstances import QUESTIONS
from directory.maps.terms import CIRCUMSTANCE, FUNCTION, NEED, OURS, SERVICE_TYPE, Term, need_of
from foundation.needs import NEEDS

_SHAPES = {
    SERVICE_TYPE: re.compile(r"\d+"),
    FUNCTION: re.compile(r"\d+"),
    NEED: re.compile(r"\d+"),
    CIRCUMSTANCE: re.compile(r"[A-Za-z]\w*"),
}
_DETAIL = re.compile(r"[a-z][a-z_]*")


def problem_of_term(curie: str) -> str | None:
    """What is wrong with the way a term is written, or None."""
    prefix, _, code = curie.partition(":")
    if prefix == OURS:
        return _problem_of_ours(curie)
    if prefix not in _SHAPES:
        return f"{curie!r} begins with none of {', '.join([*_SHAPES, OURS])}"
    return None if _SHAPES[prefix].fullmatch(code) else f"{curie!r} is not written as {prefix} terms are"


def problem_of_need(curie: str) -> str | None:
    """What is wrong with one of our needs, or None."""
    named = need_of(curie)
    if named is None:
        return f"{curie!r} is not a need such as frontdoor:need/housing"
    need, detail = named
    if need not in NEEDS:
        return f"there is no need called {need!r}"
    return None if detail is None or _DETAIL.fullmatch(detail) else f"{detail!r} is not written as a detail is"


def problem_of_circumstance(curie: str, terms: Mapping[str, Term]) -> str | None:
    """What is wrong with a circumstance that a map begins from, or None."""
    if curie.startswith(f"{CIRCUMSTANCE}:"):
        return None if curie in terms else f"there is no term {curie} in terms.csv"
    return _problem_of_answer(curie)


def problem_of_parents(terms: Mapping[str, Term]) -> Iterator[str]:
    """Wider terms that are not there, and terms that lie under themselves."""
    for term in terms.values():
        if term.parent and term.parent not in terms and problem_of_need(term.parent):
            yield f"{term.curie} belongs to {term.parent}, which is not there"
        seen = [term.curie]
        while (above := terms.get(seen[-1])) and above.parent and len(seen) <= len(terms):
            if above.parent == term.curie:
                yield f"{term.curie} lies under itself: {' > '.join([*seen, term.curie])}"
                break
            seen.append(above.parent)


def _problem_of_ours(curie: str) -> str | None:
    return problem_of_need(curie) if curie.startswith(f"{OURS}:need/") else _problem_of_answer(curie)


def _problem_of_answer(curie: str) -> str | None:
    parts = curie.removeprefix(f"{OURS}:circumstance/").split("/")
    if not curie.startswith(f"{OURS}:circumstance/") or len(parts) != 2:
        return f"{curie!r} is not a circumstance such as frontdoor:circumstance/tenure/council"
    code, value = parts
    if code not in QUESTIONS:
        return f"there is no circumstance called {code!r}"
    answers = [answer for answer, _ in QUESTIONS[code].values]
    return None if value in answers else f"{value!r} is no answer to {code!r}"
