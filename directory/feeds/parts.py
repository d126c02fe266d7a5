"""The smaller parts of a record in Open Referral UK 3.0, in the standard's own words; `standard` has the whole."""

from typing import Literal

from pydantic import Field

from directory.feeds.fields import Day, Email, Id, Part, Uri

Kind = Literal["physical", "postal", "virtual"]
Frequency = Literal["WEEKLY", "MONTHLY"]


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
    closed: bool | None = Field(default=None, description="It is closed on these days, whatever else is said.")


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
