"""The Open Referral API as a program meets it, on the demonstration's services."""

import json
import threading
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from starlette.applications import Starlette
from starlette.testclient import TestClient

from directory.keeping.versions import Change, record_version, record_versions
from foundation.database import Database
from foundation.settings import ROOT, Settings
from web.app import make_app
from web.oruk.catalogue import Catalogue

FOLDER = ROOT / "directory/places/cambridge/services"
OFFICIAL = ROOT.parent / "shared/data/open-referral/oruk-3.0/compiled"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 9, tzinfo=UTC)
API = "/oruk/v3"
LISTS = ("services", "organizations", "service_at_locations", "taxonomies", "taxonomy_terms")
ENVELOPE = {"total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty", "contents"}


def documents() -> list[dict[str, Any]]:
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.json"))]


def keep(database: Database, *several: dict[str, Any], now: datetime = NOW, removed: bool = False) -> None:
    with database.writing() as db:
        for document in several:
            record_version(db, document["id"], document, by=None, why="imported", now=now, removed=removed)


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Iterator[Starlette]:
    url = database.url.render_as_string(hide_password=False)
    made = make_app(Settings(demonstration=True, var=tmp_path, database_url=url))
    yield made
    made.state.edge.database.close()


@pytest.fixture
def api(app: Starlette, database: Database) -> TestClient:
    """The whole edge, with the demonstration's services in it."""
    with database.writing() as db:
        record_versions(db, [Change(one["id"], one, "imported") for one in documents()], {}, now=NOW)
    return TestClient(app, follow_redirects=False)


def everything(api: TestClient, path: str) -> list[dict[str, Any]]:
    """A list, page by page."""
    found: list[dict[str, Any]] = []
    for page in range(1, 100):
        answer = api.get(f"{API}/{path}", params={"page": page, "per_page": 17}).json()
        assert set(answer) == ENVELOPE
        assert answer["page_number"] == page
        assert answer["size"] == len(answer["contents"])
        assert answer["first_page"] is (page == 1)
        assert answer["last_page"] is (page == answer["total_pages"])
        found += answer["contents"]
        if answer["last_page"]:
            assert answer["total_items"] == len(found)
            return found
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("path", LISTS)
def test_every_thing_of_a_list_has_an_address_of_its_own(api: TestClient, path: str) -> None:
    found = everything(api, path)
    assert found
    assert len({one["id"] for one in found}) == len(found)
    for one in found:
        whole = api.get(f"{API}/{path}/{one['id']}")
        assert whole.status_code == 200
        assert whole.json()["id"] == one["id"]


def official(name: str) -> Draft202012Validator:
    file = OFFICIAL / f"{name}.json"
    if not file.exists():
        pytest.skip("the official schemas are not here (shared/data/open-referral)")
    return Draft202012Validator(json.loads(file.read_text()), format_checker=FormatChecker())


@pytest.mark.parametrize(
    ("path", "schema"),
    [("services", "service"), ("organizations", "organization"), ("service_at_locations", "service_at_location")],
)
def test_every_answer_passes_the_official_schemas(api: TestClient, path: str, schema: str) -> None:
    in_a_list, whole = official(f"{schema}_list"), official(schema)
    for one in everything(api, path):
        assert [error.message for error in in_a_list.iter_errors(one)] == []
        told = api.get(f"{API}/{path}/{one['id']}").json()
        assert [error.message for error in whole.iter_errors(told)] == []


def test_lists_say_one_thing_of_one_thing_and_the_whole_says_all(api: TestClient) -> None:
    one = next(one for one in everything(api, "services") if one["name"] == "Acas helpline")
    assert not [key for key, value in one.items() if isinstance(value, list)]
    assert one["organization"]["name"] == "Acas"
    assert one["demonstration"] is True
    whole = api.get(f"{API}/services/{one['id']}").json()
    assert whole["phones"][0]["number"] == "0300 123 1100"
    assert whole["schedules"][0]["service_id"] == one["id"]
    organisation = api.get(f"{API}/organizations/{one['organization']['id']}").json()
    assert [service["id"] for service in organisation["services"]] == [one["id"]]


def test_terms_and_taxonomies_lead_to_each_other_and_to_services(api: TestClient) -> None:
    [taxonomy] = everything(api, "taxonomies")
    whole = api.get(f"{API}/taxonomies/{taxonomy['id']}").json()
    terms = everything(api, "taxonomy_terms")
    assert whole["taxonomy_terms"] == terms
    housing = next(term for term in terms if term.get("code") == "housing")
    assert housing["taxonomy_id"] == taxonomy["id"]
    some = api.get(f"{API}/services", params={"taxonomy_term_id": housing["id"]}).json()
    every = api.get(f"{API}/services", params={"taxonomy_id": taxonomy["id"]}).json()
    assert 0 < some["total_items"] < every["total_items"] == len(documents())


@pytest.mark.parametrize("path", ["", "/"])
def test_it_says_what_it_is(api: TestClient, path: str) -> None:
    about = api.get(f"{API}{path}")
    assert about.status_code == 200
    assert about.json()["version"] == "HSDS-UK-3.0"
    assert about.json()["demonstration"] is True
    assert about.json()["openapi_url"].endswith(f"{API}/openapi.json")
    assert set(api.get(f"{API}/openapi.json").json()["paths"]) == {"/"} | {
        f"/{path}{one}" for path in LISTS for one in ("", "/{id}")
    }


def test_whoever_has_it_is_told_so_until_it_changes(api: TestClient, database: Database) -> None:
    one = documents()[0]
    addresses = [f"{API}/services", f"{API}/services/{one['id']}"]
    marks = [api.get(address).headers["etag"] for address in addresses]
    for address, mark in zip(addresses, marks, strict=True):
        again = api.get(address, headers={"If-None-Match": f'"other", {mark}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", mark)
        assert "last-modified" in again.headers
        assert "max-age" in again.headers["cache-control"]
    keep(database, one | {"description": "Changed."}, now=LATER)
    for address, mark in zip(addresses, marks, strict=True):
        changed = api.get(address, headers={"If-None-Match": mark})
        assert changed.status_code == 200
        assert changed.headers["last-modified"] == "Mon, 23 Nov 2026 09:00:00 GMT"
        assert changed.headers["etag"] != mark
        assert "Changed." in changed.text


def test_one_that_was_let_go_is_a_tombstone(api: TestClient, database: Database) -> None:
    one = documents()[0]
    keep(database, one, now=LATER, removed=True)
    gone = api.get(f"{API}/services/{one['id']}")
    assert gone.status_code == 410
    assert gone.json()["status"] == "defunct"
    assert one["id"] not in api.get(f"{API}/services?per_page=100").text
    since = api.get(f"{API}/services", params={"modified_after": "2026-11-23T00:00:00Z"}).json()
    assert [(left["id"], left["status"]) for left in since["contents"]] == [(one["id"], "defunct")]
    keep(database, one, now=LATER)
    assert api.get(f"{API}/services/{one['id']}").status_code == 200


def test_what_became_private_or_gone_meanwhile_is_not_read(api: TestClient, database: Database) -> None:
    one = deepcopy(documents()[0])
    catalogue = Catalogue(database)
    entry = catalogue.current().by_id[one["id"]]
    assert catalogue.whole(entry) is not None
    one["front_door"]["internal"] = True
    keep(database, one)
    assert catalogue.whole(entry) is None
    one["front_door"]["internal"] = False
    keep(database, one, removed=True)
    assert catalogue.whole(entry) is None


def test_what_is_private_is_nowhere(api: TestClient, database: Database) -> None:
    secret = deepcopy(documents()[-1])
    assert secret["service_at_locations"]
    at = secret["service_at_locations"][0]
    street = at["location"]["addresses"][0]["address_1"]
    secret["front_door"] |= {"owner": {"name": "Zuleika Dobson", "email": "zuleika@example.org"}}
    keep(database, secret)
    assert api.get(f"{API}/service_at_locations/{at['id']}").status_code == 200
    assert street in api.get(f"{API}/services/{secret['id']}").text

    secret["front_door"]["confidential_address"] = True
    keep(database, secret)
    assert api.get(f"{API}/service_at_locations/{at['id']}").status_code == 404
    shown = api.get(f"{API}/services/{secret['id']}").text
    assert street not in shown
    assert "uleika" not in shown
    assert "latitude" not in shown

    secret["front_door"]["internal"] = True
    keep(database, secret)
    answers = [
        api.get(f"{API}/services/{secret['id']}"),
        api.get(f"{API}/organizations/{secret['organization']['id']}"),
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    for path in LISTS:
        assert secret["name"] not in json.dumps(everything(api, path))


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("page=0", "page"), ("page=x", "page"), ("per_page=0", "per_page"), ("per_page=101", "per_page"),
        ("minimum_age=old", "minimum_age"), ("maximum_age=-1", "maximum_age"), ("start_time=25:00", "start_time"),
        ("end_time=soon", "end_time"), ("day=someday", "day"), ("modified_after=then", "modified_after"),
        ("search=" + "x" * 201, "search"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_told_in_a_sentence(api: TestClient, query: str, named: str) -> None:
    answer = api.get(f"{API}/services?{query}")
    assert answer.status_code == 400
    assert set(answer.json()) == {"error"}
    assert named in answer.json()["error"]
    assert answer.json()["error"].endswith(".")


@pytest.mark.parametrize(
    "query", ["postcode=nowhere", "postcode=CB99+9ZZ", "proximity=10", "postcode=CB4+3EH&proximity=x"]
)
def test_so_is_a_wrong_place(api: TestClient, query: str) -> None:
    answer = api.get(f"{API}/service_at_locations?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_what_is_not_there_is_told_in_json(api: TestClient) -> None:
    for path in (*(f"{path}/none" for path in LISTS), "nothing", "services/two%0Alines"):
        answer = api.get(f"{API}/{path}")
        assert answer.status_code == 404
        assert set(answer.json()) == {"error"}


def test_nothing_can_be_written(api: TestClient) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert api.request(method, f"{API}/services").status_code == 405


def test_a_page_after_the_last_is_empty(api: TestClient) -> None:
    answer = api.get(f"{API}/services?page=99").json()
    assert (answer["empty"], answer["size"], answer["contents"], answer["last_page"]) == (True, 0, [], True)


def test_empty_parameters_ask_for_nothing(api: TestClient) -> None:
    answer = api.get(f"{API}/service_at_locations?search=&minimum_age=&postcode=&proximity=&day=&page=")
    assert answer.json()["total_items"] == len(everything(api, "service_at_locations"))


def test_other_websites_may_read_it_and_it_travels_light(api: TestClient) -> None:
    answer = api.get(f"{API}/services", headers={"Origin": "https://example.org", "Accept-Encoding": "gzip"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "ETag" in answer.headers["access-control-expose-headers"]
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < len(answer.content) / 3
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    assert api.options(f"{API}/services", headers=asked).status_code == 200
    assert api.head(f"{API}/services").status_code == 200


def test_the_page_loads_nothing_from_elsewhere(api: TestClient) -> None:
    page = api.get(f"{API}/docs")
    assert page.status_code == 200
    for path in LISTS:
        assert f"GET {API}/{path}/{{id}}" in page.text
    assert "style=" not in page.text
    assert "<script>" not in page.text
    assert 'src="http' not in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]


def test_many_at_once_get_the_whole_of_it(api: TestClient, database: Database) -> None:
    catalogue = Catalogue(database)
    seen: list[int] = []
    threads = [threading.Thread(target=lambda: seen.append(len(catalogue.current().services))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [len(documents())] * 8
