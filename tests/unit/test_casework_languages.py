"""A conversation in a language that we speak but do not understand: picking needs, routing, consent, typed words."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from casework.assessment import Assessment, HeardNeed
from casework.consent import preview
from casework.routing import choose_route, situation_of
from casework.steps import asking, ending, hearing
from casework.work import Said, Work
from directory.labels import need_label
from foundation.database import Database
from foundation.languages import speaking
from foundation.needs import NEEDS
from understanding import understand
from web.choices import meant_choice


@pytest.fixture
def work() -> Work:
    return Work(Database("sqlite://"), Path("unused"), "somebody", datetime(2026, 11, 23, 9, tzinfo=UTC))


def said(text: str) -> Said:
    return Said(text, heard=understand(text).as_json())


def ids(reply: Any) -> list[str]:
    return [choice.id for choice in reply.choices]


@pytest.mark.parametrize("text", ["Nie mam pieniędzy na jedzenie i czynsz", "Nie mam pracy"])
def test_polish_words_lead_to_the_list_of_needs_and_begin_with_999(work: Work, text: str) -> None:
    assessment = Assessment()
    with speaking("pl"):
        told, pick = hearing.assess(work, assessment, said(text))
    assert told.text.startswith("Jeśli ktoś jest w niebezpieczeństwie, zadzwoń: 999.")
    assert ids(pick)[-2:] == ["more_needs:8", "talk_to_person"]
    assert len(ids(pick)) == 10
    assert pick.choices[0].label == "Miejsce do mieszkania"
    assert assessment.said == [text]
    assert (assessment.stage, assessment.circumstances["language"]) == ("listening", "pl")


def test_every_need_can_be_reached_a_screen_at_a_time(work: Work) -> None:
    assessment, seen = Assessment(), []
    with speaking("pl"):
        _, pick = hearing.assess(work, assessment, said("Nie mam pieniędzy na jedzenie i czynsz"))
        for screen in ("more_needs:8", "more_needs:16", "more_needs:0"):
            seen += [id for id in ids(pick) if id.startswith("need:")]
            assert ids(pick)[-2] == screen
            (pick,) = hearing.assess(work, assessment, Said(choice=screen))
    assert sorted(seen) == sorted(f"need:{code}" for code in NEEDS)


def test_needs_are_picked_one_after_the_other(work: Work) -> None:
    assessment = Assessment()
    with speaking("pl"):
        hearing.assess(work, assessment, said("Nie mam pieniędzy na jedzenie i czynsz"))
        (shown,) = hearing.assess(work, assessment, Said(choice="need:food"))
        assert shown.kind == "needs"
        assert "add_need" in ids(shown)
        (more,) = hearing.confirm(work, assessment, Said(choice="add_need"), agreed=False)
        assert "need:food" not in ids(more)
        assert "need:rent_arrears" in ids(more)
        (both,) = hearing.confirm(work, assessment, Said(choice="need:rent_arrears"), agreed=False)
        assert both.text == "Dziękujemy za tę wiadomość. Myślimy, że potrzebujesz pomocy w 2 sprawach."
        (back,) = hearing.confirm(work, assessment, Said(choice="show_needs"), agreed=False)
    assert [need["label"] for need in back.data["needs"]] == ["Jedzenie", "Zaległy czynsz"]
    assert assessment.codes() == ["food", "rent_arrears"]


def test_more_polish_words_at_the_list_are_kept_and_the_list_stands(work: Work) -> None:
    assessment = Assessment(needs=[HeardNeed("food")], stage="confirming")
    with speaking("pl"):
        told, shown = hearing.confirm(work, assessment, said("Mam też dużo długów i boję się o dzieci"), agreed=False)
    assert "999" in told.text
    assert shown.kind == "needs"
    assert assessment.said == ["Mam też dużo długów i boję się o dzieci"]


def test_english_words_are_understood_in_a_polish_conversation(work: Work) -> None:
    assessment = Assessment()
    with speaking("pl"):
        (shown,) = hearing.assess(work, assessment, said("I have no money for food"))
    assert shown.kind == "needs"
    assert "food" in assessment.codes()


def test_in_english_nothing_can_be_added_from_a_list(work: Work) -> None:
    (shown,) = hearing.assess(work, Assessment(), said("I have no money for food"))
    assert "add_need" not in ids(shown)


@pytest.mark.parametrize(
    ("wrote", "speaks", "reason"),
    [("pl", "pl", "joint_visit"), ("pl", "en", "language"), ("uk", "pl", "language"), ("en", "pl", "joint_visit")],
)
def test_a_language_that_we_share_needs_no_other_person(wrote: str, speaks: str, reason: str) -> None:
    with speaking(speaks):
        situation = situation_of(Assessment(language=wrote, needs=[HeardNeed("food")]), legs=1)
    assert choose_route(situation).reason == reason


def test_an_agency_reads_in_english_what_a_resident_agreed_to_in_polish(work: Work) -> None:
    assessment = Assessment(
        needs=[HeardNeed("rent_arrears")],
        circumstances={"language": "pl", "tenure": "council", "age_band": "35_54"},
        contact={"name": "Ola", "safe_contact": "call_text"},
        plan={"legs": [{"agency": "city_housing", "needs": ["rent_arrears"], "uses": ["tenure"]}]},
        opening={"legs": [{"agency": "city_housing"}]},
        asking="city_housing",
    )
    with speaking("pl"):
        shown = preview(assessment, "city_housing")
        ending.answer_consent(work, assessment, Said(choice="yes"), agreed=True)
    read = {line["label"]: line["value"] for line in assessment.consents[0]["view"]}
    assert read == {
        "Name": "Ola", "Safe way": "Call or text", "About": "Rent you owe", "Language": "Polish", "Home": "The council",
    }  # fmt: skip
    assert len(shown.view) == len(read)
    assert {"label": "Język", "value": "polski", "part": "circumstances"} in shown.view


def test_a_guess_is_said_in_polish_and_kept_in_english(work: Work) -> None:
    assessment = Assessment(needs=[HeardNeed("employment")], circumstances={"employment_status": "unemployed"})
    with speaking("pl"):
        shown = hearing.show_needs(assessment)[0]
    guess = next(need for need in shown.data["needs"] if need["need"] == "benefits")
    assert (guess["guess"], guess["label"]) == ("bo nie masz już pracy", "Pieniądze na życie")
    assert next(n.guess for n in assessment.needs if n.need == "benefits") == "because you have lost your job"
    assert need_label("benefits") == "Money to live on"


@pytest.mark.parametrize(("typed", "choice"), [("tak", "yes"), ("Tak.", "yes"), ("nie", "no"), ("pomin", "skip")])
def test_short_polish_words_are_taps(typed: str, choice: str) -> None:
    current = {"kind": "consent", "data": {}, "choices": [{"id": i, "label": "x"} for i in ("yes", "no", "skip")]}
    with speaking("pl"):
        assert meant_choice(typed, current) == choice
    assert meant_choice(typed, current) is None


def test_no_children_and_no_address_are_said_in_polish(work: Work) -> None:
    with speaking("pl"):
        assert asking._read("postcode", Said("Brak")) == ("none", None)
        value, error = asking._read("postcode", Said("zzz"))
    assert value is None
    assert error == "„zzz” to nie jest kod pocztowy. Kod pocztowy wygląda tak: CB4 3EH. Wystarczy pierwsza część."
