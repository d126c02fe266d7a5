"""What the answers look like, for the OpenAPI document: the standard's models, in lists and in full."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from directory.feeds import standard
from directory.feeds.fields import Id, Instant, Uri
from directory.feeds.standard import Status


def _short(model: type[BaseModel], **more: Any) -> type[BaseModel]:
    """The model as a list shows it: without the objects inside it, and with `more`."""
    shapes = standard.fields_of(model)
    fields: dict[str, Any] = {
        name: (field.annotation, field) for name, field in model.model_fields.items() if shapes[name].inner is None
    }
    told = ConfigDict(json_schema_extra=model.model_config["json_schema_extra"])
    return create_model(f"{model.__name__}InList", __config__=told, __doc__=model.__doc__, **fields, **more)


OrganizationInList = _short(standard.Organization)
LocationInList = _short(standard.Location)
ServiceInList = _short(standard.Service, organization=(OrganizationInList | None, None))
ServiceAtLocationInList = _short(
    standard.ServiceAtLocation, location=(LocationInList | None, None), service=(ServiceInList | None, None)
)
OrganizationWhole = create_model(
    "OrganizationWhole",
    __base__=standard.Organization,
    services=(list[ServiceInList], Field()),  # type: ignore[valid-type]
)
ServiceAtLocationWhole = create_model(
    "ServiceAtLocationWhole", __base__=standard.ServiceAtLocation, service=(ServiceInList, Field())
)


class Taxonomy(BaseModel):
    """A controlled vocabulary."""

    id: Id
    name: str
    description: str


class TaxonomyWhole(Taxonomy):
    """A controlled vocabulary with its terms, as far as services here are given them."""

    taxonomy_terms: list[standard.TaxonomyTerm]


class Page[T](BaseModel):
    """One page of a list."""

    total_items: int = Field(description="How many there are on all pages together.")
    total_pages: int
    page_number: int
    size: int = Field(description="How many are on this page.")
    first_page: bool
    last_page: bool
    empty: bool
    contents: list[T]


def pages_of(model: type[BaseModel]) -> type[BaseModel]:
    """One page of a list of these."""
    return create_model(f"{model.__name__.removesuffix('InList')}Page", __base__=Page[model])  # type: ignore[valid-type]


class About(BaseModel):
    """What this API is."""

    version: str = Field(description="The version of the standard.")
    profile: Uri
    openapi_url: Uri
    name: str
    demonstration: bool = Field(description="Whether this is a demonstration: do not rely on its data.")
    services: int = Field(description="How many services are published.")
    modified: Instant


class Sorry(BaseModel):
    """Why there is no answer, in a sentence."""

    error: str


class Gone(Sorry):
    """A service that its source no longer has."""

    id: Id
    name: str
    status: Status
    last_modified: Instant
