"""A letter from the desk, and news of a visit, reach the phone that may be texted, and no other."""

from typing import Any

import pytest
import sqlalchemy as sa

from casework import letters
from casework import tables as t
from casework.sittings import start_conversation
from casework.staff import load_staff
from casework.tickets import redeem
from foundation.database import Database
from tests.conftest import rows
from tests.integration.texting_fixtures import NOW, SAM, FakeProvider, conversation_of, incoming, receive
from web.carrying import Carrying
from web.dressing import Dressing

HERE = "https://front-door.example.gov.uk"


def a_case(database: Database, conversation_id: str, **contact: str) -> None:
    """Priya's case of this conversation, handed off."""
    with database.writing() as db:
        common = {"title": "Named contact", "role": "named_contact", "caseload_limit": 9, "active": True}
        db.execute(t.staff.insert().values(username="priya", name="Priya Shah", **common))
        db.execute(
            t.case_file.insert().values(
                reference="7K4M2P", conversation_id=conversation_id, state="open", route="named_contact",
                reason="asked", said="", needs=[], circumstances={}, contact=contact, plan={}, named_contact="priya",
                opened_at=NOW,
            )
        )  # fmt: skip
        db.execute(t.conversation.update().where(t.conversation.c.id == conversation_id).values(state="with_person"))


def write(database: Database, *channels: str) -> list[dict[str, Any]]:
    """Priya writes; what is in the outbox then."""
    providers: Any = {channel: FakeProvider(channels=(channel,)) for channel in channels}  # type: ignore[arg-type]
    carry = Carrying(Dressing(database, providers, public_url=HERE), providers, public_url=HERE)
    priya = load_staff(database, "priya")
    assert priya is not None
    letters.write_letter(database, priya, "7K4M2P", "Can you bring your letter?", now=NOW, carry=carry)
    return rows(database, t.outbox)


def test_whoever_holds_the_conversation_by_text_gets_the_letter_itself(database: Database) -> None:
    receive(database, incoming("SM1", "hello"))
    a_case(database, conversation_of(database))
    (parcel,) = write(database, "sms")
    assert parcel["address"] == SAM
    assert parcel["body"]["text"].startswith("Priya: Can you bring your letter?")


@pytest.mark.parametrize("way", ["call_only", "not_safe"])
def test_nobody_is_texted_who_asked_not_to_be(database: Database, way: str) -> None:
    receive(database, incoming("SM1", "hello"))
    a_case(database, conversation_of(database), safe_contact=way, phone="07700 900482")
    if way == "not_safe":
        with pytest.raises(letters.LetterRefused):
            write(database, "sms")
    else:
        assert write(database, "sms") == []


def test_on_a_page_with_a_safe_number_only_a_neutral_word_goes_out_with_a_private_link(database: Database) -> None:
    identity = page_conversation(database)
    a_case(database, identity, safe_contact="call_text", phone="07700 900482")
    (parcel,) = write(database, "sms")
    assert parcel["address"] == "+447700900482"
    assert "bring" not in parcel["body"]["text"]
    code = parcel["body"]["text"].split(f"{HERE}/m/")[1].split()[0]
    with database.writing() as db:
        assert redeem(db, code, now=NOW) == identity


def test_without_a_provider_or_a_number_nothing_goes_out(database: Database) -> None:
    identity = page_conversation(database)
    a_case(database, identity, safe_contact="call_text", phone="07700 900482")
    assert write(database, "whatsapp") == []
    with database.reading() as db:
        assert db.execute(sa.select(t.message.c.replies)).scalars().all()[-1][0]["text"] == "Can you bring your letter?"


def page_conversation(database: Database) -> str:
    return start_conversation(database, channel="website", now=NOW)[0]
