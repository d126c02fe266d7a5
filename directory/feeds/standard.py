"""Open Referral UK 3.0 in types: what a record may say, part by part, in the standard's own words.

One table for all who write it: what may be published is a field here, a column of the CSV is a field here, and the
API's own OpenAPI is made of these models. Source: the Open Referral UK 3.0 application profile (2024-10-10) of HSDS
3.0. The profile has no place for some things that feeds carry (a service's phones, who it is for in words, waiting
times, a language's code): they are HSDS 3.0's own fields, or extra ones, and the standard lets them be there.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

Id = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
Uri = Annotated[str, Field(json_schema_extra={"format": "uri"})]
Email = Annotated[str, Field(json_schema_extra={"format": "email"})]
Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
Status = Literal["active", "inactive", "defunct", "temporarily closed"]
Kind = Literal["physical", "postal", "virtual"]
Frequency = Literal["WEEKLY", "MONTHLY"]


def _without_nulls(schema: dict[str, Any]) -> None:
    """What is not known is left out, never null: the official schemas refuse null."""
    for key, shape in schema.get("properties", {}).items():
        kinds = [kind for kind in shape.get("anyOf", []) if kind.get("type") != "null"]
        if len(kinds) == 1:
            told = {name: value for name, value in shape.items() if name not in ("anyOf", "default")}
            schema["properties"][key] = {**told, **kinds[0]}


class Part(BaseModel):
    """One object of a record."""

    model_config = ConfigDict(json_schema_extra=_without_nulls)

    id: Id


class TaxonomyTerm(Part):
    """What a service is, in a controlled vocabulary."""

    code: str | None = None
    name: str
    description: str
    parent_id: Id | None = None
    taxonomy: str | None = None
    taxonomy_id: Id | None = None
    term_uri: Uri | None = None
    language: str | None = None
    term: str | None = None


class Attribute(Part):
    """A term given to some part of a record."""

    link_id: Id | None = None
    taxonomy_term_id: Id | None = None
    link_type: str | None = None
    link_entity: str | None = None
    value: str | None = None
    label: str | None = None
    taxonomy_term: TaxonomyTerm | None = None


class Language(Part):
    """A language that a service speaks."""

    service_id: Id | None = None
    location_id: Id | None = None
    phone_id: Id | None = None
    name: str | None = None
    code: str | None = None
    note: str | None = None


class Phone(Part):
    """A number to ring."""

    location_id: Id | None = None
    service_id: Id | None = None
    organization_id: Id | None = None
    contact_id: Id | None = None
    service_at_location_id: Id | None = None
    number: str
    extension: float | str | None = None
    type: str | None = None
    description: str | None = None
    languages: list[Language] | None = None


class Schedule(Part):
    """When it is open."""

    service_id: Id | None = None
    location_id: Id | None = None
    service_at_location_id: Id | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    dtstart: Day | None = None
    timezone: float | str | None = None
    until: Day | None = None
    count: float | None = None
    wkst: str | None = None
    freq: Frequency | None = None
    interval: float | None = None
    byday: str | None = None
    byweekno: str | None = None
    bymonthday: str | None = None
    byyearday: str | None = None
    description: str | None = None
    opens_at: str | None = None
    closes_at: str | None = None
    schedule_link: Uri | None = None
    attending_type: str | None = None
    notes: str | None = None


class ServiceArea(Part):
    """Whom it serves, by area. `extent` is a GSS code where `extent_type` is text."""

    service_id: Id | None = None
    service_at_location_id: Id | None = None
    name: str | None = None
    description: str | None = None
    extent: str | None = None
    extent_type: str | None = None
    uri: Uri | None = None
    service_area: str | None = None


class Contact(Part):
    """Whom to ask for."""

    organization_id: Id | None = None
    service_id: Id | None = None
    service_at_location_id: Id | None = None
    location_id: Id | None = None
    name: str | None = None
    title: str | None = None
    department: str | None = None
    email: Email | None = None
    phones: list[Phone] | None = None


class CostOption(Part):
    """What it costs."""

    service_id: Id | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    option: str | None = None
    currency: str | None = None
    amount: float | None = None
    amount_description: str | None = None


class Funding(Part):
    """Who pays for it."""

    organization_id: Id | None = None
    service_id: Id | None = None
    source: str | None = None


class RequiredDocument(Part):
    """What to bring."""

    service_id: Id | None = None
    document: str | None = None
    uri: Uri | None = None


class Accessibility(Part):
    """How a place can be used."""

    location_id: Id | None = None
    description: str | None = None
    details: str | None = None
    url: Uri | None = None
    accessibility: str | None = None


class Address(Part):
    """Where a letter or a person goes."""

    location_id: Id | None = None
    attention: str | None = None
    address_1: str
    address_2: str | None = None
    city: str
    region: str | None = None
    state_province: str
    postal_code: str
    country: str
    address_type: Kind


class Location(Part):
    """A place."""

    location_type: Kind
    url: Uri | None = None
    organization_id: Id | None = None
    name: str | None = None
    alternate_name: str | None = None
    description: str | None = None
    transportation: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    external_identifier: str | None = None
    external_identifier_type: str | None = None
    languages: list[Language] | None = None
    addresses: list[Address] | None = None
    accessibility: list[Accessibility] | None = None
    phones: list[Phone] | None = None
    schedules: list[Schedule] | None = None
    attributes: list[Attribute] | None = None


class ServiceAtLocation(Part):
    """A service where it is given."""

    service_id: Id | None = None
    location_id: Id | None = None
    description: str | None = None
    contacts: list[Contact] | None = None
    phones: list[Phone] | None = None
    schedules: list[Schedule] | None = None
    service_areas: list[ServiceArea] | None = None
    attributes: list[Attribute] | None = None
    location: Location | None = None


class OrganizationIdentifier(Part):
    """What a register calls an organisation."""

    organization_id: Id | None = None
    identifier_scheme: str | None = None
    identifier_type: str
    identifier: str


class Organization(Part):
    """Who runs it."""

    name: str
    alternate_name: str | None = None
    description: str
    email: Email | None = None
    website: Uri | None = None
    year_incorporated: float | None = None
    legal_status: str | None = None
    logo: str | None = None
    uri: Uri | None = None
    parent_organization_id: Id | None = None
    phones: list[Phone] | None = None
    contacts: list[Contact] | None = None
    organization_identifiers: list[OrganizationIdentifier] | None = None
    attributes: list[Attribute] | None = None


class Ours(BaseModel):
    """What Front Door adds, so that a service can be matched: needs, rules about who it is for, how to get in."""

    model_config = ConfigDict(json_schema_extra=_without_nulls)

    agency: str | None = None
    needs: list[dict[str, Any]] | None = None
    eligibility: list[dict[str, Any]] | None = None
    not_for: list[dict[str, Any]] | None = None
    access: str | None = None
    at_hub: bool | None = None
    minutes: int | None = None
    bring: list[str] | None = None
    what_happens: str | None = None
    why: str | None = None
    comes_first: int | None = None
    uncertain: list[str] | None = None
    confidential_address: bool | None = None
    urgent: bool | None = None


class Service(Part):
    """A service, whole."""

    organization_id: Id | None = None
    program_id: Id | None = None
    name: str
    alternate_name: str | None = None
    description: str | None = None
    url: Uri | None = None
    email: Email | None = None
    status: Status
    interpretation_services: str | None = None
    application_process: str | None = None
    wait_time: str | None = None
    fees: str | None = None
    fees_description: str | None = None
    accreditations: str | None = None
    eligibility_description: str | None = None
    minimum_age: float | None = None
    maximum_age: float | None = None
    assured_date: Day | None = None
    alert: str | None = None
    last_modified: Instant | None = None
    demonstration: bool | None = Field(default=None, description="Made for a demonstration: do not rely on it.")
    organization: Organization | None = None
    phones: list[Phone] | None = None
    schedules: list[Schedule] | None = None
    service_areas: list[ServiceArea] | None = None
    service_at_locations: list[ServiceAtLocation] | None = None
    languages: list[Language] | None = None
    contacts: list[Contact] | None = None
    cost_options: list[CostOption] | None = None
    funding: list[Funding] | None = None
    required_documents: list[RequiredDocument] | None = None
    attributes: list[Attribute] | None = None
    front_door: Ours | None = None


@dataclass(frozen=True)
class FieldShape:
    """One field: its `name`; the model of the objects in it (`inner`, none: a value), in a list when `many`.

    For values, `type`, `format` and `choices` are the words of JSON Schema.
    """

    name: str
    inner: type[BaseModel] | None
    many: bool
    type: str
    format: str
    choices: tuple[str, ...]
    required: bool


@cache
def fields_of(model: type[BaseModel]) -> dict[str, FieldShape]:
    """The fields of `model` by name, in their order."""
    shapes = model.model_json_schema()["properties"]
    return {name: _field(name, field, shapes[name]) for name, field in model.model_fields.items()}


def _field(name: str, field: FieldInfo, shape: dict[str, Any]) -> FieldShape:
    kinds = [kind for kind in (get_args(field.annotation) or (field.annotation,)) if kind is not type(None)]
    many = get_origin(kinds[0]) is list
    held = get_args(kinds[0])[0] if many else kinds[0]
    inner = held if isinstance(held, type) and issubclass(held, BaseModel) else None
    return FieldShape(
        name, inner, many, shape.get("type", ""), shape.get("format", ""), tuple(shape.get("enum", ())),
        field.is_required(),
    )  # fmt: skip


@cache
def entity_of(model: type[BaseModel]) -> str:
    """What the standard calls it: `service_at_location`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", model.__name__).lower()
