"""The needs that a foreign feed's service meets, from the terms that it carries."""

from collections.abc import Iterator
from typing import Any

from directory.maps.model import Maps
from directory.maps.reading import current_maps
from directory.maps.terms import curie_of, is_esd, need_term
from directory.meets import Meets
from foundation.needs import NEEDS

OUR_TAXONOMY = "front door needs"
GUESSED = 1
_KEYS = ("term_uri", "code", "term", "id")


def needs_of(document: dict[str, Any], maps: Maps | None = None) -> tuple[Meets, ...]:
    """What the service in an Open Referral UK `document` meets: by its terms, or else guessed from its words.

    Terms are our own needs, or the LGA's as a URI, a CURIE, a bare code or a label of a list that the feed names;
    what stands under a mapped term counts as that term. A guess has strength 1 and is marked as one.
    """
    maps = maps or current_maps()
    attributes = [item for item in document.get("attributes") or [] if isinstance(item, dict)]
    carried = [term for item in attributes if isinstance(term := item.get("taxonomy_term"), dict)]
    terms = {str(term["id"]): term for term in carried if term.get("id")}
    found: dict[tuple[str, str | None], Meets] = {}
    for item in attributes:
        if "eligib" in str(item.get("link_type") or "").casefold():  # whom it is for, not what it does
            continue
        for meets in _of_attribute(item, terms, maps):
            key = (meets.need, meets.detail)
            if key not in found or found[key].strength < meets.strength:
                found[key] = meets
    return tuple(found.values()) or _guessed(document, maps)


def _of_attribute(item: dict[str, Any], terms: dict[str, dict[str, Any]], maps: Maps) -> tuple[Meets, ...]:
    """The needs of one attribute; where its own term says nothing, those of the nearest wider one that does."""
    term = item.get("taxonomy_term")
    if not isinstance(term, dict):
        term = terms.get(str(item.get("taxonomy_term_id"))) or {"id": item.get("taxonomy_term_id")}
    seen: set[str] = set()
    while term and str(term.get("id")) not in seen:
        seen.add(str(term.get("id")))
        for curie in _curies(term, str(item.get("value") or ""), maps):
            if needs := maps.needs_of_term(curie):
                return tuple(m for m in needs if m.need in NEEDS)
        parent = str(term.get("parent_id") or "")
        term = terms.get(parent) or ({"id": parent, "taxonomy": term.get("taxonomy")} if parent else {})
    return ()


def _curies(term: dict[str, Any], value: str, maps: Maps) -> Iterator[str]:
    taxonomy = " ".join(str(term.get(key) or "") for key in ("taxonomy", "taxonomy_id", "taxonomy_detail"))
    written = [str(term[key]) for key in _KEYS if term.get(key)] + ([value] if value else [])
    for text in written:
        if curie := curie_of(text, taxonomy=taxonomy):
            yield curie
    if OUR_TAXONOMY in taxonomy.casefold():
        yield from (need_term(text) for text in written if text in NEEDS)
    elif is_esd(taxonomy) and (labelled := maps.label_of(str(term.get("name") or term.get("term") or ""))):
        yield labelled


def _guessed(document: dict[str, Any], maps: Maps) -> tuple[Meets, ...]:
    text = f"{document.get('name') or ''}\n{document.get('description') or ''}"
    return tuple(Meets(need, None, GUESSED, guessed=True) for need in maps.guessed_from(text))
