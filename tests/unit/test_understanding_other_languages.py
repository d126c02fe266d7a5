"""Danger said in another language is heard, with and without its marks; ordinary trouble in it raises no alarm."""

import pytest

from understanding import understand

IN_DANGER = [
    ("Chcę się zabić", "suicide_selfharm"),
    ("nie chce juz zyc", "suicide_selfharm"),
    ("wzięłam dużo tabletek", "suicide_selfharm"),
    ("mąż mnie bije", "violence_abuse"),
    ("maz mnie bije i boje sie", "violence_abuse"),
    ("on mi grozi nożem", "violence_abuse"),
    ("moje dziecko jest bite", "child_at_risk"),
    ("nie mam gdzie spać dziś w nocy", "no_shelter"),
    ("jestem bezdomny", "no_shelter"),
    ("nie mogę oddychać", "medical"),
    ("vreau să mor", "suicide_selfharm"),
    ("soțul mă bate", "violence_abuse"),
    ("я хочу померти", "suicide_selfharm"),
    ("чоловік мене б'є", "violence_abuse"),
    ("мені ніде спати", "no_shelter"),
    ("quero morrer", "suicide_selfharm"),
    ("mi marido me pega", "violence_abuse"),
    ("no tengo donde dormir esta noche", "no_shelter"),
    ("ölmek istiyorum", "suicide_selfharm"),
    ("kocam beni dövüyor", "violence_abuse"),
    ("meg akarok halni", "suicide_selfharm"),
    ("أريد أن أموت", "suicide_selfharm"),
    ("زوجي يضربني", "violence_abuse"),
]
IN_TROUBLE = [
    "nie mam pieniędzy na czynsz",
    "straciłem pracę we wrześniu",
    "dzieci potrzebują szkoły",
    "nu am bani de chirie",
    "не маю грошей на оренду",
    "no tengo dinero para el alquiler",
    "işimi kaybettim",
    "elvesztettem a munkámat",
    "ليس لدي مال للإيجار",
]


@pytest.mark.parametrize(("text", "kind"), IN_DANGER)
def test_danger_in_another_language_is_heard(text: str, kind: str) -> None:
    crisis = understand(text).crisis
    assert crisis is not None
    assert crisis.kind == kind


@pytest.mark.parametrize("text", IN_TROUBLE)
def test_ordinary_trouble_in_another_language_raises_no_alarm(text: str) -> None:
    assert understand(text).crisis is None
