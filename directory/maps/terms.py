"""The terms of the lists that maps speak of, as CURIEs, and how feeds write them."""

import re
from dataclasses import dataclass

FUNCTION, SERVICE_TYPE, NEED, CIRCUMSTANCE = "esdFunction", "esdServiceType", "esdNeed", "esdCircumstance"
OURS = "frontdoor"
# The list's name at id.esd.org.uk -> our prefix. Open Referral UK settles three; it names none for functions.
LISTS = {"service": SERVICE_TYPE, "function": FUNCTION, "need": NEED, "circumstance": CIRCUMSTANCE}
_PREFIXES = {prefix.casefold(): prefix for prefix in LISTS.values()}
_URI = re.compile(r"esd\.org\.uk/(?:\?uri=)?(service|function|need|circumstance)(?:/|%2f)([\w-]+)/?$", re.IGNORECASE)
_CURIE = re.compile(r"([A-Za-z]+):([\w/-]+)")
_OF_ESD = re.compile(r"\besd|local government serv|\blgsl\b|lg inform", re.IGNORECASE)
_KINDS = (("function", FUNCTION), ("need", NEED), ("circumstance", CIRCUMSTANCE), ("", SERVICE_TYPE))


@dataclass(frozen=True)
class Term:
    """A term: `curie` such as esdServiceType:651, its `label`, and the wider term that it belongs to, if any."""

    curie: str
    label: str
    parent: str | None


def need_term(need: str, detail: str | None = None) -> str:
    """Our own term for a need: `frontdoor:need/housing`, `frontdoor:need/housing/eviction_notice`."""
    return f"{OURS}:need/{need}/{detail}" if detail else f"{OURS}:need/{need}"


def circumstance_term(code: str, value: object) -> str:
    """Our own term for an answer: `frontdoor:circumstance/tenure/council`."""
    return f"{OURS}:circumstance/{code}/{value}"


def need_of(curie: str) -> tuple[str, str | None] | None:
    """The need and detail of one of our own terms; None for every other term."""
    parts = curie.removeprefix(f"{OURS}:").split("/")
    if not curie.startswith(f"{OURS}:need/") or len(parts) not in (2, 3):
        return None
    return parts[1], parts[2] if len(parts) == 3 else None


def curie_of(written: str, *, taxonomy: str = "") -> str | None:
    """A term as a feed writes it, as a CURIE: from a URI, a CURIE, or a bare code of a list that `taxonomy` names."""
    text = written.strip()
    if found := _URI.search(text):
        return f"{LISTS[found[1].casefold()]}:{found[2]}"
    if found := _CURIE.fullmatch(text):
        prefix = found[1].casefold()
        known = _PREFIXES.get(prefix) or _PREFIXES.get(prefix.removesuffix("s"))
        if known:
            return f"{known}:{found[2]}"
        return text if prefix == OURS else None
    if text.isascii() and text.isdigit() and is_esd(taxonomy):
        return f"{_kind(taxonomy)}:{int(text)}"
    return None


def is_esd(taxonomy: str) -> bool:
    """Whether a taxonomy, as a feed names it, is one of the LGA's lists."""
    return bool(_OF_ESD.search(taxonomy))


def _kind(taxonomy: str) -> str:
    return next(prefix for word, prefix in _KINDS if word in taxonomy.casefold())
