"""From all services for a need to the few that count for one person, without looking at every one of ten thousand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from directory.deciding.catalogue import SPECIAL, Entry, Shelf
from directory.deciding.enquiry import Enquiry
from directory.deciding.weights import weight
from directory.verdicts import ASK, FITS, NO, Verdict

Judged = tuple[Entry, Verdict]

# Where more than WHOLE services meet a need, the strongest WALKED of those that serve the person's area are judged,
# and more until there are enough that fit or may fit.
WHOLE, WALKED = 60, 100
TRIED = 10


@dataclass
class Sifted:
    """Services that are open to somebody, strongest first, and those that are not, the nearest miss first."""

    open_to: list[Judged] = field(default_factory=list)
    shut: list[Judged] = field(default_factory=list)

    def add(self, one: Judged) -> None:
        """Put it where it belongs."""
        (self.shut if one[1].fit == NO else self.open_to).append(one)


def sift(enquiry: Enquiry, need: str, *, most: int, walked: int = WALKED, perhaps: bool = True) -> Sifted:
    """The best `most` for `need` that are open to this person and for what they are; and who is near but shut out.

    Of a need with few services it is all of them. With `perhaps`, also the best for what they may turn out to be.
    """
    shelf, judge = enquiry.shelf(need), enquiry.judge
    found = Sifted()
    if len(shelf.entries) <= WHOLE:
        for entry in shelf.entries:
            found.add((entry, judge.verdict(entry.service)))
        return found
    places = _strongest_first(shelf, enquiry, need)
    seen = _walk(enquiry, (shelf.entries[place] for place in places), found, most=most, walked=walked)
    detail = enquiry.details.get(need)
    found.open_to.sort(key=lambda one: -one[0].worth(detail) - verdict_points(*one))
    found.shut.sort(key=lambda one: one[1].missed)
    found.open_to[most:] = _special_of(found.open_to, most)
    _add_special(enquiry, shelf, found, beyond=places[seen:], perhaps=perhaps)
    return found


def _strongest_first(shelf: Shelf, enquiry: Enquiry, need: str) -> Sequence[int]:
    places = shelf.serving(enquiry.judge.area)
    exactly = shelf.of_detail(enquiry.details.get(need))
    if not exactly:
        return places
    here = set(places)
    return list(dict.fromkeys([*(place for place in exactly if place in here), *places]))


def _walk(enquiry: Enquiry, entries: Iterable[Entry], found: Sifted, *, most: int, walked: int) -> int:
    """Judge one after the other until there are enough; how many were judged."""
    judge, count = enquiry.judge, 0
    for entry in entries:
        if count >= walked and len(found.open_to) >= most:
            break
        verdict = judge.verdict(entry.service)
        (found.shut if verdict.fit == NO else found.open_to).append((entry, verdict))
        count += 1
    return count


def _special_of(ranked: list[Judged], most: int) -> list[Judged]:
    """Below the best `most`: the first for each kind of person that a service may be made for, open and fitting."""
    there = {kind for one in ranked[:most] for kind in _kinds(one)}
    found = []
    for one in ranked[most:]:
        kinds = _kinds(one)
        if not there.issuperset(kinds):
            there.update(kinds)
            found.append(one)
    return found


def _kinds(one: Judged) -> list[tuple[str, str]]:
    entry, verdict = one
    return [] if entry.service.is_leg else [(code, verdict.fit) for code in entry.special]


def _add_special(enquiry: Enquiry, shelf: Shelf, found: Sifted, *, beyond: Sequence[int], perhaps: bool) -> None:
    """The strongest for carers, veterans and so on, where the person is one or may be, however far down they are."""
    known, judge, open_still = enquiry.judge.told.known, enquiry.judge, "yes" if perhaps else "no"
    there = {kind for one in found.open_to for kind in _kinds(one)}
    may_be = [code for code in SPECIAL if known.get(code, open_still) == "yes" and shelf.special(code)]
    wanted = [code for code in may_be if (code, FITS if code in known else ASK) not in there]
    left = set(beyond) if wanted else set()
    for code in wanted:
        for place in [place for place in shelf.special(code) if place in left][:TRIED]:
            verdict = judge.verdict(shelf.entries[place].service)
            if verdict.fit == FITS or (verdict.fit == ASK and code not in known):
                found.open_to.append((shelf.entries[place], verdict))
                break


def verdict_points(entry: Entry, verdict: Verdict) -> float:
    """The points that a verdict is worth: the less probable it is that the service is for them, the fewer."""
    if verdict.fit == NO:
        return 0.0
    if verdict.fit == FITS:
        return entry.made_for
    place = weight("place_unknown") if "postcode" in verdict.ask else 0.0
    return place + weight("not_settled") * (1 - verdict.likely)
