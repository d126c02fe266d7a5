"""Every kind of reply on every channel, at several sizes: within limits, whole, numbered right, no code of ours."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from casework.replies import KINDS
from tests.unit.channel_examples import LINKS, NO_LINKS, Reply, examples
from web.channels import sms, whatsapp
from web.channels.laying import SHEETS, NoSuchReply, lay_out
from web.channels.links import Links
from web.channels.said import keyword, meant_keyword
from web.channels.segments import segments, survives_notify, to_gsm
from web.choices import meant_choice

EXAMPLES = examples()
SAFETY = [name for name in EXAMPLES if EXAMPLES[name][-1]["kind"] == "safety"]


def as_sms(replies: list[Reply], links: Links) -> list[str]:
    return sms.render(replies, links=links)


def as_plain(replies: list[Reply], links: Links) -> list[str]:
    return whatsapp.plain(replies, links=links)


def as_whatsapp(replies: list[Reply], links: Links) -> list[str]:
    """What a person reads of the messages, one text a message: the body, then what can be tapped."""
    return ["\n".join(read(message)) for message in whatsapp.render(replies, links=links)]


CHANNELS: dict[str, Callable[[list[Reply], Links], list[str]]] = {
    "sms": as_sms, "whatsapp": as_whatsapp, "whatsapp-plain": as_plain,
}  # fmt: skip
every_turn = pytest.mark.parametrize("name", EXAMPLES)
every_channel = pytest.mark.parametrize("channel", CHANNELS)
both_links = pytest.mark.parametrize("links", [LINKS, NO_LINKS], ids=["links", "no links"])


def read(message: dict[str, Any]) -> Iterator[str]:
    if message["type"] == "text":
        yield message["text"]["body"]
        return
    shown = message["interactive"]
    yield shown["body"]["text"]
    action = shown["action"]
    yield from (button["reply"]["title"] for button in action.get("buttons", []))
    for section in action.get("sections", []):
        for row in section["rows"]:
            yield row["title"]
            yield row.get("description", "")
    yield shown.get("footer", {}).get("text", "")


def check_meta(message: dict[str, Any]) -> None:
    """The limits of the Cloud API as its pages of 2026 give them."""
    if message["type"] == "text":
        assert message.keys() == {"type", "text"}
        assert 1 <= len(message["text"]["body"]) <= 4096
        assert message["text"]["preview_url"] is False
        return
    assert message.keys() == {"type", "interactive"}
    shown = message["interactive"]
    assert len(shown.get("footer", {}).get("text", "x")) <= 60
    if shown["type"] == "button":
        assert 1 <= len(shown["body"]["text"]) <= 1024
        replies = [button["reply"] for button in shown["action"]["buttons"]]
        limits = (20, 256, 3)
    else:
        assert shown["type"] == "list"
        assert 1 <= len(shown["body"]["text"]) <= 4096
        assert 1 <= len(shown["action"]["button"]) <= 20
        assert all(len(section["title"]) <= 24 for section in shown["action"]["sections"])
        replies = [row for section in shown["action"]["sections"] for row in section["rows"]]
        assert all(1 <= len(row.get("description", "x")) <= 72 for row in replies)
        limits = (24, 200, 10)
    title, id, count = limits
    assert 1 <= len(replies) <= count
    assert all(1 <= len(reply["title"]) <= title and 1 <= len(reply["id"]) <= id for reply in replies)
    assert all(reply["id"] == reply["id"].strip() for reply in replies)
    for key in ("title", "id"):
        assert len({reply[key] for reply in replies}) == len(replies), "two alike cannot be told apart"


def test_every_kind_can_be_shown_and_no_other() -> None:
    assert set(SHEETS) == set(KINDS)
    with pytest.raises(NoSuchReply):
        lay_out({"kind": "song", "text": "", "choices": [], "data": {}}, NO_LINKS)


@every_turn
@both_links
def test_texts_stay_within_four_segments_and_survive_in_english(name: str, links: Links) -> None:
    for text in as_sms(EXAMPLES[name], links):
        assert text.strip() == text != ""
        assert segments(text).count <= 4
        foreign = name.startswith(("in_polish", "consent, everything"))
        assert survives_notify(text) or foreign, text


@every_turn
@both_links
def test_whatsapp_stays_within_the_limits_of_meta(name: str, links: Links) -> None:
    messages = whatsapp.render(EXAMPLES[name], links=links)
    assert messages
    for message in messages:
        check_meta(message)


@every_turn
@both_links
def test_plain_whatsapp_stays_within_twilios_limit(name: str, links: Links) -> None:
    texts = as_plain(EXAMPLES[name], links)
    assert texts
    assert all(1 <= len(text) <= len(text.encode()) <= 1600 for text in texts)


@every_turn
@every_channel
def test_nothing_of_ours_shows(name: str, channel: str) -> None:
    shown = "\n".join(CHANNELS[channel](EXAMPLES[name], LINKS))
    bare = shown.replace(str(LINKS.conversation), "").replace(str(LINKS.visit), "")
    codes = {choice["id"] for reply in EXAMPLES[name] for choice in reply["choices"]}
    codes |= set(_codes(EXAMPLES[name]))
    for code in codes:
        if re.search(r"[_:.~]|\d{4}", code):
            assert code not in bare, code
    assert not re.search(r"[{}\[\]]|\bNone\b(?! of)|\bnull\b|\bFalse\b|\bTrue\b", bare), bare
    assert not re.search(r"\d{4}-\d\d-\d\d|T\d\d:\d\d|[0-9a-f]{8}-[0-9a-f]{4}", bare), bare
    assert "\N{NO-BREAK SPACE}" not in shown


def _codes(found: Any) -> Iterator[str]:
    """What only programs read: needs, agencies and services by code."""
    if isinstance(found, dict):
        for key, value in found.items():
            if key in ("need", "agency", "service_id", "part", "reason_code", "ask") and isinstance(value, str):
                yield value
            else:
                yield from _codes(value)
    elif isinstance(found, list):
        for value in found:
            yield from _codes(value)


@every_turn
@pytest.mark.parametrize("channel", ["sms", "whatsapp-plain"])
def test_a_number_or_word_that_is_shown_does_what_it_says(name: str, channel: str) -> None:
    reply = EXAMPLES[name][-1]
    shown = "\n".join(CHANNELS[channel](EXAMPLES[name], LINKS))
    numbered = dict(re.findall(r"^(\d+) (.+)$", shown, re.MULTILINE))
    if meant_choice("1", reply) is None:
        assert not numbered, "a number would be taken for the answer"
        for choice in reply["choices"]:
            assert meant_keyword(keyword(choice["id"])) == choice["id"]
            assert re.search(rf"\bReply {keyword(choice['id'])}\b", shown)
        return
    assert len(numbered) == len(reply["choices"])
    for number, label in numbered.items():
        chosen = meant_choice(number, reply)
        meant = next(choice["label"] for choice in reply["choices"] if choice["id"] == chosen)
        expected = meant.replace(" at ", ", ") if reply["kind"] == "openings" and "at" in meant else meant
        assert label.startswith(to_gsm(expected) if channel == "sms" else expected), (label, expected)


@every_turn
def test_what_is_tapped_is_the_choice_whose_label_stands_there(name: str) -> None:
    reply = EXAMPLES[name][-1]
    if not reply["choices"]:
        return
    last = whatsapp.render(EXAMPLES[name], links=LINKS)[-1]
    if last["type"] == "text":
        assert len(reply["choices"]) > 10
        return
    action = last["interactive"]["action"]
    tappable = [button["reply"] for button in action.get("buttons", [])]
    tappable += [row for section in action.get("sections", []) for row in section["rows"]]
    assert [whatsapp.tapped(one["id"], reply) for one in tappable] == [choice["id"] for choice in reply["choices"]]
    body = last["interactive"]["body"]["text"]
    for one, choice in zip(tappable, reply["choices"], strict=True):
        assert one["title"] or one["description"]
        if reply["kind"] != "openings":
            assert choice["label"] in (one["title"], one.get("description")) or choice["label"] in body
        elif choice["label"].count(" at "):
            assert choice["label"].split(" at ")[0] in one.get("description", body)


def test_a_tap_on_an_old_message_is_nobodys_choice() -> None:
    old, new = (EXAMPLES[name][-1] for name in EXAMPLES if EXAMPLES[name][-1]["kind"] == "openings" and "rent" in name)
    rows = whatsapp.render([old], links=NO_LINKS)[-1]["interactive"]["action"]["sections"][0]["rows"]
    first = old["choices"][0]["id"]
    assert len(first) > 200, "the example must be one that is too long for a row"
    assert whatsapp.tapped(rows[0]["id"], old) == first
    assert whatsapp.tapped(rows[0]["id"], new) == rows[0]["id"]
    assert whatsapp.tapped(rows[0]["id"], None) == rows[0]["id"]


@pytest.mark.parametrize("name", SAFETY)
@every_channel
def test_all_the_safety_numbers_are_there_whole_and_the_urgent_first(name: str, channel: str) -> None:
    reply = EXAMPLES[name][-1]
    texts = CHANNELS[channel]([reply], NO_LINKS)
    places = []
    for block in reply["data"]["blocks"]:
        for line in block["lines"]:
            wanted = [part for part in re.split(r", then |, ", line["number"]) if part]
            here = [text for text in texts if all(part in text for part in wanted) and to_gsm(line["label"]) in text]
            assert here, f"{line['label']} {line['number']}"
            places.append((not block["urgent"], "\n".join(texts).index(to_gsm(line["label"]))))
    urgent = [place for later, place in places if not later]
    assert max(urgent) < min([place for later, place in places if later], default=10**9)
    assert "999" in texts[0]
    first = to_gsm(reply["text"]).replace("’", "'")
    assert texts[0].replace("’", "'").startswith(first.replace("’", "'"))


@every_channel
def test_a_visit_tells_what_is_needed_to_come(channel: str) -> None:
    for name, replies in EXAMPLES.items():
        for reply in replies:
            if reply["kind"] != "visit":
                continue
            texts = CHANNELS[channel]([reply], LINKS)
            reference = reply["data"]["reference"]
            assert any(f"{reference[:3]} {reference[3:]}" in text for text in texts), name
            assert any(str(LINKS.visit) in text for text in texts)
            shown = to_gsm("\n".join(texts))
            places = [shown.index(leg["label"]) for leg in reply["data"]["legs"]]
            assert places == sorted(places)
            assert all(to_gsm(thing) in shown for thing in reply["data"]["bring"])
            assert reply["data"]["hub"]["postcode"] in shown


@every_channel
def test_a_promise_has_its_reference_its_number_and_its_time(channel: str) -> None:
    handoffs = [reply for replies in EXAMPLES.values() for reply in replies if reply["kind"] == "handoff"]
    assert {reply["data"]["reachable"] for reply in handoffs} == {True, False}
    for reply in handoffs:
        data, texts = reply["data"], CHANNELS[channel]([reply], NO_LINKS)
        reference = f"{data['reference'][:3]} {data['reference'][3:]}"
        for thing in (reference, data["hub_phone"], data["how"], reply["text"]):
            assert any(to_gsm(thing) in to_gsm(text) for text in texts), thing


@every_channel
def test_a_consent_shows_the_whole_view(channel: str) -> None:
    for replies in EXAMPLES.values():
        for reply in replies:
            if reply["kind"] != "consent":
                continue
            shown = to_gsm("\n".join(CHANNELS[channel]([reply], LINKS)))
            for line in reply["data"]["view"]:
                value = to_gsm(line["value"])
                assert value in shown or (line["part"] == "words" and "your own words, as you wrote them" in shown)
            assert str(LINKS.conversation) in shown


@every_channel
def test_a_plan_names_every_service_and_how_to_reach_those_to_use_alone(channel: str) -> None:
    for replies in EXAMPLES.values():
        for reply in replies:
            if reply["kind"] != "plan":
                continue
            texts = CHANNELS[channel]([reply], NO_LINKS)
            for item in [*reply["data"]["legs"], *reply["data"]["alone"]]:
                assert any(item["service"] in text for text in texts)
            for item in reply["data"]["alone"]:
                reach = item["phone"] or next(way["href"] for way in item["how"] if way["href"].startswith("http"))
                assert any(reach in text for text in texts), reach


def test_a_long_plan_is_one_text_with_a_private_link() -> None:
    for name, replies in EXAMPLES.items():
        if replies[-1]["kind"] == "plan":
            texts = as_sms(replies, LINKS)
            assert len(texts) == 1, name
            assert str(LINKS.conversation) in texts[0]
            shown = [*replies[-1]["data"]["legs"], *replies[-1]["data"]["alone"][:1]]
            assert all(item["service"] in texts[0] for item in shown)
    assert len(as_sms(EXAMPLES["large plan"], NO_LINKS)) > 1, "without a page to show the rest, all is said"


def test_the_story_costs_what_it_should() -> None:
    """Ordinary questions are one or two segments; nobody pays for what is only good to know."""
    for name, replies in EXAMPLES.items():
        if len(replies) == 1 and replies[0]["kind"] == "question" and replies[0]["data"]["kind"] != "confirm":
            (text,) = as_sms(replies, LINKS)
            few = len(replies[0]["choices"]) <= 10
            assert segments(text).count <= (2 if few else 3), name


def test_messages_are_json() -> None:
    for replies in EXAMPLES.values():
        json.dumps(whatsapp.render(replies, links=LINKS))
