"""Files as real feeds have them: any JSON frame, letters of two kinds, HTML, zips that would fill the disk."""

import io
import json
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest

from directory.feeds import bundles, json_stream
from directory.feeds.json_stream import records_in
from directory.feeds.letters import CHUNK, Letters
from directory.feeds.plain import plain
from directory.feeds.records import Remark, SourceUnreadable, Unreadable
from directory.feeds.sources import read_source
from tests.unit.directory_fixtures import made


def read(content: bytes | str, *, limit: int = 10**9) -> list[Any]:
    data = content.encode() if isinstance(content, str) else content
    return list(records_in(Letters(io.BytesIO(data), "feed.json", limit=limit)))


def until_it_breaks(letters: Letters) -> tuple[int, str]:
    """How many records come, and what is said where no more do."""
    count = 0
    try:
        for _ in records_in(letters):
            count += 1
    except SourceUnreadable as error:
        return count, str(error)
    return count, ""


@pytest.mark.parametrize(
    "page",
    [
        made("a"),
        [made("a")],
        {"total_items": 1, "contents": [made("a")], "last_page": True},
        {"content": [made("a")], "last": True, "totalElements": 1},
        {"services": [made("a")]},
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_a_list_a_page_and_a_single_service_are_all_read(page: Any, indent: int | None) -> None:
    assert read(json.dumps(page, indent=indent)) == [made("a")]


def test_a_record_a_line_is_read() -> None:
    assert read("\n".join(json.dumps(made(name)) for name in "ab")) == [made("a"), made("b")]


def test_what_a_page_says_of_itself_is_told_whether_it_comes_before_or_after() -> None:
    facts: dict[str, Any] = {}
    text = '{"page_number": 1, "contents": [{"id": "a"}], "last_page": true, "total_pages": 12}'
    list(records_in(Letters(io.BytesIO(text.encode()), "page"), facts))
    assert facts == {"page_number": 1, "last_page": True, "total_pages": 12, "is_page": True}


def test_services_in_an_organisation_get_that_organisation() -> None:
    (service,) = read('{"id": "o", "name": "Church", "contacts": [{}], "services": [{"id": "a", "name": "Lunch"}]}')
    assert service == {"id": "a", "name": "Lunch", "organization": {"id": "o", "name": "Church"}}


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_it_does_not_matter_where_a_file_is_cut_into_pieces(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("directory.feeds.letters.CHUNK", size)
    records = [{"id": "é€😀" * 20, "n": [1.5, -12345, True, None, '\\"\ud83d']}, 1234567, "text", {}, []]
    assert read(json.dumps(records)) == records
    assert read(json.dumps({"total_items": 1234567, "contents": records})) == records


@pytest.mark.parametrize(
    ("text", "count", "says"),
    [
        ('[{"id": 1}, {"id": 2}, {"id', 2, "it ends in the middle after 2 records"),
        ('[{"id": 1}', 1, "ends in the middle after 1 records"),
        ('[{"id": 1} {"id": 2}]', 1, "it is broken after 1 records"),
        ('[{"id": 1}, nonsense, {"id": 2}]', 1, "broken at “nonsense"),
        ('{"contents": [{"id": 1}]', 1, "ends in the middle"),
        ("", 0, "is empty"),
        (" \n ", 0, "is empty"),
        ("<!DOCTYPE html><html>", 0, "is a web page, not data"),
        ('[{"id": 1}, ' + "[" * 100_000, 1, "nested far too deeply"),
    ],
)
def test_what_comes_before_a_break_is_read_and_the_break_is_told(text: str, count: int, says: str) -> None:
    found, told = until_it_breaks(Letters(io.BytesIO(text.encode()), "feed.json"))
    assert says in told
    assert found == count


def test_line_ends_inside_a_text_are_read_as_they_are() -> None:
    assert read('[{"description": "one\ntwo\tthree"}]') == [{"description": "one\ntwo\tthree"}]


def test_a_feed_that_is_far_larger_than_memory_should_hold_is_read_in_pieces() -> None:
    record = json.dumps(made("a") | {"description": "x" * 5_000}).encode()

    class Endless:
        left = 40_000_000

        def read(self, size: int) -> bytes:
            piece = (record + b",") * (CHUNK // len(record))
            self.left -= len(piece)
            return piece if self.left > 0 else b""

    stream = Endless()
    first = io.BytesIO(b"[")
    tracemalloc.start()
    letters = Letters(type("Both", (), {"read": lambda _, size: first.read(size) or stream.read(size)})(), "feed")
    count, _ = until_it_breaks(letters)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count > 7_000
    assert peak < 8 * CHUNK


def test_a_feed_and_a_record_have_their_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SourceUnreadable, match="larger than 1 MB"):
        read(b"[" + b"1," * 2_000_000, limit=1_000_000)
    monkeypatch.setattr(json_stream, "MAX_RECORD", 1_000_000)
    with pytest.raises(SourceUnreadable, match="one record that is far too large"):
        read('[{"id": "' + "x" * 3_000_000 + '"}]')
    with pytest.raises(SourceUnreadable, match="one record that is far too large"):
        read("{" + ",".join(f'"{n}": "{"x" * 100_000}"' for n in range(40)) + "}")


# ---------------------------------------------------------------- letters


def letters_of(data: bytes) -> tuple[list[Any], list[str]]:
    letters = Letters(io.BytesIO(data), "feed.json")
    return list(records_in(letters)), [remark.text for remark in letters.remarks()]


def test_latin_1_is_read_and_told_and_utf_8_beside_it_is_not_harmed() -> None:
    data = b'[{"name": "Caf\xe9 \x96 ' + "Żółw".encode() + b'"}]'
    assert letters_of(data) == (
        [{"name": "Café – Żółw"}],
        [
            "feed.json is not all in UTF-8. We read 2 letters as Windows Latin-1, such as in “name Café Żółw”. Check "
            "that this is right, and send UTF-8 if you can."
        ],
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_says_its_encoding_is_read_by_it_without_a_word(encoding: str) -> None:
    assert letters_of('[{"name": "Café Żółw"}]'.encode(encoding)) == ([{"name": "Café Żółw"}], [])


def test_half_a_letter_is_never_turned_into_something_else() -> None:
    assert read('[{"name": "half \\ud83d"}]') == [{"name": "half \ud83d"}]


# ---------------------------------------------------------------- HTML


@pytest.mark.parametrize(
    ("text", "is_plain"),
    [
        ("<p>Hi &amp; <b>welcome</b></p><p>Two<br/>lines</p>", "Hi & welcome\n\nTwo\nlines"),
        ("<ul><li>Tea<li>Cake</ul>", "- Tea\n- Cake"),
        ("Tea<script>alert(1)</script><style>p{}</style>", "Tea"),
        ('<a href="javascript:alert(1)">form</a> <img src=x onerror=alert(1)>', "form"),
        ('<a href="https://example.org/f?a=1&amp;b=2">the form</a>', "the form (https://example.org/f?a=1&b=2)"),
        ('<a href="mailto:a@example.org">a@example.org</a>', "a@example.org"),
        ("&lt;p&gt;escaped&lt;/p&gt; &amp;amp; twice", "escaped\n\n& twice"),
        ("Mind the gap &ndash; it&#39;s wide", "Mind the gap – it's wide"),
        ("one\ntwo &amp; three\n\nfour", "one\ntwo & three\n\nfour"),
        ("under 18s: a < b > c & <3", "under 18s: a < b > c & <3"),
        ("ages <18 and <b unclosed", "ages <18 and <b unclosed"),
        ("http://example.org/?a=1&copy=2&amp;b=3", "http://example.org/?a=1&copy=2&amp;b=3"),
        ("<table><tr><td>Mon</td><td>9-5</td></tr><tr><td>Tue</td></tr></table>", "Mon 9-5\n\nTue"),
    ],
)
def test_html_becomes_plain_text_that_reads_the_same(text: str, is_plain: str) -> None:
    assert plain(text) == is_plain
    assert plain(is_plain) == is_plain  # so that an export comes in again unchanged


def test_every_text_of_a_record_is_made_plain_and_mistakes_with_one_meaning_are_mended(tmp_path: Path) -> None:
    dirty = made("a") | {
        "description": "<p>Soup</p><p>Bread</p>", "url": "www.example.org/soup", "email": "n/a", "alert": None,
        "organization": {"id": "o", "name": "A <i>church</i>", "website": "", "logo": None},
        "service_areas": [{"id": "x", "uri": "http://statistics.data.gov.uk/id/statistical-geography/E07000008"}],
        "schedules": [{"id": "s", "description": "Mondays &amp; Fridays"}],
        "phones": [{"id": "p", "number": "N/A"}, {"id": "q", "number": " 01632 960001"}, {"id": "r"}],
    }  # fmt: skip
    path = tmp_path / "feed.json"
    path.write_text(json.dumps(dirty))
    (record,) = read_source(str(path))
    assert isinstance(record, dict)
    assert record["description"] == "Soup\n\nBread"
    assert record["url"] == "http://www.example.org/soup"
    assert record["organization"] == {"id": "o", "name": "A church"}
    assert record["service_areas"][0]["extent"] == "E07000008"
    assert record["schedules"][0]["description"] == "Mondays & Fridays"
    assert not {"email", "alert"} & record.keys()
    assert record["phones"] == [{"id": "q", "number": "01632 960001"}, {"id": "r"}]
    assert record["front_door"] == made("a")["front_door"]  # `detail: null` says something


def test_a_record_that_is_nested_too_deeply_is_set_aside_alone(tmp_path: Path) -> None:
    deep: Any = "x"
    for _ in range(300):
        deep = {"a": deep}
    (tmp_path / "feed.json").write_text(json.dumps([made("a") | {"extra": deep}, made("b")]))
    first, second = read_source(str(tmp_path / "feed.json"))
    assert first == Unreadable("A", "It is nested far too deeply to be a service.", "a")
    assert second == made("b")


# ---------------------------------------------------------------- zips


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_a_zip_of_json_files_is_read_and_what_a_computer_adds_is_not(tmp_path: Path) -> None:
    files = {"feed/a.json": json.dumps(made("a")).encode(), "__MACOSX/._a.json": b"\x00", "feed/notes.txt": b"hello"}
    assert list(read_source(str(zipped(tmp_path / "feed.zip", files)))) == [made("a")]


def test_a_zip_bomb_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zipped(tmp_path / "bomb.zip", {"services.csv": b"0" * 60_000_000})
    assert bomb.stat().st_size < 100_000
    with pytest.raises(SourceUnreadable, match="would unpack to 60 MB, which is no directory of services"):
        list(read_source(str(bomb)))
    monkeypatch.setattr(bundles, "SMALL", 70_000_000)  # without the rule it is opened: a line without an end
    with pytest.raises(SourceUnreadable, match="a line of more than"):
        list(read_source(str(bomb)))


def test_a_zip_that_lies_about_its_size_or_is_cut_is_told(tmp_path: Path) -> None:
    whole = zipped(tmp_path / "feed.zip", {"a.json": json.dumps([made("a")] * 2000).encode()}).read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceUnreadable, match="not a whole zip file"):
        list(read_source(str(tmp_path / "cut.zip")))
    spoilt = bytearray(whole)
    spoilt[60:80] = b"\xff" * 20
    (tmp_path / "spoilt.zip").write_bytes(bytes(spoilt))
    (problem,) = [read for read in read_source(str(tmp_path / "spoilt.zip")) if not isinstance(read, dict)]
    assert isinstance(problem, Unreadable)
    assert "cannot be unpacked any further" in problem.reason


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "no .json files and no services.csv"),
        ({"readme.txt": "hello"}, "no .json files and no services.csv"),
        ({"organizations.csv": "id,name\n1,A\n"}, "no .json files and no services.csv"),
        ({"datapackage.json": "{}"}, "no .json files and no services.csv"),
    ],
)
def test_a_folder_without_services_says_so(tmp_path: Path, files: dict[str, str], says: str) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    with pytest.raises(SourceUnreadable, match=says):
        list(read_source(str(tmp_path)))


def test_a_packed_file_and_one_that_is_not_there_say_so(tmp_path: Path) -> None:
    (tmp_path / "feed.json").write_bytes(b"\x1f\x8b\x08\x00")
    with pytest.raises(SourceUnreadable, match="Unpack it first"):
        list(read_source(str(tmp_path / "feed.json")))
    with pytest.raises(SourceUnreadable, match="There is nothing at"):
        list(read_source(str(tmp_path / "nowhere")))


def test_a_folder_with_both_kinds_says_which_it_reads(tmp_path: Path) -> None:
    (tmp_path / "services.csv").write_text("id,name,organization_name\na,Lunch,Church\n")
    (tmp_path / "a.json").write_text("{}")
    first, *_ = read_source(str(tmp_path))
    assert first == Remark(f"{tmp_path.name} holds services.csv and .json files. We read the tables.")
