"""HSDS in tables: services.csv, organizations.csv, locations.csv and the rest, joined by their ids into records.

Columns that the standard does not name are kept. Files of older versions (physical_addresses, regular_schedules,
eligibility) go in under their old names, and `oruk1` brings them up to date.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from json import JSONDecodeError
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from pydantic import BaseModel

from directory.feeds.bundles import Bundle
from directory.feeds.csv_rows import rows_in
from directory.feeds.letters import Letters
from directory.feeds.records import Progress, Read, Remark, SourceUnreadable, Unreadable
from directory.feeds.standard import Service, entity_of, fields_of
from directory.feeds.tables_on_disk import Astray, Tables, tables_on_disk
from directory.feeds.tidy import OURS

SERVICES = "services"
# Tables by the names of their files: each version of the standard, and the singular that its examples use.
ALIASES = {
    "service": SERVICES, "organization": "organizations", "organisations": "organizations", "location": "locations",
    "service_at_location": "service_at_locations", "services_at_location": "service_at_locations",
    "services_at_locations": "service_at_locations", "phone": "phones", "contact": "contacts",
    "address": "addresses", "schedule": "schedules", "service_area": "service_areas", "language": "languages",
    "cost_option": "cost_options", "required_document": "required_documents", "fundings": "funding",
    "attribute": "attributes", "taxonomy_term": "taxonomy_terms", "taxonomy": "taxonomies",
    "organization_identifier": "organization_identifiers", "program": "programs", "eligibility": "eligibilitys",
    "service_taxonomy": "service_taxonomys", "services_taxonomy": "service_taxonomys",
}  # fmt: skip
OLDER = {  # what older versions hang on each part, under the name that `oruk1` knows
    "service": ("regular_schedules", "holiday_schedules", "eligibilitys", "service_taxonomys"),
    "service_at_location": ("regular_schedules", "holiday_schedules"),
    "location": ("physical_addresses", "postal_addresses", "accessibility_for_disabilities"),
}
SINGLE = {"organization": "organizations", "location": "locations", "taxonomy_term": "taxonomy_terms"}
KNOWN = frozenset({*ALIASES.values(), *(name for names in OLDER.values() for name in names), "accessibility"})
TELL_EVERY = 5_000  # rows
NAMELESS = "An organisation that the feed does not name"
WHO_COLUMNS = ("organization_name", "organisation_name", "organization", "organisation", "provider")
_MADE_IDS = uuid5(NAMESPACE_URL, "https://openreferral.org/imports/front-door/rows")


def read_tables(bundle: Bundle) -> Iterator[Read]:
    """Each service of the tables in `bundle`, whole. Raises SourceUnreadable."""
    with tables_on_disk() as tables:
        for name in bundle.names():
            kind = table_of(name)
            if kind in KNOWN:
                yield from _take(bundle, name, kind, tables)
        tables.ready()
        if SERVICES not in tables.kept:
            raise SourceUnreadable("There is no service in services.csv.")
        _refuse_other_lists(tables)
        yield from _astray(tables)
        if "organizations" not in tables.kept:
            yield Remark("There is no organizations.csv, so only services.csv says who runs a service.")
        for row in tables.all(SERVICES):
            yield _service(row, tables)


def _refuse_other_lists(tables: Tables) -> None:
    """A list of some other form gives one line, not one a row. Raises SourceUnreadable."""
    if not any("name" in row for row in tables.all(SERVICES)):
        columns = ", ".join(next(tables.all(SERVICES)))
        raise SourceUnreadable(
            f"services.csv has no column that is called name, so it is not in the form of HSDS. It has: {columns}."
        )


def table_of(name: str) -> str:
    """The table that a file such as `Services.csv` holds."""
    stem = name.rpartition("/")[2].casefold().removesuffix(".csv").removesuffix(".tsv")
    return ALIASES.get(stem, stem)


def _take(bundle: Bundle, name: str, kind: str, tables: Tables) -> Iterator[Read]:
    with bundle.open(name) as stream:
        for number, row in enumerate(rows_in(Letters(stream, name)), start=1):
            if number % TELL_EVERY == 0:
                yield Progress(f"{name}: {number:,} rows read so far.")
            if isinstance(row, Remark) and not row.whole and kind != SERVICES:
                raise SourceUnreadable(f"{row.text} Nothing was taken in, as services would have lost parts.")
            if isinstance(row, dict):
                tables.keep(kind, row)
            else:
                yield row


def _astray(tables: Tables) -> Iterator[Unreadable]:
    for one in tables.astray():
        yield Unreadable(f"{one.table}.csv", _lost(one))
    for kind, id, times in tables.twice():
        yield Unreadable(f"{kind}.csv", f"The id {id!r} is there {times} times. We used the first of them.")


def _lost(astray: Astray) -> str:
    if not astray.link:
        return (
            f"{astray.count:,} rows are left out: they do not say what they belong to. Every id of a parent is empty."
        )
    return f"{astray.count:,} rows are left out: their {astray.link} leads to nothing, such as {astray.example!r}."


def _service(row: dict[str, Any], tables: Tables) -> dict[str, Any]:
    if "organizations" not in tables.kept:
        row["organization"] = _who(row)
    if "id" not in row:
        row["id"] = (
            str(uuid5(_MADE_IDS, f"{row['organization']['id']}/{row.get('name')}")) if "organization" in row else ""
        )
    row.setdefault("status", "active")
    return _whole(row, Service, tables)


def _who(row: dict[str, Any]) -> dict[str, Any]:
    """The organisation as far as a lone services.csv tells it."""
    name = next((str(row.pop(column)) for column in WHO_COLUMNS if isinstance(row.get(column), str)), NAMELESS)
    return {"id": row.get("organization_id") or str(uuid5(_MADE_IDS, name)), "name": name}


def _whole(row: dict[str, Any], model: type[BaseModel], tables: Tables) -> dict[str, Any]:
    """The row with numbers as numbers, and with all that belongs to it."""
    entity, id = entity_of(model), str(row.get("id") or "")
    for key, shape in fields_of(model).items():
        if shape.inner is None:
            _typed(row, key, shape.type)
        elif key == OURS:
            _parse(row, key)
        elif key in SINGLE and row.get(f"{key}_id"):
            found = tables.under(SINGLE[key], "id", str(row[f"{key}_id"]))
            if found:
                row[key] = _whole(found[0], shape.inner, tables)
        elif shape.many and id:
            link = "link_id" if key == "attributes" else f"{entity}_id"
            _hang(row, key, [_whole(one, shape.inner, tables) for one in tables.under(key, link, id)])
    for key in OLDER.get(entity, ()):
        _hang(row, key, [_older(one, tables) for one in tables.under(key, f"{entity}_id", id)] if id else [])
    return row


def _hang(row: dict[str, Any], key: str, parts: list[dict[str, Any]]) -> None:
    if parts:
        row[key] = parts


def _older(row: dict[str, Any], tables: Tables) -> dict[str, Any]:
    if row.get("taxonomy_id"):
        found = tables.under("taxonomies", "id", str(row["taxonomy_id"]))
        row["taxonomy"] = found[0] if found else {"id": row["taxonomy_id"], "name": row["taxonomy_id"]}
    return row


def _parse(row: dict[str, Any], key: str) -> None:
    """Our own block, which an export writes into one cell as JSON; what is none stays, for the check to name."""
    if key in row:
        with suppress(JSONDecodeError, RecursionError):
            row[key] = json.loads(row[key])


def _typed(row: dict[str, Any], key: str, kind: str) -> None:
    """A number as a number, a yes as a yes; what is none stays as it is, for the check to name."""
    if key not in row:
        return
    if kind == "boolean":
        row[key] = {"true": True, "false": False}.get(str(row[key]).casefold(), row[key])
    elif kind in ("number", "integer"):
        with suppress(ValueError, OverflowError):
            number = float(row[key])
            row[key] = int(number) if number.is_integer() else number
