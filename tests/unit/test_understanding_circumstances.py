"""Circumstances from free text, and answers to one question."""

from datetime import date

import pytest

from understanding.answers import read_answer
from understanding.circumstances import circumstances_in
from understanding.figures import age_in, children_in, postcode_in
from understanding.languages import language_of


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "I lost my job and owe two months rent to the council",
            {"employment_status": "unemployed", "tenure": "council"},
        ),
        ("my mum is 82, im worn out looking after her", {"age_band": "80_plus", "carer": "yes"}),
        (
            "got out of prison friday, no money sofa surfing",
            {"prison_leaver": "yes", "sleeping_tonight": "friends_family"},
        ),
        ("He hit me again. I've got two kids", {"safe_at_home": "no", "household": "with_children"}),
        ("im 19, left care last year", {"age_band": "18_24", "care_leaver": "yes"}),
        ("ex army, on the streets", {"armed_forces": "yes", "sleeping_tonight": "street"}),
        ("Section 21 from my private landlord", {"eviction_notice": "yes", "tenure": "private"}),
        ("I'm 30 weeks pregnant and on UC", {"pregnant": "yes", "benefits_received": "universal_credit"}),
        ("asylum seeker in a hotel", {"immigration_status": "asylum_seeker"}),
        (
            "single mum, 2 kids 4 & 9, CB4 3EH",
            {"household": "single_parent", "children_ages": [4, 9], "postcode": "CB4 3EH"},
        ),
    ],
)
def test_what_is_said(text: str, said: dict[str, object]) -> None:
    assert said.items() <= circumstances_in(text).items()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("if I lost my job I'd be stuck", "employment_status"),
        ("I used to be a council tenant", "tenure"),
        ("I'm not pregnant", "pregnant"),
        ("I'm 30 weeks pregnant", "age_band"),
        ("I owe 45 quid", "age_band"),
        ("my mum kicked me out", "safe_at_home"),
        ("what time does the swimming pool open?", "household"),
    ],
)
def test_what_is_not_said_is_not_guessed(text: str, code: str) -> None:
    assert code not in circumstances_in(text)


def test_figures() -> None:
    assert age_in("dob 3/4/88", today=date(2026, 4, 2)) == "35_54"
    assert age_in("born 2009", today=date(2026, 11, 22)) == "16_17"
    assert children_in("my 14 year old and a baby 6 months old") == [0, 14]
    assert children_in("two kids") is None
    assert [postcode_in(text) for text in ("near cb43eh", "CB4 3", "in cb1 somewhere", "room 101")] == [
        "CB4 3EH", "CB4 3", "CB1", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "text", "value"),
    [
        ("age_band", "38", "35_54"), ("age_band", "fifty two", "35_54"), ("age_band", "prefer not to say", "skip"),
        ("tenure", "council flat", "council"), ("tenure", "councl", "council"), ("tenure", "asdfgh", None),
        ("tenure", "I'm not sure", "skip"), ("sleeping_tonight", "with a mate", "friends_family"),
        ("sleeping_tonight", "in the car", "street"), ("sleeping_tonight", "dont know", "unknown"),
        ("carer", "nah", "no"), ("carer", "yeah sort of", "yes"), ("safe_at_home", "not really", "no"),
        ("eviction_notice", "yes got it monday", "yes"), ("children_ages", "2 kids 4 & 9", [4, 9]),
        ("children_ages", "6 months", [0]), ("children_ages", "none", "none"), ("postcode", "cb4 3", "CB4 3"),
        ("postcode", "nfa", "none"), ("postcode", "hello", None), ("employment_status", "on the sick", "unable"),
        ("household", "just me and my 2 kids", "single_parent"), ("household", "just me", "alone"),
        ("language", "Polish", "pl"), ("benefits_received", "UC", "universal_credit"),
        ("benefits_received", "nope", "none"),
        ("immigration_status", "spouse visa", "visa"), ("income_band", "not enough", "low"),
        ("access_needs", "wheelchair", "step_free"), ("pregnant", "", None),
    ],
)  # fmt: skip
def test_answers(code: str, text: str, value: object) -> None:
    assert read_answer(code, text) == value


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Straciłam pracę i nie mam na czynsz", "pl"), ("Mi-am pierdut locul de munca si nu pot plati chiria", "ro"),
        ("Я втратила роботу і мені ніде жити", "uk"), ("আমি বাড়ি ভাড়া দিতে পারছি না", "bn"),
        ("لا أستطيع دفع الإيجار", "ar"), ("Perdi meu emprego e não consigo pagar a renda", "pt"),
        ("He perdido mi trabajo y no puedo pagar el alquiler", "es"), ("İşimi kaybettim ve kiramı ödeyemiyorum", "tr"),
        ("我失去了工作,付不起房租", "zh"), ("Elvesztettem a munkámat és nem tudom fizetni a lakbért", "hu"),
        ("lost me job n cnt pay rent no mor", "en"), ("i am need help for house my english no good", "en"),
        ("skint 😩😩", "en"), ("café do Sol was shut", "en"), ("", "en"),
    ],
)  # fmt: skip
def test_languages(text: str, language: str) -> None:
    assert language_of(text) == language
