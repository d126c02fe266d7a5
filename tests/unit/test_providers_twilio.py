"""Twilio over real HTTP: texts and WhatsApp, signatures on the exact public URL, refusals by their code."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from foundation.clock import utc_now
from tests.providers.asking import ANNA, EDGE, HASTY, PATIENT, REFERENCE, at, find, hook_of, send, text_to_anna
from tests.providers.fakes import Call, FakeTwilio
from web.providers.base import (
    Arrived,
    KeyRefused,
    NotGenuine,
    NotReadable,
    OptedOut,
    Receipt,
    Refused,
    TryLater,
    Unsure,
    WindowClosed,
)
from web.providers.twilio import Twilio, TwilioAccess

HASHED_PERSON = "GB.13491208655302741918"


@pytest.fixture
def fake() -> Iterator[FakeTwilio]:
    fake = FakeTwilio(edge=EDGE)
    with fake.running():
        yield fake


@pytest.fixture
def caller() -> FakeTwilio:
    """One that only calls us: nothing is sent to it."""
    return FakeTwilio(edge=EDGE)


def access(fake: FakeTwilio, *, timeout: float = PATIENT) -> TwilioAccess:
    return TwilioAccess(
        account=fake.account,
        token=fake.token,
        receipts_url=f"{EDGE}/hooks/twilio/receipts",
        channels=("sms", "whatsapp"),
        text_from=fake.number,
        whatsapp_from=fake.whatsapp_number,
        templates={"en": fake.template},
        url=fake.url,
        timeout=timeout,
    )


def test_a_text_goes_from_our_number_and_asks_for_receipts_with_our_reference(fake: FakeTwilio) -> None:
    identity = send(Twilio(access(fake)), text_to_anna("Cześć! 👋"))
    (message,) = fake.outbox(ANNA)
    assert (message["id"], message["text"], message["from"]) == (identity, "Cześć! 👋", fake.number)
    assert message["callback"] == f"{EDGE}/hooks/twilio/receipts?reference={REFERENCE}"


def test_on_whatsapp_both_ends_are_whatsapp_addresses(fake: FakeTwilio) -> None:
    send(Twilio(access(fake)), text_to_anna(channel="whatsapp"))
    (message,) = fake.outbox(ANNA)
    assert message["full_to"] == f"whatsapp:{ANNA}"
    assert message["from"] == f"whatsapp:{fake.whatsapp_number}"


def test_after_the_window_the_template_goes_instead_of_the_words(fake: FakeTwilio) -> None:
    send(Twilio(access(fake)), text_to_anna(channel="whatsapp", conversing=False, language="pl"))
    (asked,) = fake.asked
    assert asked["ContentSid"] == fake.template
    assert "Body" not in asked


def test_a_text_has_no_window(fake: FakeTwilio) -> None:
    send(Twilio(access(fake)), text_to_anna(conversing=False))
    assert fake.texts(ANNA) == ["Your visit is on Monday."]


def test_a_messaging_service_can_stand_for_our_number(fake: FakeTwilio) -> None:
    twilio = replace(access(fake), text_from=fake.service)
    outgoing = text_to_anna("We can’t see you today.\n", written_at=utc_now())
    send(Twilio(twilio), outgoing)
    assert fake.asked[0]["MessagingServiceSid"] == fake.service
    assert "From" not in fake.asked[0]
    assert fake.texts(ANNA) == ["We can’t see you today."]
    assert find(Twilio(twilio), outgoing) == fake.sent[0]["id"]


@pytest.mark.parametrize("text", ["", "   ", "x" * 1601])
def test_what_twilio_would_refuse_is_not_even_sent(fake: FakeTwilio, text: str) -> None:
    with pytest.raises(Refused):
        send(Twilio(access(fake)), text_to_anna(text))
    assert fake.asked == []


def test_the_longest_text_goes(fake: FakeTwilio) -> None:
    send(Twilio(access(fake)), text_to_anna("x" * 1600))
    assert len(fake.texts(ANNA)[0]) == 1600


def test_a_wrong_number_is_refused_and_not_repeated_in_what_we_keep(fake: FakeTwilio) -> None:
    with pytest.raises(Refused, match="21211") as refusal:
        send(Twilio(access(fake)), replace(text_to_anna(), to="+447700900482447700900482"))
    assert "7700900482" not in str(refusal.value)


def test_a_landline_is_refused(fake: FakeTwilio) -> None:
    fake.landlines.add(ANNA)
    with pytest.raises(Refused, match="21614"):
        send(Twilio(access(fake)))


def test_who_said_stop_to_twilio_is_known(fake: FakeTwilio) -> None:
    twilio = access(fake)
    send(Twilio(twilio))
    fake.arrives(ANNA, "text", text="Stop")
    with pytest.raises(OptedOut):
        send(Twilio(twilio))
    fake.arrives(ANNA, "text", text="START")
    send(Twilio(twilio))


def test_a_wrong_key_is_not_the_messages_fault(fake: FakeTwilio) -> None:
    with pytest.raises(KeyRefused, match="20003"):
        send(Twilio(replace(access(fake), token="another")))


@pytest.mark.parametrize("asked", [None, 7])
def test_too_many_means_later_and_as_late_as_asked(fake: FakeTwilio, asked: float | None) -> None:
    fake.fail_next(429, retry_after=asked)
    with pytest.raises(TryLater) as later:
        send(Twilio(access(fake)))
    assert later.value.seconds == asked


def test_a_closed_window_that_is_told_at_once_is_named(fake: FakeTwilio) -> None:
    fake.fail_next(400, code=63016)
    with pytest.raises(WindowClosed):
        send(Twilio(access(fake)), text_to_anna(channel="whatsapp"))


def test_its_own_trouble_means_later_and_a_proxys_means_unsure(fake: FakeTwilio) -> None:
    fake.fail_next(503)
    with pytest.raises(TryLater):
        send(Twilio(access(fake)))
    fake.fail_next(502, gateway=True)
    with pytest.raises(Unsure):
        send(Twilio(access(fake)))


def test_what_was_never_reached_may_be_sent_again(fake: FakeTwilio) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(TryLater, match="could not be reached"):
        send(Twilio(replace(access(fake), url=f"http://127.0.0.1:{port}")))


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
@pytest.mark.parametrize("conversing", [True, False])
def test_after_a_time_out_it_is_found(fake: FakeTwilio, channel: str, conversing: bool) -> None:
    outgoing = text_to_anna(channel=channel, conversing=conversing, written_at=utc_now())  # type: ignore[arg-type]
    fake.time_out_after_accepting()
    with pytest.raises(Unsure):
        send(Twilio(access(fake, timeout=HASTY)), outgoing)
    assert find(Twilio(access(fake)), outgoing) == fake.outbox(ANNA)[0]["id"]


def test_other_words_another_number_or_an_earlier_day_is_not_it(fake: FakeTwilio) -> None:
    ours = text_to_anna(written_at=utc_now())
    send(Twilio(access(fake)), replace(ours, body={"text": "Something else."}))
    send(Twilio(access(fake)), replace(ours, to="+447700900483"))
    send(Twilio(access(fake)), replace(ours, channel="whatsapp"))
    assert find(Twilio(access(fake)), ours) is None
    send(Twilio(access(fake)), ours)
    assert find(Twilio(access(fake)), ours) is not None
    assert find(Twilio(access(fake)), replace(ours, written_at=utc_now() + timedelta(days=1))) is None


def test_when_it_cannot_be_asked_nothing_is_concluded(fake: FakeTwilio) -> None:
    fake.fail_next(500)
    with pytest.raises(TryLater):
        find(Twilio(access(fake)))


# ---- webhooks


def read(caller: FakeTwilio, call: Call, *, url: str | None = None) -> list[Arrived | Receipt]:
    return Twilio(access(caller), clock=lambda: at("2026-07-01T12:00:00+00:00")).read(hook_of(call, url=url))


def test_a_text_is_read(caller: FakeTwilio) -> None:
    (arrived,) = read(caller, caller.arrives(ANNA, "text", text="I can’t pay + my rent & bills"))
    assert isinstance(arrived, Arrived)
    assert (arrived.channel, arrived.provider, arrived.kind) == ("sms", "twilio", "text")
    assert (arrived.address, arrived.text) == (ANNA, "I can’t pay + my rent & bills")
    assert arrived.sent_at == at("2026-07-01T12:00:00+00:00")


def test_a_forged_signature_is_refused_and_the_genuine_one_passes(caller: FakeTwilio) -> None:
    assert len(read(caller, caller.arrives(ANNA, "text", text="hello"))) == 1
    with pytest.raises(NotGenuine):
        read(caller, caller.arrives(ANNA, "text", text="hello", forged=True))
    with pytest.raises(NotGenuine):
        read(caller, replace(caller.arrives(ANNA, "text", text="hello"), headers={}))


def test_the_signature_covers_every_field_and_the_whole_url(caller: FakeTwilio) -> None:
    call = caller.arrives(ANNA, "text", text="hello")
    assert b"Body=hello&" in call.body
    with pytest.raises(NotGenuine):
        read(caller, replace(call, body=call.body.replace(b"Body=hello&", b"Body=goodbye&")))
    with pytest.raises(NotGenuine):
        read(caller, call, url=call.url + "?reference=1")
    with pytest.raises(NotGenuine):
        read(caller, call, url=call.url.replace("help.", "other."))


def test_empty_fields_are_signed_too(caller: FakeTwilio) -> None:
    call = caller.arrives(ANNA, "text", text="hello")
    assert b"FromCity=&" in call.body
    with pytest.raises(NotGenuine):
        read(caller, replace(call, body=call.body.replace(b"FromCity=&", b"")))


def test_a_form_of_a_thousand_fields_is_not_even_counted(caller: FakeTwilio) -> None:
    with pytest.raises(NotGenuine):
        read(caller, caller._call("/hooks/twilio", {f"Field{number}": "1" for number in range(1001)}, forged=False))


@pytest.mark.parametrize("body", [b"\xff", b"%ff=%fe"])
def test_what_is_no_form_is_nobodys(caller: FakeTwilio, body: bytes) -> None:
    with pytest.raises(NotGenuine):
        read(caller, replace(caller.arrives(ANNA, "text"), body=body))


def test_a_call_without_an_id_is_not_readable(caller: FakeTwilio) -> None:
    with pytest.raises(NotReadable):
        read(caller, caller._call("/hooks/twilio", {"From": ANNA, "Body": "hello"}, forged=False))


@pytest.mark.parametrize(
    ("kind", "known_as"),
    [
        ("empty", "empty"),
        ("voice", "voice"),
        ("image", "image"),
        ("video", "image"),
        ("document", "document"),
        ("contact", "contact"),
    ],
)
def test_what_is_no_text_is_known_for_what_it_is(caller: FakeTwilio, kind: str, known_as: str) -> None:
    (arrived,) = read(caller, caller.arrives(ANNA, kind))
    assert isinstance(arrived, Arrived)
    assert (arrived.kind, arrived.text) == (known_as, "")


def test_the_words_under_a_picture_are_heard(caller: FakeTwilio) -> None:
    picture, words = read(caller, caller.arrives(ANNA, "image", text="What does this letter mean?"))
    assert isinstance(picture, Arrived)
    assert isinstance(words, Arrived)
    assert (picture.kind, words.kind, words.text) == ("image", "text", "What does this letter mean?")
    assert picture.provider_id != words.provider_id


def test_on_whatsapp_a_tap_a_place_and_a_hidden_number_are_read(caller: FakeTwilio) -> None:
    tap, place, hidden = (
        read(caller, caller.arrives(address, kind, channel="whatsapp", **what))[0]
        for address, kind, what in (
            (ANNA, "choice", {"choice": "yes"}),
            (ANNA, "location", {"place": (52.2053, 0.1218)}),
            (HASHED_PERSON, "text", {"text": "hello"}),
        )
    )
    assert isinstance(tap, Arrived)
    assert (tap.channel, tap.address, tap.kind, tap.choice) == ("whatsapp", ANNA, "choice", "yes")
    assert isinstance(place, Arrived)
    assert (place.kind, place.place) == ("location", (52.2053, 0.1218))
    assert isinstance(hidden, Arrived)
    assert hidden.address == HASHED_PERSON


@pytest.mark.parametrize("sender", ["65000", "COUNCIL"])
def test_who_cannot_be_answered_is_left(caller: FakeTwilio, sender: str) -> None:
    assert read(caller, caller.arrives(sender, "text", text="Your code is 1234")) == []


@pytest.mark.parametrize(
    ("status", "error", "fate", "why"),
    [
        ("sent", None, "sent", None),
        ("delivered", None, "delivered", None),
        ("read", None, "read", None),
        ("undelivered", 30003, "failed", "not_reachable"),
        ("failed", 63016, "failed", "window_closed"),
        ("failed", 21610, "failed", "opted_out"),
        ("failed", 30008, "failed", "other"),
    ],
)
def test_a_receipt_tells_what_became_of_a_message(
    fake: FakeTwilio, status: str, error: int | None, fate: str, why: str | None
) -> None:
    identity = send(Twilio(access(fake)))
    (receipt,) = read(fake, fake.told(fake.sent[0], status, error=error))
    assert isinstance(receipt, Receipt)
    assert (receipt.provider_id, receipt.reference, receipt.fate) == (identity, REFERENCE, fate)
    assert (receipt.error, receipt.why) == (str(error) if error else None, why)


@pytest.mark.parametrize("status", ["accepted", "queued", "sending"])
def test_that_it_is_on_its_way_is_no_news(fake: FakeTwilio, status: str) -> None:
    send(Twilio(access(fake)))
    assert read(fake, fake.told(fake.sent[0], status)) == []


def test_a_receipt_is_signed_with_its_query(fake: FakeTwilio) -> None:
    send(Twilio(access(fake)))
    call = fake.told(fake.sent[0], "delivered")
    assert len(read(fake, call)) == 1
    with pytest.raises(NotGenuine):
        read(fake, call, url=call.url.replace(REFERENCE, "another"))


def test_where_twilio_answers_a_stop_itself(caller: FakeTwilio) -> None:
    assert Twilio(access(caller)).answers_stop == ("sms",)
    assert Twilio(replace(access(caller), channels=("whatsapp",))).answers_stop == ()
    assert Twilio(replace(access(caller), answers_stop=False)).answers_stop == ()


def test_secrets_do_not_show(caller: FakeTwilio) -> None:
    assert caller.token not in repr(access(caller))
