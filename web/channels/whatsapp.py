"""The replies of one turn for WhatsApp: texts, buttons and lists for Meta's Cloud API, or numbered texts for Twilio.

Limits of the Cloud API, from developers.facebook.com/documentation/business-messaging/whatsapp/messages (2026):
"text-messages" (a body of 4096 characters), "interactive-reply-buttons-messages" (a body of 1024, at most 3 buttons, a
title of 20, an id of 256), "interactive-list-messages" (a body of 4096, a button of 20, at most 10 rows over all
sections, a section's title of 24, a row's title of 24, its description of 72, its id of 200); both with a footer of 60.
Twilio refuses a body of more than 1600 characters (its error 21617), and says that some characters count as more.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

from web.channels.breaking import Fits, loose, pack
from web.channels.laying import lay_out
from web.channels.links import Links
from web.channels.plainness import without_formatting
from web.channels.said import words
from web.channels.sheets import GOES_ON, Block, Option, Sheet, how_to_answer, numbers, person_hint

TEXT, BUTTONS_BODY, LIST_BODY = 4096, 1024, 4096
FOOTER = 60
BUTTONS, BUTTON_TITLE, BUTTON_ID = 3, 20, 256
ROWS, ROW_TITLE, ROW_DESCRIPTION, ROW_ID = 10, 24, 72, 200
LIST_BUTTON, SECTION_TITLE = 20, 24
TWILIO_BYTES = 1600
PARAGRAPH = "\n\n"

type Message = dict[str, Any]


def render(replies: Sequence[dict[str, Any]], *, links: Links) -> list[Message]:
    """The Cloud API's message objects for one turn, in order, without `to`. Raises NoSuchReply.

    The ids of buttons and rows are choice ids, or stand for one that is too long: `tapped` reads both.
    """
    messages: list[Message] = []
    for place, reply in enumerate(replies, start=1):
        sheet = lay_out(reply, links)
        messages += _messages(sheet, _person(sheet, last=place == len(replies)))
    return messages


def plain(replies: Sequence[dict[str, Any]], *, links: Links) -> list[str]:
    """The same as numbered texts, each of at most 1600 bytes of UTF-8, however Twilio counts. Raises NoSuchReply."""
    blocks: list[list[str]] = []
    for place, reply in enumerate(replies, start=1):
        sheet = lay_out(reply, links)
        person = _person(sheet, last=place == len(replies))
        blocks += [*_paragraphs(sheet), *_answers(sheet), *([[person]] if person else [])]
    return pack(blocks, fits=lambda text: len(text.encode()) <= TWILIO_BYTES, gap=PARAGRAPH)


def tapped(id: str, current: dict[str, Any] | None) -> str:
    """The choice that a tapped button or row stands for, among what can be chosen now (`current`, as JSON).

    A tap on an old message, whose choice is no longer there, comes back as it is: it is nobody's choice then.
    """
    choices = [choice["id"] for choice in current["choices"]] if current else []
    return next((choice for choice in choices if id in (choice, _short_id(choice))), id)


def _messages(sheet: Sheet, person: str) -> list[Message]:
    """Buttons where the choices are few and short, a list where they are not many, else texts with numbers."""
    paragraphs, count = _paragraphs(sheet), len(sheet.options)
    if 0 < count <= BUTTONS and (titles := _titles(sheet.options, BUTTON_TITLE)):
        told = [*paragraphs, *_whole_labels(sheet, titles)]
        return _with_body(told, _buttons(sheet.options, titles), limit=BUTTONS_BODY, person=person)
    if 0 < count <= ROWS and (titles := _row_titles(sheet)):
        told = [*paragraphs, *_whole_labels(sheet, titles, beside=ROW_DESCRIPTION)]
        return _with_body(told, _list(sheet.options, titles), limit=LIST_BODY, person=person)
    return _texts([*paragraphs, *_answers(sheet), *([[person]] if person else [])])


def _person(sheet: Sheet, *, last: bool) -> str:
    """How to reach a person, once, at the end of a turn after which the resident says something next."""
    hint = person_hint(sheet.options) if last and sheet.kind in GOES_ON else ()
    return hint[0].text if hint else ""


def _paragraphs(sheet: Sheet) -> list[list[str]]:
    return _written(*sheet.blocks)


def _answers(sheet: Sheet) -> list[list[str]]:
    """The choices in words, for where nothing can be tapped."""
    return _written((*numbers(sheet), *how_to_answer(sheet)))


def _written(*blocks: Block) -> list[list[str]]:
    written = [[without_formatting(line.text) for line in block] for block in blocks]
    return [lines for lines in written if lines]


def _texts(paragraphs: list[list[str]]) -> list[Message]:
    bodies = pack(paragraphs, fits=_within(TEXT), gap=PARAGRAPH)
    return [{"type": "text", "text": {"body": body, "preview_url": False}} for body in bodies]


def _with_body(paragraphs: list[list[str]], action: Message, *, limit: int, person: str) -> list[Message]:
    """One message with what can be tapped; what its body has no room for goes before it, as texts."""
    before: list[list[str]] = []
    footer = {"footer": {"text": person}} if person and _length(person) <= FOOTER else {}
    if person and not footer:
        paragraphs = [*paragraphs, [person]]
    bodies = pack(paragraphs, fits=_within(limit), gap=PARAGRAPH)
    if len(bodies) > 1:
        before, bodies = paragraphs[:-1], pack(paragraphs[-1:], fits=_within(limit))
    if len(bodies) != 1:
        before, bodies = paragraphs, [words("whatsapp.ask")]
    interactive = {**action, "body": {"text": bodies[0]}, **footer}
    return [*_texts(before), {"type": "interactive", "interactive": interactive}]


def _buttons(options: tuple[Option, ...], titles: list[str]) -> Message:
    replies = [
        {"type": "reply", "reply": {"id": _id(option.id, BUTTON_ID), "title": loose(title)}}
        for option, title in zip(options, titles, strict=True)
    ]
    return {"type": "button", "action": {"buttons": replies}}


def _list(options: tuple[Option, ...], titles: list[str]) -> Message:
    rows = [_row(option, title) for option, title in zip(options, titles, strict=True)]
    sections = [{"title": words("whatsapp.section"), "rows": rows}]
    return {"type": "list", "action": {"button": words("whatsapp.open"), "sections": sections}}


def _row(option: Option, title: str) -> dict[str, str]:
    row = {"id": _id(option.id, ROW_ID), "title": loose(title)}
    if title != option.label and _length(option.label) <= ROW_DESCRIPTION:
        row["description"] = loose(option.label)
    return row


def _titles(options: tuple[Option, ...], limit: int) -> list[str] | None:
    """For each choice its label, or else its short title; None unless all fit, each different from the others."""
    titles = [option.label if _length(option.label) <= limit else option.title for option in options]
    fit = all(title and _length(title) <= limit for title in titles)
    return titles if fit and len(set(titles)) == len(titles) else None


def _row_titles(sheet: Sheet) -> list[str] | None:
    """Labels or short titles; else numbers, where a number typed by hand would mean the same."""
    titles = _titles(sheet.options, ROW_TITLE)
    return titles or ([str(option.number) for option in sheet.options] if sheet.numbered else None)


def _whole_labels(sheet: Sheet, titles: list[str], *, beside: int = 0) -> list[list[str]]:
    """A line for each choice whose whole label stands neither in its title nor (of up to `beside`) beside it."""
    lines = [
        without_formatting(f"{option.number} {option.label}" if sheet.numbered else option.label)
        for option, title in zip(sheet.options, titles, strict=True)
        if title != option.label and _length(option.label) > beside
    ]
    return [lines] if lines else []


def _id(choice: str, limit: int) -> str:
    return choice if _length(choice) <= limit else _short_id(choice)


def _short_id(choice: str) -> str:
    """A stand-in for a choice id that is too long (the times of several agencies): the same in every message."""
    return "~" + hashlib.sha256(choice.encode()).hexdigest()[:40]


def _within(limit: int) -> Fits:
    return lambda text: _length(text) <= limit


def _length(text: str) -> int:
    """In UTF-16 units, which are never fewer than characters: no way of counting finds more than the limit."""
    return len(text.encode("utf-16-le")) // 2
