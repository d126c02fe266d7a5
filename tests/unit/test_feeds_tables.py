"""HSDS in tables: joined by their ids, however messy the files are."""

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from directory.feeds import csv_rows, tabular
from directory.feeds.integrity import problems_of
from directory.feeds.records import Progress, Remark, SourceUnreadable, Unreadable
from directory.feeds.sources import read_source
from directory.feeds.tabular import NAMELESS
from directory.model import read_service

LONDON = Path(__file__).parents[3] / "shared" / "data" / "london-2018" / "services.csv"

TABLES = {
    "services": "id,organization_id,name,status,minimum_age,eligibility_description,our_code\n"
                's1,o1,Lunch club,active,60,"Over 60s, any faith",L7\ns2,o1,Debt advice,active,,,\n',
    "organizations": "id,name,description\no1,A church,A church in Cambridge.\n",
    "locations": "id,name,location_type,latitude,longitude\nl1,Hall,physical,52.2,0.12\n",
    "service_at_locations": "id,service_id,location_id\nsl1,s1,l1\n",
    "addresses": "id,location_id,address_1,city,postal_code,address_type\n"
                 "a1,l1,1 High Street,Cambridge,CB1 1AA,physical\n",
    "phones": "id,service_id,organization_id,contact_id,number\n"
              "p1,s1,o1,,'+44 1632 960001\np2,,o1,,01632 960002\np3,s1,,c1,01632 960003\n",
    "contacts": "id,service_id,name\nc1,s1,Office\n",
    "schedules": 'id,service_id,service_at_location_id,freq,byday,opens_at,closes_at\n'
                 'h1,s1,sl1,WEEKLY,"TU,TH",12:00,14:00\n',
    "service_areas": "id,service_id,name,extent\nz1,s1,Cambridge,E07000008\n",
    "cost_options": "id,service_id,option,amount\nk1,s1,Lunch,3.50\n",
    "attributes": "id,link_id,taxonomy_term_id,link_entity\nt1,s1,tt1,service\nt2,l1,tt1,location\n",
    "taxonomy_terms": "id,code,name,description,taxonomy\ntt1,281,Meals,Meals at a day centre,esd\n",
}  # fmt: skip


def folder(path: Path, tables: dict[str, str | bytes]) -> Path:
    path.mkdir(exist_ok=True)
    for name, content in tables.items():
        (path / f"{name}.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(path: Path) -> tuple[dict[str, Any], list[Any]]:
    """Services by id, and the rest."""
    everything = list(read_source(str(path)))
    services = [one for one in everything if isinstance(one, dict)]
    return {one["id"]: one for one in services}, [one for one in everything if not isinstance(one, dict)]


def test_the_tables_are_joined_into_whole_services(tmp_path: Path) -> None:
    services, rest = read(folder(tmp_path / "feed", TABLES))
    assert rest == []
    lunch, debt = services["s1"], services["s2"]
    assert problems_of(lunch) == problems_of(debt) == []
    assert lunch["organization"]["name"] == debt["organization"]["name"] == "A church"
    assert (lunch["minimum_age"], lunch["eligibility_description"]) == (60, "Over 60s, any faith")
    assert lunch["our_code"] == "L7"  # a column that the standard does not name
    (at,) = lunch["service_at_locations"]
    assert (at["location"]["latitude"], at["location"]["addresses"][0]["postal_code"]) == (52.2, "CB1 1AA")
    assert at["schedules"][0]["byday"] == "TU,TH"
    assert at["location"]["attributes"][0]["taxonomy_term"]["name"] == "Meals"
    assert [phone["number"] for phone in lunch["phones"]] == ["+44 1632 960001"]
    assert lunch["contacts"][0]["phones"][0]["number"] == "01632 960003"
    assert lunch["organization"]["phones"][0]["number"] == "01632 960002"
    assert lunch["cost_options"][0]["amount"] == 3.5
    assert lunch["attributes"][0]["taxonomy_term"]["code"] == "281"
    assert read_service(lunch).areas == {"E07000008"}
    assert debt.keys() == {"id", "organization_id", "name", "status", "organization"}


def test_a_zip_of_them_is_the_same(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "feed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export/datapackage.json", "{}")
        for name, content in TABLES.items():
            archive.writestr(f"export/{name}.csv", content)
    assert read(tmp_path / "feed.zip") == read(folder(tmp_path / "feed", TABLES))


def test_files_named_in_the_singular_and_of_older_versions_are_read(tmp_path: Path) -> None:
    older = {
        "service": TABLES["services"], "organization": TABLES["organizations"], "location": TABLES["locations"],
        "services_at_location": TABLES["service_at_locations"],
        "physical_addresses": "id,location_id,address_1,postal_code\na1,l1,1 High Street,CB1 1AA\n",
        "regular_schedules": "id,service_id,weekday,opens_at,closes_at\nr1,s1,Monday,09:00,12:00\n",
        "eligibility": "id,service_id,eligibility\ne1,s2,adult\n",
        "services_taxonomy": "id,service_id,taxonomy_id\nx1,s1,m1\n",
        "taxonomy": "id,name,vocabulary\nm1,Meals,esd\n",
    }  # fmt: skip
    services, rest = read(folder(tmp_path / "feed", older))
    assert rest == []
    assert services["s1"]["schedules"][0]["byday"] == "MO"
    assert services["s1"]["service_at_locations"][0]["location"]["addresses"][0]["address_type"] == "physical"
    assert services["s2"]["eligibility_description"] == "adult"
    assert services["s1"]["attributes"][0]["taxonomy_term"]["name"] == "Meals"


def test_every_foreign_key_empty_is_told_and_who_runs_it_is_asked_for(tmp_path: Path) -> None:
    empty = TABLES | {
        "services": "id,organization_id,name,status\ns1,,Lunch,active\n",
        "phones": "id,service_id,number\np1,,01632 960001\np2,,01632 960002\n",
        "service_at_locations": "id,service_id,location_id\nsl1,s9,l1\n",
        "schedules": "id,service_id\n",
    }
    services, rest = read(folder(tmp_path / "feed", {k: empty[k] for k in list(empty)[:8]}))
    assert list(map(str, problems_of(services["s1"]))) == ["The service names no organisation (no organization_id)."]
    told = {one.name: one.reason for one in rest}
    assert told["phones.csv"].startswith("2 rows are left out: they do not say what they belong to.")
    assert "their service_id leads to nothing, such as 's9'" in told["service_at_locations.csv"]


def test_an_organisation_that_is_not_there_is_told_of_its_service(tmp_path: Path) -> None:
    services, _ = read(folder(tmp_path / "f", TABLES | {"organizations": "id,name\no2,Other\n"}))
    assert "'o1', and the feed has no such organisation" in str(problems_of(services["s1"])[0])


def test_an_id_that_is_there_twice_is_told(tmp_path: Path) -> None:
    _, rest = read(folder(tmp_path / "f", TABLES | {"organizations": "id,name\no1,A church\no1,Impostor\n"}))
    assert rest == [Unreadable("organizations.csv", "The id 'o1' is there 2 times. We used the first of them.")]


def test_a_lone_services_csv_goes_in_with_as_much_as_it_has(tmp_path: Path) -> None:
    (tmp_path / "our list.csv").write_text("Name,Organisation,Description,URL\nLunch,A church,Soup,www.example.org\n")
    services, (remark,) = read(tmp_path / "our list.csv")
    ((id, lunch),) = services.items()
    assert problems_of(lunch) == []
    assert (lunch["organization"]["name"], lunch["url"]) == ("A church", "http://www.example.org")
    assert isinstance(remark, Remark)
    assert id in read(tmp_path / "our list.csv")[0]  # the same id every time
    (tmp_path / "two.csv").write_text("id,name,organization_id\na,Lunch,o1\n")
    services, _ = read(tmp_path / "two.csv")
    assert services["a"]["organization"] == {"id": "o1", "name": NAMELESS}


@pytest.mark.parametrize("separator", [";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_separators_marks_and_encodings_of_spreadsheets(tmp_path: Path, separator: str, encoding: str) -> None:
    rows = [["id", "name", "organisation", "description"], ["a", "Café", "A church", 'Said "hi",\r\nthen left']]
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    (tmp_path / "services.csv").write_bytes(text.getvalue().encode(encoding))
    services, rest = read(tmp_path / "services.csv")
    assert (services["a"]["name"], services["a"]["description"]) == ("Café", 'Said "hi",\r\nthen left')
    assert any("Windows Latin-1" in one.text for one in rest) == (encoding == "cp1252")


def test_a_row_with_too_many_cells_is_set_aside_alone(tmp_path: Path) -> None:
    text = "id,name,organisation\na,Lunch,Church\nb,Tea, with cake,Church\nc,Supper,Church\n"
    (tmp_path / "services.csv").write_text(text)
    services, rest = read(tmp_path / "services.csv")
    assert services.keys() == {"a", "c"}
    assert Unreadable("services.csv, row 3", "It has 4 cells, and the heading has 3.") in rest


@pytest.mark.parametrize("end", ['b,"Tea and a long', "b,Te"])
def test_a_table_that_ends_in_the_middle_gives_the_rows_before(tmp_path: Path, end: str) -> None:
    (tmp_path / "services.csv").write_text(f"id,name,organisation\na,Lunch,Church\n{end}")
    services, rest = read(tmp_path / "services.csv")
    assert services.keys() == {"a"}
    assert [one.whole for one in rest if isinstance(one, Remark)].count(False) == 1


def test_a_table_of_parts_that_ends_in_the_middle_takes_nothing_from_services(tmp_path: Path) -> None:
    cut = TABLES | {"phones": TABLES["phones"] + 'p4,s1,,,"0163'}
    with pytest.raises(SourceUnreadable, match="Nothing was taken in, as services would have lost parts"):
        read(folder(tmp_path / "feed", cut))


def test_a_quotation_mark_that_never_closes_does_not_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_rows, "LONGEST", 1000)
    rows = "\n".join(f"r{n},Tea,Church" for n in range(200))
    (tmp_path / "services.csv").write_text(f'id,name,organisation\na,Lunch,Church\nb,"Tea,Church\n{rows}\n')
    services, rest = read(tmp_path / "services.csv")
    assert services.keys() == {"a"}
    assert any("a quotation mark is opened and never closed" in one.text for one in rest)


def test_tables_that_take_long_say_how_far_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular, "TELL_EVERY", 2)
    _, rest = read(folder(tmp_path / "feed", {name: TABLES[name] for name in ("services", "organizations")}))
    assert rest == [Progress("services.csv: 2 rows read so far.")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("id,name,Name\na,b,c\n", "has the column 'name' twice"),
        ("id,name\n", "There is no service"),
        (
            "Organisation,Services,Clients\nA church,Lunch,All\n",
            "no column that is called name.* It has: organisation, serv",
        ),
    ],
)
def test_a_table_without_services_says_so(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "services.csv").write_text(text)
    with pytest.raises(SourceUnreadable, match=says):
        read(tmp_path / "services.csv")


# ---------------------------------------------------------------- real and messy


def converted(path: Path, into: Path) -> Path:
    """The London list with HSDS's names for its columns, and nothing else mended."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    tables: dict[str, list[dict[str, str]]] = {name: [] for name in ("services", "organizations", "locations")}
    tables |= {"service_at_locations": [], "addresses": [], "phones": []}
    organisations = {name: f"o{n}" for n, name in enumerate(dict.fromkeys(row["Organisation"] for row in rows))}
    tables["organizations"] = [{"id": id, "name": name} for name, id in organisations.items()]
    for n, row in enumerate(rows):
        tables["services"].append({
            "id": f"s{n}", "organization_id": organisations[row["Organisation"]], "name": row["Services"],
            "status": "active", "eligibility_description": row["Clients"], "application_process": row["Process"],
            "url": row["Website"], "days_in_words": row["Days"],
        })  # fmt: skip
        if row["lat"] or row["Postcode"]:
            tables["locations"].append({"id": f"l{n}", "latitude": row["lat"], "longitude": row["long"]})
            tables["service_at_locations"].append({"id": f"sl{n}", "service_id": f"s{n}", "location_id": f"l{n}"})
            tables["addresses"].append({"id": f"a{n}", "location_id": f"l{n}", "postal_code": row["Postcode"]})
        if row["Tel"]:
            tables["phones"].append({"id": f"p{n}", "service_id": f"s{n}", "number": row["Tel"]})
    into.mkdir()
    for name, lines in tables.items():
        with (into / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, lines[0].keys())
            writer.writeheader()
            writer.writerows(lines)
    return into


@pytest.mark.skipif(not LONDON.is_file(), reason="the reference data of ../shared is not here")
def test_624_real_services_are_read_and_each_mistake_is_one_that_its_owner_made(tmp_path: Path) -> None:
    services, rest = read(converted(LONDON, tmp_path / "london"))
    assert len(services) == 624
    assert rest == []
    wrong = {id: list(map(str, found)) for id, one in services.items() if (found := problems_of(one))}
    kinds = ("web address", "phone number", "not in the United Kingdom", "not the other coordinate", "must be a number",
             "wrong way round")  # fmt: skip
    assert all(any(kind in problem for kind in kinds) for found in wrong.values() for problem in found)
    assert len(wrong) < 624 * 0.15
    lunch = next(one for one in services.values() if one["name"] == "Footcare service. Exercise classes.")
    assert lunch["eligibility_description"] == "Older people"
    assert lunch["service_at_locations"][0]["location"]["addresses"][0]["postal_code"] == "TW3 1LD"
