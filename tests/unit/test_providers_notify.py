"""GOV.UK Notify over real HTTP: what it takes and refuses, what a broken call means, and whose callbacks we read."""

import json
import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.providers.asking import ANNA, EDGE, HASTY, PATIENT, REFERENCE, at, find, hook_of, send, text_to_anna
from tests.providers.fakes import FakeNotify
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
)
from web.providers.notify import Notify, NotifyAccess


@pytest.fixture
def fake() -> Iterator[FakeNotify]:
    fake = FakeNotify(edge=EDGE)
    with fake.running():
        yield fake


@pytest.fixture
def caller() -> FakeNotify:
    """One that only calls us: nothing is sent to it."""
    return FakeNotify(edge=EDGE)


def access(fake: FakeNotify, *, timeout: float = PATIENT) -> NotifyAccess:
    return NotifyAccess(
        api_key=fake.settings()["FRONTDOOR_NOTIFY_API_KEY"],
        template=fake.template,
        callback_token=fake.callback_token,
        url=fake.url,
        timeout=timeout,
    )


def test_a_text_is_taken_with_our_reference(fake: FakeNotify) -> None:
    identity = send(Notify(access(fake)))
    (message,) = fake.outbox(ANNA)
    assert message["id"] == identity
    assert message["reference"] == REFERENCE
    assert message["text"] == "Your visit is on Monday."


def email(**more: str) -> Outgoing:
    """An e-mail to somebody who keeps a record."""
    body = {"subject": "Is this still right?", "text": "Zgłoś się: https://help.example.org/review/x", **more}
    return replace(text_to_anna(channel="email", body=body), to="ada@example.org")


def test_an_e_mail_is_taken_found_again_and_its_receipt_is_read(fake: FakeNotify) -> None:
    both = replace(access(fake), email_template=fake.email_template, channels=("sms", "email"))
    identity = send(Notify(both), email())
    (message,) = fake.outbox("ada@example.org")
    assert (message["subject"], message["text"]) == tuple(email().body.values()), "no letter is lost in an e-mail"
    assert find(Notify(both), email()) == identity
    assert find(Notify(both), text_to_anna()) is None, "a text with this reference there is none"
    (receipt,) = Notify(both).read(hook_of(fake.told(message, "permanent-failure")))
    assert isinstance(receipt, Receipt)
    assert (receipt.provider_id, receipt.fate, receipt.why) == (identity, "failed", "not_reachable")


def test_an_e_mail_that_cannot_go_is_refused(fake: FakeNotify) -> None:
    both = replace(access(fake), email_template=fake.email_template)
    with pytest.raises(Refused, match="Not a valid email address"):
        send(Notify(both), replace(email(), to="ada"))
    with pytest.raises(Refused, match="no subject"):
        send(Notify(both), email(subject=" "))
    with pytest.raises(Refused, match="Template not found"):
        send(Notify(access(fake)), email())
    assert fake.sent == []


@pytest.mark.parametrize("text", ["Zgłoś się", "أهلا", "Ok 👍", ""])
def test_what_would_lose_letters_is_not_even_sent(fake: FakeNotify, text: str) -> None:
    with pytest.raises(Refused):
        send(Notify(access(fake)), text_to_anna(text))
    assert fake.asked == []


def test_welsh_arrives_as_it_is(fake: FakeNotify) -> None:
    send(Notify(access(fake)), text_to_anna("Tŷ, £5 [a] à"))
    assert fake.texts(ANNA) == ["Tŷ, £5 [a] à"]


def test_a_wrong_number_is_refused_in_notifys_words(fake: FakeNotify) -> None:
    with pytest.raises(Refused, match="Not enough digits") as refusal:
        send(Notify(access(fake)), replace(text_to_anna(), to="+4477009"))
    assert not isinstance(refusal.value, KeyRefused)
    assert fake.sent == []


def test_a_wrong_template_is_refused(fake: FakeNotify) -> None:
    with pytest.raises(Refused, match="Template not found"):
        send(Notify(replace(access(fake), template="another")))


def test_a_wrong_key_is_not_the_messages_fault(fake: FakeNotify) -> None:
    stranger = f"front_door-{fake.service}-{'0' * 36}"
    with pytest.raises(KeyRefused, match="API key not found"):
        send(Notify(replace(access(fake), api_key=stranger)))


def test_past_the_rate_limit_it_waits_for_the_minute(fake: FakeNotify) -> None:
    fake.fail_next(429)
    with pytest.raises(TryLater) as later:
        send(Notify(access(fake)))
    assert later.value.seconds == 60


def test_it_waits_as_long_as_it_is_asked_to(fake: FakeNotify) -> None:
    fake.fail_next(429, retry_after=7)
    with pytest.raises(TryLater) as later:
        send(Notify(access(fake)))
    assert later.value.seconds == 7


def test_past_the_daily_limit_it_waits_for_midnight_utc(fake: FakeNotify) -> None:
    fake.daily_limit = 0
    evening = at("2026-07-01T23:58:30+01:00")  # 22:58:30 UTC
    with pytest.raises(TryLater, match="send limits") as later:
        send(Notify(access(fake), clock=lambda: evening))
    assert later.value.seconds == 3690


def test_its_own_trouble_means_later_and_a_proxys_means_unsure(fake: FakeNotify) -> None:
    fake.fail_next(500)
    with pytest.raises(TryLater):
        send(Notify(access(fake)))
    fake.fail_next(502, gateway=True)
    with pytest.raises(Unsure):
        send(Notify(access(fake)))
    fake.fail_next(504)
    with pytest.raises(Unsure):
        send(Notify(access(fake)))


def test_what_was_never_reached_may_be_sent_again(fake: FakeNotify) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(TryLater, match="could not be reached"):
        send(Notify(replace(access(fake), url=f"http://127.0.0.1:{port}")))


def test_after_a_time_out_it_is_found_by_our_reference(fake: FakeNotify) -> None:
    fake.time_out_after_accepting()
    with pytest.raises(Unsure):
        send(Notify(access(fake, timeout=HASTY)))
    assert find(Notify(access(fake))) == fake.outbox(ANNA)[0]["id"]


def test_after_a_cut_line_it_is_found_by_our_reference(fake: FakeNotify) -> None:
    fake.cut_after_accepting()
    with pytest.raises(Unsure):
        send(Notify(access(fake)))
    assert find(Notify(access(fake))) == fake.outbox(ANNA)[0]["id"]


def test_what_it_does_not_have_is_not_found(fake: FakeNotify) -> None:
    send(Notify(access(fake)), replace(text_to_anna(), reference="another"))
    assert find(Notify(access(fake))) is None


def test_when_it_cannot_be_asked_nothing_is_concluded(fake: FakeNotify) -> None:
    fake.fail_next(503)
    with pytest.raises(TryLater):
        find(Notify(access(fake)))


# ---- callbacks


def test_a_received_text_is_read(caller: FakeNotify) -> None:
    (arrived,) = Notify(access(caller)).read(hook_of(caller.arrives(ANNA, "text", text="I can’t pay my rent")))
    assert isinstance(arrived, Arrived)
    assert (arrived.channel, arrived.provider, arrived.kind) == ("sms", "notify", "text")
    assert (arrived.address, arrived.text) == (ANNA, "I can’t pay my rent")
    assert arrived.sent_at.utcoffset() is not None


def test_an_empty_text_is_known_as_one(caller: FakeNotify) -> None:
    (arrived,) = Notify(access(caller)).read(hook_of(caller.arrives(ANNA, "empty")))
    assert isinstance(arrived, Arrived)
    assert arrived.kind == "empty"


def test_the_bearer_token_must_be_ours(caller: FakeNotify) -> None:
    notify = Notify(access(caller))
    genuine = caller.arrives(ANNA, "text", text="hello")
    assert len(notify.read(hook_of(genuine))) == 1
    with pytest.raises(NotGenuine):
        notify.read(hook_of(caller.arrives(ANNA, "text", text="hello", forged=True)))
    with pytest.raises(NotGenuine):
        notify.read(hook_of(replace(genuine, headers={})))
    with pytest.raises(NotGenuine):
        notify.read(hook_of(replace(genuine, headers={"Authorization": "Basic " + caller.callback_token})))


def test_who_is_not_genuine_is_not_read_at_all(caller: FakeNotify) -> None:
    with pytest.raises(NotGenuine):
        Notify(access(caller)).read(hook_of(replace(caller.arrives(ANNA, "text", forged=True), body=b"{not json")))


@pytest.mark.parametrize(
    "body",
    [
        b"{not json",
        b"[]",
        b"{}",
        b'{"source_number": 7, "message": "a"}',
        b'{"source_number": "447700900482"}',
        b"\xff",
    ],
)
def test_what_is_not_as_documented_is_not_read(caller: FakeNotify, body: bytes) -> None:
    with pytest.raises(NotReadable):
        Notify(access(caller)).read(hook_of(replace(caller.arrives(ANNA, "text"), body=body)))


@pytest.mark.parametrize(
    ("number", "address"),
    [
        ("447700900482", ANNA),
        ("07700900482", ANNA),
        ("33639980000", "+33639980000"),
        ("65000", None),
        ("Council", None),
    ],
)
def test_the_sender_is_kept_as_e164_and_who_cannot_be_answered_is_left(
    caller: FakeNotify, number: str, address: str | None
) -> None:
    call = caller.arrives(ANNA, "text", text="hello")
    body = json.loads(call.body) | {"source_number": number}
    found = Notify(access(caller)).read(hook_of(replace(call, body=json.dumps(body).encode())))
    assert [one.address for one in found if isinstance(one, Arrived)] == ([address] if address else [])


@pytest.mark.parametrize(
    ("status", "fate", "why"),
    [
        ("sending", "sent", None),
        ("delivered", "delivered", None),
        ("permanent-failure", "failed", "not_reachable"),
        ("temporary-failure", "failed", "not_reachable"),
        ("technical-failure", "failed", "other"),
    ],
)
def test_a_receipt_tells_what_became_of_a_text(fake: FakeNotify, status: str, fate: str, why: str | None) -> None:
    identity = send(Notify(access(fake)))
    (receipt,) = Notify(access(fake)).read(hook_of(fake.told(fake.sent[0], status)))
    assert isinstance(receipt, Receipt)
    assert (receipt.provider_id, receipt.reference) == (identity, REFERENCE)
    assert (receipt.fate, receipt.why) == (fate, why)
    assert receipt.error == (status if fate == "failed" else None)


def test_the_receipt_of_an_email_is_nothing_to_us(fake: FakeNotify) -> None:
    send(Notify(access(fake)))
    call = fake.told(fake.sent[0], "delivered")
    body = json.loads(call.body) | {"notification_type": "email"}
    assert Notify(access(fake)).read(hook_of(replace(call, body=json.dumps(body).encode()))) == []


def test_secrets_do_not_show(caller: FakeNotify) -> None:
    shown = repr(access(caller))
    assert caller.secret not in shown
    assert caller.callback_token not in shown
