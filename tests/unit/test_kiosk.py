"""What fits on a kiosk's screen, and the square that opens a visit there."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from foundation.settings import Settings
from web.kiosk.codes import NotOurCode, arrival_code, is_scanned, read_arrival
from web.kiosk.screens import lines_of, parted, parts_of, shorten
from web.kiosk.tiles import load_tiles


def settings(tmp_path: Path, secret: str = "a" * 40) -> Settings:
    return Settings(var=tmp_path, secret_key=SecretStr(secret))


@pytest.mark.parametrize(
    ("sizes", "room", "parts"),
    [
        ([], 3, [[]]),
        ([1, 1, 1], 3, [[1, 1, 1]]),
        ([1, 1, 1, 1], 3, [[1, 1, 1], [1]]),
        ([2, 2], 3, [[2], [2]]),
        ([5, 1], 3, [[5], [1]]),
        ([1, 5, 1], 3, [[1], [5], [1]]),
    ],
)
def test_items_keep_their_order_and_none_is_lost(sizes: list[int], room: int, parts: list[list[int]]) -> None:
    assert parted(sizes, room, lambda size: size) == parts


@pytest.mark.parametrize("big", [False, True])
def test_all_that_an_agency_would_see_is_shown_before_consent(big: bool) -> None:
    story = " ".join(f"word{number}" for number in range(300))
    view = [
        {"label": "Name", "value": "Sam", "part": "contact"},
        {"label": "You said", "value": story, "part": "words"},
    ]
    parts = parts_of({"kind": "consent", "data": {"view": view}}, big=big)
    shown = [line["value"] for part in parts for line in part]
    assert " ".join(shown) == f"Sam {story}"
    assert len(parts) > 2


def test_every_need_is_on_one_screen_and_bigger_text_takes_more_screens() -> None:
    data = {"needs": [{"need": str(number)} for number in range(7)]}
    for big in (False, True):
        parts = parts_of({"kind": "needs", "data": data}, big=big)
        assert [need for part in parts for need in part] == data["needs"]
    assert len(parts_of({"kind": "needs", "data": data}, big=True)) > len(
        parts_of({"kind": "needs", "data": data}, big=False)
    )


def test_a_long_list_of_answers_comes_in_parts_and_a_short_one_does_not() -> None:
    choices = [{"id": str(number), "label": str(number)} for number in range(20)]
    parts = parts_of(
        {"kind": "question", "data": {}, "choices": [*choices, {"id": "skip", "label": "Skip"}]}, big=False
    )
    assert [choice for part in parts for choice in part] == choices
    assert len(parts) == 2
    assert parts_of({"kind": "question", "data": {}, "choices": choices[:12]}, big=True) == [None]


def test_what_has_no_parts_is_one_screen() -> None:
    assert len(parts_of(None, big=False)) == 1
    assert len(parts_of({"kind": "question", "data": {}}, big=True)) == 1


def test_long_words_are_cut_between_words() -> None:
    assert shorten("one two three", 20) == "one two three"
    assert shorten("one two three", 9) == "one two …"
    assert lines_of("") == 1


def test_the_square_opens_its_own_visit_alone(tmp_path: Path) -> None:
    ours = settings(tmp_path)
    code = arrival_code(ours, "7K4M2P")
    assert is_scanned(f" {code.lower()} ")
    assert read_arrival(ours, f" {code.lower()}\n") == "7K4M2P", "some readers type small letters"
    other = code.replace("7K4M2P", "7K4M2Q")
    for forged in (
        other,
        code[:-1] + ("A" if code[-1] != "A" else "B"),
        "FD:7K4M2P:",
        "FD:7K4M2P",
        "FD:::",
        "FD:OOOOOO:A",
    ):
        with pytest.raises(NotOurCode):
            read_arrival(ours, forged)
    with pytest.raises(NotOurCode):
        read_arrival(settings(tmp_path, "b" * 40), code)


def test_each_language_without_a_conversation_says_where_to_go() -> None:
    tiles = load_tiles()
    assert tiles[0].code == "en"
    assert all(tile.spoken or tile.desk for tile in tiles)
