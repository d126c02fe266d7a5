"""Taking in what is said: nothing lost, nothing overwritten, what was taken away stays away."""

from casework.assessment import Assessment, add_need, hear, remove_need


def heard(*needs: str, **circumstances: object) -> dict[str, object]:
    return {
        "needs": [
            {"need": need, "score": 0.9, "because": [need], "detail": None, "on_behalf": False} for need in needs
        ],
        "circumstances": circumstances,
        "language": "en",
    }


def test_a_second_message_adds_and_repeats_nothing() -> None:
    a = Assessment()
    assert hear(a, "rent", heard("rent_arrears")) == ["rent_arrears"]
    assert hear(a, "rent and gas", heard("rent_arrears", "energy")) == ["energy"]
    assert a.codes() == ["rent_arrears", "energy"]
    assert a.said == ["rent", "rent and gas"]


def test_an_answer_to_a_question_outweighs_what_a_later_sentence_implies() -> None:
    a = Assessment(circumstances={"tenure": "private"}, asked=["tenure"])
    hear(a, "the council wrote to me", heard("housing", tenure="council"))
    assert a.circumstances["tenure"] == "private"


def test_a_guess_does_not_bring_back_what_was_taken_away_but_own_words_do() -> None:
    a = Assessment()
    hear(a, "money", heard("money_debt"))
    assert remove_need(a, "money_debt")
    assert not add_need(a, "money_debt", guess="because you owe rent")
    assert hear(a, "I do owe money", heard("money_debt")) == ["money_debt"]


def test_an_assessment_survives_its_own_json() -> None:
    a = Assessment()
    hear(a, "rent", heard("rent_arrears", tenure="council"))
    assert Assessment.from_json(a.as_json()) == a
