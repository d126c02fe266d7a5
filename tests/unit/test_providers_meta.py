"""Meta's Cloud API over real HTTP: buttons, lists and templates, its signature over the raw body, errors by code."""

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from foundation.clock import utc_now
from tests.providers.asking import ANNA, EDGE, HASTY, PATIENT, REFERENCE, at, find, hook_of, send, text_to_anna
from tests.providers.fakes import Call, FakeMeta
from web.providers.base import (
    Arrived,
    KeyRefused,
    NotGenuine,
    NotReadable,
    Outgoing,
    Receipt,
    Refused,
    TryLater,
    Unsure,
    WindowClosed,
)
from web.providers.meta import Meta, MetaAccess

HIDDEN = "GB.13491208655302741918"
HELLO = {"type": "text", "text": {"body": "Hello. What is going on?"}}


def buttons(*labels: str) -> dict[str, Any]:
    replies = [{"type": "reply", "reply": {"id": f"choice-{label}", "title": label}} for label in labels]
    inside = {"type": "button", "body": {"text": "Are you safe?"}, "action": {"buttons": replies}}
    return {"type": "interactive", "interactive": inside}


def rows(*labels: str) -> dict[str, Any]:
    listed = [{"id": f"choice-{label}", "title": label} for label in labels]
    inside = {
        "type": "list",
        "body": {"text": "Which?"},
        "action": {"button": "Choose", "sections": [{"rows": listed}]},
    }
    return {"type": "interactive", "interactive": inside}


@pytest.fixture
def fake() -> Iterator[FakeMeta]:
    fake = FakeMeta(edge=EDGE)
    with fake.running():
        fake.arrives(ANNA, "text", text="hello")  # her window is open
        yield fake


@pytest.fixture
def caller() -> FakeMeta:
    """One that only calls us: nothing is sent to it."""
    return FakeMeta(edge=EDGE)


def access(fake: FakeMeta, *, timeout: float = PATIENT) -> MetaAccess:
    return MetaAccess(
        token=fake.token,
        app_secret=fake.app_secret,
        verify_token=fake.verify_token,
        phone_number=fake.phone_number,
        template=fake.template,
        languages={"en": "en_GB", "pl": "pl"},
        url=fake.url,
        timeout=timeout,
    )


def message(body: dict[str, Any] = HELLO, **more: Any) -> Outgoing:
    return text_to_anna(channel="whatsapp", body=body, **more)


def test_a_message_is_taken_with_our_reference(fake: FakeMeta) -> None:
    identity = send(Meta(access(fake)), message())
    (taken,) = fake.outbox(ANNA)
    assert (taken["id"], taken["reference"], taken["text"]) == (identity, REFERENCE, "Hello. What is going on?")


def test_who_hides_the_number_is_sent_to_by_their_id(fake: FakeMeta) -> None:
    fake.arrives(HIDDEN, "text", text="hello")
    send(Meta(access(fake)), replace(message(), to=HIDDEN))
    assert len(fake.outbox(HIDDEN)) == 1


@pytest.mark.parametrize("body", [buttons("Yes", "No"), rows("Housing", "Money", "Health", "Work")])
def test_choices_can_be_tapped_and_come_back_by_their_id(fake: FakeMeta, body: dict[str, Any]) -> None:
    send(Meta(access(fake)), message(body))
    label = list(fake.outbox(ANNA)[0]["choices"].values())[1]
    (arrived,) = read(fake, fake.arrives(ANNA, "choice", choice=label))
    assert isinstance(arrived, Arrived)
    assert (arrived.kind, arrived.choice, arrived.text) == ("choice", f"choice-{label}", label)


@pytest.mark.parametrize(
    "body",
    [
        buttons("1", "2", "3", "4"),
        buttons("x" * 21),
        buttons("same", "same"),
        rows(*(str(number) for number in range(11))),
        rows("x" * 25),
        {"type": "text", "text": {"body": "x" * 4097}},
    ],
)
def test_what_is_past_metas_limits_is_refused_in_its_words(fake: FakeMeta, body: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="131009"):
        send(Meta(access(fake)), message(body))
    assert fake.sent == []


@pytest.mark.parametrize(("language", "code"), [("en", "en_GB"), ("pl", "pl"), ("cy", "en_GB")])
def test_after_the_window_the_template_goes_in_the_nearest_language(fake: FakeMeta, language: str, code: str) -> None:
    fake.window_closes(ANNA)
    send(Meta(access(fake)), message(conversing=False, language=language))
    (asked,) = fake.asked
    assert asked["template"] == {"name": "carry_on", "language": {"code": code}}
    assert "Hello" not in json.dumps(asked)


def test_a_closed_window_that_is_told_at_once_is_named(fake: FakeMeta) -> None:
    fake.window_closes(ANNA)
    fake.refuses_at_once = True
    with pytest.raises(WindowClosed):
        send(Meta(access(fake)), message())


def test_a_template_that_is_not_there_is_refused(fake: FakeMeta) -> None:
    with pytest.raises(Refused, match="132001"):
        send(Meta(replace(access(fake), template="another")), message(conversing=False))


def test_a_wrong_key_is_not_the_messages_fault(fake: FakeMeta) -> None:
    with pytest.raises(KeyRefused, match="190"):
        send(Meta(replace(access(fake), token="another")), message())


@pytest.mark.parametrize(
    ("status", "code", "seconds"), [(429, 130429, None), (400, 80007, None), (400, 131056, 6), (500, 131016, None)]
)
def test_too_many_or_too_busy_means_later(fake: FakeMeta, status: int, code: int, seconds: float | None) -> None:
    fake.fail_next(status, code=code)
    with pytest.raises(TryLater) as later:
        send(Meta(access(fake)), message())
    assert later.value.seconds == seconds


def test_it_waits_as_long_as_it_is_asked_to(fake: FakeMeta) -> None:
    fake.fail_next(429, retry_after=9)
    with pytest.raises(TryLater) as later:
        send(Meta(access(fake)), message())
    assert later.value.seconds == 9


@pytest.mark.parametrize("code", [131026, 131008, 100])
def test_other_errors_refuse_this_message_alone(fake: FakeMeta, code: int) -> None:
    fake.fail_next(400, code=code)
    with pytest.raises(Refused, match=str(code)) as refusal:
        send(Meta(access(fake)), message())
    assert type(refusal.value) is Refused


def test_a_proxys_trouble_means_unsure(fake: FakeMeta) -> None:
    fake.fail_next(502, gateway=True)
    with pytest.raises(Unsure):
        send(Meta(access(fake)), message())


def test_what_was_never_reached_may_be_sent_again(fake: FakeMeta) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(TryLater, match="could not be reached"):
        send(Meta(replace(access(fake), url=f"http://127.0.0.1:{port}")), message())


def test_a_broken_call_may_have_been_taken(fake: FakeMeta) -> None:
    fake.time_out_after_accepting()
    with pytest.raises(Unsure):
        send(Meta(access(fake, timeout=HASTY)), message())
    fake.cut_after_accepting()
    with pytest.raises(Unsure):
        send(Meta(access(fake)), message())
    assert len(fake.outbox(ANNA)) == 2


def test_meta_cannot_be_asked_so_a_status_is_waited_for(caller: FakeMeta) -> None:
    now = utc_now()
    meta = Meta(access(caller), clock=lambda: now)
    fresh = message(written_at=now - timedelta(days=1), tried_at=now - timedelta(minutes=4))
    with pytest.raises(TryLater) as later:
        find(meta, fresh)
    assert later.value.seconds == 60
    assert find(meta, replace(fresh, tried_at=now - timedelta(minutes=6))) is None
    with pytest.raises(TryLater):
        find(meta, replace(fresh, tried_at=None, written_at=now))


# ---- webhooks


def read(fake: FakeMeta, call: Call) -> list[Arrived | Receipt]:
    return Meta(access(fake)).read(hook_of(call))


def only(found: list[Arrived | Receipt]) -> Arrived:
    (arrived,) = found
    assert isinstance(arrived, Arrived)
    return arrived


def test_a_message_is_read(caller: FakeMeta) -> None:
    item = caller.message(ANNA, "text", text="Nie mam gdzie spać 😢") | {"timestamp": "1749416383"}
    arrived = only(read(caller, caller.call(messages=[item])))
    assert (arrived.channel, arrived.provider, arrived.provider_id) == ("whatsapp", "meta", item["id"])
    assert (arrived.address, arrived.kind, arrived.text) == (ANNA, "text", "Nie mam gdzie spać 😢")
    assert arrived.sent_at == at("2025-06-08T20:59:43+00:00")


def test_a_forged_signature_is_refused_and_the_genuine_one_passes(caller: FakeMeta) -> None:
    genuine = caller.arrives(ANNA, "text", text="hello")
    assert len(read(caller, genuine)) == 1
    for headers in (
        caller.arrives(ANNA, "text", text="hello", forged=True).headers,
        {},
        {"X-Hub-Signature-256": "sha256="},
        {"X-Hub-Signature-256": genuine.headers["X-Hub-Signature-256"].removeprefix("sha256=")},
    ):
        with pytest.raises(NotGenuine):
            read(caller, replace(genuine, headers=headers))


def test_the_signature_is_over_the_raw_body(caller: FakeMeta) -> None:
    call = caller.arrives(ANNA, "text", text="Dzień dobry")
    same = json.dumps(json.loads(call.body), ensure_ascii=False).encode()
    with pytest.raises(NotGenuine):
        read(caller, replace(call, body=same))


@pytest.mark.parametrize(
    "body", [b"{not json", [], {}, {"object": "page", "entry": []}, {"object": "whatsapp_business_account"}]
)
def test_what_is_not_as_documented_is_not_read(caller: FakeMeta, body: Any) -> None:
    with pytest.raises(NotReadable):
        read(caller, caller.signed(body))


@pytest.mark.parametrize(
    ("kind", "known_as"),
    [
        ("empty", "empty"),
        ("voice", "voice"),
        ("image", "image"),
        ("video", "image"),
        ("document", "document"),
        ("sticker", "sticker"),
        ("reaction", "reaction"),
        ("contact", "contact"),
        ("unsupported", "unsupported"),
        ("order", "unsupported"),
        ("a kind of next year", "unsupported"),
    ],
)
def test_what_is_no_text_is_known_for_what_it_is(caller: FakeMeta, kind: str, known_as: str) -> None:
    arrived = only(read(caller, caller.arrives(ANNA, kind)))
    assert (arrived.kind, arrived.text, arrived.choice) == (known_as, "", None)


def test_the_words_under_a_picture_are_heard(caller: FakeMeta) -> None:
    picture, words = read(caller, caller.arrives(ANNA, "image", text="Is this an eviction letter?"))
    assert isinstance(picture, Arrived)
    assert isinstance(words, Arrived)
    assert (picture.kind, words.kind, words.text) == ("image", "text", "Is this an eviction letter?")
    assert picture.provider_id != words.provider_id


def test_a_place_is_read(caller: FakeMeta) -> None:
    arrived = only(read(caller, caller.arrives(ANNA, "location", place=(52.2053, 0.1218))))
    assert (arrived.kind, arrived.place) == ("location", (52.2053, 0.1218))


def test_a_tap_under_a_template_is_a_choice(caller: FakeMeta) -> None:
    item = caller.message(ANNA, "text") | {"type": "button", "button": {"payload": "carry_on", "text": "Carry on"}}
    arrived = only(read(caller, caller.call(messages=[item])))
    assert (arrived.kind, arrived.choice, arrived.text) == ("choice", "carry_on", "Carry on")


def test_who_hides_the_number_is_known_by_their_id(caller: FakeMeta) -> None:
    assert only(read(caller, caller.arrives(HIDDEN, "text", text="hello"))).address == HIDDEN


def test_that_a_number_changed_is_not_something_said(caller: FakeMeta) -> None:
    assert read(caller, caller.arrives(ANNA, "system")) == []


def test_messages_for_another_number_of_the_account_are_not_ours(caller: FakeMeta) -> None:
    item = caller.message(ANNA, "text", text="hello")
    assert read(caller, caller.call(messages=[item], phone_number="1")) == []
    assert len(read(caller, caller.call(messages=[item]))) == 1


def test_everything_in_one_call_is_read_in_order(caller: FakeMeta) -> None:
    first = json.loads(caller.call(messages=[caller.message(ANNA, "text", text=str(n)) for n in (1, 2)]).body)
    second = json.loads(caller.call(messages=[caller.message("+447700900483", "text", text="3")]).body)
    first["entry"][0]["changes"] += second["entry"][0]["changes"]
    first["entry"] += second["entry"]
    found = read(caller, caller.signed(first))
    assert [one.text for one in found if isinstance(one, Arrived)] == ["1", "2", "3", "3"]


@pytest.mark.parametrize(
    "broken",
    [{"timestamp": "soon"}, {"text": None}, {"text": {"body": 7}}, {"type": None}, {"id": None}, {"type": "location"}],
)
def test_one_broken_item_does_not_lose_the_others(caller: FakeMeta, broken: dict[str, Any]) -> None:
    items = [caller.message(ANNA, "text", text="one") | broken, caller.message(ANNA, "text", text="two")]
    assert only(read(caller, caller.call(messages=items))).text == "two"


@pytest.mark.parametrize(
    ("fate", "error", "why"),
    [
        ("sent", None, None),
        ("delivered", None, None),
        ("read", None, None),
        ("failed", 131047, "window_closed"),
        ("failed", 131026, "not_reachable"),
        ("failed", 131053, "other"),
    ],
)
def test_a_status_tells_what_became_of_a_message(fake: FakeMeta, fate: str, error: int | None, why: str | None) -> None:
    identity = send(Meta(access(fake)), message())
    (receipt,) = read(fake, fake.told(fake.sent[0], fate, error=error))
    assert isinstance(receipt, Receipt)
    assert (receipt.provider_id, receipt.reference, receipt.fate) == (identity, REFERENCE, fate)
    assert (receipt.error, receipt.why) == (str(error) if error else None, why)


def test_that_a_voice_message_was_played_is_no_news(fake: FakeMeta) -> None:
    send(Meta(access(fake)), message())
    assert read(fake, fake.told(fake.sent[0], "played")) == []


# ---- the handshake


def test_the_handshake_gives_the_challenge_back_to_who_knows_our_token(caller: FakeMeta) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": caller.verify_token}
    meta = Meta(access(caller))
    assert meta.greet(asked) == "1158201444"
    for wrong in ({"hub.verify_token": "a guess"}, {"hub.verify_token": ""}, {"hub.mode": "unsubscribe"}):
        with pytest.raises(NotGenuine):
            meta.greet(asked | wrong)
    with pytest.raises(NotGenuine):
        meta.greet({})


def test_secrets_do_not_show(caller: FakeMeta) -> None:
    shown = repr(access(caller))
    assert not any(secret in shown for secret in (caller.token, caller.app_secret, caller.verify_token))
