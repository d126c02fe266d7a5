"""Open Referral UK 3.0 in types: what a record may say, part by part, in the standard's own words.

One table for all who write it: what may be published is a field here, a column of the CSV is a field here, and the
API's own OpenAPI is made of these models. Source: the Open Referral UK 3.0 application profile (2024-10-10) of HSDS
3.0. The profile has no place for some things that feeds carry (a service's phones, who it is for in words, waiting
times, a language's code): they are HSDS 3.0's own fields, or extra ones, and the standard lets them be there.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from directory.feeds.fields import (
    Day,
    Email,
    FieldShape,
    Id,
    Instant,
    Part,
    Uri,
    entity_of,
    fields_of,
    without_nulls,
)
from directory.feeds.parts import (
    Attribute,
    Contact,
    CostOption,
    Funding,
    Language,
    Location,
    Phone,
    RequiredDocument,
    Schedule,
    ServiceArea,
    TaxonomyTerm,
)

__all__ = [
    "FieldShape", "Location", "Organization", "Ours", "Part", "Service", "ServiceAtLocation", "Status", "TaxonomyTerm",
    "entity_of", "fields_of",
]  # fmt: skip

Status = Literal["active", "inactive", "defunct", "temporarily closed"]


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

    model_config = ConfigDict(json_schema_extra=without_nulls)

    agency: str | None = None
    needs: list[dict[str, Any]] | None = None
    eligibility: list[dict[str, Any]] | None = None
    not_for: list[dict[str, Any]] | None = None
    access: str | None = None
    referred_by: list[str] | None = None
    capacity: dict[str, Any] | None = None
    by_appointment: bool | None = None
    bank_holidays: str | None = None
    term_time: bool | str | None = None
    exceptions: list[dict[str, Any]] | None = None
    buses: list[dict[str, Any]] | None = None
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
    attending_type: str | None = None
    attending_access: str | None = None
    deliverable_type: str | None = None
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
