"""Replies that ask, laid out: words alone, a question, the needs that were heard, a last look, a consent."""

from typing import Any

from casework.consent import NAMED_CONTACT
from web.channels.breaking import tidy, whole
from web.channels.links import Links
from web.channels.said import keyword, words
from web.channels.sheets import Line, Sheet, lines, options_of, sentences, takes_numbers
from web.formatting import hub_name, listed, phone
from web.times import clock, day, span

# Longer than this, a person's own words are named and not said again to them in a text.
WORDS_AGAIN = 160


def text(reply: dict[str, Any], links: Links) -> Sheet:
    """Words alone; a choice that comes with them is said by its label."""
    return Sheet("text", (sentences(reply["text"]),), options_of(reply), takes_numbers(reply))


def question(reply: dict[str, Any], links: Links) -> Sheet:
    """What went wrong (if something did), the question, an example, why it is asked; or the last look at a visit."""
    data = reply["data"]
    if data.get("kind") == "confirm":
        return _confirm(reply)
    hint, why = data.get("hint") or "", data.get("why") or ""
    if reply["ask"] == "phone":  # they hold it in their hand
        hint = words("hints.this_number", word=keyword("this_number"))
    asked = (
        *sentences(data.get("error") or ""),
        *sentences(reply["text"]),
        *sentences(hint if hint not in why else "", rank=1),
        *sentences(why, rank=2),
    )
    return Sheet("question", (asked,), options_of(reply), takes_numbers(reply))


def needs(reply: dict[str, Any], links: Links) -> Sheet:
    """The needs by name; what was only guessed says so."""
    heard = (
        words("needs.guess" if need.get("guess") and not need["because"] else "needs.line", label=tidy(need["label"]))
        for need in reply["data"]["needs"]
    )
    missing = Line(words("needs.missing"), 2)
    block = (*sentences(reply["text"]), *lines(*heard), missing)
    return Sheet("needs", (block,), options_of(reply), takes_numbers(reply))


def consent(reply: dict[str, Any], links: Links) -> Sheet:
    """Who would see what, exactly; that a no is fine; where to choose parts."""
    data = reply["data"]
    seen = (words("consent.line", label=tidy(line["label"]), value=_value(line)) for line in data["view"])
    parts = words("consent.parts", link=links.conversation) if links.conversation else None
    free = words("consent.free_contact" if data.get("agency") == NAMED_CONTACT else "consent.free")
    blocks = (
        sentences(reply["text"]),
        lines(words("consent.see"), *seen),
        lines(_hidden(data.get("will_not_see") or ""), free, parts),
    )
    return Sheet("consent", blocks, options_of(reply), takes_numbers(reply))


def _value(line: dict[str, str]) -> str:
    if line.get("part") == "words" and len(line["value"]) > WORDS_AGAIN:
        return words("consent.as_written")
    return whole(phone(line["value"])) if line["value"] != phone(line["value"]) else tidy(line["value"])


def _hidden(text: str) -> str:
    if not text or text.endswith("."):
        return tidy(text)
    return words("consent.hidden", things=tidy(text))


def _confirm(reply: dict[str, Any]) -> Sheet:
    data = reply["data"]
    visit, contact = data.get("visit") or {}, data.get("contact") or {}
    options = options_of(reply)
    when = words("visit.when", day=whole(day(visit["start"])), span=whole(span(visit["start"], visit["finish"])))
    told = [tidy(consent["label"]) for consent in data.get("consents") or [] if consent["given"]]
    blocks = (
        sentences(reply["text"]),
        lines(when, words("confirm.where", hub=tidy(hub_name(data["hub"]))), in_order(visit["legs"])),
        lines(*(_contact(key, contact.get(key)) for key in ("name", "phone", "email"))),
        lines(words("confirm.tell", agencies=listed(told)) if told else words("confirm.tell_no_one")),
        (Line(words("confirm.not_yet", label=options[0].label), 1),),
    )
    return Sheet("question", blocks, options, takes_numbers(reply))


def _contact(key: str, value: str | None) -> str | None:
    if not value:
        return None
    return words(f"confirm.{key}", **{key: whole(phone(value)) if key == "phone" else tidy(value)})


def in_order(legs: list[dict[str, Any]]) -> str:
    """`You see A, then B, then C.`"""
    return words("openings.order", agencies=agencies(legs))


def agencies(legs: list[dict[str, Any]]) -> str:
    """`A, then B, then C`: the agencies by the names that people use, in the order of the visit."""
    return words("openings.then").join(tidy(leg["label"]) for leg in legs)


def at(moment: str) -> str:
    """A time of day that is never broken."""
    return whole(clock(moment))
