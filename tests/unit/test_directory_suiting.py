"""Language and access needs beside what a record says: it suits, it does not, or it has to be asked."""

from typing import Any

import pytest

from directory.deciding.suiting import NOT_KNOWN, SUITS, UNSUITED, in_words, suiting
from directory.model import Service, read_service
from tests.unit.directory_examples import made_up_document


def place(*texts: str, **more: Any) -> dict[str, Any]:
    told = [{"id": "3", "description": text} for text in texts]
    return {"id": "1", "location": {"id": "2", "location_type": "physical", "accessibility": told, **more}}


def service_with(*places: dict[str, Any], access: str = "drop_in", at_hub: bool = False, **more: Any) -> Service:
    record = made_up_document("Made up", access=access, at_hub=at_hub)
    return read_service(record | {"service_at_locations": list(places)} | more)


def test_who_told_nothing_gets_no_notes() -> None:
    for told in ({}, {"access_needs": "none"}, {"access_needs": "skip", "language": "skip"}, {"language": "en"}):
        assert suiting(service_with(place("Stairs only.")), told) == SUITS


# Wordings of the Open Referral examples, of the London 2018 kind, and of council pages.
@pytest.mark.parametrize(
    ("need", "text", "note", "penalty"),
    [
        ("step_free", "Wheelchair access is possible on all levels.", "step_free_yes", 0.0),
        ("step_free", "Step free access from the street", "step_free_yes", 0.0),
        ("step_free", "There are no steps and a lift.", "step_free_yes", 0.0),
        ("step_free", "No wheelchair access", "step_free_no", UNSUITED),
        ("step_free", "The building is not wheelchair accessible.", "step_free_no", UNSUITED),
        ("step_free", "There is no step-free entrance. Ground floor rooms.", "step_free_no", UNSUITED),
        ("step_free", "First floor, no lift", "step_free_no", UNSUITED),
        ("step_free", "Guide dogs welcome", "step_free_ask", NOT_KNOWN),
        ("step_free", "", "step_free_ask", NOT_KNOWN),
        ("hearing", "The building is equipped with induction loops for hearing aids.", "hearing_yes", 0.0),
        ("hearing", "BSL interpreters on request", "hearing_yes", 0.0),
        ("hearing", "No hearing loop", "hearing_no", UNSUITED),
        ("hearing", "Wheelchair access", "hearing_ask", NOT_KNOWN),
        ("sight", "Leaflets in large print and Braille", "sight_yes", 0.0),
        ("sight", "Wheelchair access", "sight_ask", NOT_KNOWN),
    ],
)
def test_what_a_record_says_of_access(need: str, text: str, note: str, penalty: float) -> None:
    found = suiting(service_with(place(text)), {"access_needs": need})
    assert (found.notes, found.penalty) == ((note,), penalty)


def test_several_needs_count_each() -> None:
    found = suiting(service_with(place("No lift. No hearing loop.")), {"access_needs": ["step_free", "hearing"]})
    assert found.notes == ("step_free_no", "hearing_no")
    assert found.penalty == 2 * UNSUITED


def test_of_several_places_one_that_suits_is_enough_but_it_has_to_be_found() -> None:
    two = service_with(place("Step-free"), place("First floor, no lift"))
    assert suiting(two, {"access_needs": "step_free"}).notes == ("step_free_some",)


@pytest.mark.parametrize(
    "service",
    [
        service_with(),
        service_with(place(location_type="virtual")),
        service_with(place("No lift"), access="phone"),
        service_with(place("No lift"), access="appointment", at_hub=True),  # they come to the hub instead
    ],
)
def test_stairs_do_not_matter_where_nobody_climbs_them(service: Service) -> None:
    assert suiting(service, {"access_needs": "step_free"}) == SUITS


def test_a_phone_line_can_be_reached_by_text() -> None:
    line = service_with(phones=[{"id": "1", "number": "116 123"}])
    assert suiting(line, {"access_needs": "hearing"}).notes == ("relay_uk",)
    assert suiting(service_with(), {"access_needs": "hearing"}) == SUITS


@pytest.mark.parametrize("spoken", [{"code": "pl"}, {"code": "pl-PL"}, {"code": "pol"}, {"name": "Polish"}])
def test_a_language_as_records_write_it(spoken: dict[str, str]) -> None:
    said = service_with(languages=[{"id": "1", "name": "English", "code": "en"}, {"id": "2", **spoken}])
    assert suiting(said, {"language": "pl"}).notes == ("spoken",)
    assert suiting(said, {"language": "pt"}).notes == ("interpreter_ask",)  # `pol` is not `po`rtuguese


@pytest.mark.parametrize(
    ("interpreters", "note", "penalty"),
    [
        ("Language Line, free", "interpreter", 0.0),
        ("None", "no_interpreter", UNSUITED),
        ("", "interpreter_ask", NOT_KNOWN),
    ],
)
def test_where_nobody_speaks_it_an_interpreter_counts(interpreters: str, note: str, penalty: float) -> None:
    found = suiting(service_with(interpretation_services=interpreters), {"language": "bn"})
    assert (found.notes, found.penalty) == ((note,), penalty)


def test_at_the_hub_the_interpreter_comes_with_the_visit() -> None:
    leg = service_with(access="appointment", at_hub=True)
    assert suiting(leg, {"language": "uk"}).notes == ("interpreter",)


def test_every_note_has_words() -> None:
    needs, kinds = ("step_free", "hearing", "sight"), ("yes", "some", "no", "ask")
    notes = [f"{need}_{kind}" for need in needs for kind in kinds]
    notes += ["relay_uk", "spoken", "interpreter", "interpreter_ask", "no_interpreter"]
    assert all(sentence.endswith(".") for sentence in in_words(notes))
